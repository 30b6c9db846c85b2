#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# SIIT: explicit address mappings (RFC 7757), no pool.  An IPv4 host and IPv6-only
# servers; either side starts connections.
#
#	h4 --- tr (lichen) --- s6

# shellcheck disable=SC2317 # functions that ok and wait_until call
# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
need socat

hosts h4 s6
routers tr
cable h4 tr
cable tr s6
address h4 tr 198.51.100.2/24 198.51.100.3/24
address tr h4 198.51.100.1/24
address tr s6 2001:db8:6::1/64
# Servers; ::50 and ::5f share the IPv4 address 192.0.2.69; ::99 has none.
address s6 tr 2001:db8:6::10/64 2001:db8:6::11/64 2001:db8:6::1250/64 \
    2001:db8:6::125f/64 2001:db8:6::20/64 2001:db8:6::99/64
route h4 default via 198.51.100.1
route s6 default via 2001:db8:6::1

# 198.51.100.2 and its neighbours, as IPv6 sees them: u-octet in the middle.
prefix=2001:db8:122:300::/56
h4_6=2001:db8:122:3c6:33:6402::
h4_6_3=2001:db8:122:3c6:33:6403::

mkdir "$T/data"
echo "map 192.0.2.20 2001:db8:6::20" >"$T/data/more.map"
lichen_start tr siit <<-CONF
	tun-device siit
	ipv4-addr 192.0.2.1
	ipv6-addr 2001:db8:7::1
	prefix $prefix
	map 192.0.2.10 2001:db8:6::10
	map 192.0.2.11 2001:db8:6::11
	# 16 addresses, and 256 for them: the four bits after /120 are the suffix
	map 192.0.2.64/28 2001:db8:6::1200/120
	data-dir $T/data
	map-file more.map
	tun-up yes
	tun-route 192.0.2.0/24
	tun-route $prefix
	tun-route 2001:db8:7::1
CONF

# --- one to one

blob "$T/blob" 3000000
ok "IPv4 host pings an IPv6-only server" pings h4 192.0.2.10
ok "the server pings the IPv4 host" pings s6 $h4_6 -I 2001:db8:6::10
ok "another address of its network" pings s6 $h4_6_3 -I 2001:db8:6::11
ok "TCP to the server, upload" tcp_upload h4 s6 192.0.2.10 5001 "$T/blob"
ok "TCP to the server, download" tcp_download h4 s6 192.0.2.10 5002 "$T/blob"
ip -n s6 route replace default via 2001:db8:6::1 src 2001:db8:6::10
ok "TCP to the IPv4 host, upload" tcp_upload s6 h4 $h4_6 5003 "$T/blob"
ok "TCP to the IPv4 host, download" tcp_download s6 h4 $h4_6 5004 "$T/blob"
udp_echo_server s6 7
udp_echo_server h4 7
ok "UDP of 4000 octets to the server" udp_echo h4 192.0.2.10 7 4000
ok "UDP of 4000 octets to the IPv4 host" udp_echo s6 $h4_6 7 4000
whoami_server h4 4 90
whoami_server s6 6 90
is "the IPv4 host sees the server's map" \
    "$(seen_as s6 2001:db8:6::11 $h4_6 90)" 192.0.2.11
is "the server sees the IPv4 host in the prefix" \
    "$(seen_as h4 198.51.100.2 192.0.2.11 90)" \
    2001:0db8:0122:03c6:0033:6402:0000:0000

# --- suffixes of unequal length

ok "map 28 to 120: 192.0.2.69 is ::1250" pings h4 192.0.2.69
is "map 28 to 120: ::1250 is 192.0.2.69" \
    "$(seen_as s6 2001:db8:6::1250 $h4_6 90)" 192.0.2.69
background peer h4 socat -u UDP4-RECVFROM:91 \
    "SYSTEM:cat >/dev/null; echo \$SOCAT_PEERADDR >$T/peer"
listening h4 -u 91
echo hello | in_ns s6 socat -u - "UDP6:[$h4_6]:91,bind=[2001:db8:6::125f]"
wait_until 2 test -s "$T/peer" || :
is "map 28 to 120: bits that have no place in IPv4 are ignored" \
    "$(cat "$T/peer")" 192.0.2.69

