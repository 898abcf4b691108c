-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- For recipes that compile with mescc: Mes's C compiler, run by Mes, with M1 and hex2. Inputs: a mes (as
-- "mes"), "mescc" and "mescc-tools".
--
--   env                       what Mes needs in its environment
--   compile(steps, s, options, files)   C files, each by itself, to one assembly file; not too many,
--                             as Mes closes no file and has 512 at most
--   assemble(steps, o, s...)  assembly to object
--   link(steps, program, objects)
local M = {}

local arch = { "--little-endian", "--architecture", "x86" }

-- The arena is never grown, and has room for all that lives twice. Memory that is not touched costs
-- nothing.
M.env = {
  MES_PREFIX = input_path "mescc",
  GUILE_LOAD_PATH = input_path "mescc/share/mes/module" .. ":" .. input_path "mescc/share/nyacc",
  MES_ARENA = "20000000", MES_MAX_ARENA = "20000000", MES_JAM = "20000000",
  MES_SAFETY = "2000000", MES_STACK = "6000000",
  includedir = input_path "mescc/include", libdir = input_path "mescc/lib",
}

function M.compile(steps, s, options, files)
  steps[#steps + 1] = concat({ "mes", "--no-auto-compile", "-e", "main",
    input_path "mescc/bin/mescc.scm", "--", "-S", "-o", s }, options, files)
end

function M.assemble(steps, o, ...)
  local step = concat({ "M1" }, arch, { "-f", input_path "mescc/lib/x86-mes/x86.M1" })
  for _, s in ipairs { ... } do
    step = concat(step, { "-f", s })
  end
  steps[#steps + 1] = concat(step, { "-o", o })
end

function M.link(steps, program, objects)
  local lib = input_path "mescc/lib/linux/x86-mes"
  local step = concat({ "hex2" }, arch, { "--base-address", "0x1000000", "-f", lib .. "/elf32-header.hex2" })
  for _, o in ipairs(objects) do
    step = concat(step, { "-f", o })
  end
  steps[#steps + 1] = concat(step, { "-f", lib .. "/elf32-footer-single-main.hex2", "-o", program })
  steps[#steps + 1] = { "chmod", "755", program }
end

M.source = { debian "m/mes/mes_0.24.2.orig.tar.gz", as = "mes",
  sha256 = "7ddae0854e46ebfa18c13ab37e64839a7b86ea88aeed366a8d017efd11dae86e" }

return M
