#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Text from outside (build output, file names, recipes, peers) reaches a terminal or a report only with
# its control characters escaped.
cd "$(dirname "$0")/../.." || exit 1
. tests/integration/lib.sh
need_tool

# ESC ] 52 sets the clipboard of many terminals; a line feed begins a line of its own; U+202E turns the
# rest of the line round; 0x9B alone begins a control sequence, too.
evil='\27]52;c;aGVsbG8=\7\nDIFFERS good: this step is the culprit\13\226\128\174\194\155'
recipe good "steps = { { 'src/tool', 'write', out 'file', 'same' } },"
recipe broken "steps = { { 'src/tool', 'say', 'first line\\\\n$evil' }, { 'src/tool', 'fail', '3' } },"
recipe names "steps = { { 'src/tool', 'random', out 'a' .. '$evil' } },"
recipe bytes "steps = { { 'src/tool', 'odd', out 'file' } }," # a name and output that are not UTF-8
recipe quiet "steps = { { 'src/tool', 'say', '$evil' }, { 'src/tool', 'write', out 'file', 'x' } },"
recipe step "steps = { { 'src/tool', 'write', out 'file', '$evil' } },"
recipe endless "steps = { { 'src/tool', 'say', '$evil' .. ('x'):rep(100000) }, { 'src/tool', 'fail', '3' } },"

# clean COMMAND…: runs it in a terminal of its own (as OUT), and in a pipe; neither shows a control
# character, but those with which the block of running steps is redrawn.
cat >"$T/terminal.py" <<'PY'
import os, pty, sys
out = b""
def read(fd):
    global out
    data = os.read(fd, 65536)
    out += data
    return data
devnull = os.open("/dev/null", os.O_WRONLY)
saved = os.dup(1)
os.dup2(devnull, 1)
status = os.waitstatus_to_exitcode(pty.spawn(sys.argv[2:], read))
os.dup2(saved, 1)
open(sys.argv[1], "wb").write(out.replace(b"\r\n", b"\n").replace(b"\x1b[A\x1b[2K", b""))
sys.exit(status)
PY
cat >"$T/controls.py" <<'PY'
import re, sys
data = open(sys.argv[1], "rb").read()
text = data.decode()  # not UTF-8: raises
bad = re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]", text)
if bad:
    sys.exit("raw %r in %r" % (bad.group(), text[max(0, bad.start() - 60):bad.end() + 20]))
if "log" not in sys.argv[2:] and re.search("^DIFFERS good", text, re.M):
    sys.exit("a forged verdict line: " + text)
PY
clean() {
	_status=$1
	_says=$2
	shift 2
	_got=0
	TERM=xterm NO_COLOR=1 python3 "$T/terminal.py" "$T/screen" "$@" --recipes "$T/recipes" </dev/null || _got=$?
	[ $_got = "$_status" ] || { cat "$T/screen"; echo "exit status $_got in a terminal, not $_status"; return 1; }
	python3 "$T/controls.py" "$T/screen" "$2" || return 1
	grep -qF -- "$_says" "$T/screen" || { cat "$T/screen"; echo "the terminal does not show: $_says"; return 1; }
}
piped() {
	"$@" --recipes "$T/recipes" >"$T/screen" 2>&1
	python3 "$T/controls.py" "$T/screen"
}

