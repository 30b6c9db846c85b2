#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Leases of the dynamic pool outlive whatever happens to the daemon.
#
#	c6 (four addresses) --- tr (lichen) --- s4

# shellcheck disable=SC2317 # functions that ok and wait_until call
# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
need socat

# The first three hash to the same place in the pool, .233: who gets it, and who
# .234 and .235, is decided by who comes first and by nothing else.
a=2001:db8:1::2 b=2001:db8:1::200 c=2001:db8:1::2:0 d=2001:db8:1::4
pool=192.168.255

hosts c6 s4
routers tr
cable c6 tr
cable tr s4
address c6 tr $a/64 $b/64 $c/64 $d/64
address tr c6 2001:db8:1::1/64
address tr s4 198.51.100.1/24
address s4 tr 198.51.100.2/24
route c6 default via 2001:db8:1::1
route s4 default via 198.51.100.1
whoami_server s4 4 90

config() {	# more lines
	cat <<-CONF
		tun-device nat64
		ipv4-addr $pool.1
		ipv6-addr 2001:db8:3::1
		prefix 64:ff9b:1::/96
		dynamic-pool $pool.0/24
		data-dir $T/data
		log dyn
		tun-up yes
		tun-route $pool.0/24
		tun-route 64:ff9b:1::/96
		tun-route 2001:db8:3::1
		$*
	CONF
}

is_seen_as() {	# what IPv6-address IPv4-address
	is "$1" "$(seen_as c6 "$2" 64:ff9b:1::c633:6402 90)" "$3"
}

saved() {	# IPv4 IPv6
	grep -Eq "^$1	$2	[0-9]{9,}\$" "$T/data/dynamic.map"
}

logged() {	# name regex
	grep -Eq "$2" "$T/$1.log"
}

# --- assignment

config >"$T/first.conf"
lichen_run tr first
is_seen_as "the address that TAYGA would choose" $a $pool.233
is_seen_as "the next one if that is taken" $b $pool.234
is_seen_as "a lease stays" $a $pool.233
ok "the lease is in the file before its first packet leaves" saved $pool.234 $b
ok "so is the first" saved $pool.233 $a
like "log dyn says who got what" "$(lichen_log first | grep $pool.234)" "$b"
is "dynamic.map has comments and leases only" \
    "$(grep -Evc "^#|^$pool\.[0-9]+	[0-9a-f:]+	[0-9]+\$" \
	"$T/data/dynamic.map")" 0

# --- SIGTERM

stop "$LICHEN_PID"
is "SIGTERM: exit status 0" "$STATUS" 0
ok "the leases are on disk" saved $pool.233 $a
config >"$T/second.conf"
lichen_run tr second
ok "a restored lease is reachable before its host speaks" pings s4 $pool.234
is_seen_as "after SIGTERM: the second host's lease" $b $pool.234
is_seen_as "after SIGTERM: the first host's lease" $a $pool.233

# --- SIGKILL

is_seen_as "a third host" $c $pool.235
before=$(cksum "$T/data/dynamic.map")
is_seen_as "traffic of a lease" $c $pool.235
is "traffic of a lease writes nothing" "$(cksum "$T/data/dynamic.map")" "$before"
stop "$LICHEN_PID" KILL
config >"$T/third.conf"
lichen_run tr third
is_seen_as "after SIGKILL: the third host's lease" $c $pool.235
is_seen_as "after SIGKILL: the second host's lease" $b $pool.234

# --- SIGHUP

config "map $pool.50 $d" >"$T/third.conf"
kill -HUP "$LICHEN_PID"
ok "SIGHUP: done" wait_until 5 logged third 'reload: done, 1 maps, 0 leases'
ok "SIGHUP: a new map works" pings s4 $pool.50
is_seen_as "SIGHUP: the host has the address of the map" $d $pool.50
ok "SIGHUP: a lease is still reachable" pings s4 $pool.235
is_seen_as "SIGHUP: nobody lost his lease" $b $pool.234
printf 'map 1.2.3.4\nmap nonsense\n' >>"$T/third.conf"
kill -HUP "$LICHEN_PID"
ok "SIGHUP with a broken file: the errors are logged" \
    wait_until 3 logged third 'third\.conf:14'
