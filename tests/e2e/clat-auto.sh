#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# A CLAT that sets itself up: `clat' and the name of a device are all that it is
# told.  The network has router advertisements with a NAT64 prefix, or a DNS64, or
# neither, and changes while TCP runs.
#
#	pc (lichen as CLAT) --- gw (radvd, unbound, lichen as PLAT) --- s4

# shellcheck disable=SC2317 # functions that ok and wait_until call
# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
need socat unbound traceroute curl busybox
need_pref64

hosts pc s4
routers gw
cable pc gw
cable gw s4
address gw pc 2001:db8:1::1/64
address gw s4 9.9.9.1/24
address s4 gw 9.9.9.9/24
route s4 default via 9.9.9.1
in_ns pc sh -c 'cd /proc/sys/net/ipv6/conf
    echo 1 >all/accept_dad
    echo 1 >gw/accept_dad
    echo 1 >gw/dad_transmits'
server=9.9.9.9
# A machine has it, a chroot may not.
if [ ! -s /etc/machine-id ]; then
	cp -a /etc "$T/etc"
	echo 0123456789abcdef0123456789abcdef >"$T/etc/machine-id"
	mount --bind "$T/etc" /etc
fi

# --- the network

plat_conf() {	# prefix
	cat <<-CONF
		tun-device plat
		ipv4-addr 192.0.2.1
		ipv6-addr 2001:db8:3::1
		prefix $1
		wkpf-strict no
		dynamic-pool 192.0.2.0/24
		tun-up yes
		tun-route 192.0.2.0/24
		tun-route 64:ff9b::/96
		tun-route 2001:db8:64::/48
		tun-route 2001:db8:3::1
	CONF
}
plat_conf 64:ff9b::/96 >"$T/plat.conf"
lichen_run gw plat
plat=$LICHEN_PID
route s4 192.0.2.0/24 via 9.9.9.1

radvd_pid=
# Advertise; more lines for the interface on standard input.
advertise() {
	if [ -n "$radvd_pid" ]; then
		stop "$radvd_pid"
	fi
	{
		echo 'interface pc { AdvSendAdvert on; MinRtrAdvInterval 3;'
		echo 'MaxRtrAdvInterval 4;'
		echo 'prefix 2001:db8:1::/64 { };'
		cat
		echo '};'
	} >"$T/radvd.conf"
	chmod 644 "$T/radvd.conf"
	background radvd gw $radvd -n -m stderr -C "$T/radvd.conf" \
	    -p "$T/radvd.pid"
	radvd_pid=$BG
}
unbound_pid=
# DNS64 with this prefix, or without one.
resolver() {	# [prefix]
	if [ -n "$unbound_pid" ]; then
		stop "$unbound_pid"
	fi
	cat >"$T/unbound.conf" <<-CONF
		server:
			interface: 2001:db8:1::1
			access-control: ::/0 allow
			do-daemonize: no
			username: ""
			chroot: ""
			directory: "$T"
			pidfile: ""
			use-syslog: no
			module-config: "${1:+dns64 }iterator"
			${1:+dns64-prefix: $1}
			local-zone: ipv4only.arpa. nodefault
		auth-zone:
			name: ipv4only.arpa
			zonefile: "$T/ipv4only.arpa"
			for-downstream: no
		remote-control:
			control-enable: no
	CONF
	background unbound gw unbound -c "$T/unbound.conf"
	unbound_pid=$BG
	wait_until 5 ns_is_listening gw -u 53
}
echo nameserver 2001:db8:1::1 >"$T/resolv.conf"
mount --bind "$T/resolv.conf" "$(realpath /etc/resolv.conf)"
cat >"$T/ipv4only.arpa" <<-ZONE
	ipv4only.arpa. 60 SOA ns.invalid. root.invalid. 1 60 60 60 60
	ipv4only.arpa. 60 NS ns.invalid.
	ipv4only.arpa. 60 A 192.0.0.170
	ipv4only.arpa. 60 A 192.0.0.171
ZONE

# --- the CLAT

cat >"$T/clat.conf" <<-CONF
	tun-device clat
	clat
	control-socket $T/control
CONF
says() {	# text: the newest line about it
	lichen_log clat | grep 'msg="clat: ' | tail -n 1 | grep -q -- "$1"
}
reached() {
	pings pc "$server"
}
not_reached() {
	! pings pc "$server" -W 1 -w 1
}


