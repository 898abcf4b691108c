return recipe { name = "x", steps = { { } } }
