#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Debian and its derivatives: the init script of their tayga package, as it is but
# for the paths, starts and stops lichen, first with the package's configuration,
# then with ours.  And ot-br-posix (OpenThread), which runs on them and edits the
# example file with sed.
#
#	c6 --- tr (lichen, NAT44) --- s4

# shellcheck disable=SC2317 # functions that ok and wait_until call
# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
need start-stop-daemon logger iptables
example=$(dirname "$0")/../../conf/tayga.conf

[ -e /lib/lsb/init-functions ] || ns_skip "no /lib/lsb/init-functions"
for root in "" /var/cache/lichen-tests; do
	debian=$root
	[ ! -e "$debian/etc/init.d/tayga" ] || break
done
[ -e "$debian/etc/init.d/tayga" ] ||
    ns_skip "Debian's tayga is not there (see tests/setup.sh)"

# --- Debian's files, at paths of our own

mkdir "$T/sbin" "$T/default"
cp "$LICHEN" "$T/sbin/tayga"
cp "$debian/etc/default/tayga" "$T/default/tayga"
cp "$debian/etc/tayga.conf" "$T/debian.conf"
default_conf
sed "s|/usr/sbin/tayga|$T/sbin/tayga|
    s|/etc/tayga\\.conf|$DEFAULT_CONF|g
    s|/etc/default/|$T/default/|" "$debian/etc/init.d/tayga" >"$T/init"
chmod +x "$T/init"
mount -t tmpfs tmpfs /var/spool

hosts c6 s4
routers tr
cable c6 tr
cable tr s4
address c6 tr 2001:db8:1::9/64
address tr c6 2001:db8:1::1/64
address tr s4 198.51.100.1/24
address s4 tr 198.51.100.2/24 9.9.9.9/32
route c6 default via 2001:db8:1::1
route tr 9.9.9.9 via 198.51.100.2
server=2001:db8:1:ffff::198.51.100.2
# s4 has no route to the pool: only NAT44 lets it answer.

init() {
	in_ns tr timeout 60 "$T/init" "$@"
}

no_device() {
	! ip -n tr link show dev nat64 2>/dev/null
}

stopped() {	# pid
	ok "stop: the process is gone" wait_until 3 dead "$1"
	ok "stop: the device is gone" no_device
	ok "stop: the pidfile is gone" test ! -e /var/run/tayga.pid
}

started() {	# the server, seen from the client
	pid=$(cat /var/run/tayga.pid)
	is "the pidfile names lichen" "$(readlink "/proc/$pid/exe")" \
	    "$T/sbin/tayga"
	exits 0 "status" init status
	ok "the client reaches the server through NAT44" \
	    pings c6 "$1"
	ok "lichen answers on its IPv4 address" pings tr 192.168.255.1
	like "the pool is routed" "$(ip -n tr route show)" \
	    '^192\.168\.255\.0/24 dev nat64'
}

# --- the package's own configuration and default timing

cp "$T/debian.conf" "$DEFAULT_CONF"
exits 0 "Debian's configuration: start" init start
started $server
exits 0 "Debian's configuration: a second start" init start
like "it is running already" "$(cat "$T/out")" 'already running'
exits 0 "Debian's configuration: stop" init stop
stopped "$pid"
ok "the leases are in Debian's data-dir" \
    grep -q '^192\.168\.255\.[0-9]*	2001:db8:1::9	' /var/spool/tayga/dynamic.map
exits 1 "status after stop" init status

# Back to back: its pauses are not for us.
printf 'DIETIME=\nSTARTTIME=1\n' >>"$T/default/tayga"
exits 0 "start again" init start
pid=$(cat /var/run/tayga.pid)
exits 0 "restart without a pause" init restart
ok "restart: another process" test "$(cat /var/run/tayga.pid)" != "$pid"
started $server
exits 0 "force-stop" init force-stop
stopped "$pid"

# --- our example file, in a package that puts its data where Debian does

# The script adds the routes itself, too.
sed 's|^data-dir .*|data-dir /var/spool/tayga|' "$example" >"$DEFAULT_CONF"
exits 0 "our example: start" init start
started 64:ff9b::9.9.9.9
exits 0 "our example: stop" init stop
stopped "$pid"
echo "tun-ip 192.168.254.1/32" >>"$DEFAULT_CONF"
exits 0 "our example, with an address for the device: start" init start
started 64:ff9b::9.9.9.9
exits 0 "our example, with an address for the device: stop" init stop
stopped "$pid"
grep -v '^tun-' "$DEFAULT_CONF" >"$T/plain.conf"
echo "tun-device nat64" >>"$T/plain.conf"
cp "$T/plain.conf" "$DEFAULT_CONF"
exits 0 "our example, the script brings the device up: start" init start
started 64:ff9b::9.9.9.9
exits 0 "our example, the script brings the device up: stop" init stop
stopped "$pid"

# --- ot-br-posix: setup by sed

# Whatever of these it does, in this order: the outcome is a good configuration.
edit_prefix() {
	sed -i 's/^prefix /##prefix /' "$1"
}
edit_well_known() {
	sed -i 's/^# \(prefix 64:ff9b::\/96\)/\1/' "$1"
}
edit_own() {
	sed -i '/^#ipv6-addr/a ipv6-addr fdaa:bb:1::1' "$1"
}
cp "$example" "$T/thread.conf"
edit_prefix "$T/thread.conf"
edit_well_known "$T/thread.conf"
edit_own "$T/thread.conf"
exits 0 "ot-br-posix: its edits" "$LICHEN" --check -c "$T/thread.conf"
is "no warning" "$(cat "$T/err")" ""
is "ot-br-posix: one prefix" "$(grep '^prefix ' "$T/thread.conf")" \
    "prefix 64:ff9b::/96"
is "ot-br-posix: one address of its own" \
    "$(grep -c '^ipv6-addr ' "$T/thread.conf")" 1
edit_own "$T/thread.conf"
exits 0 "ot-br-posix: again" "$LICHEN" --check -c "$T/thread.conf"
sed 's|^data-dir .*|data-dir /var/spool/tayga|' "$T/thread.conf" >"$DEFAULT_CONF"
printf 'IPV4_TUN_ADDR="192.168.255.1"\nIPV6_TUN_ADDR="fdaa:bb:1::2"\n' \
    >>"$T/default/tayga"
# Its host has lichen's IPv4 address too, and answers first.
exits 0 "ot-br-posix: start" init start
started 64:ff9b::9.9.9.9
like "ot-br-posix: the address on the device" \
    "$(ip -n tr -6 addr show dev nat64)" fdaa:bb:1::2
exits 0 "ot-br-posix: stop" init stop
stopped "$pid"
# Another way to the well-known prefix that was seen.
cp "$example" "$T/thread.conf"
edit_prefix "$T/thread.conf"
sed -i '/^##prefix /a prefix 64:ff9b::/96' "$T/thread.conf"
edit_own "$T/thread.conf"
exits 0 "ot-br-posix: a line added" "$LICHEN" --check -c "$T/thread.conf"
finish
