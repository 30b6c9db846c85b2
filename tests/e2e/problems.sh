#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# What keeps packets from flowing is told: a line in the log when it appears and one
# when it goes, a section of --status, a metric.  All of it on a running translator in
# its sandbox, by what an administrator does by mistake.
#
#	c6 --- tr (lichen) --- s4

# shellcheck disable=SC2317 # functions that ok and wait_until call
# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
need jq pgrep

hosts c6 tr s4
cable c6 tr
cable tr s4
address c6 tr 2001:db8:1::2/64
address tr c6 2001:db8:1::1/64
address tr s4 198.51.100.1/24
address s4 tr 198.51.100.2/24
route c6 default via 2001:db8:1::1
server=2001:db8:64::c633:6402
cat >"$T/lichen.conf" <<-CONF
	tun-device nat64
	ipv4-addr 192.168.255.1
	ipv6-addr 2001:db8:65::1
	prefix 2001:db8:64::/96
	dynamic-pool 192.168.255.0/24
	icmp-node-id yes
	control-socket $T/control
	tun-up yes
	tun-ip 192.168.254.1/32
	tun-ip 2001:db8:66::1/128
	tun-route 192.168.255.0/24
	tun-route 2001:db8:64::/96
	tun-route 2001:db8:65::1
CONF
see() {
	"$LICHEN" -c "$T/lichen.conf" "$@"
}
problems() {	# kinds, as one line
	see --status --json | jq -r '[.problems[].kind] | join(" ")'
}
has_problems() {	# kinds
	[ "$(problems)" = "$1" ]
}
logged() {	# regex
	lichen_log lichen | grep -Eq -- "$1"
}
appears() {	# kinds regex
	ok "$1: it is seen" wait_until 15 has_problems "$1"
	ok "$1: it is logged" wait_until 5 logged "level=warning msg=\"$2"
}
goes() {	# what
	ok "$1: gone" wait_until 15 has_problems ""
	ok "$1: that is logged" wait_until 5 logged "no longer: $1"
}
set_sysctl() {	# name value
	in_ns tr sh -c "echo $2 >/proc/sys/net/$1"
}

# --- forwarding: from the start on

user=
if other_users && tun_for_all; then
	chmod 755 "$T"
	user='-u nobody'
fi
# shellcheck disable=SC2086 # words
lichen_run tr lichen $user
appears "forwarding4 forwarding6" 'IPv[46] forwarding is off: set sysctl'
exits 0 "--status" see --status
like "a section of it" "$(cat "$T/out")" '^problems'
like "with the cure" "$(cat "$T/out")" '^  IPv4 forwarding is off: set sysctl net'
is "80 columns" "$(awk 'length > 80' "$T/out")" ""
is "a metric" "$(see --status --json | jq '.lichen_problem.forwarding4')" 1
is "for each kind" "$(see --status --json | jq '.lichen_problem.device_down')" 0
set_sysctl ipv4/ip_forward 1
ok "one of the two" wait_until 15 has_problems forwarding6
set_sysctl ipv6/conf/all/forwarding 1
goes 'IPv6 forwarding is off'
ok "the other one, too" logged 'no longer: IPv4 forwarding is off'
exits 0 "--status" see --status
is "nothing of problems" "$(grep -c -i problem "$T/out")" 0

# --- the device

ip -n tr link set nat64 down
appears device_down 'nat64 is down: ip link set nat64 up'

# What the kernel took with it is given back, by a process of its own.
has_all() {
	[ -n "$(ip -n tr route show 192.168.255.0/24 dev nat64)" ] &&
	    [ -n "$(ip -n tr -6 route show 2001:db8:64::/96 dev nat64)" ] &&
	    [ -n "$(ip -n tr -6 route show 2001:db8:65::1 dev nat64)" ] &&
	    [ -n "$(ip -n tr addr show dev nat64 to 192.168.254.1)" ] &&
	    [ -n "$(ip -n tr addr show dev nat64 to 2001:db8:66::1)" ]
}
comes_back() {	# what
	ok "$1: addresses and routes are there again" wait_until 15 has_all
	ok "$1: it is no problem" wait_until 15 has_problems ""
}
ip -n tr link set nat64 up
comes_back "up again"
goes 'nat64 is down'
for _ in 1 2 3; do
	ip -n tr link set nat64 down
	ip -n tr link set nat64 up
done
comes_back "down and up at once"
set_sysctl ipv6/conf/nat64/disable_ipv6 1
appears ipv6_disabled 'IPv6 is disabled on nat64: set sysctl'
set_sysctl ipv6/conf/nat64/disable_ipv6 0
goes 'IPv6 is disabled'
comes_back "IPv6 enabled again"
for _ in 1 2 3; do
	set_sysctl ipv6/conf/nat64/disable_ipv6 1
	set_sysctl ipv6/conf/nat64/disable_ipv6 0
