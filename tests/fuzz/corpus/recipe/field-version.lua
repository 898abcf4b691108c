return recipe { name = "x", version = 1.0, steps = { { "true" } } }
