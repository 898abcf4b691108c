return recipe { name = "x", steps = { { (readfile "../../lib/f.c"):match "int (%w+)" } } }
