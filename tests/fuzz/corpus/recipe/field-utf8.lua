return recipe { name = "x", env = { A = "\xC3(" }, steps = { { "true" } } }
