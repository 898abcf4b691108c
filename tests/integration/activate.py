#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""activate.py MESSAGES UNIX-PATH TCP-PORT-FILE COMMAND…: runs COMMAND as systemd would with socket activation:
a listening Unix socket (unless the path is -) and a TCP socket on loopback are passed as descriptors 3 and
4; what COMMAND sends to NOTIFY_SOCKET is added to the file MESSAGES, a line each."""
import os
import socket
import sys
import threading

messages, path, port_file, command = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
passed = []
if path != "-":
    unix = socket.socket(socket.AF_UNIX)
    unix.bind(path)
    unix.listen(16)
    passed.append(unix)
tcp = socket.socket()
tcp.bind(("127.0.0.1", 0))
tcp.listen(16)
passed.append(tcp)
with open(port_file, "w") as f:
    f.write(str(tcp.getsockname()[1]))

notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
name = messages + ".socket"
notify.bind(name)

child = os.fork()
if child == 0:
    high = [os.dup(s.fileno()) for s in passed]
    high = [os.dup2(fd, 100 + i) for i, fd in enumerate(high)]
    for i, fd in enumerate(high):
        os.dup2(fd, 3 + i, True)
    env = dict(os.environ, LISTEN_FDS=str(len(passed)), LISTEN_PID=str(os.getpid()), NOTIFY_SOCKET=name)
    os.execvpe(command[0], command, env)


def listen():
    while True:
        text = notify.recv(4096)
        with open(messages, "ab") as f:
            f.write(text.replace(b"\n", b" ") + b"\n")


threading.Thread(target=listen, daemon=True).start()
with open(messages + ".pid", "w") as f:
    f.write(str(child))
status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
os._exit(status if status >= 0 else 128 - status)
