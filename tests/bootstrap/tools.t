#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The small tools of stage 0.
# shellcheck source=tests/bootstrap/lib.sh
. "$(dirname "$0")/lib.sh"
climb
for t in catm chmod cmp cp ln mkdir patch replace rm; do
	compile "$T/cc1" "$T/$t" "$B/tools/$t.c" "$B/tools/tool.c" || { echo "Bail out! no $t"; exit 1; }
done
echo "1..35"
cd "$T" || exit 1

is() { [ "$1" = "$2" ] || { echo "'$1' is not '$2'"; return 1; }; }

ok "mkdir makes folders above" ./mkdir -p a/b/c d
ok "they are there" test -d a/b/c -a -d d
ok "mkdir does not mind one that exists" ./mkdir a/b
ok "mkdir fails below a file" sh -c "! ./mkdir asm/x"

printf 'hello world, hello all\n' >t
ok "replace puts in a text that is there once" ./replace t world 'you
there'
ok "the text is right" is "$(cat t)" 'hello you
there, hello all'
ok "replace fails when it is there twice" has_status 1 ./replace t hello x
ok "replace -a takes all" ./replace -a t hello bye
ok "both were replaced" is "$(cat t)" 'bye you
there, bye all'
ok "replace fails when it is not there" has_status 1 ./replace -a t hello x
ok "the file was left alone" is "$(wc -l <t)" 2

ok "catm joins files" ./catm u t t
ok "all of them" is "$(cat u)" "$(cat t t)"
ok "chmod sets the mode" ./chmod 755 u
ok "it is set" test -x u
ok "cp keeps the mode" ./cp u a/b/v
ok "the copy is the same" ./cmp u a/b/v
ok "cmp sees a difference" has_status 1 ./cmp u t
ok "ln makes a link" ./ln -s b a/link
ok "cp -r copies a folder" ./cp -r a e
ok "with its links and modes" test -x e/b/v -a -L e/link
ok "cp without -r refuses a folder" has_status 1 ./cp a f
ok "rm -r removes it" sh -c "./rm -r e && test ! -e e && ! ./rm a 2>/dev/null && test -d a"

mkdir -p src/in
printf 'one\ntwo\nthree\nfour\nfive\nsix\nseven\n' >src/in/x
printf 'alone' >src/y
cat >good.patch <<'EOF'
Why: two is more.

--- a/in/x
+++ b/in/x
@@ -1,3 +1,4 @@
 one
-two
+zwei
+zwo
 three
@@ -7 +8,2 @@ seven
 seven
+eight
EOF
cp -r src before
ok "patch makes the changes" ./patch src good.patch
ok "all of them" is "$(cat src/in/x)" "$(printf 'one\nzwei\nzwo\nthree\nfour\nfive\nsix\nseven\neight')"
ok "patch does not make them twice" has_status 1 ./patch src good.patch
rm -r src && cp -r before src
sed 's/@@ -1,3 +1,4 @@/@@ -2,3 +2,4 @@/' good.patch >bad.patch
ok "patch does not look at other lines" has_status 1 ./patch src bad.patch
sed 's/^ three/ tree/' good.patch >bad.patch
ok "patch does not take nearly the same line" has_status 1 ./patch src bad.patch
sed 's/@@ -7 +8,2 @@/@@ -9 +10,2 @@/' good.patch >bad.patch
ok "patch does not go beyond the end" has_status 1 ./patch src bad.patch
sed 's/-1,3 +1,4/-1,2 +1,4/' good.patch >bad.patch
ok "patch counts the lines of a hunk" has_status 1 ./patch src bad.patch
sed 1,2d good.patch >bad.patch
ok "patch wants a reason at the head" sh -c './patch src bad.patch 2>&1 | grep -q "no reason at the head of: bad.patch"'
printf 'Why.\n' >bad.patch
ok "patch wants a change" has_status 1 ./patch src bad.patch
sed 's,+++ b/in/x,+++ b/y,' good.patch >bad.patch
ok "patch wants one name of a file" has_status 1 ./patch src bad.patch
ok "what does not fit leaves the file alone" ./cmp src/in/x before/in/x
ok "patch names the patch, the file and the line" sh -c 'sed "s/^ three/ tree/" good.patch >bad.patch; ./patch src bad.patch 2>&1 | grep -q "bad.patch: in/x, line 3: the file has another line"'
