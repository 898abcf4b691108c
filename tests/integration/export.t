#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Export: every format, the same bytes each time, taken by the tools that are there for it (dpkg, apt,
# skopeo), the bills of material valid by their schemas; endings that say something else refused.
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/integration/lib.sh
. tests/integration/lib.sh
need_tool
need_export() { command -v "$1" >/dev/null; }

# sh: something that looks like a shell; user mentions it, so that it needs it when it runs.
recipe sh 'version = "1.0", license = "MIT", homepage = "https://sh.example/", dirs = { "bin" },
	steps = { { "/build/src/tool", "install", out "bin/sh", "/build/src/tool" } }'
recipe user 'version = "2_b3", license = "GPL-3.0-or-later AND others", inputs = { "sh" }, dirs = { "bin", "share" },
	steps = { { "/build/src/tool", "install", out "bin/user", "/build/src/tool" },
		{ "/build/src/tool", "write", out "share/note", "#!/opt/boot-hurd/sh-1.0/bin/sh" } }'
bh build user >"$T/log" 2>&1 || { cat "$T/log"; exit 1; }

E="$T/e"
mkdir "$E"
export_() { bh export "$@"; }
twice() { # twice FORMAT FILE: the same bytes twice
	export_ --format "$1" -o "$E/$2" user && mkdir -p "$E/again" && export_ --format "$1" -o "$E/again/$2" user &&
		cmp "$E/$2" "$E/again/$2"
}
ok "tar.zst, the same bytes twice" twice tar.zst user.tar.zst
ok "… by its ending alone" export_ -o "$E/plain.tar.zst" user
ok "… the same file" cmp "$E/plain.tar.zst" "$E/user.tar.zst"
ok "deb, the same bytes twice" twice deb user.deb
ok "oci as one file, the same bytes twice" twice oci user.tar
ok "rootfs, the same bytes twice" twice rootfs root.tar.zst
ok "folder" export_ --format folder -o "$E/folder" user
ok "… its files" grep -q sh-1.0 "$E/folder/user-2_b3/share/note"
ok "… its documents" test -f "$E/folder/user-2_b3.spdx.json" -a -f "$E/folder/user-2_b3.cdx.json" \
	-a -f "$E/folder/user-2_b3.provenance.json"
ok "deb, a folder of all that is needed" export_ --format deb -o "$E/debs/" user
ok "oci, a layout" export_ --format oci -o "$E/layout" user
ok "rootfs, a folder" export_ --format rootfs -o "$E/root" user
ok "… with files below /opt/boot-hurd" test -x "$E/root/opt/boot-hurd/user-2_b3/bin/user"
ok "… and its runtime inputs" test -x "$E/root/opt/boot-hurd/sh-1.0/bin/sh"
ok "… and a shell" test "$(readlink "$E/root/bin/sh")" = /opt/boot-hurd/sh-1.0/bin/sh

# What is refused, with nothing written.
refuses() { # refuses TEXT OPTION…
	_text=$1
	shift
	fails 1 "$_text" bh export "$@" user
}
ok "deb that says tar.zst" refuses "does not name a deb: it ends in .tar.zst" --format deb -o "$E/x.tar.zst"
ok "tar.zst that says zip" refuses "does not name a tar.zst: it ends in .zip" --format tar.zst -o "$E/x.zip"
ok "tar.zst without an ending" refuses "it has no ending" --format tar.zst -o "$E/x"
ok "folder that says deb" refuses "does not name a folder" --format folder -o "$E/x.deb"
ok "oci that says tar.gz" refuses "end it in .tar" --format oci -o "$E/x.tar.gz"
ok "a format that there is not" refuses "no format 'rpm'" --format rpm -o "$E/x.rpm"
ok "no format, and no ending that says one" refuses "what is $E/x to be?" -o "$E/x"
ok "a format and no output" refuses "expected one of" --format deb
ok "a folder that is there" refuses "is there already" --format oci -o "$E/layout"
ok "… nothing is left of all that" sh -c "! ls '$E' | grep -e '^x' -e part -e 'layout$' | grep -vx layout"
ok "what was not built" fails 1 "has not been built" sh -c "
	sed 's/sh-1.0/sh-1.1/; s/\"user\"/\"other\"/' '$T/recipes/10-stage0/user.lua' >'$T/recipes/10-stage0/other.lua'
	'$BH' export -o '$E/y.deb' other --recipes '$T/recipes'"

