# SPDX-License-Identifier: GPL-3.0-or-later
"""A virtual machine, driven over its serial line, and TAP for tests with it.

qemu runs under TCG without a screen. Its serial line is a pipe; its monitor is asked for what the VGA
console shows. Whatever is waited for has a bounded time.
"""
import json
import os
import re
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time

QEMU = "qemu-system-i386"
# Seconds to a login prompt that are allowed, and for one command; a busy machine is slow.
BOOT = 120
COMMAND = 60


class Problem(Exception):
    """What a test waited for did not come."""


class Tests:
    """Prints TAP: ok() for each test, done() at the end."""

    def __init__(self):
        self.number = 0
        self.failed = 0

    def ok(self, name, passed, said=""):
        self.number += 1
        if not passed:
            self.failed += 1
        print(f"{'ok' if passed else 'not ok'} {self.number} - {name}", flush=True)
        if not passed and said:
            for line in str(said).splitlines()[-40:]:
                print("#", line.rstrip(), flush=True)
        return passed

    def note(self, text):
        print("#", text, flush=True)

    def check(self, name, function, *args):
        """One test: FUNCTION must return without a Problem. Returns what it returns."""
        try:
            result = function(*args)
        except Problem as problem:
            self.ok(name, False, problem)
            return None
        self.ok(name, True)
        return True if result is None else result

    def done(self):
        print(f"1..{self.number}", flush=True)
        sys.exit(1 if self.failed else 0)


def skip_all(reason):
    print(f"1..0 # SKIP {reason}")
    sys.exit(0)


def need_qemu():
    if not shutil.which(QEMU):
        skip_all(f"there is no {QEMU}: apt-get install qemu-system-x86")


def sources(target):
    """The options that name local trees for sources that TARGET stands on: see tests/boot/run."""
    return [] if target == "hello-mach" else os.environ.get("BOOT_SOURCES", "").split()


def store_path(target):
    """Where the output of TARGET is in the store; skips all tests when it has not been built."""
    program = os.path.join(os.environ.get("BUILD", "build"), "bin", "boot-hurd")
    try:
        said = subprocess.run([program, "store", "path", *sources(target), target], capture_output=True, text=True,
                              check=False)
    except OSError as error:
        skip_all(f"{program}: {error.strerror}")
    if said.returncode != 0:
        skip_all(f"{target} has not been built here: boot-hurd build {target}")
    return said.stdout.strip()


