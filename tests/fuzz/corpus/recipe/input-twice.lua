return recipe { name = "x", inputs = { "y", "y" }, steps = { { "true" } } }
