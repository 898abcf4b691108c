-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Assembler, linker and archiver for each target.
local build, cross, binutils = lib "tool", lib "cross", lib "binutils_240"

return cross.each(function(target)
  return build(binutils.by_flex {
    name = "binutils-" .. target.triplet,
    summary = "assembler, linker and archiver for " .. target.triplet,
    inputs = { "byacc", "flex" },
    target = target.triplet,
    configure = { "--with-sysroot=" .. cross.sysroot(target) },
    finish = "$out/bin/" .. target.triplet .. "-ld -V | grep " .. target.emulation,
  })
end)
