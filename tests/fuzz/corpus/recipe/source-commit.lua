return recipe { name = "x", sources = { { git "https://example.org/a.git", commit = "abc123" } }, steps = { { "true" } } }
