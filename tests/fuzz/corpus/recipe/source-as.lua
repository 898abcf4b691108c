return recipe { name = "x", sources = { { text("a", ""), as = "b/c" } }, steps = { { "true" } } }
