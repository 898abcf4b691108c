return recipe { name = "x", inputs = { { "y", as = "cc" }, { "z", as = "cc" } }, steps = { { "true" } } }
