#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# What is installed makes a router, without an edit: the files of `make install', laid
# over this machine's in a private world; what lichen.service and lichen-router.service
# start, word for word; a client with IPv6 only reaches a server with IPv4 only.
#
#	c6 --- r (lichen, router) --- s4

# shellcheck disable=SC2016,SC2317 # for other shells; functions that ok calls
# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
# shellcheck source=tests/e2e/page.sh
. "$(dirname "$0")/page.sh"
need nft socat make
build=${LICHEN%/*}
[ -e "$build/lichen-router.service" ] || ns_skip "no units were built"
srcdir=$(realpath "$(dirname "$0")/../..")

hosts c6 r s4
wire c6 eth0 r lan
wire r wan s4 eth0
address c6 eth0 2001:db8:1::2/64 2001:db8:1::3/64
address r lan 2001:db8:1::1/64
address r wan 9.9.9.1/24
address s4 eth0 9.9.9.9/24
route c6 default via 2001:db8:1::1
# s4 has a way back to the pool: what hides it is NAT44 alone.
route s4 192.168.255.0/24 via 9.9.9.1
server=64:ff9b::909:909

# --- installed

ok "make install" make -C "$build" install "DESTDIR=$T/root"
if ! ( cd "$T/root" && for dir in *; do
	mount -t overlay overlay -o "lowerdir=$T/root/$dir:/$dir" "/$dir" ||
	    exit 1
done ) >"$T/overlay.log" 2>&1; then
	ns_skip "no overlay file system here: $(tail -n 1 "$T/overlay.log")"
fi
mkdir "$T/lib"
mount --bind "$T/lib" /var/lib
PATH=$(dirname "$(cd "$T/root" && find . -name lichen -path '*/sbin/*' |
    sed 's|^\.||')"):$PATH
# What RuntimeDirectory and StateDirectory make.
mkdir /run/lichen "$T/lib/lichen"
ok "lichen --check finds no fault" lichen --check
is "and warns of nothing" "$(lichen --check 2>&1)" \
    "$(lichen --help | sed -n 's/.*default \(.*\/tayga\.conf\)).*/\1/p'): good"

units=$(find "$T/root" -name lichen-router.service)
units=${units%/*}
line() {	# unit setting
	sed -n "s/^$2=//p" "$units/$1.service"
}
unit_does() {	# unit setting
	ns_line=$(line "$1" "$2")
	[ -n "$ns_line" ] || return 1
	in_ns r env INTERFACE= sh -ec "$ns_line"
}
forwards() {
	in_ns r cat /proc/sys/net/ipv4/ip_forward \
	    /proc/sys/net/ipv6/conf/all/forwarding | paste -sd ' ' -
}
tables() {
	in_ns r nft list tables | paste -sd ' ' -
}

if ! in_ns r nft -f - >"$T/nft.log" 2>&1 <<-'NFT'
	table ip probe {
		chain post {
			type nat hook postrouting priority 100;
			oifname "x" masquerade
		}
		chain forward {
			type filter hook forward priority 0;
			ct state established accept
		}
	}
	delete table ip probe
NFT
then
	ns_skip "no NAT here: $(head -n 1 "$T/nft.log")"
fi

# --- two commands

exec_start=$(line lichen ExecStart)
background lichen r sh -c "exec $exec_start"
lichen_pid=$BG
ok "lichen.service's command starts" wait_until 10 test -S /run/lichen/control
is "it changes no sysctl" "$(forwards)" "0 0"
ok "lichen-router.service's command starts" unit_does lichen-router ExecStart
is "the host forwards" "$(forwards)" "1 1"
ok "the client reaches the server" wait_until 5 pings c6 $server
whoami_server s4 4 7
is "which sees the router" "$(seen_as c6 2001:db8:1::2 $server 7)" 9.9.9.1
is "whoever speaks" "$(seen_as c6 2001:db8:1::3 $server 7)" 9.9.9.1
blob "$T/blob" 300000
ok "TCP" tcp_download c6 s4 $server 5001 "$T/blob"
udp_echo_server s4 5002
ok "UDP" udp_echo c6 $server 5002 1000
ok "lichen answers on its IPv6 address" pings c6 fd46:25a8:1f62:64::1
like "a traceroute shows it, and the server" \
    "$(in_ns c6 traceroute -6 -n -q 1 -w 1 -m 5 $server 2>&1)" \
    ' fd46:25a8:1f62:64::1 '
# The pool has an address for each host that spoke.
lease=$(lichen --leases | sed -n '1s/ .*//p')
like "leases are seen by the control socket" "$lease" '^192\.168\.255\.'
exits 1 "from outside nobody reaches a lease" pings s4 "$lease" -W 1
ok "they are kept" wait_until 5 grep -q "$lease" /var/lib/lichen/dynamic.map
is "well-known prefix: private addresses are not for it" \
    "$(lichen --explain 64:ff9b::a00:1 | grep -c wkpf)" 2

# --- again, as a reload does; with an interface; and away

ok "a second start" unit_does lichen-router ExecReload
is "has one table" "$(tables)" "table ip lichen_nat64"
ok "goes through" pings c6 $server
INTERFACE='wan'
in_ns r sh -ec "$(line lichen-router ExecStart | sed "s/\$INTERFACE/$INTERFACE/")"
like "with an interface that is named" "$(in_ns r nft list ruleset)" \
    'oifname "wan" masquerade'
is "the server sees the router" "$(seen_as c6 2001:db8:1::2 $server 7)" 9.9.9.1
ok "stop" unit_does lichen-router ExecStopPost
is "the rules are gone" "$(tables)" ""
is "the host forwards no more" "$(forwards)" "0 0"
ok "a second stop finds nothing to do" unit_does lichen-router ExecStopPost

# --- what was there before stays

in_ns r sh -c 'echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'
in_ns r nft add table ip others
ok "start where IPv6 is forwarded" unit_does lichen-router ExecStart
router=$(line lichen-router ExecStart)
router=${router%% *}
# A second lichen on the same host.
cat >"$T/second.conf" <<-'CONF'
	tun-device nat-2
	ipv4-addr 10.64.0.1
	prefix 2001:db8:64::/96
	dynamic-pool 10.64.0.0/24
	dynamic-pool 198.51.100.0/24
	map 10.64.0.7 2001:db8:1::7
	map 203.0.113.7 2001:db8:1::8
CONF
ok "a second one" in_ns r "$router" start "$T/second.conf"
is "has a table of its own" "$(tables)" \
    "table ip others table ip lichen_nat64 table ip lichen_nat_2d2"
like "a map inside a pool is no contradiction" "$(in_ns r nft list set ip \
    lichen_nat_2d2 inside)" 'elements = { 10\.64\.0\.0/24 }'
# What is said to nat-2, without anybody there: an answer of the host is an error.
ip -n r link add nat-2 type veth peer name nobody
ip -n r link set nat-2 up
ip -n r route add 10.64.0.0/24 via inet6 fe80::1 dev nat-2
ip -n s4 route add 10.64.0.0/24 via 9.9.9.1
let_in() {
	in_ns r nft list chain ip others seen | sed -n 's/.*packets \([0-9]*\).*/\1/p'
}
in_ns r nft 'add chain ip others seen { type filter hook forward priority 10; };
    add rule ip others seen oifname "nat-2" counter'
exits 1 "nobody reaches a lease of the second" pings s4 10.64.0.8 -w 1
is "not a packet" "$(let_in)" 0
exits 1 "a map in its pool" pings s4 10.64.0.7 -w 1
ok "is reached" test "$(let_in)" -gt 0
ip -n r link del nat-2
in_ns r nft delete chain ip others seen
sed -i 's/nat-2/nat3/' "$T/second.conf"
ok "with another device" in_ns r "$router" start "$T/second.conf"
is "the table has another name" "$(tables)" \
    "table ip others table ip lichen_nat64 table ip lichen_nat3"
ok "the first one goes" unit_does lichen-router ExecStopPost
is "the host forwards for the second" "$(forwards)" "1 1"
ok "the second goes" in_ns r "$router" stop "$T/second.conf"
is "IPv6 is forwarded as before" "$(forwards)" "0 1"
is "as are the rules of others" "$(tables)" "table ip others"

# As at the end of a system, and at a removal of the package: all at once, on a
# machine that takes its time after a `rm'.
mkdir "$T/slow"
printf '#!/bin/sh\n%s "$@" || exit\nsleep 0.2\n' "$(command -v rm)" >"$T/slow/rm"
chmod +x "$T/slow/rm"
together() {	# start | stop, and what systemd calls it
	PATH=$T/slow:$PATH unit_does lichen-router "$2" &
	PATH=$T/slow:$PATH in_ns r "$router" "$1" "$T/second.conf" || {
		wait
		return 1
	}
	wait $!
}
ok "two that start at the same time" together start ExecStart
is "the host forwards" "$(forwards)" "1 1"
ok "two that stop at the same time" together stop ExecStopPost
is "IPv6 is forwarded as before" "$(forwards)" "0 1"
is "as are the rules of others" "$(tables)" "table ip others"

# --- what else may happen to it

# A stop that does not come to its end is repeated.
ok "start" in_ns r "$router" start "$T/second.conf"
mkdir "$T/broken"
printf '#!/bin/sh\nexit 1\n' >"$T/broken/nft"
chmod +x "$T/broken/nft"
exits 1 "a stop that fails" env "PATH=$T/broken:$PATH" \
    nsenter --net=/run/netns/r -- "$router" stop "$T/second.conf"
ok "a second one" in_ns r "$router" stop "$T/second.conf"
is "takes the rules away" "$(tables)" "table ip others"
is "IPv6 is forwarded as before" "$(forwards)" "0 1"

# Single interfaces.
in_ns r sh -c 'echo 1 >/proc/sys/net/ipv4/conf/lan/forwarding'
ok "start where one interface forwards" in_ns r "$router" start "$T/second.conf"
is "all do" "$(in_ns r cat /proc/sys/net/ipv4/conf/wan/forwarding)" 1
ok "stop" in_ns r "$router" stop "$T/second.conf"
is "that one does as before" "$(in_ns r cat /proc/sys/net/ipv4/ip_forward \
    /proc/sys/net/ipv4/conf/lan/forwarding \
    /proc/sys/net/ipv4/conf/wan/forwarding | paste -sd ' ' -)" "0 1 0"
in_ns r sh -c 'echo 0 >/proc/sys/net/ipv4/conf/lan/forwarding'

# Files that are named from where they are; interfaces by a pattern that names files.
cp "$T/second.conf" "$T/third.conf"
sed -i 's/nat3/nat-3/' "$T/third.conf"
here() {	# start | stop
	in_ns r sh -c 'cd "$1" && shift && exec "$@"' - "$T" "$router" "$1" \
	    second.conf 's*'
}
ok "start, of a file that is here" here start
like "by all interfaces with s" "$(in_ns r nft list ruleset)" \
    'oifname "s\*" masquerade'
ok "start of another one" in_ns r "$router" start "$T/third.conf"
ok "it stops" in_ns r "$router" stop "$T/third.conf"
is "the host forwards for the first" "$(forwards)" "1 1"
ok "which stops" here stop
is "as are the rules of others" "$(tables)" "table ip others"

exits 1 "two interfaces" in_ns r "$router" start "$T/second.conf" wan lan
is "change nothing" "$(tables) $(forwards)" "table ip others 0 1"

# Users have no lock on it.
if other_users; then
	for file in "$router" /run/lichen-router; do
		background nobody r setpriv --reuid 65534 --regid 65534 \
		    --clear-groups flock "$file" sleep 10
	done
	sleep 0.2
	ok "nobody holds it up" in_ns r timeout 5 \
	    "$router" start "$T/second.conf"
	ok "stop" in_ns r timeout 5 "$router" stop "$T/second.conf"
else
	skip "nobody holds it up" "there are no users"
fi

# --- a default route by router advertisement survives that the host forwards

in_ns r sh -c '
	echo 0 >/proc/sys/net/ipv6/conf/all/forwarding
	echo 1 >/proc/sys/net/ipv6/conf/wan/accept_ra'
# From s4: no lifetime of a prefix, a router for 1800 s (RFC 4861 section 4.2).
advertise() {
	printf '\206\0\0\0\100\0\007\010\0\0\0\0\0\0\0\0' | in_ns s4 socat -u - \
	    "IP6-SENDTO:[ff02::1%eth0]:58,setsockopt-int=41:18:255"
}
has_default() {
	ip -n r -6 route show default | grep -q 'dev wan proto ra'
}
learns_default() {
	advertise && has_default
}
if wait_until 10 learns_default; then
	# As at boot: it comes a moment later.
	ip -n r -6 route del default
	ok "start without a default route" unit_does lichen-router ExecStart
	ok "it is learned later" wait_until 10 learns_default
	ok "stop" unit_does lichen-router ExecStopPost
	is "who listened did before" "$(in_ns r cat \
	    /proc/sys/net/ipv6/conf/lan/accept_ra \
	    /proc/sys/net/ipv6/conf/wan/accept_ra | paste -sd ' ' -)" "1 1"
	ok "start" unit_does lichen-router ExecStart
	is "the interface goes on listening" \
	    "$(in_ns r cat /proc/sys/net/ipv6/conf/wan/accept_ra)" 2
	is "others do not" \
	    "$(in_ns r cat /proc/sys/net/ipv6/conf/lan/accept_ra)" 1
	ok "the default route stays" has_default
	ok "stop" unit_does lichen-router ExecStopPost
	is "as it was" \
	    "$(in_ns r cat /proc/sys/net/ipv6/conf/wan/accept_ra)" 1
else
	skip "a default route of an advertisement" "none was learned here"
fi

# --- errors

cp "$T/second.conf" "$T/bad.conf"
echo nonsense >>"$T/bad.conf"
ok "start" in_ns r "$router" start "$T/second.conf"
before=$(tables)
cp "$T/bad.conf" "$T/second.conf"
exits 78 "a file with an error" in_ns r "$router" start "$T/second.conf"
like "it is named" "$(cat "$T/err")" 'second\.conf:8: nonsense'
is "the rules stay" "$(tables)" "$before"
ok "stop" in_ns r "$router" stop "$T/second.conf"

# --- the same script for others

sed "s|^router=.*|router=$router|; s|^config=.*|config=$T/third.conf|" \
    "$srcdir/conf/lichen-router.procd" >"$T/procd"
sed 's/nonsense//; s/nat3/nat4/' "$T/bad.conf" >"$T/third.conf"
procd() {	# start | stop | reload
	in_ns r sh -euc ". \"\$1\"; $1" - "$T/procd"
}
order() {	# START | STOP: router's, then lichen's
	sed -n "s/^$1=//p" "$srcdir/conf/lichen-router.procd" \
	    "$srcdir/conf/lichen.procd" | paste -sd ' ' -
}
is "procd: from before lichen starts until it has stopped" \
    "$(order START), $(order STOP)" "49 50, 51 50"
ok "procd: start" procd start
like "procd: the rules are there" "$(tables)" lichen_nat4
ok "procd: reload" procd reload
ok "procd: stop" procd stop
is "procd: they are gone" "$(tables)" "table ip others"

# With stand-ins for what OpenRC has.
openrc() {	# start | stop | reload
	in_ns r env RC_SVCNAME=lichen-router "lichen_conf=$T/third.conf" \
	    "router=$router" interface=wan sh -euc '
		ebegin() { echo "$*"; }
		eend() { return "$1"; }
		before() { echo "before $*"; }
		after() { :; }
		. "$1"
		depend
		'"$1" - "$srcdir/conf/lichen-router.openrc"
}
ok "OpenRC: start" openrc start
like "OpenRC: before lichen" "$(cat "$T/out")" '^before lichen$'
like "OpenRC: the rules name the interface" "$(in_ns r nft list ruleset)" \
    'oifname "wan" masquerade'
ok "OpenRC: reload" openrc reload
ok "OpenRC: stop" openrc stop
is "OpenRC: they are gone" "$(tables)" "table ip others"

stop "$lichen_pid"
finish
