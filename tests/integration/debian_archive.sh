# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# An archive as Debian's, in a folder, that apt reads, and the recipe "pinned" with a source in it. Sourced, not run;
# behind lib.sh. `sources VERSION SUM` says what the archive lists.
# shellcheck disable=SC2154 # T is lib.sh's

A=$T/archive
mkdir -p "$A/dists/test/main/source" "$A/dists/test/main/binary-i386" "$A/pool/main/h/hello" "$T/apt"
echo bytes >"$A/pool/main/h/hello/hello_1.orig.tar"
sum=$(sha256sum "$A/pool/main/h/hello/hello_1.orig.tar" | cut -d' ' -f1)
# sources VERSION SUM: what the archive lists
sources() {
	cat >"$A/dists/test/main/source/Sources" <<EOF2
Package: other
Version: 3
Directory: pool/main/o/other
Checksums-Sha256:
 $sum 6 hello_1.orig.tar

Package: hello
Format: 3.0 (quilt)
Version: $1-1
Checksums-Sha256:
 $2 6 hello_$1.orig.tar
 0000000000000000000000000000000000000000000000000000000000000000 6 hello_$1-1.dsc
Directory: pool/main/h/hello

EOF2
	{
		echo "Suite: test"
		echo "Codename: test"
		echo "Components: main"
		echo "Architectures: i386 amd64"
		LC_ALL=C date -u '+Date: %a, %d %b %Y %H:%M:%S UTC'
		echo SHA256:
		(cd "$A/dists/test" && sha256sum main/source/Sources | while read -r s f; do echo " $s $(stat -c %s "$f") $f"; done)
	} >"$A/dists/test/Release"
}
sources 1 "$sum"
echo "deb [trusted=yes] file:$A test main" >"$T/apt/sources.list"
cat >"$T/apt/apt.conf" <<EOF2
Dir::Etc::sourcelist "$T/apt/sources.list";
Dir::Etc::sourceparts "/nonexistent";
APT::Sandbox::User "root";
EOF2
export APT_CONFIG="$T/apt/apt.conf"
cat >"$T/recipes/10-stage0/pinned.lua" <<EOF2
return recipe { name = "pinned", version = "1", summary = "test", license = "none",
	sources = { { debian "h/hello/hello_1.orig.tar", as = "hello", sha256 = "$sum", unpack = false }, { tree "../../src", as = "src" } },
	steps = { { 'src/tool', 'write', out 'file', 'x' } } }
EOF2
