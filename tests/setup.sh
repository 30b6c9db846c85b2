#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# setup.sh PURPOSE... - make sure that what a purpose needs is installed.
#
#	build	compile lichen
#	test	run make check, all of it
#	lint	what tests/run.sh needs besides
#	demo	run tests/demo.sh
#	bench	make bench and make bench-core, all of them
#	vm	make check-vm
#
# Debian packages are installed by name where something is missing and where that
# is possible without a question (root, or sudo without a password).  Otherwise
# say what is missing and exit 1.
#
# The table marks with a prefix what is not simply installed:
#
#	+bind9		would start a service of this machine: only unpacked, to a
#			directory where tests/ns.sh looks for it; what it depends on is
#			installed
#	++openrc	only unpacked, and nothing that it depends on is installed, either
#	+clatd/trixie	of a newer Debian, with the libc it wants; it is called
#			clatd-trixie.  That it is not to be had is no error.
#	librc1|librc1t64	by which of these names this Debian has it

set -eu
unpacked=/var/cache/lichen-tests
export unpacked
PATH=$PATH:/usr/sbin:/sbin:$unpacked/usr/sbin:$unpacked/usr/bin

# purpose package what-proves-it: a command, or a shell word list to run
table() {
	cat <<-'TABLE'
		build	gcc		command -v cc
		build	libc6-dev	echo '#include <linux/if_tun.h>' | cc -E -
		build	make		command -v make
		build	autoconf	command -v autoreconf
		build	automake	command -v automake
		build	pkg-config	command -v pkg-config
		test	busybox		busybox --list | grep -qx httpd
		test	check		pkg-config --exists check
		test	clang		command -v clang
		test	curl		command -v curl
		test	ethtool		command -v ethtool
		test	iproute2	command -v ip && command -v ss
		test	iputils-ping	command -v ping
		test	traceroute	command -v traceroute
		test	procps		command -v sysctl
		test	socat		command -v socat
		test	util-linux	command -v nsenter && command -v setpriv
		test	iptables	command -v iptables
		test	nftables	command -v nft
		test	sysvinit-utils	test -e /lib/lsb/init-functions
		test	+bind9		command -v named
		test	bind9-dnsutils	command -v dig
		test	++openrc	test -e $unpacked/sbin/openrc-run
		test	++librc1|librc1t64	ls $unpacked/lib/*/librc.so.1
		test	++libeinfo1|libeinfo1t64	ls $unpacked/lib/*/libeinfo.so.1
		test	++busybox-static	test -x $unpacked/bin/busybox
		test	+bird2		command -v bird
		test	jq		command -v jq
		test	+prometheus	command -v prometheus && command -v promtool
		test	+prometheus-node-exporter	command -v prometheus-node-exporter
		test	+radvd		command -v radvd
		test	+systemd	command -v systemd-analyze
		test	+tayga		command -v tayga
		test	+unbound	command -v unbound
		test	+radvd/trixie	command -v radvd-trixie
		test	+clatd/trixie	command -v clatd-trixie
		test	libnet-dns-perl	perl -MNet::DNS -e 1
		test	libnet-ip-perl	perl -MNet::IP -e 1
		lint	bmake		command -v bmake
		lint	debhelper	command -v dh && command -v dpkg-buildpackage
		lint	debootstrap	command -v debootstrap
		lint	clang		command -v clang
		lint	libclang-rt-dev	echo 'int main(void){return 0;}' | clang -fsanitize=address,undefined -o /dev/null -xc -
		lint	gcc-s390x-linux-gnu	command -v s390x-linux-gnu-gcc
		lint	libc6-dev-s390x-cross	test -e /usr/s390x-linux-gnu/include/stdio.h
		lint	gcc-arm-linux-gnueabihf	command -v arm-linux-gnueabihf-gcc
		lint	libc6-dev-armhf-cross	test -e /usr/arm-linux-gnueabihf/include/stdio.h
		lint	qemu-user	command -v qemu-s390x && command -v qemu-arm
		lint	musl-tools	command -v musl-gcc
		lint	rpm		command -v rpmbuild
		lint	mandoc		command -v mandoc
		lint	shellcheck	command -v shellcheck
		demo	iproute2	command -v ip
		demo	iputils-ping	command -v ping
		demo	curl		command -v curl
		demo	iperf3		command -v iperf3
		demo	busybox		busybox --list | grep -qx httpd
		demo	util-linux	command -v nsenter
		vm	clang		command -v clang
		vm	check		pkg-config --exists check
		vm	cpio		command -v cpio
		vm	iproute2	command -v ip && command -v ss
		vm	iputils-ping	command -v ping
		vm	jq		command -v jq
		vm	qemu-system-x86	command -v qemu-system-x86_64
		vm	socat		command -v socat
		vm	util-linux	command -v nsenter && command -v setpriv
		vm	xz-utils	command -v xz
		vm	++busybox-static	test -x $unpacked/bin/busybox
		bench	ethtool		command -v ethtool
		bench	gnuplot-nox	command -v gnuplot
		bench	iperf3		command -v iperf3
		bench	iproute2	command -v ip && command -v ss
		bench	util-linux	command -v nsenter
		bench	valgrind	command -v valgrind
		bench	+tayga		command -v tayga
	TABLE
}

