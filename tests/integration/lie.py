# SPDX-License-Identifier: GPL-3.0-or-later
# lie.py SECRET INDEX: in the index of one's own, every object becomes another; signed again.
import base64
import hashlib
import os
import subprocess
import sys
import tempfile

secret, index = sys.argv[1:]
_, key = open(secret).read().strip().split(":")
lines = open(index).read().split("\n")[:-2]
lines[4:] = [" ".join([x.split()[0], "f" * 64] + x.split()[2:]) for x in lines[4:]]
body = ("\n".join(lines) + "\n").encode()
# an Ed25519 private key in PKCS #8 is these 16 bytes, then the seed
der = bytes.fromhex("302e020100300506032b657004220420") + base64.b64decode(key)[:32]
with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    open("key", "wb").write(der)
    open("body", "wb").write(b"boot-hurd signature 1\n%s\n" % hashlib.sha256(body).hexdigest().encode())
    subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", "key", "-keyform", "DER",
                    "-in", "body", "-out", "signature"], check=True)
    signature = base64.b64encode(open("signature", "rb").read())
open(index, "wb").write(body + b"signature " + signature + b"\n")
