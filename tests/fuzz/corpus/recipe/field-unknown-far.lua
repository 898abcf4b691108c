return recipe { name = "x", colour = 1, steps = { { "true" } } }
