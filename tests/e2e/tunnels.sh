#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Tunnels through the translator: what the kernel leaves unfinished inside of
# them (checksums of the inner packet, super-packets of the tunnel) arrives as it
# should.  Each is carried by IPv6 at one end and by IPv4 at the other; TCP goes
# through it both ways and what arrives is compared.
#
#	c6 --- tr (lichen) --- s4
#	h4 (CLAT) ---'
#
# What this kernel has no module for is skipped, one by one.  Kinds may be named
# on the command line.

NS_TIMEOUT=${NS_TIMEOUT:-300}
export NS_TIMEOUT
# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
need socat

hosts c6 s4 h4
routers tr
cable c6 tr
cable h4 tr
cable tr s4
address c6 tr 2001:db8::1/64
address tr c6 2001:db8::ff/64
address h4 tr 2001:db8:4::1/64
address tr h4 2001:db8:4::ff/64
address tr s4 203.0.113.1/24
address s4 tr 203.0.113.9/24
route c6 default via 2001:db8::ff
route h4 default via 2001:db8:4::ff
route s4 default via 203.0.113.1
route tr 2001:db8:46::/64 via 2001:db8:4::1

# VXLAN over IPv4 has no checksum if not told otherwise.
lichen_start tr nat64 <<-CONF
	tun-device nat64
	ipv4-addr 192.0.2.254
	ipv6-addr 2001:db8:ffff::fe
	prefix 2001:db8:64::/96
	map 192.0.2.1 2001:db8::1
	map 192.0.2.46 2001:db8:46::464
	udp-cksum-mode calc
	tun-up yes
	tun-route 192.0.2.0/24
	tun-route 2001:db8:64::/96
CONF
NAT64=$LICHEN_PID
# A CLAT is a host, and forwards to itself.
in_ns h4 sh -c 'echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'
lichen_start h4 clat <<-CONF
	tun-device clat
	prefix 2001:db8:64::/96
	ipv4-addr 192.0.0.2
	map 192.0.0.1 2001:db8:46::464
	udp-cksum-mode calc
	tun-up yes
	tun-route 2001:db8:46::464/128
CONF
CLAT=$LICHEN_PID
address h4 clat 192.0.0.1/32
route h4 default dev clat src 192.0.0.1 mtu 1472

ok "without a tunnel: c6" pings c6 2001:db8:64::203.0.113.9
ok "without a tunnel: h4" pings h4 203.0.113.9

blob "$T/blob" 3000000

# The kernel may not know this kind of link, or iproute2 may not.
made() {	# ns command...
	made_ns=$1
	shift
	in_ns "$made_ns" "$@" >"$T/made" 2>&1
}

# The device t0 of the kind, at both ends, or false with the reason in $T/made.
# $1 is who has the IPv6 end, or h4; $local and $remote are of that end.
links() {	# host kind
	l=2001:db8::1 r=2001:db8:64::203.0.113.9
	far_l=203.0.113.9 far_r=192.0.2.1
	if [ "$1" = h4 ]; then
		l=192.0.0.1 r=203.0.113.9 far_r=192.0.2.46
	fi
	case $2 in
	vxlan)
		link "$1" vxlan id 7 dstport 4789 &&
		    far_link vxlan id 7 dstport 4789 ;;
	vxlan-sums)
		link "$1" vxlan id 7 dstport 4789 udpcsum &&
		    far_link vxlan id 7 dstport 4789 udpcsum ;;
	vxlan-none)
		link "$1" vxlan id 7 dstport 4789 noudpcsum udp6zerocsumtx \
		    udp6zerocsumrx &&
		    far_link vxlan id 7 dstport 4789 noudpcsum ;;
	geneve)
		made "$1" ip link add t0 type geneve id 7 remote "$r" &&
		    made s4 ip link add t0 type geneve id 7 remote "$far_r" ;;
	geneve-sums)
		made "$1" ip link add t0 type geneve id 7 remote "$r" udpcsum &&
		    made s4 ip link add t0 type geneve id 7 remote "$far_r" \
			udpcsum ;;
	gre)
		link "$1" "$(by_family ip6gre gre)" && far_link gre ;;
	gre-sums)
		link "$1" "$(by_family ip6gre gre)" key 7 csum &&
		    far_link gre key 7 csum ;;
	gretap)
		link "$1" "$(by_family ip6gretap gretap)" && far_link gretap ;;
	ipip)
		if [ "$1" = h4 ]; then
			link h4 ipip
		else
			link "$1" ip6tnl mode ipip6 encaplimit none
		fi && far_link ipip ;;
	sit)
		if [ "$1" = h4 ]; then
			link h4 sit
		else
			link "$1" ip6tnl mode ip6ip6
		fi && far_link sit ;;
	l2tp-ip)
		l2tp "$1" ip && far_l2tp ip ;;
	l2tp-udp)
		l2tp "$1" udp udp_sport 1701 udp_dport 1701 &&
		    far_l2tp udp udp_sport 1701 udp_dport 1701 ;;
	l2tp-udp-sums)
		l2tp "$1" udp udp_sport 1701 udp_dport 1701 udp_csum on &&
		    far_l2tp udp udp_sport 1701 udp_dport 1701 udp_csum on ;;
	esac
}

