-- SPDX-License-Identifier: GPL-3.0-or-later
return lib "toolchain".each("m4", function(stage)
  return stage.gnu {
    from = "m4-1.4.19",
    summary = "macro processor, for flex",
    configure = { "--disable-nls", "--with-syscmd-shell=" .. input_path "dash/bin/sh" },
    make = { "MAKEINFO=true" },
    targets = { { "-C", "lib" }, { "-C", "src" } },
    install = { "-C", "src", "install" },
  }
end)
