return recipe { name = "x", steps = { { ("%s"):format({}), tostring({}), tostring(recipe), tostring(url "https://example.org/x") } } }
