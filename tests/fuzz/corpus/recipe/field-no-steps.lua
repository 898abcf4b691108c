return recipe { name = "x" }
