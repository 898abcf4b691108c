return recipe { name = "x", sources = { { url "https://example.org/a", sha265 = "123" } }, steps = { { "true" } } }
