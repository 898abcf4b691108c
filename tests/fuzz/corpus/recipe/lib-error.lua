local f = lib "style"
local r = f {}
return r
