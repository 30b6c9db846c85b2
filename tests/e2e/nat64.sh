#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# NAT64 with a dynamic pool: an IPv6-only client and an IPv4-only server, each
# behind a router of its own.
#
#	c6 --- r6 --- tr (lichen) --- r4 --- s4

# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
need socat traceroute

hosts c6 s4
routers r6 tr r4
cable c6 r6
cable r6 tr
cable tr r4
cable r4 s4
address c6 r6 2001:db8:1::2/64
address r6 c6 2001:db8:1::1/64
address r6 tr 2001:db8:2::1/64
address tr r6 2001:db8:2::2/64
address tr r4 192.0.2.1/24
address r4 tr 192.0.2.2/24
address r4 s4 198.51.100.1/24
address s4 r4 198.51.100.2/24
route c6 default via 2001:db8:1::1
route r6 default via 2001:db8:2::2
route tr 2001:db8:1::/64 via 2001:db8:2::1
route tr 198.51.100.0/24 via 192.0.2.2
route r4 default via 192.0.2.1
route s4 default via 198.51.100.1

lichen_start tr nat64 <<-CONF
	tun-device nat64
	ipv4-addr 192.168.255.1
	ipv6-addr 2001:db8:3::1
	prefix 2001:db8:1:ffff::/96
	dynamic-pool 192.168.255.0/24
	data-dir $T/data
	tun-up yes
	tun-route 192.168.255.0/24
	tun-route 2001:db8:1:ffff::/96
	tun-route 2001:db8:3::1
	# so that an address of no use to anyone reaches the daemon
	tun-route 2001:db8:bad::/64
CONF
# 198.51.100.2 as the client sees it, and the client as the server does.
server=2001:db8:1:ffff::c633:6402
client=192.168.255.233

# --- ping

ok "the client pings the server" pings c6 "$server"
ok "the server pings the client" pings s4 "$client"
ok "ping with 1400 octets" pings c6 "$server" -s 1400
ok "ping with 1400 octets back" pings s4 "$client" -s 1400
ok "ping without data" pings c6 "$server" -s 0
ok "ipv6-addr answers" pings c6 2001:db8:3::1
ok "ipv4-addr answers" pings s4 192.168.255.1
ok "ipv4-addr answers through its IPv6 form" \
    pings c6 2001:db8:1:ffff::c0a8:ff01
like "fragmented ICMP is dropped" "$(ping_says c6 "$server" -s 3000)" \
    ' 0 received'
like "too large with DF: 3/4 with MTU - 20" \
    "$(ping_says s4 "$client" -M 'do' -s 1472)" 'mtu = 1480'
# Looked up before a packet, not after it.
forget_mtu s4
sleep 1.2
ip -n tr link set dev nat64 mtu 1400
like "the first packet after another MTU is told that one" \
    "$(ping_says s4 "$client" -M 'do' -s 1360)" 'mtu = 1380'
ip -n tr link set dev nat64 mtu 1500
forget_mtu s4
sleep 1.2

# --- errors of our own

like "a pool address without lease: 3/1" "$(ping_says s4 192.168.255.77)" \
    'From 192.168.255.1 .*Host Unreachable'
like "an IPv6 address without IPv4: 1/0" "$(ping_says c6 2001:db8:bad::1)" \
    'From 2001:db8:3::1 .*No route'
like "UDP to ipv4-addr: 3/2" "$(udp_error s4 192.168.255.1 9)" \
    'Protocol not available'
like "UDP to ipv6-addr: 4/1" "$(udp_error c6 2001:db8:3::1 9)" \
    'Protocol error'

# --- traceroute

hops=$(in_ns c6 traceroute -6 -n -q 1 -w 2 "$server" 2>&1)
like "traceroute, hop 2: the router it runs on" "$hops" '^ 2  2001:db8:2::2 '
like "traceroute, hop 3: the translator" "$hops" '^ 3  2001:db8:3::1 '
like "traceroute, hop 5: the IPv4 router" "$hops" \
    '^ 5  2001:db8:1:ffff::c000:202 '
like "traceroute, hop 6: the server" "$hops" "^ 6  $server "
hops=$(in_ns s4 traceroute -4 -n -q 1 -w 2 "$client" 2>&1)
like "traceroute back, hop 3: the translator" "$hops" '^ 3  192.168.255.1 '
like "traceroute back, hop 6: the client" "$hops" "^ 6  $client "

