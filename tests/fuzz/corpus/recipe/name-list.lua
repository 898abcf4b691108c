local list = {}
for _, target in ipairs { "i686-linux", "i586-pc-gnu" } do
  list[#list + 1] = recipe { name = "x-" .. target, steps = { { "true", target } } }
end
return list
