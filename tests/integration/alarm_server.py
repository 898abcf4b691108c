#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What alarms are sent to, on loopback: a server for mail and one for web hooks.

usage: alarm_server.py DIR

DIR/ports gets "SMTP HTTP". Each mail that was accepted is a file DIR/mail/N, each call DIR/hook/N (JSON:
headers, body). What DIR/mode holds decides how they behave: "ok"; "refuse" (451, 503); "redirect" (a call
gets 302); "hold": a call is taken and kept, but not answered; "hang": nothing is said at all.
"""
import base64
import http.server
import json
import os
import socketserver
import sys
import threading
import time

top = sys.argv[1]
lock = threading.Lock()
counts = {"mail": 0, "hook": 0}


def mode():
    try:
        with open(os.path.join(top, "mode")) as f:
            return f.read().strip()
    except FileNotFoundError:
        return "ok"


def keep(kind, data):
    with lock:
        counts[kind] += 1
        path = os.path.join(top, kind, "%04d" % counts[kind])
    with open(path + ".new", "wb") as f:
        f.write(data)
    os.rename(path + ".new", path)


class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        how = mode()
        if how == "hang":
            time.sleep(3600)
        if how in ("ok", "hold"):
            keep("hook", json.dumps({
                "path": self.path,
                "headers": {k.lower(): v for k, v in self.headers.items()},
                "body": base64.b64encode(body).decode()}).encode())
        if how == "hold":
            time.sleep(3600)
        self.send_response({"ok": 204, "refuse": 503}.get(how, 302))
        if how == "redirect":
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


class Mail(socketserver.StreamRequestHandler):
    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def handle(self):
        if mode() == "hang":
            time.sleep(3600)
        self.say("220 here")
        to, data = [], b""
        while True:
            line = self.rfile.readline()
            if not line:
                return
            word = line.split()[0].upper() if line.split() else b""
            if word == b"EHLO":
                self.say("250-here")
                self.say("250 8BITMIME")
            elif word == b"RCPT":
                if mode() == "refuse":
                    self.say("451 later")
                else:
                    to.append(line.strip().decode())
                    self.say("250 yes")
            elif word == b"DATA":
                self.say("354 go on")
                data = b""
                while True:
                    line = self.rfile.readline()
                    if not line:
                        return
                    if line == b".\r\n":
                        break
                    data += line
                keep("mail", ("\n".join(to) + "\n\n").encode() + data)
                self.say("250 taken")
            elif word == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 yes")


class MailServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


class HookServer(http.server.ThreadingHTTPServer):
    daemon_threads = True


for name in ("mail", "hook"):
    os.makedirs(os.path.join(top, name), exist_ok=True)
mail = MailServer(("127.0.0.1", 0), Mail)
hook = HookServer(("127.0.0.1", 0), Hook)
threading.Thread(target=mail.serve_forever, daemon=True).start()
with open(os.path.join(top, "ports.new"), "w") as f:
    f.write("%d %d\n" % (mail.server_address[1], hook.server_address[1]))
os.rename(os.path.join(top, "ports.new"), os.path.join(top, "ports"))
hook.serve_forever()
