#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# conf/networks/tunnel-clat: tunnel clients with 100.64/10 addresses reach IPv4
# through an IPv6-only uplink, by a CLAT and a PLAT.
#
#	t2, t3 === router (lichen) --- isp --- plat (lichen, NAT44) --- s4

# shellcheck disable=SC2317 # functions that ok and wait_until call
# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
# shellcheck source=tests/e2e/page.sh
. "$(dirname "$0")/page.sh"
need socat nft sysctl
page tunnel-clat

hosts t2 t3 s4 router plat
routers isp
wire t2 tun0 router tun2
wire t3 tun0 router tun3
wire router eth0 isp cust
wire isp core plat eth0
wire plat wan s4 eth0
for i in 2 3; do
	ip -n t$i link set tun0 mtu 1420
	ip -n router link set tun$i mtu 1420
	address t$i tun0 100.64.0.$i/32
	address router tun$i 100.64.0.1/32
	route t$i 100.64.0.1 dev tun0
	route t$i default via 100.64.0.1
	route router 100.64.0.$i dev tun$i
done
# No IPv4 from the router to the PLAT.
address router eth0 2001:db8:1::2/64
address isp cust 2001:db8:1::1/64
address isp core 2001:db8:2::1/64
address plat eth0 2001:db8:2::2/64
address plat wan 9.9.9.1/24
address s4 eth0 9.9.9.9/24
route router default via 2001:db8:1::1
route isp 2001:db8:c1a7::/64 via 2001:db8:1::2
route isp 64:ff9b::/96 via 2001:db8:2::2
route plat default via 2001:db8:2::1
# s4 has no route back: the PLAT masquerades.

page_type plat
page_lichen plat
plat=$LICHEN_PID
page_lichen router
clat=$LICHEN_PID
page_type router
is "the uplink has no IPv4" "$(ip -n router -4 addr show dev eth0)" ""

server=9.9.9.9
ok "a tunnel client pings an IPv4 literal" pings t2 $server
ok "another one too" pings t3 $server
whoami_server s4 4 90
is "the server sees the PLAT's address" "$(seen_as t2 100.64.0.2 $server 90)" \
    9.9.9.1
blob "$T/blob" 3000000
ok "TCP upload" tcp_upload t2 s4 $server 5001 "$T/blob"
ok "TCP download" tcp_download t3 s4 $server 5002 "$T/blob"
udp_echo_server s4 7
# The first answer that does not fit the tunnel only tells the server its MTU.
for size in 1 1400 4000; do
	ok "UDP echo of $size octets" wait_until 5 udp_echo t2 $server 7 $size
done
like "UDP to a closed port: connection refused" "$(udp_error t2 $server 9)" \
    'Connection refused'
ok "clients reach each other by IPv4, past the CLAT" pings t2 100.64.0.3
like "no route behind the PLAT: the client is told" \
    "$(ping_says t2 198.51.100.9)" 'Unreachable'

stop "$plat"
is "the PLAT, SIGTERM: exit status 0" "$STATUS" 0
ok "each client has a lease of its own" \
    grep -q '2001:db8:c1a7::2	' "$T/data-plat/dynamic.map"
ok "the other client, too" \
    grep -q '2001:db8:c1a7::3	' "$T/data-plat/dynamic.map"
page_lichen plat
plat=$LICHEN_PID

# The narrowest uplink that IPv6 knows.
ip -n router link set eth0 mtu 1280
ip -n isp link set cust mtu 1280
forget_mtu t2 t3 s4
ip -n s4 route replace default via 9.9.9.1 advmss 1460
ok "TCP upload through an uplink of 1280" \
    tcp_upload t2 s4 $server 5003 "$T/blob"
ok "TCP download through it" tcp_download t3 s4 $server 5004 "$T/blob"
ok "UDP echo of 4000 octets through it" \
    wait_until 5 udp_echo t3 $server 7 4000

stop "$clat"
is "the CLAT, SIGTERM: exit status 0" "$STATUS" 0
is "nothing was dropped for want of a mapping" \
    "$(lichen_log router | grep 'counter no_')" ""
finish
