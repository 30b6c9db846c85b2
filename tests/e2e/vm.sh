#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# vm.sh [SUITE...] - the fast path on kernels that people have: boot those of Debian's
# suites in qemu, with nothing but the programs that the tests need, and pass there
# tests/unit/fastpath (the verifier, the program beside the core) and
# tests/e2e/fastpath.sh (traffic, leases, reloads).
#
#	bookworm	6.1, before tcx: lichen goes without
#	trixie		6.12
#	sid		the newest
#
# Kernels are packages, unpacked and never installed, kept in VM_CACHE.  A suite that
# is not to be had is skipped; status 77 if all are.
#
#	LICHEN		the daemon; the unit test is below its directory
#	VM_CACHE	/var/cache/lichen-tests/vm
#	VM_ACCEL	kvm, where that works in earnest; tcg
#	VM_PACKETS	random packets of the unit test; 3000
#	VM_TIMEOUT	seconds for each kernel; 600
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
LICHEN=${LICHEN:-$(pwd)/lichen}
unit=$(dirname "$LICHEN")/tests/unit/fastpath
cache=${VM_CACHE:-/var/cache/lichen-tests/vm}
PATH=$PATH:/usr/sbin:/sbin:/var/cache/lichen-tests/bin
count=0 failed=0 booted=0

skip_all() {
	echo "1..0 # SKIP $*"
	exit 77
}

report() {	# status what
	count=$((count + 1))
	case $1 in
	0)	echo "ok $count - $2" ;;
	77)	echo "ok $count - $2 # SKIP" ;;
	*)	echo "not ok $count - $2 (status $1)"
		failed=1 ;;
	esac
}

[ "$(uname -m)" = x86_64 ] || skip_all "kernels for x86_64 only"
for tool in qemu-system-x86_64 apt-get dpkg-deb busybox xz ip ping socat jq \
    nsenter unshare timeout setpriv; do
	command -v "$tool" >/dev/null ||
	    skip_all "$tool is not installed (tests/setup.sh vm)"
done
if ! [ -x "$unit" ] || ! [ -x "$LICHEN" ]; then
	skip_all "build lichen and tests/unit/fastpath first"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

# --- kernels --------------------------------------------------------------------

# The kernel package of a suite and what it is made of, into the current directory.
# A mirror may lag: sid's files are valid for a week.
fetch() {	# suite
	mkdir -p apt/lists/partial apt/cache/archives/partial
	echo "deb http://deb.debian.org/debian $1 main" >apt/sources.list
	cat >apt/apt.conf <<-CONF
		Dir::Etc::sourcelist "$(pwd)/apt/sources.list";
		Dir::Etc::sourceparts "-";
		Dir::State::lists "$(pwd)/apt/lists";
		Dir::Cache "$(pwd)/apt/cache";
		Debug::NoLocking "1";
		Acquire::Check-Valid-Until "no";
		APT::Sandbox::User "$(id -un)";
	CONF
	APT_CONFIG=$(pwd)/apt/apt.conf
	export APT_CONFIG
	apt-get update -qq
	package=linux-image-cloud-amd64
	# A package of no content leads to the kernel, and to its parts.
	for _ in 1 2; do
		package=$(apt-cache depends --no-recommends --no-suggests \
		    --no-conflicts --no-breaks --no-replaces "$package" |
		    sed -n 's/^ *Depends: \(linux-[a-z]*-[0-9][^ ]*\)$/\1/p')
		[ -n "$package" ] || break
		# shellcheck disable=SC2086 # words
		apt-get download -qq $package
	done
}

