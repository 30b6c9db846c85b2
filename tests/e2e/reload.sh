#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# SIGHUP: everything is read again, nothing is lost, whatever has been taken away
# since the start.
#
#	c6 --- tr (lichen) --- s4

# shellcheck disable=SC2317 # functions that ok and wait_until call
# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
srcdir=${srcdir:-.}
packets=${LICHEN%/*}/tests/e2e/soak_packets
[ -x "$packets" ] || ns_skip "$packets is not built"

a=2001:db8:1::2 b=2001:db8:1::3 c=2001:db8:2::4

hosts c6 s4
routers tr
cable c6 tr
cable tr s4
address c6 tr $a/48 $b/48 $c/48
address tr c6 2001:db8:1::1/48 2001:db8:2::1/48
address tr s4 198.51.100.1/24
address s4 tr 198.51.100.2/24
route c6 default via 2001:db8:1::1
route s4 default via 198.51.100.1
# Whoever starts as root may read and write what others may not.
chmod 755 "$T"

config() {	# more lines
	cat <<-CONF
		tun-device nat64
		ipv4-addr 192.168.255.1
		ipv6-addr 2001:db8:3::1
		prefix 64:ff9b:1::/96
		map 192.0.2.9 $a
		map-file $T/maps
		data-dir $T/data
		tun-up yes
		tun-route 192.0.0.0/14
		tun-route 10.0.0.0/8
		tun-route 192.168.255.0/24
		tun-route 64:ff9b:1::/96
		tun-route 2001:db8:3::1
		$*
	CONF
}

maps() {	# how many
	awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++)
		printf "map 172.%d.%d.%d 2001:db8:9::%x:%x\n",
		    16 + i / 65536, i / 256 % 256, i % 256, i / 65536, i % 65536 }'
}

reloads() {	# how many in the log
	grep -c "reload: done" "$T/$1.log" || :
}

reloaded() {	# name count
	[ "$(reloads "$1")" -ge "$2" ]
}

reload() {	# name
	set -- "$1" $(($(reloads "$1") + 1))
	kill -HUP "$LICHEN_PID"
	wait_until 10 reloaded "$@"
}

logged() {	# name regex
	grep -Eq "$2" "$T/$1.log"
}

leased_to() {	# IPv6 address
	sed -n "s/^\(10[0-9.]*\)	$1	.*/\1/p" "$T/data/dynamic.map" | tail -n 1
}

gets_an_address() {	# IPv6 address
	in_ns c6 ping -6 -n -c 1 -w 3 -i 0.5 -I "$1" 64:ff9b:1::c633:6402
}

why_not() {	# IPv6 address
	in_ns c6 ping -6 -n -c 3 -i 0.5 -W 2 -I "$1" 64:ff9b:1::c633:6402 2>&1 || :
}

# --- under load

# Packets that the kernel could not queue for us.
dropped() {
	ip -n tr -s link show dev nat64 |
	    awk 'tx { print $4; exit } /TX:/ { tx = 1 }'
}

