return recipe { name = "x", env = { ["A=B"] = "c" }, steps = { { "true" } } }
