return recipe { name = "x", limits = { memory = "4X" }, steps = { { "true" } } }