class Machine:
    """One run of qemu, from power-on until it is closed."""

    def __init__(self, disk=None, memory=512, keep=False, reboot=False, more=()):
        """DISK is the first disk's image; what is written to it is lost unless KEEP. A reboot ends qemu
        unless REBOOT."""
        self.folder = tempfile.mkdtemp(prefix="boot-hurd-vm.")
        monitor = os.path.join(self.folder, "monitor")
        words = [QEMU, "-accel", "tcg", "-m", str(memory), "-display", "none", "-net", "none",
                 "-chardev", "stdio,id=line,signal=off", "-serial", "chardev:line",
                 "-qmp", f"unix:{monitor},server=on,wait=off"]
        if disk:
            words += ["-drive", drive(disk, 0, keep)]
        if not reboot:
            words.append("-no-reboot")
        self.begun = time.monotonic()
        self.process = subprocess.Popen(words + list(more), stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        os.set_blocking(self.process.stdout.fileno(), False)
        self.log = ""       # all that came
        self.seen = 0       # so much of it has been expected
        self.monitor_path = monitor
        self.monitor = None
        self.marks = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def age(self):
        """Seconds since power-on."""
        return time.monotonic() - self.begun

    def close(self):
        """Cuts the power."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
        if self.monitor:
            self.monitor.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def read(self, seconds):
        """Takes what comes within SECONDS. Returns whether the line is still there."""
        ready, _, _ = select.select([self.process.stdout], [], [], seconds)
        if not ready:
            return self.process.poll() is None
        more = self.process.stdout.read()
        if not more:
            return False
        self.log += more.decode("latin-1").replace("\r", "")
        return True

    def expect(self, pattern, seconds):
        """Waits until PATTERN has come since the last time. Returns the match."""
        end = time.monotonic() + seconds
        alive = True
        while True:
            match = re.compile(pattern, re.M).search(self.log, self.seen)
            if match:
                self.seen = match.end()
                return match
            left = end - time.monotonic()
            if left <= 0 or not alive:
                why = f"within {seconds} s" if alive else "before the machine ended"
                raise Problem(f"{pattern!r} did not come {why}; what came:\n"
                              + self.log[self.seen:][-2000:] + self.shown())
            alive = self.read(min(left, 1))

    def send(self, text):
        self.process.stdin.write(text.encode("latin-1"))
        self.process.stdin.flush()

    def ended(self, seconds):
        """Waits for the machine's own end."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if not self.read(0.2) and self.process.poll() is not None:
                return
        raise Problem(f"the machine did not end within {seconds} s:\n" + self.log[-1000:])

    # the system in it

    def login(self, seconds=BOOT):
        """Waits for the prompt, logs in as root. Returns the prompt's time."""
        self.expect(r"login: ", seconds)
        at = self.age()
        self.send("root\n")
        self.expect(r"^# ", COMMAND)
        # No line editing, no second prompt: what comes is what was asked for.
        self.send("PS1= PS2=; stty -echo\n")
        self.run("true")
        return at

    def run(self, command, seconds=COMMAND):
        """Runs a shell COMMAND. Returns its exit status and what it said."""
        self.marks += 1
        mark = f"end-{self.marks}-of-command"
        # The mark is typed in two parts, so that an echo of the line is not taken for it.
        self.send(f"{command}\necho \"{mark[:5]}\"\"{mark[5:]}\" $?\n")
        start = self.seen
        match = self.expect(re.escape(mark) + r" (\d+)\n", seconds)
        return int(match.group(1)), self.log[start:match.start()]

    def must(self, command, seconds=COMMAND):
        """Runs COMMAND, which must succeed. Returns what it said."""
        status, said = self.run(command, seconds)
        if status != 0:
            raise Problem(f"{command}: exit status {status}:\n{said}")
        return said

    # the monitor

    def ask(self, command):
        """Gives COMMAND to qemu's monitor and waits until it is carried out."""
        if not self.monitor:
            end = time.monotonic() + COMMAND
            while not os.path.exists(self.monitor_path) and time.monotonic() < end:
                time.sleep(0.1)
            line = socket.socket(socket.AF_UNIX)
            line.settimeout(COMMAND)
            try:
                line.connect(self.monitor_path)
            except OSError as error:
                raise Problem(f"qemu's monitor: {error.strerror}\n{self.log}") from error
            self.monitor = line.makefile("rw")
            line.close()
            self.monitor.readline()  # its greeting
            self.order("qmp_capabilities")
        said = self.order("human-monitor-command", {"command-line": command})
        if said:
            raise Problem(f"qemu: {command}: {said}")

    def order(self, name, arguments=None):
        """One exchange with the monitor. Returns its answer."""
        json.dump({"execute": name, "arguments": arguments or {}}, self.monitor)
        self.monitor.flush()
        for line in self.monitor:
            answer = json.loads(line)
            if "return" in answer:
                return answer["return"]
            if "error" in answer:
                raise Problem(f"qemu: {name}: {answer['error']['desc']}")
        raise Problem("qemu's monitor is gone")

    def screen(self):
        """The text on the VGA console, 25 lines."""
        path = os.path.join(self.folder, "text")
        self.ask(f"pmemsave 0xb8000 4000 \"{path}\"")
        with open(path, "rb") as f:
            cells = f.read()[::2].decode("latin-1").replace("\0", " ")
        return "\n".join(cells[i:i + 80].rstrip() for i in range(0, len(cells), 80))

    def shown(self):
        """The screen as part of a message, if there is one."""
        try:
            return "\non the screen:\n" + self.screen()
        except (Problem, OSError):
            return ""

    def on_screen(self, pattern, seconds):
        """Waits until the VGA console shows PATTERN."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            text = self.screen()
            if re.search(pattern, text, re.M):
                return text
            self.read(0.5)
        raise Problem(f"the screen did not show {pattern!r} within {seconds} s:\n{text}")

    def type(self, text):
        """Types TEXT on the keyboard: letters, digits, space and return."""
        for c in text:
            self.ask("sendkey " + {" ": "spc", "\n": "ret", "-": "minus", "/": "slash"}.get(c, c))
            self.read(0.1)

    def picture(self, path):
        """Writes the VGA console as PNG."""
        self.ask(f"screendump \"{path}\" -f png")


def drive(path, index, keep):
    """qemu's option for a disk; a comma in a file name is written twice."""
    path = path.replace(",", ",,")
    return f"format=raw,if=ide,index={index},snapshot={'off' if keep else 'on'},file={path}"
