#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes seeds for fuzz targets from what other tests have: DIR/archive/*, DIR/envelope/* and DIR/nar/*."""
import base64
import json
import os
import struct
import subprocess
import sys

out = sys.argv[1]
here = os.path.dirname(os.path.abspath(__file__))
os.makedirs(os.path.join(out, "nar"))

# Archives: those of the integration test, but for the large ones; tars without their padding.
archives = os.path.join(out, "archive")
subprocess.run([sys.executable, os.path.join(here, "../integration/archives.py"), archives], check=True)
for name in os.listdir(archives):
    path = os.path.join(archives, name)
    with open(path, "rb") as f:
        data = f.read(100000)
    if len(data) > 65536 or not data:
        os.remove(path)
    elif name.endswith(".tar"):
        end = len(data.rstrip(b"\0"))
        with open(path, "wb") as f:
            f.write(data[:(end + 511) // 512 * 512 + 1024])

# Envelopes, and what they hold.
envelopes = os.path.join(here, "../data/statements")
os.makedirs(os.path.join(out, "envelope"))
os.makedirs(os.path.join(out, "attestation"))
for name in os.listdir(envelopes):
    with open(os.path.join(envelopes, name), "rb") as f:
        data = f.read()
    with open(os.path.join(out, "envelope", name), "wb") as f:
        f.write(data)
    if name.endswith(".json"):
        with open(os.path.join(out, "attestation", name), "wb") as f:
            f.write(base64.b64decode(json.loads(data)["payload"]))
        with open(os.path.join(out, "envelope", name + ".payload"), "wb") as f:
            f.write(base64.b64decode(json.loads(data)["payload"]))


def text(s):
    s = s.encode() if isinstance(s, str) else s
    return struct.pack("<Q", len(s)) + s + b"\0" * (-len(s) % 8)


def nar(*words):
    return b"".join(map(text, ("nix-archive-1",) + words))


def regular(data, executable=False):
    return ("(", "type", "regular") + (("executable", "") if executable else ()) + ("contents", data, ")")


def link(target):
    return ("(", "type", "symlink", "target", target, ")")


def folder(*entries):
    words = ("(", "type", "directory")
    for name, node in entries:
        words += ("entry", "(", "name", name, "node") + node + (")",)
    return words + (")",)


seeds = {
    "file": nar(*regular("hello")),
    "empty-file": nar(*regular("")),
    "executable": nar(*regular("x" * 9, True)),
    "link": nar(*link("../x")),
    "empty-folder": nar(*folder()),
    "folder": nar(*folder(("a", regular("1")), ("b", folder(("c", link("d")))), ("e", regular("2", True)))),
    "order": nar(*folder(("b", regular("1")), ("a", regular("1")))),
    "twice": nar(*folder(("a", regular("1")), ("a", regular("1")))),
    "up": nar(*folder(("..", regular("1")))),
    "slash": nar(*folder(("a/b", regular("1")))),
    "through": nar(*folder(("a", link("/tmp")), ("a/x", regular("1")))),
    "cut": nar(*regular("hello"))[:-9],
    "more": nar(*regular("hello")) + text(""),
    "padding": nar(*regular("hello")).replace(b"hello\0\0\0", b"hello\0x\0"),
    "huge": nar("(", "type", "regular", "contents") + struct.pack("<Q", 1 << 62),
    "deep": nar() + b"".join(map(text, ("(", "type", "directory", "entry", "(", "name", "a", "node") * 40)),
}
for name, data in seeds.items():
    with open(os.path.join(out, "nar", name), "wb") as f:
        f.write(data)
