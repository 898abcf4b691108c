return recipe { name = "x", steps = { { "a", dir = "../y" } } }
