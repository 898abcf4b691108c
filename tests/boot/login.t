#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The image boots, on the serial line and on the screen; root logs in and uses it; what is written is there
after a clean halt, and the file system is whole."""
import os
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.dirname(__file__))
from machine import BOOT, Machine, Tests, drive, need_qemu, skip_all, store_path  # noqa: E402

need_qemu()
image = os.path.join(store_path("hurd-image"), "disk.img")
programs = os.path.join(store_path("hurd-tests"), "disk.img")
t = Tests()
scratch = tempfile.mkdtemp(prefix="boot-hurd-boot.")
disk = os.path.join(scratch, "disk,img")
shutil.copyfile(image, disk)


def first_boot():
    with Machine(disk, keep=True, more=["-drive", drive(programs, 1, False)]) as m:
        at = t.check(f"a login prompt on the serial line within {BOOT} s, root logs in", m.login)
        if at is None:
            return
        t.note(f"login prompt {at:.1f} s after power-on")
        t.check("a login prompt on the screen", m.on_screen, "login:", 60)
        said = t.check("uname -a", m.must, "uname -a")
        t.ok("… names the Hurd and the kernel", said and "GNU" in said and "i" in said, said)
        t.note((said or "").strip())
        t.check("a file is written, synced", m.must,
                "echo what was written >/root/kept && mkdir /root/folder && sync")
        t.check("a translator set by hand answers", m.must,
                "settrans -ac /tmp/hello /hurd/hello && test \"$(cat /tmp/hello)\" = 'Hello, world!'")
        t.check("… and is gone when it is told to go", m.must,
                "settrans -fg /tmp/hello && test ! -s /tmp/hello")
        t.check("a passive translator starts when it is needed", m.must,
                "settrans -c /root/null /hurd/null && echo gone >/root/null && test ! -s /root/null")
        t.check("a second disk is mounted by setting ext2fs", m.must,
                "settrans -ac /mnt /hurd/ext2fs --readonly /dev/hd1 && ls /mnt/bin")
        t.check("tmpfs", m.must, "settrans -ac /tmp/memory /hurd/tmpfs 1M && cp /bin/dash /tmp/memory && "
                "cmp /bin/dash /tmp/memory/dash")
        t.check("pipes, sed, grep, awk, tar, gzip, sort", m.must,
                "cd /tmp && tar cf - -C /etc passwd group | gzip | gzip -d | tar xf - && "
                "grep -c : passwd | awk '{ exit $1 != 4 }' && sed -n '/^root/p' group | sort | grep root")
        t.check("ps shows the servers", m.must, "ps -ef 2>/dev/null | grep -q /hurd/exec || ps -A | grep -q exec")
        t.check("/dev/random gives what it is asked for, and each time something else", m.must,
                "cd /tmp && head -c 1000 /dev/random >a && head -c 1000 /dev/urandom >b && "
                "test \"$(wc -c <a)\" = 1000 && test \"$(wc -c <b)\" = 1000 && ! cmp -s a b")
        t.check("GNU awk", m.must, "awk --version | grep -q 'GNU Awk' && "
                "test \"$(echo 1 2 3 | gawk '{ print $1 + $2 * $3 }')\" = 7")
        programs_run(m)
        compiler_runs(m)
        t.check("halt", m.send, "halt\n")
        t.check("… ends in a halted machine", m.on_screen, "(?i)halted|tight loop|press any key", 60)


def programs_run(m):
    for name in "hello", "hello-static", "hello++", "hello++-static":
        status, said = m.run(f"LD_LIBRARY_PATH=/mnt/lib /mnt/bin/{name}", 60)
        t.ok(f"{name}: a cross-compiled program", status == 0, f"exit status {status}: {said}")
    status, said = m.run("/mnt/bin/run >/tmp/results; tail -n 1 /tmp/results", 600)
    line = said.strip().splitlines()[-1] if said.strip() else ""
    t.note(f"gcc.c-torture: {line}")
    words = line.split()
    passed = int(words[0]) if words and words[0].isdigit() else 0
    total = int(words[2]) if len(words) > 2 and words[2].isdigit() else 0
    _, failures = m.run("grep '^not ok' /tmp/results")
    t.ok("gcc.c-torture: at least 190 programs ran, at least 98 % pass", total >= 190 and passed * 100 >= total * 98,
         f"{said}\n{failures}")


SOCKETS = r"""
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
int main(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t n = sizeof a;
	char said[6] = "";
	int l = socket(AF_INET, SOCK_STREAM, 0), c = socket(AF_INET, SOCK_STREAM, 0), s;
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(l, (void *)&a, n) || listen(l, 1) || getsockname(l, (void *)&a, &n))
		return perror("listen"), 1;
	if (connect(c, (void *)&a, n) || (s = accept(l, NULL, NULL)) < 0)
		return perror("connect"), 1;
	if (write(c, "hello", 5) != 5 || read(s, said, 5) != 5)
		return perror("talk"), 1;
	puts(said);
	return strcmp(said, "hello");
}
"""


def compiler_runs(m):
    """The system compiles programs for itself; the one that is tried talks TCP, over pfinet's loopback."""
    m.must("cd /tmp && : >sockets.c")
    for line in SOCKETS.strip().splitlines():
        quoted = line.strip().replace("'", "'\\''")
        m.must(f"printf '%s\\n' '{quoted}' >>sockets.c")
    t.check("tcc compiles a program in the system", m.must, "tcc -o sockets sockets.c", 120)
    t.check("… that runs, and speaks TCP with itself", m.must, "test \"$(./sockets)\" = hello", 60)


def second_boot():
    with Machine(disk, keep=True) as m:
        if t.check("the same disk boots again", m.login) is None:
            return
        t.check("what was written is there", m.must, "test \"$(cat /root/kept)\" = 'what was written' && test -d /root/folder")
        t.check("… the passive translator too", m.must, "test \"$(showtrans /root/null)\" = /hurd/null")
        said = t.check("fsck found nothing to repair", m.must, "cat /var/log/fsck")
        t.ok("… and says so", said and "clean" in said, said)
        t.check("reboot", m.send, "reboot\n")
        t.check("… ends the machine", m.ended, 60)


def third_boot():
    """By the keyboard and the screen alone."""
    with Machine(disk, keep=True) as m:
        try:
            m.on_screen("login:", BOOT)
            m.type("root\n")
            text = m.on_screen("^#", 60)
            m.type("uname\n")
            text = m.on_screen("^GNU", 60)
        except Exception as problem:  # pylint: disable=broad-except
            t.ok("root logs in on the screen, by the keyboard", False, problem)
            return
        t.ok("root logs in on the screen, by the keyboard", True)
        picture = os.environ.get("BOOT_HURD_PICTURE")
        if picture:
            m.picture(os.path.abspath(picture))


try:
    first_boot()
    second_boot()
    third_boot()
finally:
    shutil.rmtree(scratch)
t.done()
