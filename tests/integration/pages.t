#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Pages: what they show, as files and served; hostile names, paths and headers; the API by its schema.
cd "$(dirname "$0")/../.." || exit 1
. tests/integration/lib.sh
need_tool
command -v jq >/dev/null || skip_all "jq is needed"
BHD=$BUILD/bin/boot-hurdd
write='{ "src/tool", "write", out "file",'
recipe one "version = '1', steps = { $write 'one' } },"
recipe two "inputs = { 'one' }, steps = { $write 'two' } },"
recipe random "steps = { { 'src/tool', 'random', out '\"><img src=x onerror=alert(1)>\xe2\x80\xae&amp;\x1b[31m' } },"
recipe above "inputs = { 'random' }, steps = { $write 'x' } },"
recipe fail "steps = { { 'src/tool', 'fail', '7' } },"
# Its report is hostile, as are what it reports on: the page of it must not be able to do anything.
mkdir "$T/bin"
cat >"$T/bin/diffoscope" <<'EOF2'
#!/bin/sh
printf '<script>document.title = "ran"</script><p style="color: red">report</p><img src=http://x.invalid/>' >"$4"
printf 'report \033[31m' >"$2"
exit 1
EOF2
chmod +x "$T/bin/diffoscope"
export BOOT_HURD_DIFFOSCOPE="$T/bin/diffoscope"
bh verify two above >/dev/null 2>&1
P=$T/pages
trap quit EXIT
# has FILE TEXT, lacks FILE TEXT
has() {
	grep -qF -- "$2" "$P/$1" || {
		head -c 3000 "$P/$1"
		return 1
	}
}
lacks() {
	[ -f "$P/$1" ] && ! grep -qF -- "$2" "$P/$1"
}

ok "they are written" fails 0 "pages in $P" bh publish --pages "$P"
ok "the overview counts" has index.html '<h1>2 of 4 outputs are reproduced</h1>'
ok "… and says what needs a look" has index.html '>random</a></th><td><span class="verdict v-differs">differs</span>'
ok "an output's page" has output/two.html '<h1>two</h1>'
ok "… its verdict" has output/two.html '<span class="verdict v-reproduced">reproduced</span>'
ok "… its summary" has output/two.html '<p class="lead">test</p>'
ok "… what it is built from" has output/two.html '<a href="../output/one-1.html">one-1</a>'
ok "… what stands on a culprit says so" has output/above.html 'stands on <a href="../output/random.html">random</a>'
ok "… its log" [ -f "$P/log/two.txt" ]
diff=difference/$(cd "$P/difference" && find . -name '*[0-9].html' | sed 's,./,,')
ok "a difference's page" has "$diff" 'random differs</h1>'
ok "… lists files, escaped" has "$diff" '&quot;&gt;&lt;img src=x onerror=alert(1)&gt;\u202e&amp;amp;\x1b[31m'
ok "… injects nothing" lacks "$diff" '<img src=x'
id=$(basename "$diff" .html)
ok "… has diffoscope's report, in a frame that may do nothing" has "$diff" "<iframe class=\"report\" sandbox title=\"diffoscope's report\" loading=\"lazy\" src=\"$id.diffoscope.html\"></iframe>"
ok "… and no part of it" lacks "$diff" '<script>'
ok "diffoscope's page: its policy comes first" sh -c "head -5 '$P/difference/$id.diffoscope.html' | tail -1 | grep -x '<meta http-equiv=\"Content-Security-Policy\" content=\"default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; img-src data:; base-uri &#39;none&#39;; form-action &#39;none&#39;\">'"
ok "… then the report as it is" sh -c "sed 1,5d '$P/difference/$id.diffoscope.html' | grep '^<script>.*red.>report</p>'"
ok "… as text: escaped" grep -x 'report \\x1b\[31m' "$P/difference/$id.diffoscope.txt"
ok "the graph" has graph.html 'class="s-differs"'
ok "… with links" has graph.html '<a href="output/one-1.html"'
ok "… as a file" sh -c "python3 -c 'import sys, xml.dom.minidom as m; m.parse(sys.argv[1])' '$P/graph.svg'"
ok "a badge" has badge/random.svg '>differs</text>'
ok "the feed" has feed.atom '<title>random differs</title>'
ok "… is XML" sh -c "python3 -c 'import sys, xml.dom.minidom as m; m.parse(sys.argv[1])' '$P/feed.atom'"
ok "runs" has runs.html 'command line'
for f in status outputs output/random runs run/1 differences; do
	ok "the API: $f is JSON" jq -e . "$P/api/v1/$f.json"
