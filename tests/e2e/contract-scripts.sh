#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Scripts and programs that start tayga today, each with its own sequence of
# commands, options and timing: the FreeBSD port's paths (without -c), OpenWrt's
# netifd, clatd, connman, Gentoo's OpenRC.  Debian, NixOS, containers and clatd as it
# is have tests of their own; what clatd does is here for machines without it.
#
#	tr (lichen), its device with nothing behind it

# shellcheck disable=SC2317 # functions that ok and wait_until call
# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
need start-stop-daemon timeout

routers tr
address tr lo 198.51.100.1/32
mkdir "$T/sbin"
ln -s "$LICHEN" "$T/sbin/tayga"
tayga=$T/sbin/tayga

tr_runs() {
	in_ns tr timeout 20 "$@"
}

no_device() {	# name
	! ip -n tr link show dev "$1" 2>/dev/null
}

# Milliseconds since boot.
now_ms() {
	sed 's/\([0-9]*\)\.\([0-9]*\) .*/\1\20/' /proc/uptime
}

# --- FreeBSD: the port's binary, without -c; rc(8) looks for argv[0]

default_conf
cat >"$DEFAULT_CONF" <<-CONF
	tun-device nat64
	ipv4-addr 192.168.255.1
	prefix 2001:db8:64::/96
	dynamic-pool 192.168.255.0/24
	data-dir $T/data
	udp-cksum-mode fwd
	wkpf-strict no
	tun-up yes
	tun-route 192.168.255.0/24
CONF
exits 0 "FreeBSD: no -c, only -p" tr_runs "$tayga" -p /var/run/tayga.pid
pid=$(cat /var/run/tayga.pid)
ok "FreeBSD: packets flow when it returns" \
    in_ns tr ping -c 1 -W 1 192.168.255.1
is "FreeBSD: argv[0] stays as it was" \
    "$(tr '\0' '\n' <"/proc/$pid/cmdline" | head -n 1)" "$tayga"
is "FreeBSD: so does the rest" \
    "$(tr '\0' ' ' <"/proc/$pid/cmdline")" "$tayga -p /var/run/tayga.pid "
is "FreeBSD: ps shows tayga" "$(cat "/proc/$pid/comm")" tayga
before=$(now_ms)
kill -INT "$pid"
ok "FreeBSD: SIGINT ends it" wait_until 3 dead "$pid"
took=$(($(now_ms) - before))
ok "FreeBSD: within milliseconds ($took)" test "$took" -lt 500
ok "FreeBSD: a device of its own is gone with it" no_device nat64

# --- OpenWrt: proto handler tayga.sh of netifd

mkdir -p /run/tayga-wan6
mount -t tmpfs tmpfs /run/tayga-wan6
cat >"$T/openwrt.conf" <<-CONF
	tun-device nat64-wan6
	ipv4-addr 192.168.64.1
	ipv6-addr fd00:64::1
	prefix 2001:db8:64::/96
	dynamic-pool 192.168.64.0/24
	data-dir /run/tayga-wan6
CONF
sed 's/^prefix.*/prefix 2001:db8:64::\/95/' "$T/openwrt.conf" >"$T/bad.conf"
exits 78 "OpenWrt: --mktun is the check of the configuration" \
    tr_runs "$tayga" -c "$T/bad.conf" --mktun
ok "OpenWrt: a bad one makes no device" no_device nat64-wan6
for round in first second; do
	exits 0 "OpenWrt, $round time: --mktun" \
	    tr_runs "$tayga" -c "$T/openwrt.conf" --mktun
	ip -n tr link set nat64-wan6 up
	route tr 192.168.64.0/24 dev nat64-wan6
	route tr 2001:db8:64::/96 dev nat64-wan6
	background openwrt tr "$tayga" -n -c "$T/openwrt.conf" \
	    -p /run/nat64-wan6.pid
	wait_until 5 test -s /run/nat64-wan6.pid || :
	is "OpenWrt, $round time: the pidfile names the child of netifd" \
	    "$(cat /run/nat64-wan6.pid)" "$BG"
	ok "OpenWrt, $round time: packets flow" pings tr 192.168.64.1
	stop "$BG"
	is "OpenWrt, $round time: SIGTERM, exit status 0" "$STATUS" 0
	[ "$round" = second ] || sleep 1	# as the handler does
	exits 0 "OpenWrt, $round time: --rmtun" \
	    tr_runs "$tayga" -c "$T/openwrt.conf" --rmtun
	ok "OpenWrt, $round time: the device is gone" no_device nat64-wan6
