return recipe { name = "x", inputs = { { "y", as = "x" } }, steps = { { "true" } } }
