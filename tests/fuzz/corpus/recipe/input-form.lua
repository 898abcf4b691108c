return recipe { name = "x", inputs = { { "y", "z" } }, steps = { { "true" } } }
