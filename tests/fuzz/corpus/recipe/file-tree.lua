return recipe { name = "x", sources = { tree "../../lib/f.c" }, steps = { { "true" } } }
