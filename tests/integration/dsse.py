# SPDX-License-Identifier: GPL-3.0-or-later
"""dsse.py ENVELOPE KEY: whether a DSSE envelope is signed by KEY (a file NAME:BASE64), as securesystemslib sees it,
the library of in-toto and TUF. Exit status 1 when it is not, 77 when there is no securesystemslib."""
import base64
import json
import sys

try:
    from securesystemslib.signer import Signature, SSlibKey
except ImportError:
    sys.exit(77)
with open(sys.argv[1], encoding="utf-8") as f:
    envelope = json.load(f)
with open(sys.argv[2], encoding="utf-8") as f:
    public = base64.b64decode(f.read().split(":")[1])
keyid = envelope["signatures"][0]["keyid"]
key = SSlibKey(keyid, "ed25519", "ed25519", {"public": public.hex()})
payload = base64.b64decode(envelope["payload"])
kind = envelope["payloadType"].encode()
signed = b" ".join([b"DSSEv1", b"%d" % len(kind), kind, b"%d" % len(payload), payload])
try:
    from securesystemslib.dsse import Envelope  # newer ones do all of it
except ImportError:
    Envelope = None
try:
    if Envelope:
        Envelope.from_dict(envelope).verify([key], 1)
    key.verify_signature(Signature(keyid, base64.b64decode(envelope["signatures"][0]["sig"]).hex()), signed)
except Exception as e:  # each release has its own
    sys.exit("securesystemslib: %s" % e)
