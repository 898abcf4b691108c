return recipe { name = "x", script = text("b.sh", "true"), shell = "dash" }
