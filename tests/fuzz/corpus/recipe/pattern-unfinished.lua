return ("x"):find("(x")
