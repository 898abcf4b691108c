return recipe { name = "x", system = "vax-bsd", steps = { { "true" } } }
