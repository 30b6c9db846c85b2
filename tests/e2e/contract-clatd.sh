#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# clatd as Debian 13 has it, untouched, with lichen as the tayga that it finds in its
# PATH: it writes the configuration, makes the device, discovers the NAT64 prefix,
# runs lichen and cleans up.  Its CLAT shares the host's own IPv6 address, or derives
# one.  clat.sh has more traffic, and needs no clatd.
#
#	h6 (clatd, lichen) --- tr (lichen as PLAT, DNS) --- s4

# shellcheck disable=SC2317 # functions that ok and wait_until call
# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
need socat nft perl pgrep unbound
for clatd in clatd clatd-trixie ""; do
	[ -n "$clatd" ] || ns_skip "no clatd (see tests/setup.sh)"
	! command -v "$clatd" >/dev/null || break
done
perl -MNet::IP -MNet::DNS -e 1 2>/dev/null ||
    ns_skip "clatd wants Net::IP and Net::DNS (see tests/setup.sh)"

hosts h6 s4
routers tr
cable h6 tr
cable tr s4
host=2001:db8:1:0:a8bb:ccff:fedd:eeff
derived=2001:db8:1:0:a8bb:ccc1:a7dd:eeff
address h6 tr $host/64
address tr h6 2001:db8:1::1/64
address tr s4 9.9.9.1/24
address s4 tr 9.9.9.9/24
route h6 default via 2001:db8:1::1
route s4 default via 9.9.9.1
server=9.9.9.9
lichen_start tr plat <<-CONF
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
cat >"$T/unbound.conf" <<-CONF
	server:
	    interface: 2001:db8:1::1
	    access-control: 2001:db8:1::/64 allow
	    module-config: "iterator"
	    local-zone: "ipv4only.arpa." static
	    local-data: "ipv4only.arpa. AAAA 64:ff9b::192.0.0.170"
	    local-data: "ipv4only.arpa. AAAA 64:ff9b::192.0.0.171"
	    chroot: ""
	    username: ""
	    directory: "$T"
	    pidfile: ""
	    use-syslog: no
CONF
background unbound tr unbound -d -p -c "$T/unbound.conf"
listening tr -u 53
whoami_server s4 4 90
udp_echo_server s4 7
blob "$T/blob" 2000000

mkdir "$T/bin"
ln -s "$LICHEN" "$T/bin/tayga"
PATH=$T/bin:$PATH
TMPDIR=$T
export TMPDIR

clatd_start() {	# name [setting...]
	name=$1
	shift
	printf '%s\n' "$@" dns64-servers=2001:db8:1::1 v4-conncheck-delay=0 \
	    cmd-networkctl= cmd-ufw= >"$T/$name.settings"
	background "$name" h6 "$clatd" -c "$T/$name.settings"
	clatd_pid=$BG
}

device() {
	ip -n h6 link show dev clat
}

no_device() {
	! device
}

runs() {
	pgrep -f '^tayga .*--nodetach'
}

works() {
	ok "$1: IPv4 literals work" wait_until 15 pings h6 $server
	is "$1: the server sees an address of the PLAT" \
	    "$(seen_as h6 192.0.0.1 $server 90 | cut -d . -f 1-3)" 192.0.2
	ok "$1: TCP upload" tcp_upload h6 s4 $server "$2" "$T/blob"
	ok "$1: TCP download" tcp_download h6 s4 $server "$(($2 + 1))" \
	    "$T/blob"
	ok "$1: UDP echo" wait_until 5 udp_echo h6 $server 7 1400
	ok "$1: its own address answers" pings h6 192.0.0.2
	ok "$1: it runs what it takes for tayga" runs
}

gone() {
	! runs
}

leaves() {
	# As systemd does: to every process of the service, once.
	kill -TERM "$clatd_pid"
	pkill -TERM -P "$clatd_pid" || :
	stop "$clatd_pid" 0
	is "$1: SIGTERM, clatd's exit status" "$STATUS" 0
	ok "$1: the device is gone" wait_until 5 no_device
	ok "$1: so is lichen" gone
	is "$1: nothing is complained about" \
	    "$(grep -iE 'abort|fail|error|warn|cannot' "$T/$name.log")" ""
}

clatd_start shared
works "the host's own address" 5001
ok "the host's own address: native IPv6 through the PLAT, too" \
    pings h6 64:ff9b::909:909
leaves "the host's own address"

clatd_start derived clat-v6-addr=derived
works "a derived address" 5011
like "a derived address: it is" "$(ip -n h6 -6 neigh show proxy)" "$derived"
leaves "a derived address"
finish