# dpkg
dpkg_says() { dpkg-deb "$1" "$E/user.deb" | grep -q "$2"; }
if need_export dpkg-deb; then
	ok "dpkg reads the package" dpkg_says -c './opt/boot-hurd/user-2_b3/bin/user'
	ok "… its name" dpkg_says -f '^Package: boot-hurd-user-2-b3$'
	ok "… its version" dpkg_says -f '^Version: 2.b3+h[0-9a-f]*$'
	ok "… what it depends on" dpkg_says -f '^Depends: boot-hurd-sh-1.0 (= 1.0+h[0-9a-f]*)$'
	mkdir -p "$T/dpkg/var/lib/dpkg/info" "$T/dpkg/var/lib/dpkg/updates"
	: >"$T/dpkg/var/lib/dpkg/status"
	install_debs() {
		unshare -Ur dpkg --root="$T/dpkg" --force-architecture --log="$T/dpkg.log" -i "$@"
	}
	ok "dpkg refuses it without what it needs" fails 1 "boot-hurd-sh-1.0" install_debs "$E/user.deb"
	ok "dpkg installs both" install_debs "$E"/debs/*.deb
	ok "… and the files are there" test -x "$T/dpkg/opt/boot-hurd/user-2_b3/bin/user" -a -x "$T/dpkg/opt/boot-hurd/sh-1.0/bin/sh"
fi

# The index that publish writes.
bh key generate seller >/dev/null 2>&1
ok "publish --deb" bh publish --deb --key seller "$T/pub" user
ok "… again changes nothing" sh -c "
	find '$T/pub' -type f ! -name .lock -printf '%p %T@\n' | sort >'$T/before'
	'$BH' publish --deb --key seller '$T/pub' user --recipes '$T/recipes' >/dev/null
	find '$T/pub' -type f ! -name .lock -printf '%p %T@\n' | sort | cmp - '$T/before'"
if need_export gpgv && need_export gpg; then
	gpg --homedir "$T" --dearmor <"$T/pub/deb/key.asc" >"$T/key.gpg" 2>/dev/null
	ok "gpgv takes InRelease" gpgv --keyring "$T/key.gpg" "$T/pub/deb/InRelease"
	ok "gpgv takes Release.gpg" gpgv --keyring "$T/key.gpg" "$T/pub/deb/Release.gpg" "$T/pub/deb/Release"
	sed 's/boot-hurd$/boot-hurt/' "$T/pub/deb/InRelease" >"$T/forged"
	ok "… and not what was changed" sh -c "! gpgv --keyring '$T/key.gpg' '$T/forged' 2>&1 | grep 'Good signature'"
	ok "gpg knows the key by its name" sh -c "gpg --homedir '$T' --show-keys '$T/pub/deb/key.asc' | grep -q seller"
fi
if need_export apt-get && need_export gpgv; then
	mkdir -p "$T/apt/lists/partial" "$T/apt/cache/archives/partial" "$T/apt/etc"
	echo "deb [signed-by=$T/pub/deb/key.asc] file:$T/pub/deb ./" >"$T/apt/sources.list"
	apt_() {
		unshare -Ur apt-get -o Dir::Etc="$T/apt/etc" -o Dir::Etc::SourceList="$T/apt/sources.list" \
			-o Dir::Etc::SourceParts=- -o Dir::Etc::Parts=- -o Dir::State="$T/apt" \
			-o Dir::State::Lists="$T/apt/lists" -o Dir::Cache="$T/apt/cache" \
			-o Dir::State::Status="$T/dpkg2/var/lib/dpkg/status" -o APT::Architecture=i386 \
			-o APT::Architectures=i386 -o APT::Sandbox::User= -o DPkg::Options::=--root="$T/dpkg2" \
			-o DPkg::Options::=--force-architecture -o DPkg::Options::=--log="$T/dpkg.log" "$@"
	}
	mkdir -p "$T/dpkg2/var/lib/dpkg/info" "$T/dpkg2/var/lib/dpkg/updates"
	: >"$T/dpkg2/var/lib/dpkg/status"
	ok "apt-get update" apt_ update
	ok "apt-get install, with what it needs" apt_ install -y boot-hurd-user-2-b3
	ok "… and the files are there" test -x "$T/dpkg2/opt/boot-hurd/sh-1.0/bin/sh"
fi

# Who asks rebuilders (repro-threshold): the packages that were built here are confirmed, by files alone.
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY all_proxy
export no_proxy='*'
python3 -u -m http.server --bind 127.0.0.1 -d "$T/pub" 0 >"$T/server.log" 2>/dev/null &
server=$!
trap 'kill $server; chmod -R u+w "$T" 2>/dev/null; rm -rf "$T"' EXIT
while ! grep -q ' port ' "$T/server.log" && kill -0 $server; do sleep 0.1; done
port=$(sed 's/.* port \([0-9]*\) .*/\1/;q' "$T/server.log")
confirmed() { /usr/bin/python3 tests/integration/rebuilder.py "http://127.0.0.1:$port/deb" "$1" "$T/link"; }
if /usr/bin/python3 -c 'import in_toto' 2>/dev/null; then
	user_deb=$(ls "$T"/pub/deb/boot-hurd-user-*.deb)
	ok "a rebuilder's answer confirms a package" fails 0 "1 of 2 records confirm it" confirmed "$user_deb"
	cp "$user_deb" "$T/changed.deb"
	printf 'x' | dd of="$T/changed.deb" bs=1 seek=100000 conv=notrunc 2>/dev/null
	ok "… not one that was changed" fails 1 "0 of 2 records" confirmed "$T/changed.deb"
	for f in "$T"/pub/deb/api/v1/builds/*/artifacts/*/attestation; do
		cp "$f" "$f.was"
		sed 's/"sha256":"[0-9a-f]/"sha256":"x/; s/"sig":"\(.\)\(.\)/"sig":"\2\1/' "$f.was" >"$f"
	done
	ok "… nor when the signature is another" fails 1 "" confirmed "$user_deb"
	for f in "$T"/pub/deb/api/v1/builds/*/artifacts/*/attestation; do mv "$f.was" "$f"; done
