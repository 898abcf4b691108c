return recipe { name = "x", inputs = { "dash" }, script = "a/build.sh", shell = "dash" }
