error("not on this machine")
