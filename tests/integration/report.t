#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The report of `verify`: its head, the hashes, and the files that other people's programs show.
cd "$(dirname "$0")/../.." || exit 1
. tests/integration/lib.sh
need_tool

recipe good "steps = { { 'src/tool', 'write', out 'file', 'same' } },"
recipe random "inputs = { 'good' }, steps = { { 'src/tool', 'random', out '<i>&\"a' } },"
recipe above "inputs = { 'random' }, steps = { { 'src/tool', 'write', out 'file', 'x' } },"
cd "$T/recipes" && git init -q . && git -c user.name=x -c user.email=x@x commit -q --allow-empty -m x
cd - >/dev/null || exit 1
commit=$(git -C "$T/recipes" rev-parse HEAD)

bh verify good >"$T/text" 2>/dev/null
begins() {
	cat "$T/text"
	[ "$(head -1 "$T/text")" = "boot-hurd $("$BH" --version | cut -d' ' -f2): rebuilt and compared" ] &&
		grep -qE "^date +20[0-9-]+ [0-9:]+ UTC$" "$T/text" &&
		grep -qE "^recipes +$T/recipes, commit $commit" "$T/text" &&
		grep -qF "machine  $(uname -m), " "$T/text" && grep -qxF "kernel   $(uname -sr)" "$T/text" &&
		grep -qx "axes     none: rebuilt as it was built" "$T/text" && grep -qx "peers    none were asked" "$T/text"
}
ok "the head says with what and where" begins
hash=$(sed -n 's/^reproduced \([0-9a-z]\{52\}\) good (1 rebuilt)$/\1/p' "$T/text")
ok "the hash of what was asked for" [ "$(bh store path "$hash")" = "$(bh store path good)" ]
ok "… build prints the same one" [ "$(bh build good 2>/dev/null)" = "$hash good" ]
ok "… root list, too" sh -c "'$BH' root list | grep -q '^$hash good'"
bh verify --vary umask,user good >"$T/text" 2>/dev/null
ok "the axes that were asked for" grep -qx "axes     umask, user" "$T/text"

bh verify above --html "$T/r.html" --junit "$T/r.xml" --sarif "$T/r.sarif" >"$T/text" 2>/dev/null
page() {
	/usr/bin/python3 - "$T/r.html" <<'PY'
import sys
from html.parser import HTMLParser
class P(HTMLParser):
    stack, ids, hrefs, text = [], [], [], ""
    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag in ("script", "link", "img", "iframe", "object"):
            sys.exit("not self-contained: " + tag)
        self.ids += [a["id"]] if "id" in a else []
        self.hrefs += [a["href"]] if "href" in a else []
        if tag not in ("meta", "br", "rect"):
            self.stack.append(tag)
    def handle_startendtag(self, tag, attrs):
        pass
    def handle_endtag(self, tag):
        if self.stack.pop() != tag:
            sys.exit("not well nested: " + tag)
    def handle_data(self, data):
        self.text += data
p = P()
p.feed(open(sys.argv[1], encoding="utf-8").read())
bad = [h for h in p.hrefs if h[0] != "#" or h[1:] not in p.ids]
if p.stack or bad or "i" in p.stack:
    sys.exit("open: %r, dangling: %r" % (p.stack, bad))
for want in ("Something differs.", '<i>&"a: content: ', "stands-on", "recipes", "kernel"):
    if want not in p.text:
        sys.exit("lacks " + want)
PY
}
ok "a page of HTML, nothing from elsewhere, what comes from outside escaped" page
bare() { ! grep -qE 'https?://|@import|url\(' "$T/r.html"; }
ok "… it names no server" bare

