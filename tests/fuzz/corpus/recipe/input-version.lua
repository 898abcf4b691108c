return recipe { name = "x", inputs = { "y-2" }, steps = { { "true" } } }
