leak = 1
return recipe { name = "x",  steps = { { "true" } } }
