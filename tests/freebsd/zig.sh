#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# zig.sh - build the program for FreeBSD with its own headers and the symbols of its
# libc, both of which come with zig(1): what tests/freebsd declares is our word for
# what they have.  Nothing is run.  Not part of make check: no Debian has zig.
#
#	ZIG	0.16 or later
#	TREE	with configure in it; the one that this script is in
set -eu
zig=${ZIG:-zig}
tree=$(cd "${TREE:-$(dirname "$0")/../..}" && pwd)
if ! version=$("$zig" version 2>/dev/null); then
	echo "1..0 # SKIP $zig does not run; ZIG says where zig is"
	exit 77
fi
echo "# zig $version"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
ZIG_GLOBAL_CACHE_DIR=$work/cache ZIG_LOCAL_CACHE_DIR=$work/cache
export ZIG_GLOBAL_CACHE_DIR ZIG_LOCAL_CACHE_DIR
n=0 failed=0

build() {	# machine version
	mkdir "$work/$1-$2" && cd "$work/$1-$2" &&
	    "$tree/configure" -q --enable-werror --with-tayga-alias \
	    --host="$1-unknown-freebsd$2" CC="$zig cc -target $1-freebsd.$2" \
	    PKG_CONFIG=false && make -s -j2
}

for version in 14.0 15.0; do
	for machine in x86_64 aarch64; do
		n=$((n + 1))
		if (build $machine $version) >"$work/log" 2>&1; then
			echo "ok $n - FreeBSD $version, $machine"
		else
			echo "not ok $n - FreeBSD $version, $machine"
			tail -n 30 "$work/log" | sed 's/^/# /'
			failed=1
		fi
	done
done
echo "1..$n"
exit $failed
