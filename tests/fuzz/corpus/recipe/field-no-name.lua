return recipe { steps = { { "true" } } }
