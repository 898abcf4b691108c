local keys = {}
for k, v in pairs { b = 1, a = 2, [2] = 3, [1] = 4, c = 5, [true] = 6, [1.5] = 7 } do keys[#keys + 1] = tostring(k) end
return recipe { name = "x", steps = { keys } }