done

# --- clatd: four lines, an empty operand, its own idea of addresses

cat >"$T/clatd.conf" <<-CONF
	### generated at each start
	tun-device clat
	prefix 64:ff9b::/96
	ipv4-addr 192.0.0.2
	map 192.0.0.1 2001:db8:2::c1a7
CONF
exits 0 "clatd: --mktun" tr_runs "$tayga" --config "$T/clatd.conf" --mktun ""
exits 0 "clatd: the device is there already, after a crash" \
    tr_runs "$tayga" --config "$T/clatd.conf" --mktun ""
ip -n tr link set dev clat up
route tr 2001:db8:2::c1a7 dev clat
address tr clat 192.0.0.1/32
route tr default dev clat mtu 1260
background clatd tr "$tayga" --config "$T/clatd.conf" --nodetach ""
ok "clatd: packets flow" pings tr 192.0.0.2
stop "$BG"
is "clatd: SIGTERM, exit status 0" "$STATUS" 0
exits 0 "clatd: --rmtun" tr_runs "$tayga" --config "$T/clatd.conf" --rmtun ""
ok "clatd: the device is gone" no_device clat

# --- connman: reads our pipes, and goes away before we do

cat >"$T/connman.conf" <<-CONF
	tun-device clat
	ipv4-addr 192.0.0.2
	prefix 64:ff9b::/96
	map 192.0.0.1 2001:db8:2::c1a7
CONF
connman_task() {	# options...
	tr_runs "$tayga" --config "$T/connman.conf" "$@"
}
exits 0 "connman: --mktun" connman_task --mktun
like "connman: --mktun says so on its pipe" "$(cat "$T/out")" clat
ip -n tr link set dev clat up
address tr clat 192.0.0.1/32
route tr default dev clat
mkfifo "$T/pipe"
nsenter --net=/run/netns/tr "$tayga" --config "$T/connman.conf" --nodetach -d \
    >"$T/pipe" 2>&1 </dev/null &
pid=$!
first=$(timeout 5 head -n 1 <"$T/pipe")
like "connman: a line arrives while the daemon runs" "$first" '[a-z]'
ok "connman: and it runs" alive "$pid"
ok "connman: packets flow" pings tr 192.0.0.2
# Nobody holds the other end any more, and there is something to say.
kill -HUP "$pid"
ok "connman: packets flow after its pipe is closed" pings tr 192.0.0.2
kill -HUP "$pid"
ok "connman: once more" pings tr 192.0.0.2
stop "$pid"
is "connman: SIGTERM, exit status 0" "$STATUS" 0
exits 0 "connman: --rmtun" connman_task --rmtun
like "connman: --rmtun says so on its pipe" "$(cat "$T/out")" clat
ok "connman: the device is gone" no_device clat

# --- Gentoo: start-stop-daemon of OpenRC, user and group nobody

if ! other_users; then
	skip "Gentoo: -u and -g" "no other user in this user namespace"
	finish
fi
group=$(id -gn nobody)
mkdir "$T/gentoo"
chown "nobody:$group" "$T/gentoo"
cat >"$T/gentoo.conf" <<-CONF
	tun-device nat64
	ipv4-addr 192.168.255.1
	prefix 2001:db8:64::/96
	dynamic-pool 192.168.255.0/24
	data-dir $T/gentoo
	tun-up yes
	tun-route 192.168.255.0/24
CONF
gentoo_ssd() {
	tr_runs start-stop-daemon --quiet --pidfile /run/gentoo.pid "$@"
}
for round in first second; do
	exits 0 "Gentoo, $round time: start" gentoo_ssd --start \
	    --exec "$tayga" -- --config "$T/gentoo.conf" \
	    --pidfile /run/gentoo.pid -u nobody -g "$group"
	pid=$(cat /run/gentoo.pid)
	ok "Gentoo, $round time: packets flow when it returns" \
	    in_ns tr ping -c 1 -W 1 192.168.255.1
	is "Gentoo, $round time: user and group" \
	    "$(ps -o user=,group= -p "$pid" | tr -s ' ')" "nobody $group"
	exits 0 "Gentoo, $round time: stop" gentoo_ssd --stop --retry 5
	ok "Gentoo, $round time: it is gone" dead "$pid"
	is "Gentoo, $round time: its user writes the leases" \
	    "$(stat -c %U:%G "$T/gentoo/dynamic.map")" "nobody:$group"
done
finish
