#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The power is cut while the system writes; the next boot repairs the file system and reaches the prompt."""
import os
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.dirname(__file__))
from machine import Machine, Problem, Tests, need_qemu, store_path  # noqa: E402

need_qemu()
image = os.path.join(store_path("hurd-image"), "disk.img")
t = Tests()
scratch = tempfile.mkdtemp(prefix="boot-hurd-boot.")
disk = os.path.join(scratch, "disk.img")
shutil.copyfile(image, disk)
# Writes without end: new files, a growing one, files that go; each round synced.
WRITE = ("n=0; while :; do n=$((n + 1)); mkdir -p /root/d$((n % 7)); cp /bin/dash /root/d$((n % 7))/f$n; "
         "cat /etc/passwd >>/root/grows; rm -f /root/d$(((n + 3) % 7))/f$((n - 4)); sync; echo round $n; done\n")


def cut(rounds):
    """Boots, writes, and is gone in the middle of it."""
    with Machine(disk, keep=True) as m:
        m.login()
        m.must(f"echo {rounds} >/root/before && sync")
        m.send(WRITE)
        m.expect(rf"^round {rounds}$", 300)
        m.read(0.3)


def boot(rounds):
    """Boots with what is left."""
    with Machine(disk, keep=True, reboot=True) as m:
        shown = m.on_screen("not cleanly unmounted", 120)
        t.ok("the next boot sees that it was not unmounted", True)
        m.login(300)
        t.ok("… repairs it and reaches the login prompt", True)
        t.note(f"login prompt {m.age():.1f} s after power-on, " + ("repaired" if "UNEXPECTED" in shown else "preened"))
        said = m.must("cat /var/log/fsck")
        t.ok("… it is whole then", ": clean" in said, said)
        t.ok("what had been synced is there", m.must("cat /root/before") == f"{rounds}\n")
        m.must("echo written >/root/after && sync && rm -r /root/d? /root/grows")
        t.ok("… and it can be written to", True)
        m.send("halt\n")
        m.on_screen("(?i)halted|tight loop|press any key", 60)


try:
    for count in 3, 9:
        try:
            cut(count)
            t.ok(f"the power was cut in the middle of writing, after round {count}", True)
            boot(count)
        except Problem as problem:
            t.ok("as it should be", False, problem)
finally:
    shutil.rmtree(scratch)
t.done()
