local s = readfile "big"