sysctls() {
	in_ns pc sh -c 'cd /proc/sys/net/ipv6/conf && head all/forwarding \
	    all/proxy_ndp default/accept_ra gw/accept_ra gw/forwarding'
}
sysctls >"$T/sysctls"
undone() {	# nothing of it is left
	[ -z "$(ip -n pc -4 route show default)" ] &&
	    [ -z "$(ip -n pc -6 neigh show proxy)" ] &&
	    [ -z "$(ip -n pc -4 addr show scope global)" ] &&
	    sysctls | cmp -s - "$T/sysctls"
}

# --- by router advertisement

advertise </dev/null
lichen_run pc clat
clat=$LICHEN_PID
ok "no prefix: it waits" wait_until 10 says 'waiting for a NAT64 prefix'
like "--status tells why" "$(in_ns pc "$LICHEN" -c "$T/clat.conf" --status)" \
    '^  state +waiting for a NAT64 prefix'
is "and touches nothing" "$(ip -n pc -4 route show default)" ""

advertise <<-RADVD
	AdvLinkMTU 1300;
	nat64prefix 64:ff9b::/96 { };
RADVD
ok "prefix by router advertisement" wait_until 10 says \
    '64:ff9b::/96 on gw by router advertisement'
ok "ping by IPv4" wait_until 3 reached
ip -n pc -4 route show default >"$T/route"
like "route MTU: the advertisement's less 28" "$(cat "$T/route")" 'mtu 1272'
like "from 192.0.0.1" "$(cat "$T/route")" 'src 192.0.0.1'
like "advertisements are obeyed as before" \
    "$(ip -n pc -6 route show default)" 'proto ra'

see() {
	in_ns pc "$LICHEN" -c "$T/clat.conf" "$@"
}
see --status >"$T/out"
like "--status: the prefix, from where, until when" "$(cat "$T/out")" \
    '^  prefix +64:ff9b::/96 by router advertisement, for [0-9]+ s more$'
like "--status: the interface" "$(cat "$T/out")" '^  interface +gw, mtu 1272$'
like "--status: the addresses" "$(cat "$T/out")" \
    '^  address +192.0.0.1 is 2001:db8:1:'
exits 1 "--clat-test: nobody answers" see --clat-test
like "but says so in words" "$(cat "$T/out")" \
    '^192.0.0.170 through the CLAT: no answer$'
ip -n s4 addr add 192.0.0.170/32 dev lo
route gw 192.0.0.170/32 via $server
exits 0 "--clat-test: IPv4 works" see --clat-test
like "and how" "$(cat "$T/out")" \
    '^192.0.0.170 through the CLAT: answers in [0-9]+ ms$'

blob "$T/blob" 1048576
ok "TCP upload" tcp_upload pc s4 $server 7001 "$T/blob"
ok "TCP download" tcp_download pc s4 $server 7002 "$T/blob"
mkdir "$T/www"
cp "$T/blob" "$T/www/blob"
background httpd s4 busybox httpd -f -p 80 -h "$T/www"
listening s4 -t 80
ok "curl, by address" in_ns pc curl -s -m 10 -o "$T/got" \
    "http://$server/blob"
ok "what arrives is what was sent" same "$T/blob" "$T/got"
udp_echo_server s4 7003
ok "UDP" udp_echo pc $server 7003 1200
ok "UDP in fragments" udp_echo pc $server 7003 4000
trace=$(in_ns pc traceroute -4 -n -q 1 -w 1 -m 8 $server 2>&1)
like "traceroute: its end answers" "$trace" "$server "
like "TTL 1 is answered by the CLAT" "$(ping_says pc $server -t 1)" \
    'From 192\.0\.0\.[28] '
like "TTL 2 by a router that has no IPv4" "$(ping_says pc $server -t 2)" \
    'From 192\.0\.0\.8 '

# --- the prefix changes while TCP runs

background stream s4 socat -u TCP4-LISTEN:7010,reuseaddr "CREATE:$T/received"
listening s4 -t 7010
background sender pc sh -c "
	{ head -c 500000 '$T/blob'; sleep 4; tail -c +500001 '$T/blob'; } |
	    socat -u - TCP4:$server:7010"
sender=$BG
sleep 1
plat_conf 2001:db8:64::/96 >"$T/plat.conf"
kill -HUP "$plat"
advertise <<-RADVD
	nat64prefix 64:ff9b::/96 { AdvValidLifetime 0; };
	nat64prefix 2001:db8:64::/96 { };
RADVD
ok "another prefix is followed" wait_until 10 says '2001:db8:64::/96 on gw'
wait_until 15 dead "$sender" || :
ok "and the TCP connection goes on" wait_until 3 same "$T/blob" "$T/received"

