return recipe { name = "x", sources = { { text("a", ""), text("b", "") } }, steps = { { "true" } } }
