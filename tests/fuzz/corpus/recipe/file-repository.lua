return recipe { name = "x", sources = { tree "../.." }, steps = { { "true" } } }
