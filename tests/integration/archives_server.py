#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Imitates, on loopback, what sources are fetched from when their own servers are gone: Software Heritage's
content API, the mirrors of Guix and Nix by hash, a server that is busy at first, and one that cuts a download
short. archives_server.py FILE: prints the port, then logs each request to standard error."""
import hashlib
import http.server
import sys

data = open(sys.argv[1], "rb").read()
hex_ = hashlib.sha256(data).hexdigest()
NIX = "0123456789abcdfghijklmnpqrsvwxyz"


def nix32(digest):
    n = int.from_bytes(digest, "little")
    return "".join(NIX[(n >> (5 * i)) & 31] for i in reversed(range(52)))


busy = {"429": 2, "503": 2}
cut = {"left": 1}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *a):
        sys.stderr.write("%s %s %s\n" % (self.command, self.path, self.headers.get("Range", "-")))
        sys.stderr.flush()

    def answer(self, status, body=b"", headers=()):
        self.send_response(status)
        for k, v in headers:
            self.send_header(k, v)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_GET(self):
        p = self.path
        good = {
            "/swh/api/1/content/sha256:%s/raw/" % hex_,
            "/guix/file/hello-1.0.txt/sha256/%s" % nix32(bytes.fromhex(hex_)),
            "/nix/sha256/%s" % hex_,
        }
        if p in good:
            return self.answer(200, data)
        for code in busy:
            if p == "/busy" + code:
                if busy[code]:
                    busy[code] -= 1
                    return self.answer(int(code), b"", [("Retry-After", "1")])
                return self.answer(200, data)
        if p == "/always":
            return self.answer(429, b"", [("Retry-After", "100000")])
        if p == "/wrong" or p.startswith("/liar/"):
            return self.answer(200, b"something else\n")
        if p == "/cut":
            r = self.headers.get("Range")
            if r and r.startswith("bytes="):
                at = int(r[6:].split("-")[0])
                return self.answer(206, data[at:], [("Content-Range", "bytes %d-%d/%d" % (at, len(data) - 1, len(data)))])
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data[: len(data) // 2])
            self.close_connection = True
            return None
        return self.answer(404)

    do_HEAD = do_GET


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
