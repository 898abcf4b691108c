return recipe { name = "x", steps = { { (out "bin"):sub(2) } } }