# --- map-file and reload

ok "a map of the map-file" pings h4 192.0.2.20
echo "map 192.0.2.21 2001:db8:6::20" >"$T/data/more.map"
like "an edit alone changes nothing" "$(ping_says h4 192.0.2.21)" ' 0 received'
kill -HUP "$LICHEN_PID"
ok "SIGHUP: the new address" wait_until 10 pings h4 192.0.2.21
like "SIGHUP: the old one is gone" "$(ping_says h4 192.0.2.20)" ' 0 received'
is "SIGHUP: the other direction too" \
    "$(seen_as s6 2001:db8:6::20 $h4_6 90)" 192.0.2.21

# A program wrote it: a duplicate does no harm, and is gone with its cause.
reread() {	# text for the log
	kill -HUP "$LICHEN_PID"
	wait_until 10 grep -q "$1" "$T/siit.log"
}
printf 'map %s\n' "192.0.2.21 2001:db8:6::20" "192.0.2.22 2001:db8:6::20" \
    "192.0.2.10 2001:db8:6::20" >"$T/data/more.map"
ok "duplicates: told, with both lines" \
    reread 'more.map:2: .*2001:db8:6::20/128 is mapped at .*more.map:1'
ok "duplicates: the later one counts" wait_until 10 pings h4 192.0.2.22
ok "duplicates: the configuration's own stays" pings h4 192.0.2.10
like "duplicates: the earlier one is gone" "$(ping_says h4 192.0.2.21)" \
    ' 0 received'
echo "map 192.0.2.21 2001:db8:6::20 and more" >"$T/data/more.map"
ok "a line that is no map: told" reread 'more.map:1: .*wants 2 arguments'
ok "a line that is no map: the old maps stay" pings h4 192.0.2.22
echo "map 192.0.2.21 2001:db8:6::20" >"$T/data/more.map"
kill -HUP "$LICHEN_PID"
ok "without the duplicate the other is back" wait_until 10 pings h4 192.0.2.21

# --- hairpin: two servers that know each other's IPv4 address only

hairpin=2001:db8:122:3c0:0:20b::	# 192.0.2.11 in the prefix
ok "hairpin: a server pings another by its IPv4 address" \
    pings s6 $hairpin -I 2001:db8:6::10
is "hairpin: the other sees an IPv4 address too" \
    "$(seen_as s6 2001:db8:6::10 $hairpin 90)" \
    2001:0db8:0122:03c0:0000:020a:0000:0000
like "unmapped source: 1/5" "$(ping_says s6 $h4_6 -I 2001:db8:6::99)" \
    'From 2001:db8:7::1 .*Destination unreachable'
stop "$LICHEN_PID"
is "SIGTERM: exit status 0" "$STATUS" 0

# --- maps for both sides, no prefix: the longest wins, and there are strangers

lichen_start tr maps <<-CONF
	tun-device siit
	ipv4-addr 192.0.2.1
	ipv6-addr 2001:db8:7::1
	map 192.0.2.0/28 2001:db8:6::/124
	map 192.0.2.5 2001:db8:6::10
	map 198.51.100.0/24 2001:db8:122::/120
	tun-up yes
	tun-route 192.0.2.0/24
	tun-route 2001:db8:122::/64
	tun-route 2001:db8:7::1
CONF
address s6 tr 2001:db8:6::4/64
ok "a map of 28 to 124" pings h4 192.0.2.4
ok "the longer map wins" pings h4 192.0.2.5
is "also the other way" \
    "$(seen_as s6 2001:db8:6::10 2001:db8:122::2 90)" 192.0.2.5
is "and beside it the shorter" \
    "$(seen_as s6 2001:db8:6::4 2001:db8:122::2 90)" 192.0.2.4
like "unmapped IPv4 destination: 3/1" "$(ping_says h4 192.0.2.200)" \
    'From 192.0.2.1 .*Host Unreachable'
like "unmapped IPv6 destination: 1/0" \
    "$(ping_says s6 2001:db8:122::1:1 -I 2001:db8:6::4)" \
    'From 2001:db8:7::1 .*No route'
stop "$LICHEN_PID"
is "SIGTERM: exit status 0" "$STATUS" 0
finish
