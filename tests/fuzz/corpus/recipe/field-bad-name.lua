return recipe { name = "../x", steps = { { "true" } } }