junit() {
	/usr/bin/python3 - "$T/r.xml" <<'PY'
import sys
from junitparser import JUnitXml
x = JUnitXml.fromfile(sys.argv[1])
s = next(iter(x))
got = (s.tests, s.failures, s.errors, s.skipped)
kinds = {c.name: [type(r).__name__ for r in c.result] for c in s}
print(got, kinds)
sys.exit(got != (3, 1, 0, 1) or kinds != {"good": [], "random": ["Failure"], "above": ["Skipped"]})
PY
}
shape() {
	/usr/bin/python3 - "$T/r.xml" <<'PY'
import sys, xml.etree.ElementTree as E
may = {"testsuites": ("name tests failures errors time", "testsuite"),
       "testsuite": ("name tests failures errors skipped time timestamp", "properties testcase"),
       "properties": ("", "property"), "property": ("name value", ""),
       "testcase": ("classname name time", "failure error skipped system-out"),
       "failure": ("type message", ""), "error": ("type message", ""), "skipped": ("message", ""), "system-out": ("", "")}
def look(e):
    attributes, children = (set(x.split()) for x in may[e.tag])
    if set(e.attrib) != attributes or not {c.tag for c in e} <= children:
        sys.exit("%s: %r %r" % (e.tag, e.attrib, [c.tag for c in e]))
    for c in e:
        look(c)
root = E.parse(sys.argv[1]).getroot()
if root.tag != "testsuites":
    sys.exit(root.tag)
look(root)
if '<i>&"a: content: ' not in root.find(".//failure").text:
    sys.exit("the file that differs is not named")
PY
}
ok "JUnit's XML has the elements and attributes that Jenkins and GitLab read" shape
if /usr/bin/python3 -c 'import junitparser' 2>/dev/null; then
	ok "… junitparser reads it" junit
else
	n=$((n + 1))
	echo "ok $n - junitparser reads it # SKIP python3-junitparser is not installed"
fi

sarif() {
	jq -e '.version == "2.1.0" and (.runs | length) == 1 and .runs[0].tool.driver.name == "boot-hurd" and
		.runs[0].invocations[0].exitCode == 2 and
		[.runs[0].results[] | [.ruleId, .level]] == [["differs", "error"], ["stands-on", "warning"]] and
		(.runs[0].tool.driver.rules | map(.id) | contains(["differs", "stands-on"])) and
		all(.runs[0].results[]; .locations[0].physicalLocation.artifactLocation |
			.uriBaseId == "%SRCROOT%" and (.uri | startswith("recipes/10-stage0/")))' "$T/r.sarif"
}
ok "SARIF: what is not reproduced, at its recipe" sarif
if command -v node >/dev/null && [ -d "$BUILD/npm/node_modules/@microsoft/jest-sarif" ]; then
	ok "… by the schema of OASIS" node tests/integration/schema.js "$BUILD/npm" sarif "$T/r.sarif"
else
	n=$((n + 1))
	echo "ok $n - by the schema of OASIS # SKIP @microsoft/jest-sarif of npm is not installed"
fi
bh verify good --sarif "$T/r.sarif" >/dev/null 2>&1
ok "… nothing when all is reproduced" jq -e '.runs[0].results == [] and .runs[0].invocations[0].exitCode == 0' "$T/r.sarif"
mkdir "$T/folder"
ok "a file that cannot be written: nothing is rebuilt" fails 1 "$T/none/x" bh verify good --html "$T/none/x"
ok "… nor over a folder" fails 1 "$T/folder" bh verify good --junit "$T/folder"

# Of what peers say, too.
export BOOT_HURD_CONFIG="$T/config.json"
BOOT_HURD_STATE=$T/eve bh build above >/dev/null 2>&1
BOOT_HURD_STATE=$T/eve bh key generate eve >/dev/null
BOOT_HURD_STATE=$T/eve bh publish "$T/pub" >/dev/null 2>&1
bh peer add eve "$T/pub" --key "$(cat "$T/eve/keys/eve.public")" >/dev/null
bh build above >/dev/null 2>&1
bh verify --peers above --html "$T/r.html" --junit "$T/r.xml" --sarif "$T/r.sarif" >"$T/text" 2>/dev/null
ok "--peers: the head names them" grep -qxF "peers    eve ($T/pub)" "$T/text"
ok "… the page" sh -c "grep -qF 'Compared with peers' '$T/r.html' && grep -qF 'eve ' '$T/r.html'"
ok "… JUnit" grep -q 'errors="0" skipped="0"' "$T/r.xml"
ok "… SARIF" jq -e '[.runs[0].results[] | .ruleId] | index("differs") != null' "$T/r.sarif"
if command -v node >/dev/null && [ -d "$BUILD/npm/node_modules/@microsoft/jest-sarif" ]; then
	ok "… by the schema" node tests/integration/schema.js "$BUILD/npm" sarif "$T/r.sarif"
fi
done_testing
