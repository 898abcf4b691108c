-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- GCC 12.2, C and C++. Round 0 is configured as the chain's gcc-12-stage1, but for who compiles it.
local newer, files = lib "gcc_newer", lib "gcc_files".gcc_12_again

return lib "toolchain".each("gcc", function(stage)
  return stage.gnu {
    version = "12.2.0",
    summary = "GNU C and C++ compilers",
    homepage = "https://gcc.gnu.org/",
    license = "GPL-3.0-or-later",
    sources = { newer.gcc_12 },
    inputs = {
      stage.input "gmp", stage.input "mpfr", stage.input "mpc", stage.input "binutils", stage.input "m4",
      stage.input "flex",
      stage.round == 0 and stage.input "musl" or nil,
    },
    build_dir = "build",
    prepare = newer.prepare_12("/opt/boot-hurd/" .. stage.at "musl") .. files.regenerate,
    env = newer.target_flags,
    configure = concat(newer.configure_at(stage.at), newer.configure_12),
    make = { "MAKEINFO=true" },
    targets = newer.targets_12,
    install = newer.install_12,
    -- Scripts that nobody runs, and that name the shell of this build.
    finish = "rm -rf $out/libexec/gcc/*/*/install-tools $out/lib/gcc/*/*/install-tools",
    limits = { time = 6 * 3600 },
    pregenerated = files.pregenerated,
    generated_unused = files.unused,
  }
end)
