return lib "a"
