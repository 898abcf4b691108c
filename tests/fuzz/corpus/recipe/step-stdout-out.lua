return recipe { name = "x", steps = { { "a", stdout = out "bin/x" } } }
