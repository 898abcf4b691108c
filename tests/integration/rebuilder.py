# SPDX-License-Identifier: GPL-3.0-or-later
"""rebuilder.py URL FILE SCRATCH: asks a rebuilder at URL for confirmations of the Debian package FILE, in the steps of
repro-threshold 0.1.2 (its src/http.rs and src/attestation.rs, as read): the keys, the records of name, version and
architecture, each record's attestation; in-toto itself checks these. Prints how many confirm FILE; exit status 1
when none does, 77 when there is no in-toto."""
import base64
import hashlib
import json
import subprocess
import sys
import urllib.parse
import urllib.request

try:
    from in_toto.models.metadata import Metablock
    from securesystemslib.keys import format_metadata_to_key
except ImportError:
    sys.exit(77)
url, file = sys.argv[1].rstrip("/"), sys.argv[2]


def get(path, **query):
    with urllib.request.urlopen(url + path + ("?" + urllib.parse.urlencode(query) if query else "")) as answer:
        return answer.read()


def control(field):
    return subprocess.run(["dpkg-deb", "-f", file, field], check=True, stdout=subprocess.PIPE).stdout.decode().strip()


# Of control archives it reads control.tar.xz only, and in it ./control.
members = subprocess.run(["ar", "t", file], check=True, stdout=subprocess.PIPE).stdout.decode().split()
if members != ["debian-binary", "control.tar.xz", "data.tar.xz"]:
    sys.exit("not the members of a package: %r" % members)
pem = json.loads(get("/api/v1/meta/public-keys"))["current"][0]
der = base64.b64decode("".join(pem.split("\n")[1:-2]))
# SubjectPublicKeyInfo of 1.3.101.112 with NULL: in-toto's crate for Rust reads no other
if der[:14] != bytes.fromhex("302c300706032b65700500032100") or len(der) != 46:
    sys.exit("not the form of a key that is read: " + der.hex())
key, _ = format_metadata_to_key({
    "keytype": "ed25519", "scheme": "ed25519", "keyid_hash_algorithms": ["sha256", "sha512"],
    "keyval": {"public": der[14:].hex()}})
with open(file, "rb") as f:
    digest = hashlib.sha256(f.read()).hexdigest()
search = json.loads(get("/api/v1/packages/binary", name=control("Package"), version=control("Version"),
                        architecture=control("Architecture")))
confirmed = 0
for record in search["records"]:
    if record["build_id"] is None or record["artifact_id"] is None:
        continue
    raw = get("/api/v1/builds/%d/artifacts/%d/attestation" % (record["build_id"], record["artifact_id"]))
    parsed = json.loads(raw)
    if parsed["signed"]["_type"] != "link":
        sys.exit("not a link")
    with open(sys.argv[3], "wb") as f:
        f.write(raw)
    metablock = Metablock.load(sys.argv[3])
    if all(s["keyid"] != key["keyid"] for s in metablock.signatures):
        continue
    try:
        metablock.verify_signature(key)
    except Exception as e:  # of several modules
        print("in-toto: %r" % e)
        continue
    confirmed += any(p.get("sha256") == digest for p in metablock.signed.products.values())
print("%d of %d records confirm it" % (confirmed, len(search["records"])))
sys.exit(confirmed == 0)
