#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# conf/ for a router with NAT64, every file as it is: nat64.conf, lichen-sysctl.conf,
# lichen-nat44.nft, dns64-unbound.conf, dns64-named.conf, radvd-pref64.conf.  A
# client with IPv6 only connects by name to a server with IPv4 only.
#
#	c6 --- eth0 r (lichen, resolver, radvd) wan --- s4 (also all of DNS)

# shellcheck disable=SC2317 # functions that ok and wait_until call
# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
# shellcheck source=tests/e2e/page.sh
. "$(dirname "$0")/page.sh"
need nft sysctl socat dig named unbound od
conf=$(realpath "$(dirname "$0")/../../conf")

hosts c6 r s4
wire c6 eth0 r eth0
wire r wan s4 eth0
address c6 eth0 2001:db8:1::2/64 2001:db8:1::3/64
address r eth0 2001:db8:1::1/64
address r wan 9.9.9.1/24
address s4 eth0 9.9.9.9/24
route c6 default via 2001:db8:1::1
# As if it were somebody who would like to reach the pool.
route s4 default via 9.9.9.1
server=64:ff9b::909:909
mkdir "$T/lib"
mount --bind "$T/lib" /var/lib

# --- lichen-sysctl.conf, nat64.conf

forwards() {
	in_ns r sysctl -n net.ipv4.ip_forward net.ipv6.conf.all.forwarding |
	    paste -sd ' ' -
}
is "the router does not forward yet" "$(forwards)" "0 0"
ok "lichen-sysctl.conf" in_ns r sysctl -p "$conf/lichen-sysctl.conf"
is "it forwards" "$(forwards)" "1 1"
cp "$conf/nat64.conf" "$T/nat64.conf"
lichen_run r nat64
ok "nat64.conf: lichen answers a client" pings c6 2001:db8:64::1
ok "nat64.conf: the server is reached" pings c6 $server
ok "nat64.conf: leases are kept in /var/lib/lichen" test -d /var/lib/lichen

# --- lichen-nat44.nft

whoami_server s4 4 7
like "without NAT44 the server sees the pool" \
    "$(seen_as c6 2001:db8:1::2 $server 7)" '^192\.168\.255\.'
lease=$(seen_as c6 2001:db8:1::2 $server 7)
ok "and reaches it" pings s4 "$lease"
if in_ns r nft -f "$conf/lichen-nat44.nft" >"$T/nft.log" 2>&1; then
	ok "lichen-nat44.nft can be loaded again" \
	    in_ns r nft -f "$conf/lichen-nat44.nft"
	is "the server sees the router" \
	    "$(seen_as c6 2001:db8:1::2 $server 7)" 9.9.9.1
	is "whoever speaks" "$(seen_as c6 2001:db8:1::3 $server 7)" 9.9.9.1
	ok "ping goes through" pings c6 $server
	ok "from outside a lease is not reached" \
	    sh -c '! "$@"' - nsenter --net=/run/netns/s4 ping -c 2 -i 0.2 \
	    -W 1 "$lease"
	blob "$T/blob" 1000000
	ok "TCP through both" tcp_download c6 s4 $server 5001 "$T/blob"
	udp_echo_server s4 5002
	ok "UDP through both" udp_echo c6 $server 5002 1000
	ok "its table can be taken away" \
	    in_ns r nft delete table ip lichen_nat44
	ok "then a lease is reached again" pings s4 "$lease"
	in_ns r nft -f "$conf/lichen-nat44.nft"
else
	skip "lichen-nat44.nft" "no NAT here: $(head -n 1 "$T/nft.log")"
fi

# --- DNS64: a signed root zone of our own on the server, a resolver on the router

cat >"$T/root.zone" <<-'ZONE'
	$TTL 60
	.			SOA	ns.example.net. root.example.net. 1 9 9 9 9
	.			NS	ns.example.net.
	ns.example.net.		A	9.9.9.9
	v4.example.net.		A	9.9.9.9
	both.example.net.	A	9.9.9.9
	both.example.net.	AAAA	2001:db8:1::64
	private.example.net.	A	10.1.2.3
ZONE
cat >"$T/authority.conf" <<-CONF
	options {
		directory "$T"; pid-file none; session-keyfile none;
		listen-on { 9.9.9.9; }; listen-on-v6 { none; };
		recursion no; dnssec-validation no; allow-query { any; };
	};
	controls { };
	zone "." {
		type primary; file "root.zone"; key-directory "$T";
		dnssec-policy default; inline-signing yes;
	};
CONF
background authority s4 named -g -n 1 -c "$T/authority.conf"
is_signed() {
	in_ns s4 dig @9.9.9.9 +dnssec +tries=1 +time=1 A v4.example.net |
	    grep -q RRSIG
}
ok "a signed zone" wait_until 20 is_signed
in_ns s4 dig @9.9.9.9 +noall +answer DNSKEY . >"$T/anchor"
has_aaaa() {	# name address [option of dig...]
	dns_name=$1 dns_want=$2
	shift 2
	[ "$(in_ns c6 dig @2001:db8:1::1 "$@" +short +tries=1 +time=2 AAAA \
	    "$dns_name.example.net" | grep -v '^AAAA' | paste -sd ' ' -)" = \
	    "$dns_want" ]
}
no_aaaa() {	# name [option of dig...]: but an answer
	dns_name=$1
	shift
	in_ns c6 dig @2001:db8:1::1 "$@" AAAA "$dns_name.example.net" \
	    >"$T/dig" && grep -q 'status: NOERROR' "$T/dig" &&
	    grep -q 'ANSWER: 0,' "$T/dig"
}

