return recipe { name = "x", dirs = { "../x" }, steps = { { "true" } } }
