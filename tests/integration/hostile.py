#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A publication on loopback that lies as its paths say: FOLDER OTHER. /good/… is the publication in
FOLDER, /wrong/… gives another archive, and so on. OTHER is the URL that a redirect leads to. Prints
its port."""
import os
import struct
import subprocess
import sys
import time

import loopback

folder = os.path.abspath(sys.argv[1])
other = sys.argv[2] if len(sys.argv) > 2 else "http://127.0.0.1:9"


def text(s):
    s = s.encode() if isinstance(s, str) else s
    return struct.pack("<Q", len(s)) + s + b"\0" * (-len(s) % 8)


def words(*all_words):
    return b"".join(map(text, all_words))


def entry(name, *node):
    return words("entry", "(", "name", name, "node", "(", *node, ")", ")")


def tree(*entries):
    return words("nix-archive-1", "(", "type", "directory") + b"".join(entries) + words(")")


def zstd(data, *options):
    return subprocess.run(["zstd", "-qc", *options], input=data, stdout=subprocess.PIPE, check=True).stdout


def regular(data):
    return "type", "regular", "contents", data


SLOW = zstd(tree(entry("a", *regular(os.urandom(1 << 20)))))
LARGE = 256 << 20
MADE = {
    "wrong": zstd(tree(entry("file", *regular("wrong")))),
    "dotdot": zstd(tree(entry("..", *regular("x")))),
    "slash": zstd(tree(entry("../../../../tmp/boot-hurd-was-here", *regular("x")))),
    "through": zstd(tree(entry("a", "type", "symlink", "target", "/tmp"), entry("a", *regular("x")))),
    "order": zstd(tree(entry("b", *regular("x")), entry("a", *regular("x")))),
    "behind": zstd(tree(entry("a", *regular("x"))) + b"more"),
    "noise": os.urandom(5000),
    "empty": b"",
    "text": b"<html>moved, click here</html>",
    "bomb": zstd(words("nix-archive-1", "(", "type", "regular", "contents") + struct.pack("<Q", LARGE) +
                 b"\0" * LARGE + words(")"), "-1"),
    # one raw block of 4 bytes in a frame that asks for a window of 2 GiB
    "window": b"\x28\xb5\x2f\xfd\x00\xa8" + bytes(((4 << 3) | 1, 0, 0)) + b"abcd",
}


class Handler(loopback.Handler):
    def log_message(self, *words):
        pass

    def pour(self, head, piece, pause, times):
        try:
            self.wfile.write(head)
            for _ in range(times):
                self.wfile.write(piece)
                self.wfile.flush()
                time.sleep(pause)
        except OSError:
            pass

    def drip(self, data):
        try:
            for at in range(0, len(data), 100):
                self.wfile.write(data[at:at + 100])
                self.wfile.flush()
                time.sleep(0.5)
        except OSError:
            pass

    def do_GET(self):
        kind, _, rest = self.path.lstrip("/").partition("/")
        path = os.path.join(folder, rest)
        data = b""
        if os.path.isfile(path):
            with open(path, "rb") as f:
                data = f.read()
        # Only archives are bad: all else is as it should be.
        if kind == "good" or not rest.startswith("nar/"):
            self.send(200 if data else 404, data)
        elif kind in MADE:
            self.send(200, MADE[kind])
        elif kind == "missing":
            self.send(404, b"no")
        elif kind == "error":
            self.send(500, data)
        elif kind == "truncated":
            self.send(200, data[:-5])
        elif kind == "short":
            self.send(200, data[:-5], length=len(data))
        elif kind == "trailing":
            self.send(200, data + b"garbage")
        elif kind == "twice":
            self.send(200, data + data)
        elif kind == "gzip":
            self.send(200, data, Content_Encoding="gzip")
        elif kind == "redirect-host":
            self.send(302, b"", Location=other + "/" + rest)
        elif kind == "redirect-file":
            self.send(302, b"", Location="file://" + path)
        elif kind == "redirect-self":
            self.send(302, b"", Location="/redirect-self/" + rest)
        elif kind == "endless":
            self.send(200, b"", length=-1)
            self.pour(data, b"x" * 65536, 0, 4096)
        elif kind == "endless-skip":
            # frames that zstd skips: they never give a byte
            self.send(200, b"", length=-1)
            self.pour(b"", struct.pack("<II", 0x184D2A50, 65528) + b"x" * 65528, 0, 100000)
        elif kind == "stall":
            self.send(200, b"", length=len(data))
            self.pour(data[:20], b"", 3600, 1)
        elif kind == "mute":
            time.sleep(3600)
        elif kind == "trickle":
            self.send(200, b"", length=1 << 20)
            self.drip(SLOW)
        else:
            self.send(404, b"?")


loopback.serve(Handler)
