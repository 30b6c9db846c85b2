#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# A CLAT that sets itself up, where things go wrong: privileges that are missing,
# IPv6 that is off, a crash before the network renumbers, a cable that is moved,
# hundreds of interfaces, a configuration that changes.
#
#	pc (lichen as CLAT) --- gw (radvd)

# shellcheck disable=SC2317 # functions that ok and wait_until call
# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
need setpriv socat
need_pref64

hosts pc
routers gw
cable pc gw
address gw pc fe80::1/64
in_ns pc sh -c 'cd /proc/sys/net/ipv6/conf
    echo 1 >all/accept_dad
    echo 1 >gw/accept_dad
    echo 1 >gw/dad_transmits'
radvd_pid=
advertise() {	# prefix nat64prefix
	[ -z "$radvd_pid" ] || stop "$radvd_pid"
	cat >"$T/radvd.conf" <<-CONF
		interface pc {
			AdvSendAdvert on;
			MinRtrAdvInterval 3;
			MaxRtrAdvInterval 4;
			prefix $1 { };
			nat64prefix $2 { };
		};
	CONF
	chmod 644 "$T/radvd.conf"
	background radvd gw $radvd -n -m stderr -C "$T/radvd.conf" \
	    -p "$T/radvd.pid"
	radvd_pid=$BG
}
says() {	# text: the newest line about it
	lichen_log clat | grep 'msg="clat: ' | tail -n 1 | grep -q -- "$1"
}
start() {
	: >"$T/clat.log"
	lichen_run pc clat
}
plain() {
	printf 'tun-device clat\nclat\ncontrol-socket %s/control\n' "$T" \
	    >"$T/clat.conf"
}
setting() {	# [value] name
	in_ns pc sh -c "${2:+echo $1 >}${2:+/proc/sys/net/ipv6/conf/$2}
	    [ -n '${2:-}' ] || cat /proc/sys/net/ipv6/conf/$1"
}
plain
advertise 2001:db8:1::/64 64:ff9b::/96

# --- what is missing is told at once

without() {	# capability
	in_ns pc timeout 10 setpriv --bounding-set="-$1" --inh-caps="-$1" \
	    "$LICHEN" -d -c "$T/clat.conf"
}
if [ -z "${NS_USERNS:-}" ]; then
	exits 1 "without CAP_NET_RAW it does not start" without net_raw
	like "and says what it needs" "$(cat "$T/err")" 'CAP_NET_RAW\)$'
	is "in one line" "$(grep -vc machine-id "$T/err")" 1
	in_ns pc "$LICHEN" -c "$T/clat.conf" --mktun >"$T/out"
	exits 1 "without CAP_NET_ADMIN neither, though the device is there" \
	    without net_admin
	like "and says what it needs" "$(cat "$T/err")" '\(needs CAP_NET_ADMIN\)$'
	in_ns pc "$LICHEN" -c "$T/clat.conf" --rmtun >"$T/out"
else
	skip "without capabilities" "they are all ours here"
fi

# --- IPv6 is off on the device

setting 1 default/disable_ipv6
start
ok "IPv6 is off on the device: it says so" wait_until 15 says \
    'cannot make the IPv6 route .* disable_ipv6'
like "--status, too" "$(in_ns pc "$LICHEN" -c "$T/clat.conf" --status)" \
    '^  state +cannot make the IPv6 route to the device: '
sleep 1
is "once" "$(grep -c 'clat: cannot make' "$T/clat.log")" 1
is "and nothing is left half done" "$(ip -n pc -4 addr show scope global)" ""
setting 0 default/disable_ipv6
setting 0 clat/disable_ipv6
ok "when it is on again, it works" wait_until 30 says '192.0.0.1 is'

# --- somebody takes away what it made

made() {
	ip -n pc -4 route show default | grep -q 'dev clat' &&
	    ip -n pc -4 addr show dev clat | grep -q '192.0.0.1' &&
	    ip -n pc -6 route show dev clat | grep -q '^2001:db8:1:'
}
ip -n pc -4 route del default dev clat
ok "its route is deleted: made again" wait_until 5 made
ip -n pc addr flush dev clat
ok "its address" wait_until 5 made
ip -n pc link set clat down
ok "its device goes down" wait_until 5 made
ip -n pc link set gw down
ip -n pc link set gw up
sleep 0.5
answered_for() {
	made && says '192.0.0.1 is' &&
	    ip -n pc -6 neigh show proxy | grep -q "^2001:db8:1:"
}
ok "the uplink goes down and up: all is as before" wait_until 25 answered_for

# --- killed, and then the network renumbers

stop "$LICHEN_PID" KILL
like "killed: the host answers for an address" \
    "$(ip -n pc -6 neigh show proxy)" '^2001:db8:1:'