else
	n=$((n + 1))
	echo "ok $n - a rebuilder's answer confirms a package # SKIP Debian's in-toto is not installed"
fi
# What came from others is passed on, and not confirmed.
taken() {
	_key=$(cat "$BOOT_HURD_STATE/keys/seller.public")
	export BOOT_HURD_STATE="$T/other"
	bh build -q --substitute --peer "$T/pub" --key "$_key" user >/dev/null || return 1
	bh key generate dealer >/dev/null && bh publish -q --deb --key dealer "$T/pub2" user || return 1
	export BOOT_HURD_STATE="$T/state"
	ls "$T"/pub2/deb/boot-hurd-user-*.deb && jq -e '.total == 0 and .records == []' "$T/pub2/deb/api/v1/packages/binary"
}
ok "what was substituted is not confirmed" taken
# Images
if need_export skopeo; then
	ok "skopeo reads the layout" sh -c "skopeo inspect 'oci:$E/layout' | grep -q '\"Architecture\": \"386\"'"
	ok "skopeo copies the archive" skopeo --insecure-policy copy "oci-archive:$E/user.tar" "dir:$T/copied"
fi
blobs_ok() { # the name of each blob is the hash of its bytes, and each is mentioned
	for b in "$E"/layout/blobs/sha256/*; do
		test "$(sha256sum <"$b" | cut -d' ' -f1)" = "${b##*/}" || return 1
		grep -rqF "${b##*/}" "$E/layout/index.json" "$E/layout/blobs" || return 1
	done
	jq -e '.imageLayoutVersion == "1.0.0"' "$E/layout/oci-layout" &&
		jq -e '.schemaVersion == 2 and (.manifests | length) == 1' "$E/layout/index.json"
}
ok "the layout is consistent" blobs_ok

# Bills of material
names_all() {
	jq -e '[.packages[].name] | index("user-2_b3") and index("sh-1.0") and index("src")' "$E/user.deb.spdx.json" &&
		jq -e '[.relationships[] | select(.relationshipType == "RUNTIME_DEPENDENCY_OF")] | length == 1' \
			"$E/user.deb.spdx.json" &&
		jq -e '[.components[].name] | index("sh") and index("src")' "$E/user.deb.cdx.json" &&
		test "$(jq -r '.metadata.component.hashes[0].content' "$E/user.deb.cdx.json")" = \
			"$(sha256sum <"$E/user.deb" | cut -d' ' -f1)"
}
ok "they name outputs, sources and the file" names_all
valid() { node tests/integration/schema.js "$BUILD/npm" "$@"; }
if need_export node && [ -d "$BUILD/npm/node_modules/ajv" ]; then
	ok "CycloneDX 1.5, by its schema" valid cyclonedx "$E/user.deb.cdx.json"
	ok "SPDX 2.3, by its schema" valid spdx "$E/user.deb.spdx.json"
	jq '.components[0].type = "thing"' "$E/user.deb.cdx.json" >"$T/bad.json"
	ok "… which find what is wrong" fails 1 "must be equal to one of the allowed values" valid cyclonedx "$T/bad.json"
	jq 'del(.packages[0].downloadLocation)' "$E/user.deb.spdx.json" >"$T/bad.json"
	ok "… in both" fails 1 "must have required property 'downloadLocation'" valid spdx "$T/bad.json"
fi
done_testing
