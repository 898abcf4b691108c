-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The interpreter, static, with the extension modules of python3.setup linked in, and its library. Whatever opens
-- a socket, wants another library or is not for scripts of a build is left out.
local build = lib "tool"

return build {
  name = "python3", from = "python3-3.11.2",
  summary = "interpreter, for the scripts of glibc",
  sources = { text("Setup.local", readfile "python3.setup") },
  prepare = [[
    cp ../Setup.local Modules
    mkdir -p ../shipped/Lib ../shipped/Objects
    cp -r Include Parser Python ../shipped
    cp Lib/keyword.py Lib/token.py ../shipped/Lib
    cp Objects/typeslots.inc ../shipped/Objects
    sed -i "s:'/bin/sh':'$SHELL':" Lib/subprocess.py
  ]],
  env = { OPT = "-DNDEBUG -fwrapv" },
  -- The answer to a probe that would open sockets.
  configure = {
    "--disable-shared", "--without-ensurepip", "--disable-test-modules", "--with-system-expat=no",
    "ac_cv_buggy_getaddrinfo=no", "ac_cv_file__dev_ptmx=no", "ac_cv_file__dev_ptc=no",
  },
  make = { "LINKFORSHARED=" },
  targets = { { "python" } }, install = false,
  finish = [[
    # The tarball's generated files, made again by the python that was compiled of them.
    make -j2 SHELL=$SHELL PYTHON_FOR_REGEN=./python regen-opcode regen-opcode-targets regen-typeslots \
      regen-token regen-ast regen-keyword regen-pegen
    (cd ../shipped && find . -type f | sort) | while read -r file; do
      cmp $file ../shipped/$file
    done

    mkdir $out/bin $out/lib
    cp python $out/bin/python3.11
    ln -s python3.11 $out/bin/python3
    cp -r Lib $out/lib/python3.11
    cd $out/lib/python3.11
    mkdir lib-dynload
    rm -rf ensurepip idlelib lib2to3 test tkinter turtledemo */test */tests
    cat >/tmp/test.py <<'EOF'
import argparse, collections, hashlib, json, os, re, struct, subprocess, sys, tempfile, unicodedata
assert hashlib.sha256(b"").hexdigest().startswith("e3b0c442")
assert subprocess.run("echo $((6 * 7)) | cat", shell=True, capture_output=True).stdout == b"42\n"
assert json.loads('{"a": [1, 2.5]}') == {"a": [1, 2.5]}
assert unicodedata.name("\u00e9") == "LATIN SMALL LETTER E WITH ACUTE"
print(re.sub(r"(\w+) to (\w+)", r"\2 from \1", "seed to Hurd"))
EOF
    test "$($out/bin/python3 -B /tmp/test.py)" = "Hurd from seed"
    # Compiled modules would be written beside their sources, which are read-only later.
    find $out -name __pycache__ | sort | xargs rm -rf
  ]],
}