# The client asks the router, and nothing else than DNS.
use_file() {	# path in /etc, content on standard input
	etc_file=$(realpath -m "$1")
	cat >"$T/${1##*/}"
	[ -e "$etc_file" ] || { mkdir -p "${etc_file%/*}" && : >"$etc_file"; }
	mount --bind "$T/${1##*/}" "$etc_file"
}
use_file /etc/resolv.conf <<-CONF
	nameserver 2001:db8:1::1
	options timeout:2 attempts:3
CONF
if [ -e /etc/nsswitch.conf ]; then
	echo 'hosts: files dns' | use_file /etc/nsswitch.conf
fi

serves() {	# what
	ok "$1: a name with IPv4 only is in the prefix" \
	    wait_until 15 has_aaaa v4 "$server"
	ok "$1: one with IPv6 keeps its own" has_aaaa both 2001:db8:1::64
	ok "$1: the client connects by name" \
	    in_ns c6 socat -t 2 - TCP6:v4.example.net:7,connect-timeout=5
	if [ -s "$T/nft.log" ]; then
		like "$1: that was through lichen" "$(cat "$T/out")" \
		    '^192\.168\.255\.'
	else
		is "$1: that was through lichen" "$(cat "$T/out")" 9.9.9.1
	fi
	ok "$1: it pings by name" pings c6 v4.example.net
}

cat >"$T/unbound.conf" <<-CONF
	server:
		directory: "$T"
		chroot: ""
		username: ""
		pidfile: "$T/unbound.pid"
		use-syslog: no
		interface: 2001:db8:1::1
		access-control: ::/0 allow
		trust-anchor-file: "$T/anchor"
	remote-control:
		control-enable: no
	stub-zone:
		name: "."
		stub-addr: 9.9.9.9
	include: "$conf/dns64-unbound.conf"
CONF
ok "Unbound takes dns64-unbound.conf" unbound-checkconf "$T/unbound.conf"
background unbound r unbound -d -c "$T/unbound.conf"
resolver=$BG
serves Unbound
ok "Unbound: also for hosts that ask for signatures" \
    has_aaaa v4 "$server" +dnssec
validated() {
	in_ns c6 dig @2001:db8:1::1 +adflag A v4.example.net |
	    grep -q 'flags:.* ad[ ;]'
}
ok "Unbound: what it is made of was validated" validated
ok "Unbound: the truth for those that validate" no_aaaa v4 +dnssec +cd
stop "$resolver"

cat >"$T/named.conf" <<-CONF
	options {
		directory "$T"; pid-file none; session-keyfile none;
		listen-on { none; }; listen-on-v6 { 2001:db8:1::1; };
		allow-query { any; }; allow-recursion { any; };
		dnssec-validation no;
		include "$conf/dns64-named.conf";
	};
	controls { };
	zone "." { type hint; file "root.hint"; };
CONF
cat >"$T/root.hint" <<-'ZONE'
	.		60 NS	ns.example.net.
	ns.example.net.	60 A	9.9.9.9
ZONE
background named r named -g -n 1 -c "$T/named.conf"
resolver=$BG
serves BIND
ok "BIND: no address for a private one" no_aaaa private
ok "BIND: the truth for those that ask for signatures" \
    wait_until 5 no_aaaa v4 +dnssec
stop "$resolver"
sed 's/break-dnssec no/break-dnssec yes/' "$conf/dns64-named.conf" \
    >"$T/broken.conf"
sed -i "s|$conf/dns64-named.conf|$T/broken.conf|" "$T/named.conf"
background named r named -g -n 1 -c "$T/named.conf"
resolver=$BG
ok "BIND: unless it breaks DNSSEC" wait_until 15 has_aaaa v4 "$server" +dnssec
stop "$resolver"

# --- radvd-pref64.conf

radvd=
for candidate in radvd radvd-trixie; do
	if "$candidate" -c -C "$conf/radvd-pref64.conf" >>"$T/check.log" 2>&1
	then
		radvd=$candidate
		break
	fi
done
# PREF64: type 38, 2 units, 1800 seconds and code 0 (a /96), 96 bits of prefix.
pref64=260207080064ff9b0000000000000000
# RDNSS: type 25, 3 units, 1800 seconds, one address.
rdnss=190300000000070820010db8000100000000000000000001
advertised() {	# hex
	od -An -v -tx1 "$T/advertised" | tr -d ' \n' | grep -q "$1"
}
has_own_address() {
	ip -n c6 -6 addr show dev eth0 dynamic | grep -q 'inet6 2001:db8:1:'
}
if [ -n "$radvd" ]; then
	background listen c6 socat -u IP6-RECV:58 "CREATE:$T/advertised"
	wait_until 5 test -e "$T/advertised" || :
	background radvd r "$radvd" -n -m stderr -p "$T/radvd.pid" \
	    -C "$conf/radvd-pref64.conf"
	ok "$radvd: the NAT64 prefix is advertised" \
	    wait_until 20 advertised $pref64
	ok "$radvd: and the resolver" advertised $rdnss
	ok "$radvd: the client has an address of it" \
	    wait_until 10 has_own_address
else
	skip "radvd-pref64.conf" "no radvd that knows PREF64 (2.20)"
fi
finish
