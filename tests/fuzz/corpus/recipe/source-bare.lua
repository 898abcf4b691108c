return recipe { name = "x", sources = { url "https://example.org/a.tar.gz" }, steps = { { "true" } } }
