return recipe { name = "x", inputs = { "dash" }, script = file "build.sh", shell = "dash" }
