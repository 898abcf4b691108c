return recipe { name = "x", inputs = { "y", nil, "z" }, steps = { { "true" } } }
