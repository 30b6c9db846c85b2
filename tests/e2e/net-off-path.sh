#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# conf/networks/off-path: a translator with one interface, masquerading to its one
# IPv4 address.
#
#	c1, c2, translator --- router --- s4

# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
# shellcheck source=tests/e2e/page.sh
. "$(dirname "$0")/page.sh"
need socat nft sysctl
page off-path

hosts c1 c2 s4
routers router
hosts translator	# the page makes it a router
wire c1 eth0 router p1
wire c2 eth0 router p2
wire translator eth0 router p3
switch router lan p1 p2 p3
wire router wan s4 eth0
address router lan 2001:db8:1::1/64 203.0.113.1/24
address c1 eth0 2001:db8:1::c1/64
address c2 eth0 2001:db8:1::c2/64
address translator eth0 2001:db8:1::64/64 203.0.113.64/24
address router wan 9.9.9.1/24
address s4 eth0 9.9.9.9/24
for host in c1 c2; do
	route $host default via 2001:db8:1::1
done
route translator default via 203.0.113.1
route s4 default via 9.9.9.1
server=64:ff9b::909:909

page_type router translator
page_lichen translator

ok "a client pings" pings c1 $server
ok "another one too" pings c2 $server
whoami_server s4 4 90
is "the server sees the translator's one address" \
    "$(seen_as c1 2001:db8:1::c1 $server 90)" 203.0.113.64
is "also of the other client" \
    "$(seen_as c2 2001:db8:1::c2 $server 90)" 203.0.113.64
blob "$T/blob" 3000000
ok "TCP upload" tcp_upload c1 s4 $server 5001 "$T/blob"
ok "TCP download" tcp_download c2 s4 $server 5002 "$T/blob"
udp_echo_server s4 7
for size in 1 1400 4000; do
	ok "UDP echo of $size octets" udp_echo c1 $server 7 $size
done

# Both clients from the same port to the same server and port.
for i in 1 2; do
	in_ns c$i timeout 10 socat -t 5 - \
	    "TCP6:[$server]:90,bind=[2001:db8:1::c$i]:4444" \
	    </dev/null >"$T/same.$i" &
done
ok "two clients, the same source port" wait_until 8 \
    grep -qx 203.0.113.64 "$T/same.1"
ok "and the other" wait_until 8 grep -qx 203.0.113.64 "$T/same.2"

# Where the path is narrow behind the masquerading.
cable_mtu_to_server() {
	ip -n router link set wan mtu "$1"
	ip -n s4 link set eth0 mtu "$1"
}
cable_mtu_to_server 1300
ip -n s4 route replace default via 9.9.9.1 advmss 1460
ok "TCP upload past a link of 1300" tcp_upload c1 s4 $server 5003 "$T/blob"
ok "TCP download past it" tcp_download c2 s4 $server 5004 "$T/blob"
cable_mtu_to_server 1500

# An error of the translator finds its way.
like "no route to the server's neighbour: the client is told" \
    "$(ping_says c1 64:ff9b::909:90a -W 4)" 'Unreachable|unreachable'
like "the first hop after the router is the translator" \
    "$(ping_says c1 $server -t 2)" \
    'From 2001:db8:1::(64|6464) .*Time exceeded'

# The router has its one route and no more.
is "the router has one route of ours" \
    "$(ip -n router -6 route show | grep -c 64:ff9b)" 1
stop "$LICHEN_PID"
is "SIGTERM: exit status 0" "$STATUS" 0
ok "the leases are kept" grep -q 2001:db8:1::c2 "$T/data-translator/dynamic.map"
finish
