#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# A CLAT that sets itself up, on the networks of others: every prefix length, with
# lichen and with Debian's TAYGA as the other half; a small MTU; two interfaces, of
# which now one and now the other leads to IPv6; a router that has a LAN behind it.
#
#	lan4 --- pc (lichen as CLAT) === gw (radvd, PLAT) --- r4 --- s4
#	                             === gw2 (radvd, PLAT) ---'

# shellcheck disable=SC2317 # functions that ok and wait_until call
# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
need socat curl busybox nft
need_pref64

# Public addresses, as the well-known prefix wants; nothing leaves the machine.
hosts pc s4 lan4
routers gw gw2 r4
cable pc gw
cable pc gw2
cable pc lan4
cable gw r4
cable gw2 r4
cable r4 s4
address gw pc 2001:db8:1::1/64
address gw2 pc 2001:db8:2::1/64
address gw r4 9.9.1.1/24
address r4 gw 9.9.1.2/24
address gw2 r4 9.9.2.1/24
address r4 gw2 9.9.2.2/24
address r4 s4 9.9.9.1/24
address s4 r4 9.9.9.9/24
route s4 default via 9.9.9.1
route gw 9.9.9.0/24 via 9.9.1.2
route gw2 9.9.9.0/24 via 9.9.2.2
route r4 198.51.100.0/24 via 9.9.1.1
route r4 203.0.113.0/24 via 9.9.2.1
in_ns pc sh -c 'echo 0 >/proc/sys/net/ipv6/conf/gw2/accept_ra'
server=9.9.9.9
blob "$T/blob" 1048576
mkdir "$T/www"
cp "$T/blob" "$T/www/blob"
background httpd s4 busybox httpd -f -p 80 -h "$T/www"
listening s4 -t 80
udp_echo_server s4 7003

# A NAT64 in a namespace: the binary, a prefix, an IPv4 net and its own address.
plat=
plat_start() {	# ns binary prefix net own
	[ -z "$plat" ] || stop "$plat"
	cat >"$T/plat-$1.conf" <<-CONF
		tun-device nat64
		ipv4-addr $5
		ipv6-addr 2001:db8:ffff:$1::1
		prefix $3
		dynamic-pool $4
		data-dir $T/data-$1
	CONF
	# TAYGA 0.9.2 does not know it.
	[ "$2" != "$LICHEN" ] || echo wkpf-strict no >>"$T/plat-$1.conf"
	sed -i 's/:gw2:/:2:/; s/:gw:/:1:/' "$T/plat-$1.conf"
	mkdir -p "$T/data-$1"
	in_ns "$1" "$2" -c "$T/plat-$1.conf" --rmtun >/dev/null 2>&1 || :
	in_ns "$1" "$2" -c "$T/plat-$1.conf" --mktun >/dev/null 2>&1
	ip -n "$1" link set nat64 up
	route "$1" "$3" dev nat64
	route "$1" "$4" dev nat64
	background "plat-$1" "$1" "$2" -c "$T/plat-$1.conf" --nodetach
	plat=$BG
}
radvd_pid=
advertise() {	# ns prefix nat64prefix mtu
	[ -z "$radvd_pid" ] || stop "$radvd_pid"
	cat >"$T/radvd-$1.conf" <<-CONF
		interface pc {
			AdvSendAdvert on;
			MinRtrAdvInterval 3;
			MaxRtrAdvInterval 4;
			AdvLinkMTU $4;
			prefix $2 { };
			nat64prefix $3 { };
		};
	CONF
	chmod 644 "$T/radvd-$1.conf"
	background "radvd-$1" "$1" $radvd -n -m stderr \
	    -C "$T/radvd-$1.conf" -p "$T/radvd-$1.pid"
	radvd_pid=$BG
}
found() {	# prefix
	lichen_log clat | grep 'msg="clat: ' | tail -n 1 | grep -q -- "$1 on"
}
reached() {
	pings pc "$server"
}

