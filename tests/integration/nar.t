#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# store dump, restore and hash, against Nix's own.
cd "$(dirname "$0")/../.." || exit 1
. tests/integration/lib.sh
mkdir -p "$T/tree/sub/empty" "$T/tree/zz"
echo hello >"$T/tree/file"
printf 12345678 >"$T/tree/eight"
: >"$T/tree/none"
printf '#!/bin/sh\n' >"$T/tree/run" && chmod 755 "$T/tree/run"
ln -s ../file "$T/tree/sub/link"
echo x >"$T/tree/a b"
echo x >"$T/tree/Z.a"

"$BH" store dump "$T/tree" >"$T/nar"
ok "restore" sh -c "'$BH' store restore '$T/copy' <'$T/nar'"
ok "… gives the same tree" sh -c "'$BH' store dump '$T/copy' | cmp - '$T/nar'"
ok "restore to what is there" fails 1 "is there already" sh -c "'$BH' store restore '$T/copy' <'$T/nar'"
head -c 500 "$T/nar" >"$T/cut"
ok "restore of a cut NAR" fails 1 "ends too early" sh -c "'$BH' store restore '$T/cut-copy' <'$T/cut'"
ok "… leaves nothing" [ ! -e "$T/cut-copy" ]
ok "hash is that of the dump" sh -c "[ \"\$('$BH' store hash '$T/tree' | cut -c1-64)\" = \"\$(sha256sum <'$T/nar' | cut -c1-64)\" ]"
ok "hash of what is not there" fails 1 "No such file" "$BH" store hash "$T/tree" "$T/nothing"
if command -v nix-store >/dev/null; then
	ok "nix-store --dump gives the same bytes" sh -c "nix-store --dump '$T/tree' | cmp - '$T/nar'"
	ok "nix-hash agrees in base 32" sh -c "[ \"\$('$BH' store hash --nix32 '$T/tree' | cut -d' ' -f1)\" = \"\$(nix-hash --type sha256 --base32 '$T/tree')\" ]"
fi
done_testing
