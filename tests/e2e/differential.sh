#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# `offload auto` against `offload no`: the same packets to both, the same packets
# from both, once the kernel has cut what it was given (tests/e2e/differential.c).
#
#	sh tests/e2e/differential.sh [seconds [seed]]	# default: a minute
#
# The first of them has the fast path if LICHEN_FAST_PATH says so.

seconds=${1:-60}
NS_TIMEOUT=$((seconds + 60))
export NS_TIMEOUT
# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
need ethtool
other_users || ns_skip "a socket's buffer may not be so large here"
differential=${LICHEN%/*}/tests/e2e/differential
[ -x "$differential" ] || ns_skip "$differential is not built"

# What the fast path leaves to the daemon is overtaken.
fast=${LICHEN_FAST_PATH:-no} any_order=''
[ "$fast" = no ] || any_order=-u

hosts gen
mac() {	# ns device
	ip -n "$1" -o link show dev "$2" |
	    sed 's/.*link\/ether \([^ ]*\).*/\1/'
}

# Everything comes back to gen by the cable it went.
for how in auto no; do
	routers $how
	cable gen $how
	# What leaves is cut and complete.
	ok "$how: the kernel cuts what leaves" \
	    in_ns $how ethtool -K gen tso off gso off tx off gro off
	address $how gen 198.51.100.1/24 2001:db8:9::1/64
	ip -n $how neigh add 198.51.100.254 lladdr "$(mac gen $how)" dev gen
	ip -n $how neigh add 2001:db8:9::fe lladdr "$(mac gen $how)" dev gen
	route $how default via 198.51.100.254
	route $how default via 2001:db8:9::fe
	# Answers of our own are not limited.
	lichen_start $how $how <<-CONF
		tun-device nat64
		ipv4-addr 192.0.2.254
		ipv6-addr 2001:db8:ffff::fe
		prefix 2001:db8:64::/96
		map 192.0.2.0/28 2001:db8::/124
		udp-cksum-mode calc
		icmp-rate 0
		offload $how
		fast-path $fast
		tun-up yes
		tun-route 192.0.2.0/24
		tun-route 2001:db8:64::/96
	CONF
	ip -n $how link set nat64 txqueuelen 20000
	eval "pid_$how=$LICHEN_PID"
	fast=no
done
like "auto has offload" "$(lichen_log auto)" 'offload: .*segmentation'
like "no has none" "$(lichen_log no)" 'offload: none'

exits 0 "the same packets for $seconds seconds" in_ns gen "$differential" \
    $any_order auto "$(mac auto gen)" no "$(mac no gen)" "$seconds" ${2:+"$2"}
sed 's/^/# /' "$T/out"
for how in auto no; do
	eval "stop \$pid_$how"
	note "$how: $(lichen_log $how | sed -n \
	    's/.*\(reason=\([a-z0-9_]*\) packets=\|counter=\([a-z]*\) value=\)/\2\3 /p' |
	    tr '\n' ';')"
done
finish
