return recipe { name = "x", env = { PATH = "/bin" }, steps = { { "true" } } }
