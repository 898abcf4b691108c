#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks at what an alarm_server.py got.

usage: alarm_check.py signatures DIR PUBLIC-KEY-FILE   every call is signed by that key (openssl looks)
       alarm_check.py complete DIR DATABASE            every change that was noted has been told, and each
                                                       but under one id; nothing else has
"""
import base64
import glob
import json
import os
import sqlite3
import subprocess
import sys
import tempfile


def calls(top):
    for path in sorted(glob.glob(os.path.join(top, "hook", "[0-9]*"))):
        if path.endswith(".new"):
            continue
        with open(path) as f:
            yield json.load(f)


def signatures(top, key_file):
    with open(key_file) as f:
        raw = base64.b64decode(f.read().strip().split(":")[1])
    seen = 0
    with tempfile.TemporaryDirectory() as tmp:
        paths = [os.path.join(tmp, n) for n in ("key", "text", "sig")]
        with open(paths[0], "wb") as f:
            f.write(bytes.fromhex("302a300506032b6570032100") + raw)
        for call in calls(top):
            h = call["headers"]
            body = base64.b64decode(call["body"])
            kind, sig = h["webhook-signature"].split(",")
            assert kind == "v1a", kind
            with open(paths[1], "wb") as f:
                f.write(("%s.%s." % (h["webhook-id"], h["webhook-timestamp"])).encode() + body)
            with open(paths[2], "wb") as f:
                f.write(base64.b64decode(sig))
            subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", paths[0],
                            "-rawin", "-in", paths[1], "-sigfile", paths[2]], check=True, stdout=subprocess.DEVNULL)
            seen += 1
    assert seen, "no call has come"
    print(seen, "calls")


def complete(top, database):
    db = sqlite3.connect("file:%s?mode=ro" % database, uri=True)
    noted = {i for (i,) in db.execute(
        "SELECT c.id FROM changes c JOIN runs r ON r.id = c.run WHERE r.plan <> '' AND"
        " (c.was <> '' OR c.now IN ('differs', 'inherits', 'failed', 'other', 'left'))")}
    waiting = db.execute("SELECT count(*) FROM messages WHERE state IN ('waiting', 'planned')").fetchone()[0]
    told = {}
    for call in calls(top):
        body = json.loads(base64.b64decode(call["body"]))
        for c in body["changes"]:
            told.setdefault(c["change"], set()).add((call["headers"]["webhook-id"], c["output"], c["was"], c["now"]))
    assert waiting == 0, "%d messages wait" % waiting
    assert noted == set(told), "not told: %s; not noted: %s" % (noted - set(told), set(told) - noted)
    twice = {k: v for k, v in told.items() if len(v) != 1}
    assert not twice, "told under two ids: %s" % twice
    assert noted, "nothing has changed"
    print(len(noted), "changes in", len(list(calls(top))), "calls")


{"signatures": signatures, "complete": complete}[sys.argv[1]](*sys.argv[2:])
