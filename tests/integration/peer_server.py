#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A peer on loopback that misbehaves: FOLDER MARK. A path is /HOW/FILE: FILE comes from the
publication in FOLDER, but as HOW says. MARK is a file that is made when somebody follows a redirect.
Prints its port."""
import os
import subprocess
import sys
import threading
import time

import loopback

folder = os.path.abspath(sys.argv[1])
mark = sys.argv[2]
both = threading.Barrier(2, timeout=20)


def bomb():
    zeros = subprocess.Popen(["head", "-c", "300M", "/dev/zero"], stdout=subprocess.PIPE)
    return subprocess.run(["zstd", "-qc1"], stdin=zeros.stdout, stdout=subprocess.PIPE, check=True).stdout


class Handler(loopback.Handler):
    def log_message(self, *words):
        sys.stderr.write(self.path + "\n")
        sys.stderr.flush()

    def endless(self):
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        try:
            while True:
                self.wfile.write(b"boot-hurd index 1\n" * 4096)
        except OSError:
            pass

    def do_GET(self):
        how, _, name = self.path.strip("/").partition("/")
        if how == "elsewhere":
            with open(mark, "w"):
                pass
            how = "good"
        path = os.path.join(folder, name)
        index = name.startswith("index/")
        if how == "redirect":
            port = self.server.server_address[1]
            return self.send(302, b"", Location=f"http://localhost:{port}/elsewhere/{name}")
        if how == "error":
            return self.send(500, b"no")
        if how.startswith("meet") and name == "boot-hurd-publication":
            # No answer to one before the other has been asked, too.
            try:
                both.wait()
            except threading.BrokenBarrierError:
                return self.send(500, b"the other was not asked")
        if how == "silent":
            time.sleep(60)
            return None
        if how == "endless-names" or (how == "endless" and index):
            return self.endless()
        if how == "bomb" and name.endswith(".zst"):
            return self.send(200, bomb())
        if how == "plain" and name.endswith(".zst") or not os.path.isfile(path):
            return self.send(404, b"no")
        if how in ("short", "signature", "swapped") and name.endswith(".zst"):
            return self.send(404, b"no")
        with open(path, "rb") as f:
            data = f.read()
        if how == "cut" and index:
            return self.send(200, data[:len(data) // 2])
        if how == "short" and index:
            return self.send(200, data[:100], length=len(data))
        if how == "signature" and index:
            lines = data.split(b"\n")
            lines[2] = b"serial 99999999999"
            return self.send(200, b"\n".join(lines))
        if how == "names" and name == "boot-hurd-publication":
            return self.send(200, data + b"../../../etc/passwd\n")
        return self.send(200, data)


loopback.serve(Handler)
