return recipe { name = "x", inputs = { { "y", as = "cc" } }, steps = { { input_path "y/bin/cc", "-I" .. input_path "cc/include", "-L" .. out "" .. "/lib" } } }
