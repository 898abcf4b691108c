#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""clients.py KIND PORT…: clients of an HTTP server on loopback that do not behave. Each prints what it saw
and exits 0 when the server did what it should."""
import os
import socket
import sys
import time

kind, port = sys.argv[1], int(sys.argv[2])


def connect(local="127.0.0.1"):
    s = socket.create_connection(("127.0.0.1", port), timeout=30, source_address=(local, 0))
    return s


def whole(s):
    data = b""
    try:
        for piece in iter(lambda: s.recv(65536), b""):
            data += piece
    except OSError:
        pass
    return data


def request(text, local="127.0.0.1"):
    s = connect(local)
    s.sendall(text)
    s.shutdown(socket.SHUT_WR)
    return whole(s)


def ended(s, seconds):
    """Whether the server ends the connection within SECONDS."""
    s.settimeout(seconds)
    try:
        return s.recv(1) == b""
    except socket.timeout:
        return False
    except OSError:
        return True


GET = b"GET /nix-cache-info HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

if kind == "raw":  # raw PORT REQUEST WANTED: sends the bytes (with escapes) and looks for the status
    text = sys.argv[3].encode().decode("unicode_escape").encode("latin-1")
    answer = request(text)
    print(answer[:300])
    first = answer.split(b"\r\n")[0]
    wanted = sys.argv[4].split("|")
    sys.exit(not any((" %s " % w).encode() in first + b" " if w != "none" else answer == b"" for w in wanted))

if kind == "many":  # many PORT LIMIT: one client opens more connections than it may have
    limit = int(sys.argv[3])
    held = [connect() for _ in range(limit)]
    for s in held:  # all of them are answered
        s.sendall(GET.replace(b"close", b"keep-alive"))
        assert b" 200 " in s.recv(65536).split(b"\r\n")[0] + b" "
    more = [connect() for _ in range(20)]
    turned_away = sum(ended(s, 2) for s in more)
    other = request(GET, "127.0.0.2")  # another client is served meanwhile
    print("turned away: %d of 20, other client: %r" % (turned_away, other[:15]))
    for s in held:
        s.close()
    time.sleep(0.5)
    again = request(GET)
    print("afterwards: %r" % again[:15])
    sys.exit(not (turned_away == 20 and b" 200 " in other[:20] and b" 200 " in again[:20]))

if kind == "slow-request":  # slow-request PORT SECONDS: a byte a second, never done
    s = connect()
    start = time.monotonic()
    s.settimeout(1)
    sent = 0
    while time.monotonic() - start < int(sys.argv[3]):
        try:
            s.sendall(GET[sent:sent + 1] if sent < 30 else b"x")
            sent += 1
        except OSError:
            break
        try:
            if s.recv(1) == b"":
                break
        except socket.timeout:
            continue
        except OSError:
            break
    took = time.monotonic() - start
    print("ended after %.1f s" % took)
    sys.exit(took >= int(sys.argv[3]))

if kind in ("stall", "slow-reader"):
    # KIND PORT SECONDS PATH SIZE: asks for a large file and for so long takes nothing of it, or a few bytes;
    # then all that comes, which must not be the whole file any more
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    s.connect(("127.0.0.1", port))
    s.sendall(b"GET %s HTTP/1.1\r\nHost: x\r\n\r\n" % sys.argv[4].encode())
    end = time.monotonic() + int(sys.argv[3])
    n = 0
    while time.monotonic() < end:
        time.sleep(0.1)
        if kind == "slow-reader":
            n += len(s.recv(5000))
    n += len(whole(s))
    size = int(sys.argv[5])
    print("%d of %d bytes came" % (n, size))
    sys.exit(n >= size)

if kind == "idle":  # idle PORT SECONDS: keeps a connection open and says nothing
    s = connect()
    s.sendall(GET.replace(b"close", b"keep-alive"))
    s.recv(65536)
    start = time.monotonic()
    ok = ended(s, int(sys.argv[3]))
    print("ended: %s after %.1f s" % (ok, time.monotonic() - start))
    sys.exit(not ok)

sys.exit("no such kind")
