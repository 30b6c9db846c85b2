#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The package for Fedora and others (`make rpm`): it installs the same files as Debian's
# (`make deb`); and rpm installs, upgrades and erases it in a root directory of its own,
# where what its scripts call writes that down.  Not part of make check, since the
# packages have to be built.
#
#	RPM	the package
#	DEB	Debian's

# shellcheck disable=SC2317 # functions that ok calls
# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
busybox=/var/cache/lichen-tests/bin/busybox
need rpm dpkg-deb ldd "$busybox"
[ -f "${RPM:-}" ] || ns_skip "RPM is not a package (see make rpm)"
[ -f "${DEB:-}" ] || ns_skip "DEB is not a package (see make deb)"

# --- what is in it

# Every file but the package manager's own documents, as on a system where /lib is
# /usr/lib.
names() {
	sed 's|^\./|/|; s|^/lib/|/usr/lib/|; s|\.gz$||' |
	    grep -Ev '^/usr/share/(doc|licenses)/lichen[-0-9.]*/[A-Za-z.]*$' |
	    grep -v '^/usr/lib/\.build-id/' | sort
}
dpkg-deb --fsys-tarfile "$DEB" | tar -tf - | grep -v '/$' | names >"$T/deb.list"
rpm -qp --qf '[%{FILEMODES:perms} %{FILENAMES}\n]' "$RPM" 2>/dev/null |
    sed -n 's/^[-l][^ ]* //p' | names >"$T/rpm.list"
ok "there are files in it" grep -qx /usr/sbin/lichen "$T/rpm.list"
ok "they are those of Debian's package" diff "$T/deb.list" "$T/rpm.list"
is "the version is lichen's" "lichen $(rpm -qp --qf '%{VERSION}' "$RPM" 2>/dev/null)" \
    "$("$LICHEN" --version)"

x=$T/x
mkdir "$x"
mount -t tmpfs tmpfs "$x"
mkdir "$x/deb" "$x/os"
dpkg-deb -x "$DEB" "$x/deb"

# --- a system in small, as in deb.sh

os=$x/os
mkdir -p "$os/bin" "$os/usr/bin" "$os/usr/sbin" "$os/etc" "$os/dev" "$os/var/lib/rpm" \
    "$os/run/systemd/system"
: >"$os/dev/null"
mount --bind /dev/null "$os/dev/null"
cp "$busybox" "$os/bin/busybox"
for applet in sh cp rm cmp; do
	ln -s busybox "$os/bin/$applet"
done
for program in getent groupadd useradd systemctl; do
	# shellcheck disable=SC2016 # for it
	printf '#!/bin/sh\necho "${0##*/} $*" >>/calls\n' >"$os/usr/sbin/$program"
	chmod +x "$os/usr/sbin/$program"
done
echo 'exit 2' >>"$os/usr/sbin/getent"
ldd "$LICHEN" | grep -o '/[^ ]*' | while read -r lib; do
	mkdir -p "$os/${lib%/*}"
	cp "$lib" "$os/$lib"
done
in_os() {	# arguments of rpm...
	: >"$os/calls"
	rpm --root "$os" --nodeps --nosignature "$@" && ! grep -i 'fail' "$T/out"
}
called() {	# regex
	grep -Eq "$1" "$os/calls"
}

ok "rpm installs it" in_os -i "$RPM"
ok "there is a user for it" called '^useradd .* lichen$'
ok "the example is the configuration" \
    cmp "$os/etc/tayga.conf" "$os/usr/share/lichen/tayga.conf"
exits 1 "nothing is started" called 'start'
units=$(dirname "$(find "$x/deb" -name lichen.service)")
for unit in "$units"/*.service; do
	[ -L "$unit" ] || ok "${unit##*/} is Debian's" \
	    cmp "$unit" "$os/usr/lib/systemd/system/${unit##*/}"
done
echo '# edited' >>"$os/etc/tayga.conf"
ok "rpm upgrades it" in_os -U --force "$RPM"
ok "what runs is restarted" called '^systemctl restart lichen\.service$'
ok "the configuration stays" grep -qx '# edited' "$os/etc/tayga.conf"
echo 'prefix 1::/95' >>"$os/etc/tayga.conf"
ok "rpm upgrades it, and the file has an error" in_os -U --force "$RPM"
like "which is told" "$(cat "$T/out")" 'tayga\.conf:[0-9]*: prefix'
exits 1 "nothing is restarted" called 'restart lichen\.service$'
ok "rpm erases it" in_os -e lichen
ok "what runs is stopped" called '^systemctl .*--now lichen\.service'
ok "the configuration stays" test -s "$os/etc/tayga.conf"
is "nothing else does" "$(find "$os" -name '*lichen*')" ""
finish