ok "SIGHUP with a broken file: all of them" logged third 'third\.conf:13'
ok "SIGHUP with a broken file: the old map stays" pings s4 $pool.50
is_seen_as "SIGHUP with a broken file: leases stay" $c $pool.235

# A reload that makes a leased address static takes it away from its host.
config "map $pool.233 $d" >"$T/third.conf"
kill -HUP "$LICHEN_PID"
ok "SIGHUP: a leased address becomes static" \
    wait_until 5 logged third 'reload: done, 1 maps, 1 leases'
is_seen_as "SIGHUP: a map takes a leased address over" $d $pool.233
is_seen_as "SIGHUP: its host gets another one" $a $pool.236
stop "$LICHEN_PID"
is "SIGTERM after reloads: exit status 0" "$STATUS" 0

# --- a dynamic.map from elsewhere

now=$(date +%s)
cat >"$T/data/dynamic.map" <<-MAP
	# from elsewhere

	$pool.10	$a	$now
	$pool.11	$b	$((now - 3 * 86400))
	$pool.12	not-an-address	$now
	$pool.13
	192.0.2.1	2001:db8:1::77	$now
	$pool.1	2001:db8:1::78	$now
	$pool.10	2001:db8:1::79	$now
	$pool.14	$a	$now
	$pool.15	ff02::1	$now
	$pool.20	$c	$now
MAP
config >"$T/fourth.conf"
lichen_run tr fourth
ok "a lease in use: reachable" pings s4 $pool.10
ok "what follows bad lines counts: reachable" pings s4 $pool.20
like "a lease of three days ago: not reachable" \
    "$(ping_says s4 $pool.11)" "From $pool.1 .*Unreachable"
is_seen_as "but its host gets it back" $b $pool.11
ok "and is reachable then" pings s4 $pool.11
is_seen_as "the first of two lines about a host counts" $a $pool.10
like "a bad line is noticed" "$(lichen_log fourth)" 'dynamic\.map'
stop "$LICHEN_PID"

cat >"$T/data/dynamic.map" <<-MAP
	$pool.30	$a	$((now + 90000000))
	$pool.31	$b	$((now + 90000000))
MAP
config >"$T/fifth.conf"
lichen_run tr fifth
like "times in the future: dormant" \
    "$(ping_says s4 $pool.31)" "From $pool.1 .*Unreachable"
is_seen_as "times in the future: the address is kept" $b $pool.31
stop "$LICHEN_PID"

# --- a directory that is not there, nor the one above

sed "s|data-dir .*|data-dir $T/not/there/yet|" "$T/fifth.conf" >"$T/new.conf"
lichen_run tr new
is_seen_as "a new data-dir: a lease" $a $pool.233
ok "a new data-dir: it is written" grep -q "$a" "$T/not/there/yet/dynamic.map"
stop "$LICHEN_PID"

# --- a full disk

mount -t tmpfs -o size=16k tmpfs "$T/data"
printf '%s\t%s\t%s\n' $pool.40 $a "$now" >"$T/data/dynamic.map"
cp "$T/data/dynamic.map" "$T/before"
config >"$T/sixth.conf"
lichen_run tr sixth
dd if=/dev/zero of="$T/data/filler" bs=4k 2>/dev/null || :
is_seen_as "a full disk: still leases addresses" $b $pool.233
stop "$LICHEN_PID"
is "a full disk: exit status 0" "$STATUS" 0
ok "a full disk: it says so" logged sixth 'dynamic\.map.*No space left'
is "a full disk: what was in the file is kept" \
    "$(head -n 1 "$T/data/dynamic.map")" "$(cat "$T/before")"

# --- a directory that is read-only

mount -o remount,ro "$T/data"
config >"$T/seventh.conf"
lichen_run tr seventh
ok "read-only: a lease from the file" pings s4 $pool.40
is_seen_as "read-only: still leases addresses" $c $pool.234
ok "read-only: it says so" logged seventh 'dynamic\.map: cannot .*Read-only'
stop "$LICHEN_PID"
is "read-only: exit status 0" "$STATUS" 0
is "read-only: once" "$(grep -c 'dynamic\.map: cannot' "$T/seventh.log")" 1
finish