# Two packets a millisecond, room for 150 ms of them, and reloads that take longer.
many=200000
# A sanitizer makes everything longer.
! grep -q __asan_init "$LICHEN" || many=40000
maps $many >"$T/maps"
config >"$T/load.conf"
lichen_run tr load
ip -n tr link set nat64 txqueuelen 300
ok "before: packets flow" pings s4 192.0.2.9
background packets tr "$packets" nat64 40000 2000 \
    "$srcdir"/tests/fuzz/seeds/packet/*
sender=$BG
for n in 1 2 3; do
	maps $((many + n)) >"$T/maps"
	ok "under load: reload $n" reload load
	ok "under load: an unchanged map" pings s4 192.0.2.9
done
ok "under load: the sender goes on" alive "$sender"
is "three reloads of $many maps lose no packet" "$(dropped)" 0
stop "$sender"
ok "a new map of the map-file counts" logged load "reload: done, $((many + 4)) maps"

# --- what changes, one by one

maps 1 >"$T/maps"
config "dynamic-pool 10.1.0.0/30" "
dynamic-pool 10.2.0.0/30" >"$T/load.conf"
ok "pools that were not there" reload load
for host in $a $b $c; do
	ok "$host gets through" gets_an_address "$host"
done
ok "a lease is in the file" grep -q "^10\.1\.0\.[0-9]	$b	" "$T/data/dynamic.map"
config "dynamic-pool 10.1.0.0/30
dynamic-limit 1" >"$T/load.conf"
ok "a limit of leases" reload load
ok "a limit: those that are there stay" gets_an_address $b
address c6 tr 2001:db8:1::77/48
like "a limit: one more is refused" "$(why_not 2001:db8:1::77)" "From 2001:db8:3::1"
config "dynamic-pool 10.1.0.0/30
dynamic-source 2001:db8:2::/48" >"$T/load.conf"
ok "sources that may lease" reload load
ok "a source that may" gets_an_address $c
like "a source that may not" "$(why_not $b)" "From 2001:db8:3::1"
stop "$LICHEN_PID"
is "exit status 0" "$STATUS" 0
like "counted: a limit" "$(lichen_log load)" "pool_limit"
like "counted: a source" "$(lichen_log load)" "pool_source"

# --- a lease comes and goes in seconds

config "dynamic-pool 10.1.0.0/30
dynamic-lifetime 2
dynamic-retention 3" >"$T/short.conf"
rm -f "$T/data/dynamic.map"
lichen_run tr short
ok "a lease" gets_an_address $b
v4=$(leased_to $b)
ok "it is reachable" pings s4 "$v4"
unreachable() {
	! in_ns s4 ping -n -c 1 -W 1 "$v4"
}
sleep 2.2
ok "two seconds later it is not" unreachable
config "dynamic-pool 10.1.0.0/30
dynamic-lifetime 1h" >"$T/short.conf"
ok "a longer life" reload short
ok "a lease" gets_an_address $b
v4=$(leased_to $b)
sleep 2.2
ok "two seconds later it is reachable" pings s4 "$v4"
stop "$LICHEN_PID"

# --- without privileges

if other_users; then
	tun_for_all
	config "dynamic-pool 10.1.0.0/30" >"$T/user.conf"
	maps 1 >"$T/maps"
	chmod 600 "$T/user.conf" "$T/maps"
	# A sanitizer's leak checker wants /proc, which is not in the chroot.
	ASAN_OPTIONS=detect_leaks=0
	export ASAN_OPTIONS
	lichen_run tr user -u nobody -g "$(id -gn nobody)" -r
	unset ASAN_OPTIONS
	maps 2 >"$T/maps"
	ok "chroot, files for root only, written in place: reload" reload user
	ok "two maps more" logged user "reload: done, 3 maps"
	config "map 192.3.0.1 $b" >"$T/new"
	mv "$T/new" "$T/user.conf"
	ok "chroot, a new file instead of the old one: reload" reload user
	ok "it counts" pings s4 192.3.0.1
	maps 5 >"$T/new"
	chmod 600 "$T/new"
	mv "$T/new" "$T/maps"
	kill -HUP "$LICHEN_PID"
	ok "a new file for root only: it says so" wait_until 5 \
	    logged user "maps: cannot open: Permission denied"
	ok "and the old configuration stays" pings s4 192.3.0.1
	stop "$LICHEN_PID"
	is "exit status 0" "$STATUS" 0
else
	skip "reload without privileges" "one user only in this namespace"
fi

# --- what needs a restart is named

config >"$T/restart.conf"
maps 1 >"$T/maps"
lichen_run tr restart
config "offload no" | sed 's/nat64/other/' >"$T/restart.conf"
ok "reload" reload restart
ok "tun-device is named" logged restart "tun-device other needs a restart"
ok "offload is named" logged restart "offload needs a restart"
stop "$LICHEN_PID"

# --- the manual lists what needs a restart, all of it

src=$(dirname "$0")/../..
sighup=$(sed -n '/^\.It Dv SIGHUP/,/^\.Sh/p' "$src/man/lichen.8")
names=$(sed -n 's/.*log_warnx("\(.*\) needs* a restart.*/\1/p' \
    "$src/src/reload.c" | sed 's/%s//; s/ and / /; s/,//g')
like "some do" "$names" 'tun-device'
for name in $names; do
	like "lichen(8): $name needs a restart" "$sighup" "[ .]$name( |\$)"
done
finish
