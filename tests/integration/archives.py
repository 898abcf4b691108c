#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes archives to a folder: good-* must unpack, bad-* must be refused."""
import gzip
import io
import os
import struct
import sys
import tarfile
import zipfile

out = sys.argv[1]
os.makedirs(out)


def entry(name, data=b"x", kind=tarfile.REGTYPE, link="", mode=0o644, **more):
    t = tarfile.TarInfo(name)
    t.type, t.linkname, t.mode = kind, link, mode
    t.size = len(data) if kind == tarfile.REGTYPE else 0
    for k, v in more.items():
        setattr(t, k, v)
    return t, data


def tar(name, *entries, fmt=tarfile.PAX_FORMAT, mode="w"):
    with tarfile.open(os.path.join(out, name), mode, format=fmt) as t:
        for info, data in entries:
            t.addfile(info, io.BytesIO(data))


def raw(name, data):
    with open(os.path.join(out, name), "wb") as f:
        f.write(data)


def tar_bytes(*entries):
    b = io.BytesIO()
    with tarfile.open(fileobj=b, mode="w") as t:
        for info, data in entries:
            t.addfile(info, io.BytesIO(data))
    return b.getvalue()


def lzw(data):
    """A file as compress makes it, which says each byte by its own code. Codes grow by a bit when the table of
    sequences has grown by that much; those of a width come in groups of 8."""
    packed, i = b"\x1f\x9d\x90", 0
    for bits in range(9, 17):
        n = 2**bits - 256 - i if bits < 16 else len(data)
        codes = data[i:i + n]
        groups = (len(codes) + 7) // 8
        packed += sum(c << bits * k for k, c in enumerate(codes)).to_bytes(groups * bits, "little")
        i += n
    return packed


SYM, HARD, DIR = tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE
plain = entry("top/file")

# good
for fmt, n in ((tarfile.PAX_FORMAT, "pax"), (tarfile.GNU_FORMAT, "gnu"), (tarfile.USTAR_FORMAT, "ustar")):
    tar("good-%s.tar" % n, plain, entry("top/sub/run", mode=0o755), fmt=fmt)
for m in ("gz", "bz2", "xz"):
    tar("good-" + m + ".tar." + m, plain, mode="w:" + m)
raw("good-compress.tar.Z", lzw(tar_bytes(plain)))
tar("good-long-names.tar", entry("top/" + "/".join(["n" * 200] * 4) + "/file"))
tar("good-links.tar", plain, entry("top/l", kind=SYM, link="file"), entry("top/h", kind=HARD, link="top/file"),
    entry("top/sub/up", kind=SYM, link="../file"))
tar("good-dots.tar", entry("./top/./file"), entry("./top//other"))
tar("good-no-top.tar", entry("a"), entry("b"))
tar("good-latin1-name.tar", entry("top/caf\udce9"), fmt=tarfile.GNU_FORMAT)
tar("good-twice.tar", plain, entry("top/file", b"newer"))
tar("good-setuid-dropped.tar", entry("top/su", mode=0o6755), entry("top/file"))
tar("good-owner.tar", entry("top/file", uid=12345, gid=54321, uname="nobody", mtime=10**9))
with zipfile.ZipFile(os.path.join(out, "good-zip.zip"), "w") as z:
    z.writestr("top/file", "x")
with zipfile.ZipFile(os.path.join(out, "good-zip-utf8.zip"), "w") as z:
    z.writestr("top/caf\u00e9", "x")
tar("good-pax-utf8.tar", plain, entry("top/caf\u00e9"), entry("top/l", kind=SYM, link="caf\u00e9"))
tar("good-link-to-root.tar", plain, entry("other"), entry("top/up", kind=SYM, link=".."))
tar("good-link-ring.tar", plain, entry("top/a", kind=SYM, link="b"), entry("top/b", kind=SYM, link="a"))
deb_data = tar_bytes(entry("./usr/share/doc/x"), entry("./usr/bin/y", mode=0o755))


def ar(*members):
    b = b"!<arch>\n"
    for n, d in members:
        b += b"%-16s%-12d%-6d%-6d%-8s%-10d`\n" % (n, 0, 0, 0, b"100644", len(d)) + d + b"\n" * (len(d) % 2)
    return b


raw("good-deb.deb", ar((b"debian-binary", b"2.0\n"), (b"control.tar", tar_bytes(entry("./control"))),
                       (b"data.tar", deb_data)))

# bad: paths
up = os.path.dirname(os.path.abspath(out))
for i, name in enumerate(["../escaped", "top/../../escaped", "/tmp/boot-hurd-escaped", "top/..", "..", "../../../../escaped",
                          "top/../../../etc/escaped", "./../escaped", "a/./../../escaped", up + "/escaped"]):
    tar("bad-path-%d.tar" % i, plain, entry(name))
    with zipfile.ZipFile(os.path.join(out, "bad-zip-path-%d.zip" % i), "w") as z:
        z.writestr("top/file", "x")
        z.writestr(zipfile.ZipInfo(name), "x")
# bad: links
for i, (name, link) in enumerate([("top/l", "/etc/passwd"), ("top/l", "../../x"), ("l", ".."), ("l", "../x"), ("a/b/l", "../../../x"),
                                  ("top/l", "sub/../../../x"), ("top/l", "./../../x")]):
    tar("bad-link-%d.tar" % i, plain, entry(name, kind=SYM, link=link))
