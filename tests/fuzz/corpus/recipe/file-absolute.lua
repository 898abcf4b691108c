return recipe { name = "x", sources = { file "/etc/passwd" }, steps = { { "true" } } }
