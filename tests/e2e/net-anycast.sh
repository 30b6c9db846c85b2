#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# conf/networks/anycast: three gateways announce the same prefix, and a slice of the
# pool each, with BIRD.  One hangs, one is drained, one dies: new connections go on
# through the others, whose own do not notice.
#
#	c1, s4 --- r1 --- r2 --- c2 (many addresses)
#	            |      |
#	           n1    n2, n3 (lichen, BIRD)

# shellcheck disable=SC2317 # functions that ok and wait_until call
# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
# shellcheck source=tests/e2e/page.sh
. "$(dirname "$0")/page.sh"
need socat bird birdc sysctl
page anycast
server=64:ff9b::909:909
all_c2='11 12 13 14 15 16 17 18 19 1a 1b 1c 1d 1e 1f 20'

hosts c1 c2 s4 n1 n2 n3
routers r1 r2
wire c1 eth0 r1 lan
wire s4 eth0 r1 wan
wire n1 eth0 r1 gw
wire r1 core r2 core
wire c2 eth0 r2 lan
wire n2 eth0 r2 p2
wire n3 eth0 r2 p3
switch r2 gw p2 p3
address c1 eth0 2001:db8:1::c1/64
address r1 lan 2001:db8:1::1/64
address s4 eth0 9.9.9.9/24
address r1 wan 9.9.9.1/24
address r1 core 10.0.0.1/30 2001:db8:f0::1/64
address r2 core 10.0.0.2/30 2001:db8:f0::2/64
address r1 gw 10.0.1.1/24 2001:db8:f1::1/64
address n1 eth0 10.0.1.11/24 2001:db8:f1::11/64
address r2 gw 10.0.2.1/24 2001:db8:f2::1/64
address n2 eth0 10.0.2.12/24 2001:db8:f2::12/64
address n3 eth0 10.0.2.13/24 2001:db8:f2::13/64
address r2 lan 2001:db8:2::1/64
address c2 eth0 2001:db8:2::80/64
for i in $all_c2; do
	address c2 eth0 "2001:db8:2::$i/64"
done
route c1 default via 2001:db8:1::1
route c2 default via 2001:db8:2::1
route s4 default via 9.9.9.1

# --- files: n1's and r2's are on the page, the others differ in numbers

as_node() {	# 1|2|3: a filter
	case $1 in
	1)	cat ;;
	*)	sed "s/192\\.0\\.2\\.0\\/26/192.0.2.$((($1 - 1) * 64))\\/26/
		    s/^ipv4-addr .*/ipv4-addr 192.0.2.$((($1 - 1) * 64 + 1))/
		    s/db8:f1::64/db8:f2::6$1/; s/db8:f1::1 as 65001/db8:f2::1 as 65002/
		    s/10\\.0\\.1\\.1 as 65001/10.0.2.1 as 65002/
		    s/10\\.0\\.1\\.11/10.0.2.1$1/
		    s/10\\.0\\.1\\.1\$/10.0.2.1/; s/db8:f1::1\$/db8:f2::1/" ;;
	esac
}

as_r1() {
	sed 's/router id .*/router id 10.0.0.1;/
	    s/local as 65002/local as 65001/
	    s/n2_/n1_/; s/db8:f2::12/db8:f1::11/; s/10\.0\.2\.12/10.0.1.11/
	    /n3_/d
	    s/r1_/r2_/; s/db8:f0::1 as 65001/db8:f0::2 as 65002/
	    s/10\.0\.0\.1 as 65001/10.0.0.2 as 65002/'
}

bird_start() {	# host, configuration from stdin
	cat >"$T/$1.bird"
	background "bird-$1" "$1" bird -f -c "$T/$1.bird" -s "$T/$1.ctl" \
	    -P "$T/bird-$1.pid"
}

lichen_on() {	# 1|2|3
	page_file n1 /etc/tayga.conf | as_node "$1" |
	    sed "s|^data-dir .*|data-dir $T/data-n$1|" >"$T/n$1.conf"
	lichen_run "n$1" "n$1"
}