# --- TCP and UDP

blob "$T/blob" 6000000
ok "TCP upload of 6 MB" tcp_upload c6 s4 "$server" 5001 "$T/blob"
ok "TCP download of 6 MB" tcp_download c6 s4 "$server" 5002 "$T/blob"
ok "TCP from the IPv4 side, upload" tcp_upload s4 c6 "$client" 5003 "$T/blob"
ok "TCP from the IPv4 side, download" \
    tcp_download s4 c6 "$client" 5004 "$T/blob"

udp_echo_server s4 7
udp_echo_server c6 7
for size in 1 1232 1452 4000; do
	ok "UDP echo of $size octets" udp_echo c6 "$server" 7 "$size"
	ok "UDP echo of $size octets from the IPv4 side" \
	    udp_echo s4 "$client" 7 "$size"
done
like "UDP to a closed port: connection refused" \
    "$(udp_error c6 "$server" 9)" 'Connection refused'
like "UDP to a closed port on the IPv6 side" "$(udp_error s4 "$client" 9)" \
    'Connection refused'
like "TCP to a closed port: connection refused" \
    "$(in_ns c6 socat - "TCP6:[$server]:9" 2>&1 </dev/null || :)" \
    'Connection refused'

# --- path MTU: advmss keeps the ends from learning it in the handshake

mtu_of() {	# ns address
	ip -n "$1" route get "$2" | grep -o 'mtu [0-9]*' || echo none
}

cable_mtu r4 s4 1400
ip -n s4 route replace default via 198.51.100.1 advmss 1460
ok "upload past an IPv4 link of 1400" \
    tcp_upload c6 s4 "$server" 5011 "$T/blob"
is "the client knows the path MTU" "$(mtu_of c6 "$server")" "mtu 1420"
ok "download past it" tcp_download c6 s4 "$server" 5012 "$T/blob"
ok "UDP of 4000 octets past it" udp_echo c6 "$server" 7 4000
cable_mtu r4 s4 1500
ip -n s4 route replace default via 198.51.100.1

ip -n c6 route replace default via 2001:db8:1::1 advmss 1440
for mtu in 1400 1280; do
	forget_mtu c6 s4
	cable_mtu c6 r6 "$mtu"
	port=$((4000 + mtu))
	ok "download past an IPv6 link of $mtu" \
	    tcp_download c6 s4 "$server" "$port" "$T/blob"
	is "the server knows the path MTU" "$(mtu_of s4 "$client")" \
	    "mtu $((mtu - 20))"
	ok "upload past it" tcp_upload c6 s4 "$server" "$((port + 1))" \
	    "$T/blob"
	ok "UDP of 4000 octets past it" udp_echo c6 "$server" 7 4000
done
cable_mtu c6 r6 1500
ip -n c6 route replace default via 2001:db8:1::1

# The kernel that runs us sends Packet Too Big into our own device.
forget_mtu c6 s4
cable_mtu r6 tr 1300
ok "download past a small link next to the translator" \
    tcp_download c6 s4 "$server" 5021 "$T/blob"
is "the server knows the path MTU" "$(mtu_of s4 "$client")" "mtu 1280"
ok "upload past it" tcp_upload c6 s4 "$server" 5022 "$T/blob"
cable_mtu r6 tr 1500
forget_mtu c6 s4

# A device smaller than the links: our own 3/4 and Packet Too Big.
ip -n tr link set nat64 mtu 1380
sleep 1.2	# it looks at the MTU every second
ok "download through a device with MTU 1380" \
    tcp_download c6 s4 "$server" 5031 "$T/blob"
ok "upload through it" tcp_upload c6 s4 "$server" 5032 "$T/blob"

# --- the end

stop "$LICHEN_PID"
is "SIGTERM: exit status 0" "$STATUS" 0
read_in=$(lichen_log nat64 | awk -F= '/counter=in[46]_packets / { n += $NF }
    END { print n + 0 }')
judged=$(lichen_log nat64 | awk -F= '/ reason=[a-z0-9_]* packets=/ { n += $NF }
    END { print n + 0 }')
is "one reason for every packet read" "$judged" "$read_in"
like "packets were read" "$read_in" '^[1-9]'
finish
