-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The GNU C library for each target. 2.43 is the first whose setrlimit(RLIMIT_AS) reaches the kernel's limit of
-- a task's memory, without which ext2fs does not start in 512 MiB. For that, its headers must be those of the
-- kernel's source. lib "glibc_parts" says what of it is built.
local build, cross, mig_words, glibc_parts = lib "cross_user", lib "cross", lib "mig_words", lib "glibc_parts"

return cross.each(function(target)
  local t, headers = target.triplet, input_path(target.kernel_headers .. "/include")
  local parts = glibc_parts { headers, input_path "hurd-headers-0.9/include" }
  return build(target, merge(parts, {
    name = "glibc-" .. t, summary = "GNU C library for " .. t,
    sources = { file "gen-as-const.sh", file "gen-translit.awk" },
    inputs = { target.mig, target.kernel_headers, "hurd-headers", "gawk", "bison" },
    compiler = target.gcc_stage1, sysroot = false,
    prepare = mig_words(target, t .. "-mig", headers) .. parts.prepare,
    env = { BUILD_CC = "gcc -static", MIG = t .. "-mig" },
    finish = [[
      cd $out/lib
      # Programs of the Hurd use its interfaces and the kernel's without naming their libraries.
      sed -i 's: )$: AS_NEEDED ( -lmachuser -lhurduser ) ):' libc.so
      grep -q hurduser libc.so
    ]] .. "test -e " .. target.loader[1] .. " || ln -s " .. target.loader[2] .. " " .. target.loader[1],
  }))
end)
