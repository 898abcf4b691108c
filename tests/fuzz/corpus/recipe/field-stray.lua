return recipe { "x", name = "x" }
