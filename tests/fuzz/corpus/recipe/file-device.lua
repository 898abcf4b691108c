return recipe { name = "x", sources = { file "zero" }, steps = { { "true" } } }