# The page's script, with this host's BIRD and a file of its own to drain it.
health_start() {	# 1|2|3
	mkdir "$T/bin-n$1"
	printf '#!/bin/sh\nexec %s -s %s "$@"\n' "$(command -v birdc)" \
	    "$T/n$1.ctl" >"$T/bin-n$1/birdc"
	chmod +x "$T/bin-n$1/birdc"
	page_file n1 /usr/local/sbin/lichen-health |
	    sed "s|/run/lichen\\.drain|$T/n$1.drain|" >"$T/health-n$1"
	background "health-n$1" "n$1" env PATH="$T/bin-n$1:$PATH" \
	    sh "$T/health-n$1" "192.0.2.$((($1 - 1) * 64 + 1))"
}

for i in 1 2 3; do
	page_commands n1 | as_node $i >"$T/commands"
	in_ns n$i sh -eux "$T/commands" >"$T/typed-n$i.log" 2>&1
	lichen_on $i
	page_file n1 /etc/bird/bird.conf | as_node $i | bird_start n$i
	health_start $i
done
page_type r2
page_file r2 /etc/bird/bird.conf | bird_start r2
page_file r2 /etc/bird/bird.conf | as_r1 | bird_start r1

# --- tools

# Next hops of r2 for the prefix, as a list of nodes.
gateways() {
	ip -n r2 -6 route show 64:ff9b::/96 |
	    sed -n 's/.*via 2001:db8:f2::1\([23]\) .*/n\1/p; s/.*via 2001:db8:f0::1 .*/r1/p' |
	    sort | paste -sd ' ' -
}
gateways_are() {
	[ "$(gateways)" = "$1" ]
}

# IPv4 address of a host to the server; the node that this address belongs to.
seen() {	# ns source
	seen_as "$1" "$2" $server 90
}
node_of() {	# IPv4 address
	case $1 in
	192.0.2.*)	echo n$((${1##*.} / 64 + 1)) ;;
	*)		echo "nobody: $1" ;;
	esac
}

site_1_is() {	# node
	[ "$(node_of "$(seen c1 2001:db8:1::c1)")" = "$1" ]
}

# Connections that stay: what is written to one comes back.
flow_works() {	# name
	flow_n=$((flow_n + 1))
	echo "line $flow_n" >>"$T/in-$1"
	wait_until 5 grep -qx "line $flow_n" "$T/out-$1"
}
flow_open() {	# name ns source
	: >"$T/in-$1"
	: >"$T/out-$1"
	in_ns "$2" socat "OPEN:$T/in-$1,rdonly,ignoreeof!!OPEN:$T/out-$1,append" \
	    "TCP6:[$server]:7,bind=[$3],connect-timeout=5" \
	    >"$T/flow-$1.log" 2>&1 </dev/null &
	flow_works "$1"
}
flow_n=0

# --- all there

background echo s4 socat TCP4-LISTEN:7,fork,reuseaddr PIPE
whoami_server s4 4 90
listening s4 -t 7
# Of r1 and r2, the one that heard least: three slices and the static maps.
routes_of_pool() {
	for router in r1 r2; do
		[ "$(ip -n "$router" -4 route show | grep -c '^192\.0\.2\.')" -eq 4 ] ||
		    return
	done
}
ok "r2 has two gateways of its own" wait_until 20 gateways_are "n2 n3"
ok "all know who has which slice" wait_until 20 routes_of_pool
ok "a client of site 1 reaches the server, through the gateway of its site" \
    wait_until 20 site_1_is n1
[ "$ns_failed" -eq 0 ] || exit 1
address_1=$(seen c1 2001:db8:1::c1)
host_n2='' host_n3='' address_2='' address_3=''
for i in $all_c2; do
	is_now=$(seen c2 "2001:db8:2::$i")
	case $(node_of "$is_now") in
	n2)	host_n2=2001:db8:2::$i address_2=$is_now ;;
	n3)	host_n3=2001:db8:2::$i address_3=$is_now ;;
	*)	ns_report 1 "2001:db8:2::$i goes through n2 or n3: $is_now" ;;
	esac
