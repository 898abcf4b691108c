return recipe { name = "x", steps = { { "a", 1 } } }
