#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands in for systemd and its journal: starts a daemon and prints what it tells both.

usage: supervise.py SECONDS COMMAND…     in a mount namespace of its own, where /run is empty

Prints lines: "notify LINE" for each of the notifications, "entry FIELD=VALUE FIELD=VALUE…" (values as JSON)
for each entry of the journal, "stderr LINE". After SECONDS the daemon gets SIGTERM; at last "exit STATUS".
"""
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time

os.makedirs("/run/systemd/journal")
journal = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
journal.bind("/run/systemd/journal/socket")
notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
notify.bind("/run/notify")
read, write = os.pipe()
st = os.fstat(write)
env = dict(os.environ, NOTIFY_SOCKET="/run/notify", WATCHDOG_USEC="1000000",
           JOURNAL_STREAM="%d:%d" % (st.st_dev, st.st_ino))
daemon = subprocess.Popen(sys.argv[2:], env=env, stderr=write, stdout=write)
os.close(write)
until = time.monotonic() + float(sys.argv[1])
stopped = False
while True:
    wait = until - time.monotonic()
    if wait <= 0 and not stopped:
        daemon.send_signal(signal.SIGTERM)
        stopped = True
    ready, _, _ = select.select([journal, notify, read], [], [], 0.2 if stopped else max(0, min(wait, 0.2)))
    for r in ready:
        if r is journal:
            fields = dict(f.split("=", 1) for f in r.recv(1 << 16).decode().split("\n") if f)
            print("entry", " ".join("%s=%s" % (k, json.dumps(v)) for k, v in sorted(fields.items())))
        elif r is notify:
            for line in r.recv(1 << 16).decode().split("\n"):
                print("notify", line)
        else:
            text = os.read(read, 1 << 16).decode()
            if text:
                print("stderr", text)
    if daemon.poll() is not None and not [r for r in ready if r is not read]:
        break
print("exit", daemon.returncode, flush=True)
