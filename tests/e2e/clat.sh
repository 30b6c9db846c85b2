#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# 464XLAT (RFC 6877) with two instances: programs that speak IPv4 only, on a host
# (h6) with IPv6 only, reach an IPv4 server.  The CLAT is configured and run
# exactly as clatd does it.
#
#	h6 (lichen as CLAT) --- r6 --- tr (lichen as PLAT) --- s4

# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
need socat traceroute

hosts s4
routers h6 r6 tr
cable h6 r6
cable r6 tr
cable tr s4
address h6 r6 2001:db8:1::2/64
address r6 h6 2001:db8:1::1/64
address r6 tr 2001:db8:2::1/64
address tr r6 2001:db8:2::2/64
# The well-known prefix wants a public address; none of this leaves the machine.
address tr s4 9.9.9.1/24
address s4 tr 9.9.9.9/24
route h6 default via 2001:db8:1::1
route r6 default via 2001:db8:2::2
route tr 2001:db8:1::/64 via 2001:db8:2::1
route s4 default via 9.9.9.1
clat=2001:db8:1::c1a7	# the CLAT's own IPv6 address
server=9.9.9.9

plat_conf() {	# what gives the CLAT an address
	cat <<-CONF
		tun-device plat
		ipv4-addr 192.0.2.1
		ipv6-addr 2001:db8:3::1
		prefix 64:ff9b::/96
		$*
		tun-up yes
		tun-route 192.0.2.0/24
		tun-route 64:ff9b::/96
		tun-route 2001:db8:3::1
	CONF
}

plat_conf "dynamic-pool 192.0.2.0/24" >"$T/plat.conf"
lichen_run tr plat
plat=$LICHEN_PID

# --- as clatd: device, addresses and routes by script, then the daemon

cat >"$T/clat.conf" <<-CONF
	tun-device clat
	prefix 64:ff9b::/96
	ipv4-addr 192.0.0.2
	map 192.0.0.1 $clat
CONF
exits 0 "clatd's --mktun" in_ns h6 "$LICHEN" --config "$T/clat.conf" --mktun ""
ip -n h6 link set dev clat up
ip -n h6 route add $clat dev clat
ip -n r6 route add $clat via 2001:db8:1::2
ip -n h6 address add 192.0.0.1 dev clat
ip -n h6 route add default dev clat mtu 1480
background clat h6 "$LICHEN" --config "$T/clat.conf" --nodetach ""
clat_pid=$BG
ok "packets flow at once" wait_until 5 pings h6 192.0.0.2

# --- IPv4 all the way

whoami_server s4 4 90
like "the server sees an address of the pool" \
    "$(seen_as h6 192.0.0.1 $server 90)" '^192\.0\.2\.[0-9]+$'
address_of_clat=$(seen_as h6 192.0.0.1 $server 90)
ok "ping" pings h6 $server
ok "ping with 1200 octets" pings h6 $server -s 1200
ok "ping back" pings s4 "$address_of_clat"
blob "$T/blob" 3000000
ok "TCP upload" tcp_upload h6 s4 $server 5001 "$T/blob"
ok "TCP download" tcp_download h6 s4 $server 5002 "$T/blob"
ok "TCP from the server" tcp_upload s4 h6 "$address_of_clat" 5003 "$T/blob"
udp_echo_server s4 7
for size in 1 1400 4000; do
	ok "UDP echo of $size octets" udp_echo h6 $server 7 "$size"
done
like "UDP to a closed port: connection refused" \
    "$(udp_error h6 $server 9)" 'Connection refused'

# Routers of the IPv6 network have no IPv4 address of their own.
hops=$(in_ns h6 traceroute -4 -n -q 1 -w 1 -m 10 $server 2>&1)
like "traceroute: the CLAT first" "$hops" '^ 1  192\.0\.0\.2 '
like "traceroute: the server last" "$(echo "$hops" | tail -n 1)" " $server "
like "traceroute: the IPv4 network behind the PLAT" "$hops" ' 9\.9\.9\.1 '

# --- a smaller IPv6 network: path MTU discovery through both

cable_mtu h6 r6 1280
cable_mtu r6 tr 1280
ip -n h6 route replace default dev clat mtu 1480 advmss 1440
ip -n s4 route replace default via 9.9.9.1 advmss 1460
ok "TCP upload through a network of 1280" \
    tcp_upload h6 s4 $server 5011 "$T/blob"
ok "TCP download through it" tcp_download h6 s4 $server 5012 "$T/blob"
ok "UDP echo of 4000 octets through it" udp_echo h6 $server 7 4000
cable_mtu h6 r6 1500
cable_mtu r6 tr 1500

# --- a PLAT with a map, not a pool

stop "$plat"
# An IPv6 network known to take 1500: no fragments, which CLATs drop if ICMP.
plat_conf "map 192.0.2.64 $clat
offlink-mtu 1500" >"$T/plat.conf"
lichen_run tr plat
plat=$LICHEN_PID
forget_mtu h6 s4
is "the server sees the address of the map" \
    "$(seen_as h6 192.0.0.1 $server 90)" 192.0.2.64
ok "TCP upload" tcp_upload h6 s4 $server 5021 "$T/blob"
ok "TCP download" tcp_download h6 s4 $server 5022 "$T/blob"

# --- the end, as clatd

stop "$clat_pid"
is "SIGTERM: exit status 0" "$STATUS" 0
exits 0 "clatd's --rmtun" in_ns h6 "$LICHEN" --config "$T/clat.conf" --rmtun ""
finish
