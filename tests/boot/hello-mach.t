#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cross-compiled task with stubs by our MIG, on a GNU Mach that somebody else compiled: what the cross
toolchain and MIG make is understood by the kernel. Needs no source of the Hurd."""
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
from machine import Machine, Problem, Tests, need_qemu, store_path  # noqa: E402

need_qemu()
folder = store_path("hello-mach")
t = Tests()
boot = ["-kernel", os.path.join(folder, "boot/gnumach"), "-append", "console=com0",
        "-initrd", os.path.join(folder, "boot/hello")
        + " ${host-port} ${device-port} $(task-create) $(task-resume)"]
with Machine(memory=128, more=boot) as m:
    try:
        m.expect("^GNU Mach", 60)
        m.expect("hello from i586-pc-gnu\n", 60)
        t.ok("the task says hello", True)
        m.expect("^hello: .*\n", 60)
        checks = [line for line in m.log.splitlines() if line.startswith(("ok - ", "not ok - "))]
        for line in checks:
            t.ok(line.split(" - ", 1)[1], line.startswith("ok"))
        t.ok("all checks were made", len(checks) == 5, m.log)
        m.ended(60)
        t.ok("it reboots the machine", True)
    except Problem as problem:
        t.ok("the task runs to its end", False, problem)
t.done()
