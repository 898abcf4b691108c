return recipe { name = "y", steps = { { "true" } } }
