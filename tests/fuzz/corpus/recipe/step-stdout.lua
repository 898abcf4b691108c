return recipe { name = "x", steps = { { "a", stdout = "/etc/passwd" } } }
