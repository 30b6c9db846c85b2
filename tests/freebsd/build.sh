#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# build.sh - configure for FreeBSD and let its make and clang build the whole
# program and all of make check, as far as that goes without its libraries: objects,
# archives, and programs that lack libc.  lichen must hold FreeBSD's files and nothing
# of Linux's.
#
#	TREE	with configure in it; the one that this script is in
set -eu
tree=$(cd "${TREE:-$(dirname "$0")/../..}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
cd "$work"
case $(uname -m) in		# the linker is the one that is here
aarch64)	cpu=aarch64 ;;
*)		cpu=x86_64 ;;
esac

"$tree/configure" -q --enable-werror --with-tayga-alias \
    --build=$cpu-pc-linux-gnu --host=$cpu-unknown-freebsd14.0 \
    CC="clang --target=$cpu-unknown-freebsd14" \
    CPPFLAGS="-nostdinc -isystem $tree/tests/freebsd" \
    LDFLAGS='-nostdlib -Wl,-r' AR=ar RANLIB=ranlib PKG_CONFIG=false MAKE=bmake \
    CHECK_CFLAGS=' ' CHECK_LIBS=' '
bmake -s -j2 lichen
nm lichen >symbols
for symbol in main tun_open netif_configure sandbox_start; do
	grep -q " T $symbol\$" symbols
done
grep -q ' U sysctlbyname$' symbols
grep -q ' U cap_enter$' symbols
LIBCORE=libcore.a srcdir="$tree" sh "$tree/tests/tree/purity.sh"

# Every test that is built there.
bmake -s -j2 check TESTS= >log 2>&1 || {
	cat log
	exit 1
}
nm tests/unit/tun_freebsd | grep -q ' T k_ioctl$'

# What an installation has is what the port packs, but for what it leaves out or
# adds by itself: the running configuration, documents, the service script.
bmake -s install DESTDIR="$work/dest" >log 2>&1
(cd dest/usr/local && find . ! -type d | sed 's|^\./||') | sort >files
{
	sed -e 's/^%%TAYGA_ALIAS%%//' -e 's/^@sample \([^ ]*\) .*/\1/' \
	    -e 's/\.gz$//' "$tree/conf/freebsd/pkg-plist"
	echo etc/rc.d/lichen
	echo etc/tayga.conf
} | sort >packed
grep -v '^share/doc/lichen/' files | diff packed -
grep -q '^share/doc/lichen/opnsense$' files
if grep -i -e systemd -e '\.service' files; then
	exit 1
fi
test -x dest/usr/local/etc/rc.d/lichen
sh -n dest/usr/local/etc/rc.d/lichen
if grep '[@%]' dest/usr/local/etc/rc.d/lichen; then
	exit 1
fi
bmake -s uninstall DESTDIR="$work/dest" >log 2>&1
find dest ! -type d >left
diff left /dev/null

# The port, as far as it can be judged without portlint(1).
sh "$tree/tests/freebsd/port.sh"
