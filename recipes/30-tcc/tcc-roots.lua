-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Roads to TinyCC that share no compiler must meet: the seed's short one, by way of cc1, its long one, by
-- way of Mes and mescc, and the one from Debian's own binary. Each output is compared byte by byte by a
-- program of the seed's road; the step that fails names the file in which the roads differ.
local roads = { "tcc-cc1-again", "tcc-debian-again", "tcc-mescc-again" }
local files = {
  "bin/tcc", "lib/tcc/libtcc1.a", "lib/tcc/include/float.h", "lib/tcc/include/stdalign.h",
  "lib/tcc/include/stdarg.h", "lib/tcc/include/stdbool.h", "lib/tcc/include/stddef.h",
  "lib/tcc/include/stdnoreturn.h", "lib/tcc/include/varargs.h",
}

local steps = {}
for i = 2, #roads do
  for _, f in ipairs(files) do
    steps[#steps + 1] = { "cmp", input_path("road-1/" .. f), input_path("road-" .. i .. "/" .. f) }
  end
end
steps[#steps + 1] = { "cp", "-r", input_path "road-1", out "tcc" }

local inputs = { "stage0-tools" }
for i, road in ipairs(roads) do
  inputs[#inputs + 1] = { road, as = "road-" .. i }
end

return recipe {
  name = "tcc-roots",
  summary = "proof that independent roads to TinyCC meet",
  license = "LGPL-2.1-or-later",
  inputs = inputs,
  steps = steps,
}