by_family() {	# IPv6 IPv4: which of them the near end is
	case $l in
	*:*)	echo "$1" ;;
	*)	echo "$2" ;;
	esac
}

link() {	# ns type [option...]
	link_ns=$1 link_type=$2
	shift 2
	made "$link_ns" ip link add t0 type "$link_type" \
	    local "$l" remote "$r" "$@"
}

far_link() {
	far_type=$1
	shift
	made s4 ip link add t0 type "$far_type" \
	    local "$far_l" remote "$far_r" "$@"
}

l2tp() {	# ns encap [option...]
	l2tp_ns=$1 l2tp_encap=$2
	shift 2
	made "$l2tp_ns" ip l2tp add tunnel tunnel_id 7 peer_tunnel_id 7 \
	    encap "$l2tp_encap" local "$l" remote "$r" "$@" &&
	    made "$l2tp_ns" ip l2tp add session name t0 tunnel_id 7 \
		session_id 7 peer_session_id 7
}

far_l2tp() {
	far_encap=$1
	shift
	made s4 ip l2tp add tunnel tunnel_id 7 peer_tunnel_id 7 \
	    encap "$far_encap" local "$far_l" remote "$far_r" "$@" &&
	    made s4 ip l2tp add session name t0 tunnel_id 7 session_id 7 \
		peer_session_id 7
}

unlink_both() {	# host
	for ns in "$1" s4; do
		ip -n "$ns" link del t0 2>/dev/null || :
		in_ns "$ns" ip l2tp del tunnel tunnel_id 7 2>/dev/null || :
	done
}

port=2000
tunnel() {	# host kind
	if ! links "$1" "$2"; then
		unlink_both "$1"
		skip "$2 from $1" "$(head -n 1 "$T/made")"
		return
	fi
	near=10.9.9.1 far=10.9.9.2
	[ "$2" != sit ] || near=fd09::1 far=fd09::2
	for ns in "$1" s4; do
		ip -n "$ns" link set t0 mtu "$mtu" up
	done
	case $near in
	*:*)	address "$1" t0 $near/64
		address s4 t0 $far/64 ;;
	*)	address "$1" t0 $near/24
		address s4 t0 $far/24 ;;
	esac
	port=$((port + 2))
	ok "$2 from $1, mtu $mtu: ping" pings "$1" $far
	ok "$2 from $1, mtu $mtu: TCP there" \
	    tcp_upload "$1" s4 $far $port "$T/blob"
	ok "$2 from $1, mtu $mtu: TCP and back" \
	    tcp_download "$1" s4 $far $((port + 1)) "$T/blob"
	unlink_both "$1"
}

kinds=${*:-vxlan vxlan-sums vxlan-none geneve geneve-sums gre gre-sums gretap
    ipip sit l2tp-ip l2tp-udp l2tp-udp-sums}
mtu=1280
for host in c6 h4; do
	for kind in $kinds; do
		tunnel $host "$kind"
	done
done
# No fragments; less than IPv6 wants.
mtu=1100
for kind in $kinds; do
	[ "$kind" = sit ] || tunnel c6 "$kind"
done

stop "$NAT64"
is "exit status 0" "$STATUS" 0
stop "$CLAT"
is "exit status 0" "$STATUS" 0
is "nothing was dropped as unfinished" "$(grep -h 'reason=bad_offload' \
    "$T/nat64.log" "$T/clat.log" || :)" ""
note "$(grep -h -E 'reason=|value=' "$T/nat64.log" "$T/clat.log" |
    sed 's/.*\(reason=\|counter=\)/\1/' | tr '\n' ';')"
finish