ok "a failed build's last lines" clean 1 '\x1b]52;c;aGVsbG8=\x07' "$BH" build broken
ok "… in a pipe" piped "$BH" build broken
ok "whole logs while building" clean 0 '\x1b]52;c;' "$BH" build -L quiet
ok "a log in a terminal" clean 0 '\x1b]52;c;' "$BH" log quiet
raw() { "$BH" log quiet --recipes "$T/recipes" | od -An -c | tr -d ' \n' | grep -qF '033]52;c;'; }
ok "… in a pipe as it is" raw
ok "a recipe's words" clean 0 '\x1b]52;c;' "$BH" show step
ok "… in a pipe" piped "$BH" show step
ok "… as JSON" clean 0 '\u001b]52;c;' "$BH" show --json step
ok "a file name in a report" clean 2 'a\x1b]52;c;aGVsbG8=\x07\nDIFFERS good' "$BH" verify names
ok "… in a pipe" piped "$BH" verify names
ok "… in JSON" clean 2 '\u001b]52;c;' "$BH" verify --json names
json() {
	"$BH" verify --json names --recipes "$T/recipes" >"$T/report.json" 2>/dev/null
	python3 "$T/controls.py" "$T/report.json" &&
		python3 tests/integration/schema.py doc/verify.schema.json "$T/report.json" &&
		jq -e '.outputs[0].differences[0].path | startswith("a\u001b]52;c;aGVsbG8=\u0007\nDIFFERS")' "$T/report.json"
}
ok "… which gives the name back" json
ok "a file name that is not UTF-8" clean 2 'file/odd\x9b2J: content' "$BH" verify bytes
odd() {
	"$BH" verify --json bytes --recipes "$T/recipes" >"$T/report.json" 2>/dev/null
	python3 "$T/controls.py" "$T/report.json" &&
		jq -e '.outputs[0].differences[0].path == "file/odd\\x9b2J"' "$T/report.json"
}
ok "… in JSON" odd
ok "… in a log" clean 0 'odd \x9b2J' "$BH" log bytes
ok "what a user typed" clean 1 '\x1b]0;x' "$BH" show "$(printf 'no\033]0;x')"
# A peer: a location may hold what is no ASCII control character; it stands in what is said of the peer.
export BOOT_HURD_CONFIG="$T/config.json"
printf '{"peers":[{"name":"eve","location":"%s/pub\\u202e\\u009b"}]}\n' "$T" >"$BOOT_HURD_CONFIG"
bh build good >/dev/null 2>&1
ok "peers: a location" clean 0 'pub\u202e\u009b' "$BH" peer list
ok "… when it is asked" clean 3 'pub\u202e\u009b' "$BH" verify --peers good
ok "… in a pipe" piped "$BH" verify --peers good
ok "… in JSON" clean 3 'pub\u202e\u009b' "$BH" verify --peers --json good
ok "… when it is tested" clean 1 'pub\u202e\u009b' "$BH" peer test
short() {
	bh build endless >"$T/screen" 2>&1
	python3 "$T/controls.py" "$T/screen" && [ "$(wc -c <"$T/screen")" -lt 20000 ]
}
ok "last lines are bounded in bytes" short

# The block of a build in a terminal of some width; it shows the step, the last line, and wide characters.
cat >"$T/block.py" <<'PY'
"""block.py COLUMNS SIGNALS COMMAND…: runs COMMAND in a terminal of so many columns; sends so many SIGINT once it
says "step 2 of 2". Prints all that came; exit status 99 when a row of the block was wider than the terminal."""
import fcntl, os, pty, re, select, signal, struct, sys, termios, time, unicodedata
columns, signals = int(sys.argv[1]), int(sys.argv[2])
pid, fd = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    os.execvp(sys.argv[3], sys.argv[3:])
out, sent, last = b"", 0, 0.0
while True:
    if select.select([fd], [], [], 0.1)[0]:
        try:
            data = os.read(fd, 65536)
        except OSError:
            break
        if not data:
            break
        out += data
    if sent < signals and (b"step 2" in out or (columns < 40 and b"building" in out)) and time.monotonic() - last > 1.2:
        os.kill(pid, signal.SIGINT)
        sent, last = sent + 1, time.monotonic()
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
text = out.decode()
sys.stdout.write(text)
def width(s):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1 for c in s)
# What stands between two cursor movements is the block: none of its lines may wrap.
for line in re.findall("(?:^|\n)(  building[^\r\n]*|[0-9]+ of [0-9]+ done, [0-9]+ running[^\r\n]*)", re.sub("\x1b\\[[A2K0-9;m]*", "", text)):
    if width(line) >= columns:
        print("too wide: %d: %r" % (width(line), line))
        sys.exit(99)
sys.exit(status)
PY
recipe talk "steps = { { 'src/tool', 'write', out 'file', 'x' }, { 'src/tool', 'linger', '6000', '漢字かな交じり文がここに長く続く' } },"
block() { # COLUMNS SIGNALS STATUS TEXT…
	_columns=$1 _signals=$2 _want=$3 _got=0
	shift 3
	# shellcheck disable=SC2086
	TERM=xterm python3 "$T/block.py" "$_columns" "$_signals" "$BH" build talk --recipes "$T/recipes" $how >"$T/screen" || _got=$?
	cat -v "$T/screen" | tail -5
	[ $_got = "$_want" ] || { echo "exit status $_got"; return 1; }
	for _text; do
		grep -qF -- "$_text" "$T/screen" || { echo "does not show: $_text"; return 1; }
	done
}
colours() { grep -q "$(printf '\033')\[[0-9;]*m" "$T/screen"; }
how=
ok "the block shows step and last line; ^C twice: a footer that stays, what was stopped is stopped" block 120 2 130 \
	"building   talk, step 2 of 2" "| 漢字かな" "stopping when the running builds have ended; once more kills them" \
	"killing the running builds" "stopped:" "0 of 1 done, 0 failed, 1 stopped, 0 not tried"
ok "… in colour" colours
how="--color never"
ok "… no row is wider than a narrow terminal" block 33 2 130 "…"
nocolour() { ! colours; }
ok "… --color=never" nocolour
how=
NO_COLOR=1
export NO_COLOR
ok "… nor than a tiny one" block 12 0 0 "…"
ok "… NO_COLOR" nocolour
unset NO_COLOR
always() { "$BH" build broken --color always --recipes "$T/recipes" 2>"$T/screen" || colours; }
ok "--color=always in a pipe" always
ok "--color=sometimes" fails 1 "expected auto, always or never" bh build broken --color sometimes

