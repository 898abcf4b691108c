return lib "../10-a/x"
