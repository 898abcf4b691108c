return recipe { name = "x", version = "v1", steps = { { "true" } } }