done
comes_back "disabled and enabled at once"
# A router that has routes of others come and go, a hundred a second.
background churn tr sh -c 'seq 250 | while read -r _; do
	sleep 0.02
	echo "route add 203.0.113.0/24 dev s4"
	echo "route del 203.0.113.0/24 dev s4"
done | ip -batch -'
churn=$BG
ip -n tr link set nat64 down
ip -n tr link set nat64 up
comes_back "where there is no silence"
ok "where there was none" alive "$churn"
wait "$churn"
ip -n tr link set nat64 mtu 1279
appears small_mtu 'the mtu of nat64 is 1279: IPv6 needs 1280'
ip -n tr link set nat64 mtu 1500
goes 'the mtu of nat64'
comes_back "large enough again"

keeper=$(pgrep -x lichen-keeper)
is "who did that: whom it became" \
    "$(awk '/^Uid/ { print $2 }' "/proc/$keeper/status")" \
    "$(awk '/^Uid/ { print $2 }' "/proc/$LICHEN_PID/status")"
is "who did that: its only capability is CAP_NET_ADMIN" \
    "$(awk '/^CapEff/ { print $2 }' "/proc/$keeper/status")" 0000000000001000
is "who did that: it has a sandbox, if the translator has" \
    "$(awk '/^Seccomp:/ { print $2 }' "/proc/$keeper/status")" \
    "$(awk '/^Seccomp:/ { print $2 }' "/proc/$LICHEN_PID/status")"
is "who did that: it has nothing of the translator's open" \
    "$(find "/proc/$keeper/fd" -type l | while read -r fd; do
	readlink "$fd"
done | sed 's/:.*//' | sort | uniq -c | tr -s ' ' | paste -sd ' ' -)" \
    " 3 /dev/null  1 pipe  2 socket"

# What somebody took away is not.
ip -n tr route del 192.168.255.0/24 dev nat64
ip -n tr route del 2001:db8:65::1 dev nat64
appears route_lost \
    'tun-route 192\.168\.255\.0/24 and 1 more have no route to nat64: restart'
ip -n tr addr del 2001:db8:66::1/128 dev nat64
ok "an address, too" wait_until 15 has_problems "address_lost route_lost"
ok "that is logged" logged 'tun-ip 2001:db8:66::1/128 is not on nat64: restart'
ip -n tr addr add 2001:db8:66::1 dev nat64 nodad
ok "it is there again" wait_until 15 has_problems route_lost
route tr 192.168.255.0/24 dev nat64
route tr 2001:db8:65::1 dev nat64
goes 'tun-route 192\.168\.255\.0/24 and 1 more have no route'

# --- routes and addresses of others

ip -n tr route del 2001:db8:64::/96 dev nat64
route tr 2001:db8:64::/96 via 2001:db8:1::2
appears route_elsewhere \
    'tun-route 2001:db8:64::/96 leads to c6, not to nat64: remove'
ip -n tr route del 2001:db8:64::/96 via 2001:db8:1::2
ok "then it has none" wait_until 15 has_problems route_lost
# Not even with a default route, which all packets would take.
route tr default via 2001:db8:1::2
ok "and a default route is no route of it" has_problems route_lost
route tr 2001:db8:64::/96 dev nat64
goes 'tun-route 2001:db8:64::/96 leads'
ip -n tr addr add 192.168.255.1/32 dev lo
appears own4_is_host 'ipv4-addr 192\.168\.255\.1 is an address of this host'
ip -n tr addr del 192.168.255.1/32 dev lo
goes 'ipv4-addr'
ip -n tr addr add 2001:db8:65::1 dev lo nodad
ok "own6_is_host" wait_until 15 has_problems own6_is_host
ip -n tr addr del 2001:db8:65::1 dev lo
goes 'ipv6-addr 2001:db8:65::1 is'
set_sysctl ipv4/conf/nat64/rp_filter 1
appears rp_filter 'rp_filter drops ICMP errors from 192\.0\.0\.8'
route tr 192.0.0.8 dev nat64
goes rp_filter

# --- one way

is_told() {
	in_ns c6 ping -q -i 0.05 -c 40 -W 1 "$server" >/dev/null 2>&1 || :
	has_problems none_from_ipv4
}
ok "s4 has no route to the pool: that is told" wait_until 60 is_told
ok "and logged" logged 'packets go to IPv4 and none comes back: no NAT44'
route s4 192.168.255.0/24 via 198.51.100.1
ok "now it has" pings c6 $server
goes 'packets go to IPv4'

stop "$LICHEN_PID"
is "the end" "$STATUS" 0
ok "for both" wait_until 5 dead "$keeper"
lichen_run tr lichen
keeper=$(pgrep -x lichen-keeper)
stop "$LICHEN_PID" KILL
ok "killed: for both" wait_until 5 dead "$keeper"
finish
