recipe { name = "x", steps = { { "true" } } }
