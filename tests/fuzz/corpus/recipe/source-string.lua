return recipe { name = "x", sources = { "https://example.org/a" }, steps = { { "true" } } }