done
ok "… counts" jq -e '.counts.reproduced == 2 and .counts.differs == 1 and .counts["stands-on"] == 1' "$P/api/v1/status.json"
ok "… keeps to its schema" sh -c "for f in status outputs output/random runs run/1 differences; do
	python3 tests/integration/schema.py src/pages/api.schema.json '$P'/api/v1/\$f.json || exit 1; done"
ok "links lead somewhere" sh -c "cd '$P' && for f in \$(find . -name '*.html'); do
	for l in \$(grep -o 'href=\"[^\"#:]*' \"\$f\" | sed 's/href=\"//' | sort -u); do
		[ -e \"\$(dirname \"\$f\")/\$l\" ] || { echo \"\$f: \$l\"; exit 1; }; done; done"
ok "again: nothing is written" sh -c "
	touch '$T/then'; sleep 0.01; '$BH' publish --pages '$P' --recipes '$T/recipes' >/dev/null 2>&1
	[ -z \"\$(find '$P' -type f -newer '$T/then')\" ]"
ok "neither folder nor --pages" fails 1 "expected a folder, or --pages DIR" bh publish

# served
port=$(free_port)
cat >"$T/config.json" <<EOF2
{ "daemon": { "state": "$BOOT_HURD_STATE", "recipes": "$T/recipes", "control": { "socket": "$CONTROL" },
  "public": { "listen": ["127.0.0.1:$port"], "per_client": 200 } } }
EOF2
"$BHD" --config "$T/config.json" >/dev/null 2>"$T/log" &
pid=$!
U=http://127.0.0.1:$port
for _ in $(seq 100); do
	curl -s --max-time 5 "$U/" >/dev/null && break
	sleep 0.1
done
# get PATH: headers and body
get() {
	curl -sS -i --max-time 5 --path-as-is "$U/$1"
}
ok "served: the overview" fails 0 "2 of 4 outputs" get ""
ok "… with a strict policy" fails 0 "Content-Security-Policy: default-src 'none'" get index.html
ok "… diffoscope's page with a stricter one" fails 0 "form-action 'none'; frame-ancestors 'self'; sandbox" get "difference/$id.diffoscope.html"
ok "… and no other frames ours" fails 0 "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'" get "$diff"
ok "… the same bytes as the file" sh -c "curl -sS '$U/output/two.html' | cmp - '$P/output/two.html'"
tag=$(get output/two.html | tr -d '\r' | sed -n 's/^ETag: //p')
ok "… not sent again" sh -c "curl -sS -o /dev/null -w '%{http_code}' -H 'If-None-Match: $tag' '$U/output/two.html' | grep -q 304"
ok "the API without .json" fails 0 '"schema":1' get api/v1/status
ok "metrics" fails 0 'boot_hurd_outputs{verdict="differs"} 1' get metrics
mkdir -p "$T/state/peers"
printf 'alice 1700000000 1600000000\n../x 1 2\nno line\n' >"$T/state/peers/answered"
ok "… when peers answered" fails 0 'boot_hurd_peer_last_answer_timestamp_seconds{peer="alice"} 1700000000' get metrics
ok "… and of when their indexes are" fails 0 'boot_hurd_peer_index_timestamp_seconds{peer="alice"} 1600000000' get metrics
ok "… no other names" sh -c "! curl -sS '$U/metrics' | grep -F ../x"
rm -r "$T/state/peers"
ok "… the queue, coverage, alarms" sh -c "curl -sS '$U/metrics' >'$T/m'; for w in 'plans{state=.queued.} 0' 'coverage_ratio 1' 'messages{state=.waiting.} 0' 'free_bytes [1-9]' 'last_run_done{plan='; do grep -q \"boot_hurd_\$w\" '$T/m' || { echo no \"\$w\"; cat '$T/m'; exit 1; }; done"
if command -v promtool >/dev/null; then
	ok "… as Prometheus wants them" sh -c "curl -sS '$U/metrics' | promtool check metrics"
fi
ok "events of a run" fails 0 "event: end" get run/1/events
for path in output/nonesuch.html run/0.html run/99999999999999999999.html difference/1x.html \
	output/..%2f..%2fetc%2fpasswd.html output/%00.html 'output/<script>.html' log/../index.html \
	'difference/%E2%80%AE.html' output/%ff.html "$(head -c 9000 /dev/zero | tr '\0' a)" api/v1/run/x; do
	ok "hostile: $(printf %.30s "$path"): a clear status, nothing injected" sh -c "
		curl -sS -i --max-time 5 --path-as-is '$U/$path' >'$T/out'; head -1 '$T/out' | grep -Eq ' 4[0-9][0-9] ' && ! grep -q '<script>' '$T/out'"
done
ok "hostile headers" sh -c "curl -sS -o /dev/null -w '%{http_code}' -H \"If-None-Match: \$(head -c 4000 /dev/zero | tr '\\0' '\"')\" -H 'Range: bytes=9-1' -H 'Host: <x>' '$U/' | grep -q 200"
ok "a query is not a path" fails 0 "2 of 4" get "index.html?x=<script>"
ok "a hostile query" fails 0 "2 of 4" get 'index.html?a=%00&b=%ff&c='
bh verify two above one >"$T/verify" 2>&1
recipe apart "steps = { { 'src/tool', 'write', out 'file', 'apart' } },"
bh build apart >/dev/null 2>&1
bh verify --sample 0% apart >/dev/null 2>&1
for _ in $(seq 50); do
	get metrics | grep -q 'verdict="sampled-out"} 1' && break
	sleep 0.1
done
ok "what a sample left out is not covered" fails 0 "boot_hurd_coverage_ratio 0.8" get metrics

# The real one.
unset BOOT_HURD_DIFFOSCOPE
if command -v diffoscope >/dev/null; then
	newest() { curl -sS "$U/api/v1/output/random.json" | jq '[.results[] | select(.verdict == "differs")][0].result'; }
	id=$(newest)
	bh verify --only random --no-daemon >/dev/null 2>&1 # the daemon has the other one in its environment
	newer() { [ "$(newest)" != "$id" ]; }
	await newer
	id=$(newest)
	ok "diffoscope: the page of a difference has its report" fails 0 "src=\"$id.diffoscope.html\"" get "difference/$id.html"
	ok "… which it wrote" fails 0 '<meta name="generator" content="diffoscope" />' get "difference/$id.diffoscope.html"
	ok "… with the name of the file, as text" sh -c "curl -sS '$U/difference/$id.diffoscope.html' | grep -q '&lt;img' && ! curl -sS '$U/difference/$id.diffoscope.html' | grep -q '<img src=x'"
else
	n=$((n + 1))
	echo "ok $n - diffoscope # SKIP diffoscope is not installed (make setup-check)"
fi
export BOOT_HURD_DIFFOSCOPE=

# Clients wait neither for a verification nor for whoever writes to the store: all are answered while the one
# is at a step that does not end and the other keeps the writers' lock. How fast, `make bench` measures.
recipe held "steps = { { 'src/tool', 'sleep', '900000' } },"
"$BH" verify held --recipes "$T/recipes" >"$T/verify" 2>&1 &
verify=$!
ok "a verification is at work" await sh -c "curl -sS '$U/runs.html' | grep -q 'v-running'"
flock --no-fork "$BOOT_HURD_STATE/locks/writer" sleep 600 &
writer=$!
await sh -c "! flock -n '$BOOT_HURD_STATE/locks/writer' true"
ok "50 clients while a verification runs and the store is written to: all are answered" python3 - "$U" <<'EOF2'
import sys, threading, urllib.request
answers, lock = {}, threading.Lock()
def one():
    for path in ("", "outputs.html", "output/two.html", "graph.html", "runs.html"):
        try:
            got = urllib.request.urlopen(sys.argv[1] + "/" + path, timeout=60).status
        except OSError as e:
            got = str(e)
        with lock:
            answers[got] = answers.get(got, 0) + 1
threads = [threading.Thread(target=one) for _ in range(50)]
[t.start() for t in threads]
[t.join() for t in threads]
print(answers)
sys.exit(answers != {200: 250})
EOF2
ok "… both are still at it" sh -c "kill -0 $verify && kill -0 $writer"
kill "$writer"
wait "$writer" 2>/dev/null
while kill "$verify" 2>/dev/null; do # the first one asks, the next one means it
	sleep 0.5
done
wait "$verify"
kill "$pid"
wait "$pid"
pid=
done_testing
