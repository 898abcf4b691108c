return recipe { name = "x", version = "1", steps = { { "true" } } }
