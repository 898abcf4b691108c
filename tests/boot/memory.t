#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The image boots with the least memory that `boot-hurd vm` gives, with little, usual and much."""
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
from machine import Machine, Problem, Tests, need_qemu, store_path  # noqa: E402

need_qemu()
image = os.path.join(store_path("hurd-image"), "disk.img")
t = Tests()
for memory in 64, 256, 512, 1024:
    with Machine(image, memory=memory) as m:
        try:
            at = m.login()
            said = m.must("uname -s")
            t.ok(f"{memory} MiB: a login prompt, root logs in", "GNU" in said, said)
            t.note(f"login prompt {at:.1f} s after power-on")
        except Problem as problem:
            t.ok(f"{memory} MiB: a login prompt, root logs in", False, f"{problem}\n{m.screen()}")
t.done()
