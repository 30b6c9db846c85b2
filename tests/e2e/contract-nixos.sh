#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# NixOS (services.tayga), and every other unit with the same hardening: a dynamic
# user without a capability, no AF_UNIX, a system call filter that kills, a device,
# addresses and routes made before, ExecReload=kill -HUP.  lichen's ipv4-addr is the
# base of its pool and its ipv6-addr an address of the router.
#
#	c6 --- tr (lichen) --- s4

# shellcheck disable=SC2317 # functions that ok and wait_until call
# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
need socat setpriv
confine=${LICHEN%/*}/tests/e2e/confine
[ -x "$confine" ] || ns_skip "$confine is not built"

hosts c6 s4
routers tr
cable c6 tr
cable tr s4
address c6 tr 2001:db8::3/64 2001:db8::2/64
address tr c6 2001:db8::1/64
address tr s4 198.51.100.1/24
address s4 tr 198.51.100.2/24
route c6 default via 2001:db8::1
route s4 default via 198.51.100.1
server=2001:db8:64::c633:6402

# The leak checker of a sanitized build wants ptrace(2), which the filter forbids.
ASAN_OPTIONS=detect_leaks=0
export ASAN_OPTIONS

# Where a user without a name may read and run what he needs.
mkdir "$T/bin" "$T/state"
cp "$LICHEN" "$confine" "$T/bin/"
uid=0 who='--bounding-set=-all --inh-caps=-all --no-new-privs'
if other_users && tun_for_all; then
	uid=61184
	who="--reuid $uid --regid $uid --clear-groups $who"
	chown $uid:$uid "$T/state"
fi

exits 77 "the filter works: no file changes its owner" \
    sh -c '"$@" 2>/dev/null || [ $? -ne 159 ] || exit 77' - \
    "$T/bin/confine" chown 0 "$T/state"
exits 1 "the filter works: no AF_UNIX" \
    "$T/bin/confine" socat - UNIX-CONNECT:/dev/log
like "no AF_UNIX: as systemd does it" "$(cat "$T/err")" \
    'Address family not supported'

# As the module writes it.
config() {	# more lines
	cat <<-CONF
		tun-device nat64
		ipv4-addr 192.0.2.0
		ipv6-addr 2001:db8::1
		prefix 2001:db8:64::/96
		dynamic-pool 192.0.2.0/24
		data-dir $T/state
		control-socket $T/state/control
		$*
	CONF
}

# scripted networking, then ExecStart
start() {	# name [arguments of ip tuntap]
	name=$1
	shift
	ip -n tr tuntap add dev nat64 mode tun "$@"
	ip -n tr link set dev nat64 up
	address tr nat64 192.0.2.1/32 2001:db8:64::1:1/128
	route tr 192.0.2.0/24 dev nat64
	route tr 2001:db8:64::/96 dev nat64
	config >"$T/$name.conf"
	# shellcheck disable=SC2086 # words
	background "$name" tr setpriv $who "$T/bin/confine" \
	    "$T/bin/lichen" -d --nodetach --config "$T/$name.conf"
	pid=$BG
	wait_until 5 logged "$name" started || :
}

logged() {	# name regex
	grep -Eq "$2" "$T/$1.log"
}

status_of() {	# field
	sed -n "s/^$1:[[:space:]]*//p" "/proc/$pid/status" | tr '\t' ' '
}

works() {
	ok "$1: packets flow" pings c6 $server
	ok "$1: its IPv4 address, the base of the pool, answers" pings s4 192.0.2.0
	ok "$1: the router's address is still the router's" \
	    pings c6 2001:db8::1
	blob "$T/blob" 500000
	port=$((port + 1))
	ok "$1: TCP" tcp_upload c6 s4 $server $port \
	    "$T/blob"
	# An error of lichen's own has the router's address.
	like "$1: an error of its own" \
	    "$(ping_says c6 $server -t 2)" \
	    'From 2001:db8::1 .*Time exceeded'
}

port=5000
for queues in single multi; do
	flags=
	[ $queues = single ] || flags=multi_queue
	start $queues $flags
	is "$queues-queue device: no control socket, one line about it" \
	    "$(grep -c 'control-socket .*goes without: Address family' \
	    "$T/$queues.log")" 1
	is "$queues-queue device: no capability" "$(status_of CapEff)" \
	    0000000000000000
	is "$queues-queue device: the user" "$(status_of Uid)" \
	    "$uid $uid $uid $uid"
	is "$queues-queue device: the filter is on" "$(status_of Seccomp)" 2
	works "$queues-queue device"

	config "map 192.0.2.77 2001:db8::3" >"$T/$queues.conf"
	kill -HUP $pid
	ok "$queues-queue device: SIGHUP reloads" \
	    wait_until 3 logged $queues 'reload: done'
	ok "$queues-queue device: the new map" pings s4 192.0.2.77
	works "$queues-queue device, reloaded"

	stop $pid
	is "$queues-queue device: exit status 0, no forbidden call" "$STATUS" 0
	ok "$queues-queue device: the leases are kept" \
	    grep -q '	2001:db8::2	' "$T/state/dynamic.map"
	ok "$queues-queue device: the device stays" \
	    ip -n tr link show dev nat64
	ip -n tr link del nat64
done

if [ $uid -ne 0 ]; then
	# virtualOwner, and no CAP_NET_ADMIN
	ip -n tr tuntap add dev nat64 mode tun user 4711
	# shellcheck disable=SC2086 # words
	exits 1 "a device of somebody else" in_ns tr setpriv $who \
	    "$T/bin/confine" "$T/bin/lichen" -d --nodetach \
	    --config "$T/single.conf"
	like "a device of somebody else: what is wrong" \
	    "$(cat "$T/err" "$T/out")" 'nat64.*CAP_NET_ADMIN'
	ip -n tr link del nat64
	start owned user $uid
	works "a device of its own user"
	stop $pid
	is "a device of its own user: exit status 0" "$STATUS" 0
fi
finish