done
like "of sixteen clients of site 2 some go through n2" "$host_n2" :
like "and some through n3" "$host_n3" :
is "a host has the same address every time" "$(seen c2 "$host_n2")" "$address_2"
ok "the host with a map is reachable from IPv4" pings s4 192.0.2.200
is "and has its address" "$(seen c2 2001:db8:2::80)" 192.0.2.200
ok "a connection through n1" flow_open one c1 2001:db8:1::c1
ok "a connection through n2" flow_open two c2 "$host_n2"
ok "a connection through n3" flow_open three c2 "$host_n3"
blob "$T/blob" 2000000
ok "TCP, site 1" tcp_upload c1 s4 $server 5001 "$T/blob"
ok "TCP, site 2" tcp_download c2 s4 $server 5002 "$T/blob"

# --- n3 hangs

kill -STOP "$(cat "$T/n3.pid")"
ok "n3 hangs: withdrawn" wait_until 15 gateways_are n2
is "n3 hangs: its host goes on through n2" \
    "$(node_of "$(seen c2 "$host_n3")")" n2
ok "n3 hangs: the connection through n1 goes on" flow_works one
ok "n3 hangs: the connection through n2 goes on" flow_works two
ok "n3 hangs: the host with a map is reachable" pings s4 192.0.2.200
kill -CONT "$(cat "$T/n3.pid")"
ok "n3 is back" wait_until 15 gateways_are "n2 n3"
is "n3 is back: so is the address of its host" "$(seen c2 "$host_n3")" \
    "$address_3"
ok "n3 is back: the connection through n1 goes on" flow_works one
ok "n3 is back: the connection through n2 goes on" flow_works two
ok "a new connection through n3" flow_open again c2 "$host_n3"

# --- n2 is drained

: >"$T/n2.drain"
ok "n2 is drained" wait_until 15 gateways_are n3
is "n2 is drained: its host goes on through n3" \
    "$(node_of "$(seen c2 "$host_n2")")" n3
ok "n2 is drained: the connection through n1 goes on" flow_works one
ok "n2 is drained: the connection through n3 goes on" flow_works again

# --- n1 dies

kill -KILL "$(cat "$T/n1.pid")"
ok "n1 dies: its site goes on through n3" wait_until 15 site_1_is n3
ok "n1 dies: the connection through n3 goes on" flow_works again
ok "n1 dies: the host with a map is reachable" \
    wait_until 5 pings s4 192.0.2.200

# --- n1 is replaced by an empty machine

rm -r "$T/data-n1"
lichen_on 1
ok "n1 is back without its data" wait_until 20 site_1_is n1
is "its host has the same address" "$(seen c1 2001:db8:1::c1)" "$address_1"
rm "$T/n2.drain"
ok "n2 is back" wait_until 15 gateways_are "n2 n3"
is "n2 is back: so is the address of its host" "$(seen c2 "$host_n2")" \
    "$address_2"

# --- n1's machine dies: nobody is there to withdraw anything

ip -n n1 link set eth0 down
site_1_is_elsewhere() {
	site_1_is n2 || site_1_is n3
}
ok "n1's cable is cut: its site goes on elsewhere" \
    wait_until 20 site_1_is_elsewhere
ok "n1's cable is cut: the host with a map is reachable" \
    wait_until 5 pings s4 192.0.2.200

# --- the last one

stop "$(cat "$T/n1.pid")"
stop "$(cat "$T/n2.pid")"
stop "$(cat "$T/n3.pid")"
is "SIGTERM: exit status 0" "$STATUS" 0
ok "without any, no route is left" wait_until 15 gateways_are ""
finish
