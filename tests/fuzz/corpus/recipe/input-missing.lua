return recipe { name = "x", inputs = { "muls" }, steps = { { "true" } } }