# Packages of a purpose that are missing.
missing() {	# purpose
	table | while read -r purpose package proof; do
		if [ "$purpose" = "$1" ] &&
		    ! sh -c "$proof" >/dev/null 2>&1 </dev/null; then
			echo "$package"
		fi
	done
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		sudo -n "$@"
	fi
}

can_install() {
	command -v apt-get >/dev/null && as_root true 2>/dev/null
}

apt_install() {
	as_root apt-get install -qq --no-install-recommends \
	    -o DPkg::Lock::Timeout=120 "$@" >/dev/null
}

install() {	# package...
	[ $# -eq 0 ] && return
	apt_install "$@" 2>/dev/null && return
	# The lists are empty (a fresh container) or too old.
	as_root apt-get update -qq >/dev/null && apt_install "$@"
}

download() {	# package...
	apt-get download -qq "$@" >/dev/null 2>&1 && return
	as_root apt-get update -qq >/dev/null &&
	    apt-get download -qq "$@" >/dev/null
}

# The first choice of each dependency, without versions, and without what only a
# browser would read.
depends() {	# file
	dpkg-deb -f "$1" Pre-Depends Depends | sed 's/^[A-Z][A-Za-z-]*://' |
	    tr ',' '\n' | sed 's/[(|:].*//; s/ //g; /^libjs-/d; /^fonts-/d'
}

# The first of these names that this Debian has.
choose() {	# name|name...
	for name in $(echo "$1" | tr '|' ' '); do
		if apt-cache show "$name" 2>/dev/null | grep -q .; then
			echo "$name"
			return
		fi
	done
	echo "${1%%|*}"
}

# What older packages have in /bin, /sbin and /lib is in /usr in newer ones.
merge_usr() {
	for dir in bin sbin lib lib64; do
		[ ! -L "$unpacked/$dir" ] || continue
		as_root mkdir -p "$unpacked/usr/$dir"
		if [ -d "$unpacked/$dir" ]; then
			as_root cp -a "$unpacked/$dir/." "$unpacked/usr/$dir/"
			as_root rm -rf "${unpacked:?}/$dir"
		fi
		as_root ln -s "usr/$dir" "$unpacked/$dir"
	done
}

# Packages without their scripts; only what they depend on is installed, if yes.
unpack() {	# yes|no package...
	with_libs=$1
	shift
	[ $# -eq 0 ] && return
	debs=$(mktemp -d)
	(
		cd "$debs"
		download "$@"
		libs=$(for deb in ./*.deb; do depends "$deb"; done | sort -u)
		# shellcheck disable=SC2086 # words
		[ "$with_libs" = no ] || install $libs
		merge_usr
		for deb in ./*.deb; do
			dpkg-deb --fsys-tarfile "$deb" |
			    as_root tar -xf - --keep-directory-symlink \
				-C "$unpacked"
		done
	)
	rm -r "$debs"
}

# From another suite than this machine's, nothing of which is to change for it.
unpack_newer() {	# package suite
	newer=$(mktemp -d)
	mkdir -p "$newer/lists/partial" "$newer/cache/archives/partial"
	echo "deb http://deb.debian.org/debian $2 main" >"$newer/sources.list"
	cat >"$newer/apt.conf" <<-CONF
		Dir::Etc::sourcelist "$newer/sources.list";
		Dir::Etc::sourceparts "-";
		Dir::State::lists "$newer/lists";
		Dir::Cache "$newer/cache";
		Debug::NoLocking "1";
		APT::Sandbox::User "$(id -un)";
	CONF
	cat >"$newer/run" <<-RUN
		#!/bin/sh
		program=$unpacked/$2/usr/sbin/$1
		[ "\$(head -c 2 "\$program")" != '#!' ] || exec "\$program" "\$@"
		for ld in "$unpacked/$2"/usr/lib*/*/ld-linux*.so.* \\
		    "$unpacked/$2"/usr/lib*/ld-linux*.so.*; do
			[ -x "\$ld" ] && exec "\$ld" --library-path \\
			    "\${ld%/*}" "\$program" "\$@"
		done
		exit 127
	RUN
	chmod 755 "$newer/run"
	(
		cd "$newer"
		export APT_CONFIG="$newer/apt.conf"
		apt-get update -qq && apt-get download -qq "$1" libc6
	) >/dev/null 2>&1 &&
	for deb in "$newer"/*.deb; do
		as_root mkdir -p "$unpacked/$2" "$unpacked/usr/sbin" &&
		    as_root dpkg -x "$deb" "$unpacked/$2" &&
		    as_root cp "$newer/run" "$unpacked/usr/sbin/$1-$2"
	done || echo "No $1 of Debian $2; a test is skipped without it."
	rm -r "$newer"
}

if [ $# -eq 0 ]; then
	echo "usage: ${0##*/} build|test|lint|demo|bench|vm ..." >&2
	exit 1
fi
all=
for arg in "$@"; do
	case $arg in
	build)	all="$all $(missing build)" ;;
	test)	all="$all $(missing build) $(missing test)" ;;
	lint)	all="$all $(missing lint)" ;;
	demo)	all="$all $(missing build) $(missing demo)" ;;
	bench)	all="$all $(missing build) $(missing bench)" ;;
	vm)	all="$all $(missing build) $(missing vm)" ;;
	*)	echo "${0##*/}: no purpose $arg" >&2; exit 1 ;;
	esac
