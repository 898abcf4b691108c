return recipe { name = "x", steps = { "make" } }