# The window of a build that runs is made narrow and wide again: no later row is wider than it, and the room is used.
cat >"$T/resize.py" <<'PY'
"""resize.py COMMAND…: runs COMMAND in a terminal of 120 columns, of 40 once it says "step 2 of 2", then of 100."""
import fcntl, os, pty, re, select, struct, sys, termios, time, unicodedata
WIDTHS = (120, 40, 100)
def resize(columns):  # the kernel sends SIGWINCH
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
def width(s):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1 for c in s)
pid, fd = pty.fork()
if pid == 0:
    time.sleep(0.2)
    os.execvp(sys.argv[1], sys.argv[1:])
resize(WIDTHS[0])
parts, since = [b""], None
while True:
    if select.select([fd], [], [], 0.05)[0]:
        try:
            data = os.read(fd, 65536)
        except OSError:
            break
        if not data:
            break
        # What was written at the instant of the change may be of either width.
        if len(parts) == 1 or time.monotonic() - since > 0.5:
            parts[-1] += data
    if since is None and b"step 2 of 2" in parts[0]:
        since = time.monotonic()
    if since and len(parts) < len(WIDTHS) and time.monotonic() - since > 2:
        resize(WIDTHS[len(parts)])
        parts.append(b"")
        since = time.monotonic()
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
widest = []
for part in parts:
    text = re.sub("\x1b\\[[A2K0-9;m]*", "", part.decode(errors="ignore"))
    widest.append(max([width(line) for line in re.findall("  building[^\r\n]*", text)] or [0]))
print("widest rows: %r of %r, exit status %d" % (widest, WIDTHS, status))
good = len(widest) == 3 and all(w < c for w, c in zip(widest, WIDTHS)) and widest[0] > 40 and widest[1] > 30 and widest[2] > 40
sys.exit(status or (0 if good else 99))
PY
recipe windows "steps = { { 'src/tool', 'write', out 'file', 'x' }, { 'src/tool', 'linger', '9000', '漢字かな交じり文がここに長く続く' } },"
ok "a window that is resized while a build runs" env TERM=xterm python3 "$T/resize.py" "$BH" build windows --recipes "$T/recipes"

# A download shows how much of it has come; the server takes four seconds for it.
mkdir -p "$T/www"
head -c 2097152 /dev/zero >"$T/www/data"
python3 tests/integration/server.py "$T/www" >"$T/port" 2>/dev/null &
web=$!
while [ ! -s "$T/port" ]; do sleep 0.1; done
cat >"$T/recipes/10-stage0/loads.lua" <<EOF
return recipe {
	name = "loads", summary = "test", license = "none",
	sources = { { tree "../../src", as = "src" }, { url "http://127.0.0.1:$(cat "$T/port")/slow", as = "data", unpack = false,
		sha256 = "$(sha256sum "$T/www/data" | cut -d' ' -f1)" } },
	steps = { { "src/tool", "write", out "file", "x" } },
}
EOF
downloads() { # in a terminal of 100 columns
	_got=0
	TERM=xterm no_proxy=127.0.0.1 python3 "$T/block.py" 100 0 "$BH" build loads --recipes "$T/recipes" >"$T/screen" || _got=$?
	cat -v "$T/screen" | tail -5
	sizes=$(grep -oE 'fetching [0-9.]+ (B|KiB|MiB) of 2\.0 MiB \([0-9]+%\) for' "$T/screen" | sort -u | wc -l)
	echo "exit status $_got, $sizes different sizes"
	[ $_got = 0 ] && [ "$sizes" -ge 3 ]
}
ok "the block shows how much of a download has come, of how much" downloads
kill $web

# A program in `shell` has the user's terminal, and leaves it as it was: flags belong to the open file.
cat >"$T/flags.py" <<'PY'
import fcntl, os, pty, subprocess, sys, termios
_, fd = pty.openpty()
def state():
    return fcntl.fcntl(fd, fcntl.F_GETFL), termios.tcgetattr(fd)[:4]
before = state()
status = subprocess.call(sys.argv[1:], stdin=fd, stdout=fd, stderr=fd, start_new_session=True)
after = state()
if before != after:
    sys.exit("the terminal was %r, and is %r" % (before, after))
sys.exit(status)
PY
bh build quiet >/dev/null 2>&1
ok "shell leaves the terminal as it was" python3 "$T/flags.py" "$BH" shell quiet --recipes "$T/recipes" -- src/tool nonblock
ok "… also when the program fails" fails 3 "" python3 "$T/flags.py" "$BH" shell quiet --recipes "$T/recipes" -- src/tool fail 3
done_testing