tar("bad-link-out-of-top.tar", plain, entry("top/l", kind=SYM, link="../x"))
# Each link alone stays inside; by way of another one it does not.
tar("bad-link-chain.tar", entry("top/a/b/c/up", kind=SYM, link="../.."), entry("top/e", kind=SYM, link="a/b/c/up/../.."))
tar("bad-link-chain-late.tar", entry("top/e", kind=SYM, link="a/b/up/../x"), entry("top/a/b/up", kind=SYM, link="../.."))
tar("bad-link-empty.tar", plain, entry("top/l", kind=SYM, link=""))
tar("bad-through-link.tar", entry("top/d", kind=SYM, link="sub"), entry("top/d/escaped"))
tar("bad-link-then-folder.tar", entry("top/d", kind=SYM, link="sub"), entry("top/d", kind=DIR))
tar("bad-link-then-file.tar", entry("top/d", kind=SYM, link="file"), entry("top/d"))
tar("bad-link-twice.tar", entry("top/d", kind=SYM, link="file"), entry("top/d", kind=SYM, link="other"))
tar("bad-folder-then-file.tar", entry("top/d", kind=DIR), entry("top/d"))
tar("bad-file-as-folder.tar", plain, entry("top/file/below"))
tar("bad-hard-outside.tar", plain, entry("top/h", kind=HARD, link="/etc/passwd"))
tar("bad-hard-up.tar", plain, entry("top/h", kind=HARD, link="../../etc/passwd"))
tar("bad-hard-missing.tar", plain, entry("top/h", kind=HARD, link="top/nothing"))
tar("bad-hard-to-link.tar", plain, entry("top/l", kind=SYM, link="file"), entry("top/h", kind=HARD, link="top/l"))
tar("bad-hard-to-folder.tar", entry("top/d", kind=DIR), entry("top/h", kind=HARD, link="top/d"))
# bad: nodes
for kind, n in ((tarfile.CHRTYPE, "char"), (tarfile.BLKTYPE, "block"), (tarfile.FIFOTYPE, "fifo")):
    tar("bad-%s-device.tar" % n, plain, entry("top/dev", kind=kind, devmajor=1, devminor=3))
# bad: bytes
good = tar_bytes(plain, entry("top/more", b"y" * 5000))
raw("bad-empty", b"")
raw("bad-text", b"this is not an archive\n" * 10)
raw("bad-zeros", b"\0" * 10240)
raw("bad-random", bytes((i * 7919 + 13) % 256 for i in range(4096)))
raw("bad-cut-header.tar", good[:300])
raw("bad-cut-body.tar", good[:2000])
raw("bad-checksum.tar", good[:148] + b"000000\0 " + good[156:])
raw("bad-size-negative.tar", good[:124] + b"\xff" * 12 + good[136:])
raw("bad-cut.tar.gz", gzip.compress(good)[:60])
raw("bad-lone.gz", gzip.compress(b"no archive inside"))
raw("bad-cut.tar.Z", lzw(good)[:400])
raw("bad-text.tar.Z", b"\x1f\x9dtop/e" + bytes(1024))
raw("bad-magic.xz", b"\xfd7zXZ\0" + b"\0" * 100)
raw("bad-cut.zip", open(os.path.join(out, "good-zip.zip"), "rb").read()[:40])
raw("bad-deb-no-data.deb", ar((b"debian-binary", b"2.0\n"), (b"data.tar", b"nothing")))
raw("bad-deb-escape.deb", ar((b"debian-binary", b"2.0\n"), (b"data.tar", tar_bytes(entry("../escaped")))))
raw("bad-pax-size.tar", good[:156] + b"x" + good[157:257] + b"ustar\00000" + good[265:])
# bad: bombs
tar("bad-deep.tar", entry("top/" + "d/" * 2000 + "file"))
tar("bad-long-name.tar", entry("top/" + "n" * 300))
with tarfile.open(os.path.join(out, "bad-bomb.tar.gz"), "w:gz", compresslevel=9) as t:
    zeros = tarfile.TarInfo("top/zeros")
    zeros.size = 300 << 20
    with open("/dev/zero", "rb") as f:
        t.addfile(zeros, f)
header = bytearray(entry("top/huge", b"")[0].tobuf(tarfile.GNU_FORMAT))
header[124:136] = b"\x80" + struct.pack(">xxxQ", 1 << 45)
header[148:156] = b"        "
header[148:156] = b"%06o\0 " % sum(header)
raw("bad-huge-claim.tar", bytes(header) + b"x" * 512)
# bad: pax records that are damaged, or say another size than that of the data
def pax(records):
    head = tarfile.TarInfo("x")
    head.type, head.size = tarfile.XHDTYPE, len(records)
    return (head.tobuf(tarfile.USTAR_FORMAT) + records + b"\0" * (-len(records) % 512)
            + tar_bytes(entry("top/file", b"fourteen bytes")))


for i, records in enumerate([b"99 path=top/x\n", b"5 path=top/x\n", b"15 pathxtop/fil\n", b"17 path=top/file ", b"0 path=x\n",
                             b"-3 path=x\n", b"x path=y\n", b"17 path=top/file\ngarbage", b"999999999999999999999 path=x\n",
                             b"22 GNU.sparse.major=7\n22 GNU.sparse.minor=0\n", b"29 GNU.sparse.realsize=20000\n"]):
    raw("bad-pax-%02d.tar" % i, pax(records))
raw("good-pax-unknown.tar", pax(b"20 SCHILY.xattr.x=y\n"))
# bad: a decompressor behind another
raw("bad-gzip-twice.tar.gz", gzip.compress(gzip.compress(good)))
# One member of a cpio archive; what follows is not a header, so libarchive looks for the next one.
raw("member.cpio", b"070707" + b"000001000001100644000001000001000001000000" + b"%011o" % 0 + b"%06o" % 7 + b"%011o" % 1
    + b"member\0x")
