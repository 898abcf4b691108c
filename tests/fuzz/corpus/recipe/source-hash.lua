return recipe { name = "x", sources = { { url "https://example.org/a", sha256 = "123" } }, steps = { { "true" } } }
