return recipe { name = "x", limits = { tmie = 1 }, steps = { { "true" } } }
