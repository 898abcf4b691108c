return recipe { name = "x", inputs = { "sh" }, script = text("a", ""), shell = "sh", steps = { { "true" } } }