ip -n pc -6 addr flush dev gw scope global
advertise 2001:db8:2::/64 64:ff9b::/96
if [ -s /etc/machine-id ]; then
	start
	ok "the next start, with another prefix" wait_until 15 says \
	    '192.0.0.1 is 2001:db8:2:'
	like "answers for the new address only" \
	    "$(ip -n pc -6 neigh show proxy | tr '\n' ' ')" \
	    '^2001:db8:2:[^ ]* dev gw proxy *$'
	stop "$LICHEN_PID" KILL
	setting 20 gw/dad_transmits
	start
	wait_until 5 says checking
	checked() {
		ip -n pc -6 addr show dev gw | grep -q '/128 .*tentative'
	}
	ok "an address is being checked" wait_until 5 checked
	stop "$LICHEN_PID" KILL
	ip -n pc -6 addr flush dev gw tentative dynamic
	setting 1 gw/dad_transmits
	advertise 2001:db8:3::/64 64:ff9b::/96
	start
	ok "killed while it checks, and started" wait_until 15 says \
	    '192.0.0.1 is 2001:db8:[23]:'
	is "leaves no such address" \
	    "$(ip -n pc -6 addr show dev gw | grep -c '/128')" 0
else
	skip "what a crash left" "there is no /etc/machine-id"
	start
	wait_until 15 says '192.0.0.1 is'
fi

# --- the cable goes to another network

ip -n gw link set pc down
ok "nothing is plugged in: it waits" wait_until 5 says \
    'waiting for an interface'
is "without a route" "$(ip -n pc -4 route show default)" ""
advertise 2001:db8:4::/64 2001:db8:64::/96
ip -n gw link set pc up
address gw pc fe80::1/64 2>/dev/null || :
advertise 2001:db8:4::/64 2001:db8:64::/96
ok "what was heard on the other network is forgotten" wait_until 15 says \
    '^.*2001:db8:64::/96 on gw by router advertisement'

# --- who changes the file, and reloads

{
	echo 'prefix 2001:db8:77::/96'
	echo 'clat gw'
	grep -v '^clat' "$T/clat.conf"
} >"$T/clat.new"
cp "$T/clat.new" "$T/clat.conf"
kill -HUP "$LICHEN_PID"
ok "a prefix that is configured, by reload" wait_until 5 says \
    '2001:db8:77::/96 on gw by configuration'
like "is the one in use" "$(in_ns pc "$LICHEN" -c "$T/clat.conf" --status)" \
    '^  prefix +2001:db8:77::/96 by configuration$'
sed 's/^clat gw/clat eth7/' "$T/clat.new" >"$T/clat.conf"
kill -HUP "$LICHEN_PID"
ok "an interface that is not there: it waits" wait_until 5 says \
    'waiting for interface eth7'
plain
kill -HUP "$LICHEN_PID"
ok "as at first" wait_until 10 says \
    '2001:db8:64::/96 on gw by router advertisement'

stop "$LICHEN_PID"
is "exit status" "$STATUS" 0

# --- answers that nobody asked for

ticks() {
	awk '{ print $14 + $15 }' "/proc/$LICHEN_PID/stat"
}
dns_port() {
	in_ns pc ss -Hlun | awk '{ sub(/.*:/, "", $4); print $4; exit }'
}
has_dns_port() {
	[ -n "$(dns_port)" ]
}
echo nameserver 2001:db8:53::53 >"$T/resolv.conf"
mount --bind "$T/resolv.conf" "$(realpath /etc/resolv.conf)"
stop "$radvd_pid" KILL	# which withdraws nothing
start
ok "a resolver that is silent is asked" wait_until 10 has_dns_port
sleep 3		# and given up
for i in 1 2 3 4 5; do
	echo "$i" | in_ns pc socat -u - "UDP6:[::1]:$(dns_port)"
done
before=$(ticks)
sleep 1
ok "what comes from others keeps no processor busy" \
    [ $(($(ticks) - before)) -lt 30 ]
stop "$LICHEN_PID"
radvd_pid=
advertise 2001:db8:4::/64 2001:db8:64::/96

# --- more interfaces than most have

i=0
while [ $i -lt 150 ]; do
	echo "link add v$i type veth peer name w$i"
	i=$((i + 1))
done >"$T/batch"
ip -n pc -batch "$T/batch"
start
ok "with 300 interfaces" wait_until 15 says '192.0.0.1 is'
is "of which each obeys advertisements" "$(setting v149/accept_ra)" 2
stop "$LICHEN_PID"
is "and is as before at the end" \
    "$(setting v149/accept_ra) $(setting all/forwarding)" "1 0"

finish
