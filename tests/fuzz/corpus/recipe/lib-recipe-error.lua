local f = lib "style"

return f { colour = 1 }
