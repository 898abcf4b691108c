#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""interrupt.py COUNT TEXT COMMAND…: runs COMMAND, sends it SIGINT as soon as it has printed TEXT, COUNT
times in all, half a second apart. Prints what it printed and the seconds that it took after the first
signal; exits with its status, or 128 + the signal that ended it."""
import os
import signal
import subprocess
import sys
import threading
import time

count, text, command = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
signal.signal(signal.SIGINT, signal.SIG_DFL)
child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
printed = b""
while text.encode() not in printed:
    piece = os.read(child.stdout.fileno(), 4096)
    if not piece:
        sys.exit(f"ended before it printed {text!r}: {printed.decode()}")
    printed += piece


def rest():
    global printed
    for piece in iter(lambda: os.read(child.stdout.fileno(), 4096), b""):
        printed += piece


reader = threading.Thread(target=rest)
reader.start()
start = time.monotonic()
for i in range(count):
    child.send_signal(signal.SIGINT)
    try:
        child.wait(0.5 if i + 1 < count else 30)
        break
    except subprocess.TimeoutExpired:
        pass
if child.poll() is None:
    child.kill()
    print("did not end within 30 s")
status = child.wait()
took = time.monotonic() - start
reader.join()
print(printed.decode(errors="replace"), end="")
print(f"ended after {took:.1f} s: {'soon' if took < 3 else 'late'}")
sys.exit(status if status >= 0 else 128 - status)
