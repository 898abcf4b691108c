#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""type.py FOLDER LINE: an interactive zsh in a terminal of its own sources FOLDER/setup.zsh, which makes FOLDER/ready;
then LINE and a Tab are typed, and FOLDER/finished is awaited. Prints what the shell showed."""
import os
import pty
import select
import signal
import sys
import time

folder, line = sys.argv[1:]
pid, fd = pty.fork()
if pid == 0:
    os.environ["TERM"] = "xterm"
    os.execvp("zsh", ["zsh", "-f", "-i"])


def until(name):
    """Reads what comes until the file NAME is there, at most two minutes."""
    end = time.monotonic() + 120
    while not os.path.exists(os.path.join(folder, name)):
        if time.monotonic() > end:
            return False
        if select.select([fd], [], [], 0.05)[0]:
            try:
                sys.stdout.write(os.read(fd, 65536).decode(errors="replace"))
            except OSError:
                return False
    return True


os.write(fd, ("source %s/setup.zsh\n" % folder).encode())
done = until("ready")
if done:
    os.write(fd, (line + "\t").encode())
    done = until("finished")
os.kill(pid, signal.SIGKILL)
os.waitpid(pid, 0)
sys.exit(0 if done else 1)
