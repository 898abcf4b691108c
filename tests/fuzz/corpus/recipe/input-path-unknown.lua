return recipe { name = "x", steps = { { input_path "y/bin/y" } } }
