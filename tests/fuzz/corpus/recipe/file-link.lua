return recipe { name = "x", sources = { file "passwd" }, steps = { { "true" } } }
