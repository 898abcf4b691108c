-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- GCC 12.2, C and C++. Round 0 is configured as the chain's gcc-12-stage1, but for who compiles it.
local gcc, files = lib "gcc_newer", lib "gcc_files".gcc_12_again

return lib "toolchain".each("gcc", function(stage)
  return stage.gnu(merge(gcc.gcc_12_again, {
    summary = "GNU C and C++ compilers",
    inputs = stage.inputs("gmp", "mpfr", "mpc", "binutils", "m4", "flex", stage.round == 0 and "musl" or nil),
    prepare = gcc.prepare_12("/opt/boot-hurd/" .. stage.at "musl") .. files.regenerate,
    env = gcc.target_flags,
    configure = concat(gcc.configure_at(stage.at), gcc.configure_12),
    -- Scripts that nobody runs, and that name the shell of this build.
    finish = "rm -rf $out/libexec/gcc/*/*/install-tools $out/lib/gcc/*/*/install-tools",
    limits = { time = 6 * 3600 },
  }))
end)
