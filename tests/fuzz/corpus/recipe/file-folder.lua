return recipe { name = "x", sources = { file "../../lib" }, steps = { { "true" } } }
