#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Debian's package (`make deb`): what is in it; and dpkg installs it, over a
# configuration of tayga's, to a root directory of its own, where it runs by its unit's
# command line.  Not part of make check, since the package has to be built.
#
#	DEB	the package

# shellcheck disable=SC2317 # functions that ok and wait_until call
# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
busybox=/var/cache/lichen-tests/bin/busybox
need dpkg dpkg-deb ldd "$busybox"
[ -f "${DEB:-}" ] || ns_skip "DEB is not a package (see make deb)"

field() {	# name
	dpkg-deb -f "$DEB" "$1"
}

x=$T/x
mkdir "$x"
mount -t tmpfs tmpfs "$x"
ok "it can be unpacked" dpkg-deb -x "$DEB" "$x"
ok "its control files, too" dpkg-deb -e "$DEB" "$x/DEBIAN"
is "the version is lichen's" "lichen $(field Version)" "$("$LICHEN" --version)"
is "in place of tayga" "$(field Provides) $(field Conflicts)" "tayga tayga"
is "it needs libc and adduser" "$(field Depends | sed 's/ ([^)]*)//g')" \
    "libc6, adduser"
ok "no configuration file that dpkg would ask about" \
    test ! -e "$x/DEBIAN/conffiles"
sums() {
	(cd "$x" && md5sum --quiet -c DEBIAN/md5sums)
}
ok "the sums are right" sums
units=$(dirname "$(find "$x" -name lichen.service)")
for file in usr/sbin/lichen usr/sbin/tayga usr/share/man/man8/lichen.8.gz \
    usr/share/man/man8/tayga.8.gz usr/share/man/man5/tayga.conf.5.gz \
    usr/share/lichen/tayga.conf usr/share/doc/lichen/copyright usr/share/doc/lichen/examples/nat64.conf \
    "${units#"$x"/}/lichen@.service" "${units#"$x"/}/tayga.service"; do
	ok "$file" test -s "$x/$file"
done
if command -v systemd-analyze >/dev/null; then
	ok "systemd takes its units" \
	    env LICHEN="$units/lichen" sh "$(dirname "$0")/../tree/systemd.sh"
fi

# --- a Debian in small: busybox, libc, and stand-ins that write down their calls

os=$T/os
mkdir "$os"
mount -t tmpfs tmpfs "$os"
mkdir -p "$os/bin" "$os/sbin" "$os/usr/bin" "$os/etc" "$os/dev/net" \
    "$os/run/systemd/system" "$os/proc" "$os/var/spool/tayga" \
    "$os/var/lib/dpkg/info" "$os/var/lib/dpkg/updates"
: >"$os/var/lib/dpkg/status"
: >"$os/dev/net/tun"
mount --bind /dev/net/tun "$os/dev/net/tun"
mount -t proc proc "$os/proc"
cp "$busybox" "$os/bin/busybox"
for applet in sh sed tr rm cat; do
	ln -s busybox "$os/bin/$applet"
done
for program in adduser deb-systemd-helper deb-systemd-invoke systemctl; do
	# shellcheck disable=SC2016 # for it
	printf '#!/bin/sh\necho "${0##*/} $*" >>/calls\n' >"$os/usr/bin/$program"
	chmod +x "$os/usr/bin/$program"
done
id=0
! other_users || id=100
cat >>"$os/usr/bin/adduser" <<-SH
	echo lichen:x:$id:$id::/: >/etc/passwd
	echo lichen:x:$id: >/etc/group
SH
ldd "$x/usr/sbin/lichen" | grep -o '/[^ ]*' | while read -r lib; do
	mkdir -p "$os/${lib%/*}"
	cp "$lib" "$os/$lib"
done
# What the package of tayga left.
cat >"$os/etc/tayga.conf" <<-CONF
	tun-device nat64
	ipv4-addr 192.168.255.1
	prefix 2001:db8:1:ffff::/96
	dynamic-pool 192.168.255.0/24
	data-dir /var/spool/tayga
CONF
cp "$os/etc/tayga.conf" "$T/before"
printf '192.168.255.7\t2001:db8:1::7\t%s\n' "$(date +%s)" \
    >"$os/var/spool/tayga/dynamic.map"

# dpkg runs the package's scripts in there.
install_with() {	# arguments of dpkg...
	: >"$os/calls"
	dpkg --root="$os" --log=/dev/null --force-depends --force-bad-path \
	    "$@" </dev/null
}
called() {	# regex
	grep -Eq "$1" "$os/calls"
}

ok "dpkg installs it" install_with -i "$DEB"
ok "there is a user for it" called '^adduser .* lichen$'
ok "tayga's configuration stays" cmp "$T/before" "$os/etc/tayga.conf"
is "tayga's leases are lichen's" "$(cd "$os/var/spool/tayga" &&
    stat -c %u:%g . dynamic.map | paste -sd ' ' -)" "$id:$id $id:$id"
is "nothing is started" "$(grep '^deb-systemd-invoke.*start' "$os/calls")" ""
ok "dpkg installs it again" install_with -i "$DEB"
ok "then one that runs is restarted" \
    called '^deb-systemd-invoke restart lichen\.service$'

routers tr
ip -n tr addr add 198.51.100.1/32 dev lo
printf 'tun-up yes\ntun-route 192.168.255.0/24\n' >>"$os/etc/tayga.conf"
command=$(sed -n 's/^ExecStart=//p' "$units/lichen.service")
# shellcheck disable=SC2086 # words
background unit tr chroot "$os" $command
daemon=$BG
ok "the unit's command line: it translates" \
    wait_until 10 pings tr 192.168.255.1
ok "with the lease of tayga's" grep -q 'leases restored: 1' "$T/unit.log"
stop "$daemon"
is "it ends with status 0" "$STATUS" 0
ok "under tayga's name" in_ns tr chroot "$os" /usr/sbin/tayga --check
in_ns tr chroot "$os" rm /etc/tayga.conf
ok "dpkg removes it" install_with -r lichen
ok "one that runs is stopped" called '^deb-systemd-invoke stop .*lichen\.service'
mkdir -p "$os/var/lib/lichen"
ok "dpkg purges it" install_with -P lichen
is "then nothing of it is left" "$(find "$os" -name '*lichen*')" ""
finish
