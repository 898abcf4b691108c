return recipe { name = "x", env = { A = 1 }, steps = { { "true" } } }
