return recipe { name = "x", summary = "a\0b", steps = { { "true" } } }
