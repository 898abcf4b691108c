return recipe { name = "x", input = { "y" }, steps = { { "true" } } }
