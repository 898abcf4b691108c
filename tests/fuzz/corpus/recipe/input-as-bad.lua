return recipe { name = "x", inputs = { { "y", as = "a/b" } }, steps = { { "true" } } }
