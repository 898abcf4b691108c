-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Build style of 70-hurd: lib "cross_user" for the image's target, the first row of lib "cross", by the compiler
-- that compiled its C library.
local build, cross = lib "cross_user", lib "cross"

local target = cross.targets[1]

return function(package)
  return build(target, merge({ compiler = target.gcc_stage1 }, package))
end
