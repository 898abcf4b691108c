return recipe { name = "x", steps = { { replace(words(readfile "../../lib/f.c")[2], ";", "") } } }