# VM_CACHE/SUITE with the kernel and its modules.
kernel() {	# suite
	dir=$cache/$1
	[ -e "$dir/complete" ] && return
	rm -rf "$dir"
	mkdir -p "$dir"
	(
		cd "$dir"
		fetch "$1"
		for deb in ./*.deb; do
			dpkg-deb -x "$deb" .
		done
		rm -rf ./*.deb apt
		[ -z "$(find . -name 'vmlinuz*' -type f)" ] || : >complete
	) >"$work/fetch.log" 2>&1
	[ -e "$dir/complete" ]
}

# --- what runs there --------------------------------------------------------------

# A program with its libraries, where they are here.
bring() {	# file...
	for file in "$@"; do
		mkdir -p "$root$(dirname "$file")"
		cp -L "$file" "$root$file"
		ldd "$file" 2>/dev/null | tr -s '\t ' '\n' | grep '^/' |
		while read -r lib; do
			mkdir -p "$root$(dirname "$lib")"
			[ -e "$root$lib" ] || cp -L "$lib" "$root$lib"
		done
	done
}

module() {	# name
	found=$(find "$dir" -name "$1.ko" -o -name "$1.ko.xz" | head -n 1)
	case $found in
	*.xz)	xz -dc "$found" >"$root/modules/$1.ko" ;;
	?*)	cp "$found" "$root/modules/$1.ko" ;;
	esac
}

build_root() {
	root=$work/root
	rm -rf "$root"
	mkdir -p "$root/proc" "$root/sys" "$root/dev" "$root/run" "$root/tmp" \
	    "$root/etc" "$root/modules" "$root/lichen"
	for part in bin sbin lib lib64; do
		mkdir -p "$root/usr/$part"
		ln -s "usr/$part" "$root/$part"
	done
	cp "$(command -v busybox)" "$root/bin/busybox"
	for tool in $(busybox --list); do
		[ -e "$root/bin/$tool" ] || ln -s busybox "$root/bin/$tool"
	done
	# Busybox has some of these, too, with fewer options.
	for tool in sh ip ping socat jq nsenter unshare timeout setpriv mount \
	    head sha256sum stat ss; do
		rm -f "$root/bin/$tool"
		bring "$(command -v "$tool")"
	done
	bring "$LICHEN" "$unit"
	cp -R "$top/tests" "$root/lichen/tests"
	for name in veth tun; do
		module "$name"
	done
	echo 'root:x:0:0::/:/bin/sh' >"$root/etc/passwd"
	cat >"$root/init" <<-INIT
		#!/bin/sh
		PATH=/usr/bin:/bin:/usr/sbin:/sbin
		export PATH
		mount -t proc proc /proc
		mount -t sysfs sys /sys
		mount -t devtmpfs dev /dev
		mount -t tmpfs run /run
		for m in veth tun; do
			[ ! -e /modules/\$m.ko ] || insmod /modules/\$m.ko
		done
		mkdir -p /dev/net
		[ -e /dev/net/tun ] || mknod /dev/net/tun c 10 200
		ip link set lo up
		cd /lichen
		echo "VM kernel \$(uname -r)"
		srcdir=/lichen FASTPATH_PACKETS=${VM_PACKETS:-3000} $unit
		echo "VM unit \$?"
		LICHEN=$LICHEN NS_TIMEOUT=250 sh tests/e2e/fastpath.sh
		echo "VM e2e \$?"
		poweroff -f
	INIT
	chmod 755 "$root/init"
	(cd "$root" && find . | cpio -o -H newc 2>/dev/null | gzip -1) \
	    >"$work/initrd"
}

boot() {	# log
	timeout "${VM_TIMEOUT:-600}" qemu-system-x86_64 \
	    -accel "${VM_ACCEL:-tcg}" -cpu max -m 1024 -smp 2 -nographic -no-reboot -nodefaults -serial stdio \
	    -kernel "$(find "$dir" -name 'vmlinuz*' -type f | head -n 1)" \
	    -initrd "$work/initrd" \
	    -append 'console=ttyS0 quiet panic=-1' </dev/null |
	    tr -d '\r' >"$1"
}

said() {	# key
	sed -n "s/.*VM $1 //p" "$work/log" | tail -n 1
}

# --- one kernel after the other --------------------------------------------------

command -v cpio >/dev/null || cpio() { busybox cpio "$@"; }
[ $# -gt 0 ] || set -- bookworm trixie sid
for suite in "$@"; do
	if ! kernel "$suite"; then
		echo "# $suite: $(tail -n 1 "$work/fetch.log")"
		report 77 "$suite: no kernel to be had"
		continue
	fi
	build_root
	boot "$work/log" || :
	booted=$((booted + 1))
	name="$suite, Linux $(said kernel)"
	unit_status=$(said unit) e2e_status=$(said e2e)
	report "${unit_status:-none}" "$name: the program beside the core"
	report "${e2e_status:-none}" "$name: traffic, leases, reloads"
	state=$(sed -n 's/.*msg="\(fast path: [^"]*\)".*/\1/p; s/^# .*msg="\(fast path: o[^"]*\)".*/\1/p' \
	    "$work/log" | head -n 1)
	[ -z "$state" ] || echo "# $state"
	# 6.6 and later have it on, not merely a test that passes without.
	case $suite in
	bookworm) want='1\.\.[1-9]$' ;;
	*)	want='1\.\.[6-9][0-9]$' ;;
	esac
	grep -Eq "^$want" "$work/log" && on=0 || on=1
	report "$on" "$name: it was $([ "$suite" = bookworm ] && echo off || echo on)"
	if [ "${unit_status:-1}$((e2e_status + 0))$on" != 000 ]; then
		grep -E '^not ok|:[FE]:' "$work/log" | sed 's/^/# /'
		sed 's/^/# /' "$work/log" | tail -n 60
	fi
done
echo "1..$count"
[ "$booted" -gt 0 ] || exit 77
exit "$failed"
