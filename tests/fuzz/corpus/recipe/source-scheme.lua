return recipe { name = "x", sources = { { url "gopher://example.org/a", sha256 = "123" } }, steps = { { "true" } } }