printf 'tun-device clat\nclat\n' >"$T/clat.conf"
tayga=$(command -v tayga || :)
[ -n "$tayga" ] || skip "TAYGA as the other half" "it is not installed"
for plat_bin in "$LICHEN" $tayga; do
	name=${plat_bin##*/}
	for prefix in 64:ff9b::/96 2001:db8:64:1::/64 2001:db8:64:200::/56 \
	    2001:db8:65::/48 2001:db8:6600::/40 2001:db9::/32; do
		plat_start gw "$plat_bin" "$prefix" 198.51.100.144/28 \
		    198.51.100.133
		advertise gw 2001:db8:1::/64 "$prefix" 1300
		: >"$T/clat.log"
		lichen_run pc clat
		ok "$name, $prefix: found" wait_until 15 found "$prefix"
		ok "$name, $prefix: ping" wait_until 5 reached
		ok "$name, $prefix: HTTP" in_ns pc curl -s -m 10 -o "$T/got" \
		    "http://$server/blob"
		ok "$name, $prefix: what was sent" same "$T/blob" "$T/got"
		ok "$name, $prefix: UDP" udp_echo pc "$server" 7003 1000
		stop "$LICHEN_PID"
	done
done
advertise gw 2001:db8:1::/64 64:ff9b::/96 1300
plat_start gw "$LICHEN" 64:ff9b::/96 198.51.100.144/28 198.51.100.133
: >"$T/clat.log"
lichen_run pc clat
ok "once more" wait_until 15 found 64:ff9b::/96
wait_until 5 reached || :
like "TTL 1: the CLAT" "$(ping_says pc "$server" -t 1)" \
    'From 192\.0\.0\.[28] '
# Before it: the CLAT, pc, gw as IPv6 router, the NAT64, gw as IPv4 router.
like "TTL 6: a router behind the NAT64" "$(ping_says pc "$server" -t 6)" \
    'From 9\.9\.1\.2 '
like "route MTU" "$(ip -n pc -4 route show default)" 'mtu 1272'

# --- what is larger than IPv6 must carry, does not come through

ip -n gw link set pc mtu 1280
ip -n pc link set gw mtu 1280
advertise gw 2001:db8:1::/64 64:ff9b::/96 1280
is_small() {
	ip -n pc -4 route show default | grep -q 'mtu 1252'
}
ok "route MTU of a link with 1280" wait_until 10 is_small
ok "TCP up" tcp_upload pc s4 "$server" 7011 "$T/blob"
ok "TCP down" tcp_download pc s4 "$server" 7012 "$T/blob"
ip -n pc link set gw mtu 1500
ip -n gw link set pc mtu 1500

# --- two interfaces

advertise gw2 2001:db8:2::/64 2001:db8:77::/96 1500
plat_start gw2 "$LICHEN" 2001:db8:77::/96 203.0.113.0/24 203.0.113.1
ip -n pc link set gw down
in_ns pc sh -c 'echo 2 >/proc/sys/net/ipv6/conf/gw2/accept_ra'
on_gw2() {
	lichen_log clat | grep 'msg="clat: ' | tail -n 1 |
	    grep -q '2001:db8:77::/96 on gw2 by router .* 2001:db8:2:'
}
ok "the other interface leads to IPv6: followed" wait_until 20 on_gw2
ok "and reached" wait_until 5 reached
is "nothing is answered for on the first one" \
    "$(ip -n pc -6 neigh show proxy dev gw)" ""

# --- a LAN behind it, masqueraded to its one address

address pc lan4 192.168.9.1/24
address lan4 pc 192.168.9.2/24
route lan4 default via 192.168.9.1
in_ns pc sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
in_ns pc nft -f - <<-NFT
	table ip clat {
		chain post {
			type nat hook postrouting priority srcnat;
			oifname "clat" masquerade
		}
	}
NFT
ok "a host of a LAN behind it" wait_until 5 pings lan4 "$server"
ok "and its TCP" tcp_download lan4 s4 "$server" 7013 "$T/blob"
stop "$LICHEN_PID"
is "exit status" "$STATUS" 0

finish
