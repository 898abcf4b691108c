return recipe { name = "x", inputs = { "y-1", "y-2" }, steps = { { input_path "y" } } }
