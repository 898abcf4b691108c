local t
return t.x
