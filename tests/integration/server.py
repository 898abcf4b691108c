#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A web server on loopback that misbehaves as its paths say. Prints its port."""
import os
import sys
import time

import loopback

folder = sys.argv[1]
asked = {}


class Handler(loopback.Handler):
    def log_message(self, *words):
        sys.stderr.write(" ".join(map(str, words)) + " " + str(self.headers.get("Range")) + "\n")
        sys.stderr.flush()

    def do_GET(self):
        with open(os.path.join(folder, "data"), "rb") as f:
            data = f.read()
        name = self.path.strip("/")
        asked[name] = asked.get(name, 0) + 1
        if name == "ok":
            self.send(200, data)
        elif name == "silent":
            self.log_request()
            time.sleep(60)
        elif name == "missing":
            self.send(404, b"no")
        elif name == "wrong":
            self.send(200, data[:-1] + b"x")
        elif name == "short":
            self.send(200, data[:100], length=len(data))
        elif name == "length":
            self.send(200, data, length=50)
        elif name == "endless":
            self.send_response(200)
            self.end_headers()
            try:
                for _ in range(4096):
                    self.wfile.write(b"x" * 65536)
            except OSError:
                pass
            self.close_connection = True
        elif name == "slow":
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            try:
                for at in range(0, len(data), len(data) // 8):
                    self.wfile.write(data[at:at + len(data) // 8])
                    time.sleep(0.5)
            except OSError:
                pass
            self.close_connection = True
        elif name == "loop":
            self.send(302, b"", Location="/loop")
        elif name == "tofile":
            self.send(302, b"", Location="file://" + os.path.join(folder, "data"))
        elif name == "moved":
            self.send(301, b"", Location="/ok")
        elif name == "gzip":
            self.send(200, data, Content_Encoding="gzip")
        elif name == "flaky":
            want = self.headers.get("Range")
            if asked[name] == 1:
                self.send(200, data[:1000], length=len(data))
            elif want:
                start = int(want.split("=")[1].rstrip("-"))
                self.send(206, data[start:],
                          Content_Range="bytes %d-%d/%d" % (start, len(data) - 1, len(data)))
            else:
                self.send(200, data)
        else:
            self.send(500, b"?")


loopback.serve(Handler)
