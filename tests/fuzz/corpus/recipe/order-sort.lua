local t = {}
for i = 1, 200 do t[i] = { i % 3, i } end
table.sort(t, function(a, b) return a[1] < b[1] end)
local s = {}
for i, v in ipairs(t) do s[i] = tostring(v[2]) end
for i = 2, 200 do assert(t[i - 1][1] < t[i][1] or t[i - 1][2] < t[i][2]) end
return recipe { name = "x", steps = { { table.unpack(s, 1, 5) } } }