done
# shellcheck disable=SC2086 # one word a line
all=$(printf '%s\n' $all | sort -u | paste -sd ' ' -)
[ -n "$all" ] || exit 0

packages='' daemons='' alone='' newer_ones=''
for package in $all; do
	case $package in
	+*/*)	newer_ones="$newer_ones ${package#+}" ;;
	++*)	alone="$alone ${package#++}" ;;
	+*)	daemons="$daemons ${package#+}" ;;
	*)	packages="$packages $package" ;;
	esac
done

plan() {	# Installing|"To be installed" Unpacking|"To be unpacked"
	[ -z "$packages" ] || echo "$1:$packages"
	[ -z "$daemons" ] || echo "$2 to $unpacked, not installed, so that" \
	    "nothing is started (what they depend on is installed):$daemons"
	[ -z "$alone" ] || echo "$2 to $unpacked, nothing else:" "$(echo "$alone" |
	    sed 's/^ //; s/|[^ ]*//g')"
	[ -z "$newer_ones" ] || echo "$2 to $unpacked, from a newer" \
	    "Debian:$newer_ones"
}

if ! can_install; then
	{
		echo "${0##*/}: packages are missing, and to install them takes" \
		    "apt-get, and root or sudo without a password."
		plan "To be installed" "To be unpacked"
		echo "As root on Debian or Ubuntu: sh $0 $*"
	} >&2
	exit 1
fi
plan Installing Unpacking
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 # package names are words
install $packages
if [ -n "$alone" ]; then
	apt-cache show gcc >/dev/null 2>&1 || as_root apt-get update -qq
	alone=$(for package in $alone; do choose "$package"; done)
fi
# shellcheck disable=SC2086
unpack yes $daemons
# shellcheck disable=SC2086
unpack no $alone
for package in $newer_ones; do
	unpack_newer "${package%/*}" "${package#*/}"
done
