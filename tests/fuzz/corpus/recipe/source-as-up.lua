return recipe { name = "x", sources = { { text("a", ""), as = ".." } }, steps = { { "true" } } }
