#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# A kernel that refuses super-packets (tests/e2e/refusing.c): nothing is lost, TCP
# is as fast as it can be then, and one line says so.
#
#	c6 --- tr (lichen) --- s4

# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
need socat
LICHEN=${LICHEN%/*}/tests/e2e/refusing
[ -x "$LICHEN" ] || ns_skip "$LICHEN is not built"

hosts c6 s4
routers tr
cable c6 tr
cable tr s4
address c6 tr 2001:db8::1/64
address tr c6 2001:db8::ff/64
address tr s4 203.0.113.1/24
address s4 tr 203.0.113.9/24
route c6 default via 2001:db8::ff
route s4 default via 203.0.113.1
lichen_start tr nat64 <<-CONF
	tun-device nat64
	ipv4-addr 192.0.2.254
	ipv6-addr 2001:db8:ffff::fe
	prefix 2001:db8:64::/96
	map 192.0.2.1 2001:db8::1
	fast-path no
	tun-up yes
	tun-route 192.0.2.0/24
	tun-route 2001:db8:64::/96
CONF

told() {
	lichen_log nat64 | grep -c 'the device refuses super-packets of TCP' || :
}

blob "$T/blob" 20000000
for n in 1 2; do
	ok "IPv6 to IPv4, $n" tcp_upload c6 s4 2001:db8:64::203.0.113.9 80$n \
	    "$T/blob"
	ok "IPv4 to IPv6, $n" tcp_upload s4 c6 192.0.2.1 81$n "$T/blob"
done
is "one line about it" "$(told)" 1
stop "$LICHEN_PID"
is "exit status 0" "$STATUS" 0
is "no write failed" "$(lichen_log nat64 | grep 'counter=write_errors' || :)" ""
finish
