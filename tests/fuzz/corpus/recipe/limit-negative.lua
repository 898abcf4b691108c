return recipe { name = "x", limits = { time = -1 }, steps = { { "true" } } }
