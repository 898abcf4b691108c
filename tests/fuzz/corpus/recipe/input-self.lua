return recipe { name = "x", inputs = { "x" }, steps = { { "true" } } }
