return recipe { name = "x", inputs = { "y" }, steps = { { "true" } } }
