#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The small tools of stage 0.
# shellcheck source=tests/bootstrap/lib.sh
. "$(dirname "$0")/lib.sh"
climb
for t in catm chmod cmp cp ln mkdir replace rm; do
	compile "$T/cc1" "$T/$t" "$B/tools/$t.c" "$B/tools/tool.c" || { echo "Bail out! no $t"; exit 1; }
done
echo "1..23"
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
