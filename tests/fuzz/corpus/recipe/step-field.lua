return recipe { name = "x", steps = { { "a" }, { "b", cwd = "x" } } }
