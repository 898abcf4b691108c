#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The pages in a browser: Debian's Chromium, driven by playwright-core; axe-core looks at each page.
cd "$(dirname "$0")/../.." || exit 1
. tests/integration/lib.sh
[ -x /usr/bin/chromium ] || skip_all "there is no /usr/bin/chromium"
command -v node >/dev/null || skip_all "there is no node"
[ -d tests/browser/node_modules/playwright-core ] ||
	(cd tests/browser && npm ci --no-audit --no-fund >/dev/null 2>&1) ||
	skip_all "npm cannot install playwright-core and axe-core"
need_tool
recipe one "version = '1', steps = { { 'src/tool', 'write', out 'file', 'one' } },"
recipe two "inputs = { 'one' }, steps = { { 'src/tool', 'write', out 'file', 'two' } },"
recipe random "steps = { { 'src/tool', 'random', out '\"><img src=x onerror=alert(1)>' } },"
recipe above "inputs = { 'random' }, steps = { { 'src/tool', 'write', out 'file', 'x' } },"
cat >"$T/diffoscope" <<'EOF2'
#!/bin/sh
echo '<title>report</title><script>document.title = "ran"</script><p id="seen">seen</p>' >"$4"
echo report >"$2"
exit 1
EOF2
chmod +x "$T/diffoscope"
BOOT_HURD_DIFFOSCOPE="$T/diffoscope" bh verify two above >/dev/null 2>&1
port=$(free_port)
cat >"$T/config.json" <<EOF2
{ "daemon": { "state": "$BOOT_HURD_STATE", "recipes": "$T/recipes", "control": { "socket": "$CONTROL" },
  "public": { "listen": ["127.0.0.1:$port"] } } }
EOF2
"$BUILD/bin/boot-hurdd" --config "$T/config.json" >/dev/null 2>"$T/log" &
pid=$!
trap 'kill -9 $pid 2>/dev/null; chmod -R u+w "$T" 2>/dev/null; rm -rf "$T"' EXIT
for _ in $(seq 100); do
	curl -s --max-time 5 http://127.0.0.1:$port/ >/dev/null && break
	sleep 0.1
done
# A run to look at while it runs.
recipe slow "steps = { { 'src/tool', 'sleep', '900000', out 'file' } },"
"$BH" build slow --recipes "$T/recipes" >/dev/null 2>&1 &
node tests/browser/pages.mjs http://127.0.0.1:$port
