#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# conf/networks/clat-router: a LAN with IPv4 behind a router whose uplink has IPv6
# only and advertises the prefix of a NAT64.
#
#	pc --- router (lichen) --- nat64 (lichen, radvd) --- s4

# shellcheck disable=SC2317 # functions that ok and wait_until call
# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
# shellcheck source=tests/e2e/page.sh
. "$(dirname "$0")/page.sh"
need socat nft sysctl
need_pref64
cat >"$T/radvd.conf" <<-CONF
	interface lan {
		AdvSendAdvert on;
		MinRtrAdvInterval 3;
		MaxRtrAdvInterval 4;
		prefix 2001:db8:1::/64 { };
		nat64prefix 64:ff9b::/96 { };
	};
CONF
chmod 644 "$T/radvd.conf"
page clat-router

hosts pc router s4
routers nat64
wire pc eth0 router lan
wire router eth0 nat64 lan
wire nat64 wan s4 eth0
address pc eth0 192.168.9.2/24
address router lan 192.168.9.1/24
route pc default via 192.168.9.1
address nat64 lan 2001:db8:1::1/64
address nat64 wan 9.9.9.1/24
address s4 eth0 9.9.9.9/24
route s4 192.0.2.0/24 via 9.9.9.1
lichen_start nat64 nat64 <<-CONF
	tun-device plat
	ipv4-addr 192.0.2.1
	ipv6-addr 2001:db8:3::1
	prefix 64:ff9b::/96
	dynamic-pool 192.0.2.0/24
	tun-up yes
	tun-route 192.0.2.0/24
	tun-route 64:ff9b::/96
	tun-route 2001:db8:3::1
CONF
background radvd nat64 $radvd -n -m stderr -C "$T/radvd.conf" \
    -p "$T/radvd.pid"

page_lichen router
clat=$LICHEN_PID
page_type router
server=9.9.9.9
ok "a host of the LAN reaches IPv4" wait_until 20 pings pc $server
blob "$T/blob" 3000000
ok "TCP up" tcp_upload pc s4 $server 7001 "$T/blob"
ok "TCP down" tcp_download pc s4 $server 7002 "$T/blob"
udp_echo_server s4 7003
ok "UDP" udp_echo pc $server 7003 1400
ok "UDP in fragments" udp_echo pc $server 7003 3000
ok "the router itself, too" pings router $server
is "nothing was lost to the MTU" "$(in_ns router nstat -asz TcpRetransSegs |
    awk '/Retrans/ { print $2 }')" 0
stop "$clat"
is "exit status" "$STATUS" 0
not_reached() {
	! pings pc "$server" -W 1 -w 1
}
ok "without it there is no IPv4" not_reached

finish