# --- withdrawn, and DNS

advertise <<-RADVD
	nat64prefix 2001:db8:64::/96 { AdvValidLifetime 0; };
RADVD
ok "withdrawn: it waits again" wait_until 10 says 'waiting for a NAT64 prefix'
is "without a route" "$(ip -n pc -4 route show default)" ""
resolver 2001:db8:64::/96
ok "prefix by DNS" wait_until 40 says '2001:db8:64::/96 on gw by DNS'
ok "ping by IPv4, prefix by DNS" wait_until 3 reached
advertise <<-RADVD
	nat64prefix 2001:db8:64::/96 { };
RADVD
ok "an advertisement is better than DNS" wait_until 10 \
    grep -q 'by router advertisement' "$T/clat.log"

# --- native IPv4 comes and goes

ip -n gw addr add 192.168.1.1/24 dev pc
ip -n pc addr add 192.168.1.2/24 dev gw
ip -n pc route add default via 192.168.1.1
ok "native IPv4: nothing to do" wait_until 5 says 'the network has IPv4'
like "only its own route is left" "$(ip -n pc -4 route show default)" \
    '^default via 192.168.1.1 dev gw *$'
ip -n pc route del default
ip -n pc addr del 192.168.1.2/24 dev gw
ok "it goes: the CLAT is back" wait_until 5 says '192.0.0.1 is 2001:db8:1:'
ok "and reaches the server" wait_until 3 reached

# --- the end, a crash, and somebody else's address

address_of() {
	lichen_log clat | sed -n 's/.*192.0.0.1 is \([0-9a-f:]*\),.*/\1/p' |
	    tail -n 1
}
mine=$(address_of)
stop "$clat"
is "exit status" "$STATUS" 0
ok "all of it is undone" undone
rm "$T/clat.log"
lichen_run pc clat
ok "started again" wait_until 10 says '192.0.0.1 is'
is "with the same address" "$(address_of)" "$mine"
stop "$LICHEN_PID" KILL
rm "$T/clat.log"
lichen_run pc clat
ok "after SIGKILL it starts again" wait_until 10 says '192.0.0.1 is'
stop "$LICHEN_PID"
ok "and undoes what the first one did" undone
ip -n gw addr add "$mine/128" dev pc
rm "$T/clat.log"
lichen_run pc clat
ok "another host has its address: it takes another" wait_until 15 says \
    '192.0.0.1 is'
ok "and says so" grep -q "$mine is somebody else" "$T/clat.log"
other=$(address_of)
like "not the same" "$mine $other" '^([0-9a-f:]+) ([0-9a-f:]+)$'
[ "$mine" != "$other" ]
ok "works with it" wait_until 3 reached
stop "$LICHEN_PID"
ip -n gw addr del "$mine/128" dev pc

# --- as another user, with one capability

if other_users; then
	rm "$T/clat.log"
	lichen_run pc clat -u nobody
	ok "as another user" wait_until 10 says '192.0.0.1 is'
	ok "it works" wait_until 3 reached
	is "CAP_NET_ADMIN is all it has" "$(awk '/^Cap(Prm|Eff)/ { print $2 }' \
	    "/proc/$LICHEN_PID/status" | sort -u)" 0000000000001000
	stop "$LICHEN_PID"
	ok "and it can undo it" undone
else
	skip "as another user" "there is none here"
fi

# --- a delegated prefix, and force

ip -n gw route add 2001:db8:cc::/64 via "$(ip -n pc -6 addr show dev gw \
    scope link | sed -n 's/.*inet6 \([^/]*\).*/\1/p')" dev pc
{
	cat "$T/clat.conf"
	echo clat-prefix 2001:db8:cc::/64
} | sed 's/^clat$/clat gw force/' >"$T/clat.new"
mv "$T/clat.new" "$T/clat.conf"
ip -n pc addr add 192.168.1.2/24 dev gw
ip -n pc route add default via 192.168.1.1
rm "$T/clat.log"
lichen_run pc clat
ok "a delegated prefix, in spite of native IPv4" wait_until 5 says \
    '192.0.0.1 is 2001:db8:cc:'
is "nothing to answer for" "$(ip -n pc -6 neigh show proxy)" ""
ip -n pc route del default
ok "reached when the other is gone" wait_until 3 reached
stop "$LICHEN_PID"

ok "no problem was seen that is none" sh -c "! grep -E 'is down|IPv4 forwarding' \
    '$T/clat.log'"

finish
