-- SPDX-License-Identifier: GPL-3.0-or-later
return lib "toolchain".each("dash", function(stage)
  return stage.gnu {
    from = "dash-0.5.12",
    summary = "shell",
    finish = "ln -s dash $out/bin/sh",
  }
end)
