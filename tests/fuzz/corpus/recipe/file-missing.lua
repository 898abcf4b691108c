return recipe { name = "x", sources = { file "nope.c" }, steps = { { "true" } } }
