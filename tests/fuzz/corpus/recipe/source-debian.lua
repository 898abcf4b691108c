return recipe { name = "x", sources = { { debian "../x", sha256 = "123" } }, steps = { { "true" } } }
