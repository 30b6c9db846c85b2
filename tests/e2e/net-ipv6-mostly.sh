#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# conf/networks/ipv6-mostly: a LAN with NAT64, DNS64 by unbound and by BIND, PREF64 in
# router advertisements.  A client without IPv4 configures itself, discovers the
# prefix and connects by name.
#
#	pc, tv --- gw (lichen, DNS, radvd) --- net (servers, root of a DNS)

# shellcheck disable=SC2317 # functions that ok and wait_until call
# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
# shellcheck source=tests/e2e/page.sh
. "$(dirname "$0")/page.sh"
need socat nft sysctl dig getent named unbound radvd dnssec-keygen \
    dnssec-signzone
page ipv6-mostly

hosts pc tv gw net
wire gw p1 pc eth0
wire gw p2 tv eth0
switch gw lan p1 p2
wire gw wan net eth0
address gw lan 2001:db8:1::1/64 192.168.1.1/24
address gw wan 9.9.9.1/24 2001:db8:99::1/64
address net eth0 9.9.9.9/24 2001:db8:99::9/64
address tv eth0 192.168.1.100/24
route tv default via 192.168.1.1
route net default via 2001:db8:99::1

page_type gw
page_lichen gw

# --- a world with names: a signed root, and below it a zone that is not

mkdir "$T/auth" "$T/gw-dns"
auth=$T/auth
soa='SOA a.root. admin.root. 1 3600 600 86400 60'
cat >"$auth/root.zone" <<-ZONE
	\$TTL 60
	. $soa
	. NS a.root.
	a.root. A 9.9.9.9
	www.example.com. A 9.9.9.9
	private.example.com. A 192.168.7.7
	dual.example.com. A 9.9.9.9
	dual.example.com. AAAA 2001:db8:99::9
	plain. NS a.root.
ZONE
cat >"$auth/plain.zone" <<-ZONE
	\$TTL 60
	@ $soa
	@ NS a.root.
	www A 9.9.9.9
ZONE
(
	cd "$auth"
	dnssec-keygen -q -a ECDSAP256SHA256 -f KSK . >ksk
	dnssec-keygen -q -a ECDSAP256SHA256 .
	dnssec-signzone -S -o . -f root.signed root.zone
) >"$T/dnssec.log" 2>&1
no_files='pid-file none; session-keyfile none;'
if named -C 2>/dev/null | grep -q lock-file; then	# before BIND 9.20
	no_files="$no_files lock-file none;"
fi
cat >"$auth/named.conf" <<-CONF
	options {
		directory "$auth";
		$no_files
		listen-on { 9.9.9.9; };
		listen-on-v6 { none; };
		recursion no;
		dnssec-validation no;
	};
	controls { };
	zone "." { type primary; file "root.signed"; };
	zone "plain" { type primary; file "plain.zone"; };
CONF
background auth net named -g -c "$auth/named.conf"
key=$(grep -h DNSKEY "$auth/$(cat "$auth/ksk").key")
printf '. NS a.root.\na.root. A 9.9.9.9\n' >"$T/gw-dns/hints"

# The resolver has a root of ours and files where a test may have them.
unbound_start() {
	{
		page_file gw /etc/unbound/unbound.conf.d/dns64.conf
		cat <<-CONF
			    root-hints: "$T/gw-dns/hints"
			    trust-anchor: "$key"
			    chroot: ""
			    username: ""
			    directory: "$T/gw-dns"
			    pidfile: ""
			    use-syslog: no
		CONF
	} >"$T/gw-dns/unbound.conf"
	background unbound gw unbound -d -p -c "$T/gw-dns/unbound.conf"
}

bind_start() {
	anchor=$(echo "$key" | awk '{
		for (i = 1; $i != "DNSKEY"; i++) ;
		printf ". static-key %s %s %s \"", $(i + 1), $(i + 2), $(i + 3)
		for (i += 4; i <= NF; i++)
			printf "%s", $i
		print "\";"
	}')
	{
		page_file gw /etc/bind/named.conf.options |
		    sed "s|directory .*|directory \"$T/gw-dns\"; $no_files|
			s/dnssec-validation auto/dnssec-validation yes/"
		cat <<-CONF
			controls { };
			zone "." { type hint; file "hints"; };
			trust-anchors { $anchor };
		CONF
	} >"$T/gw-dns/named.conf"
	background bind gw named -g -c "$T/gw-dns/named.conf"
}

# --- the client configures itself

# Every ICMPv6 message that it hears, a line each.
cat >"$T/hear" <<-'HEAR'
	#!/bin/sh
	echo "$(od -An -v -tx1 | tr -d ' \n')"
HEAR
chmod +x "$T/hear"
background ra pc socat -u IP6-RECVFROM:58,fork "EXEC:$T/hear"
page_file gw /etc/radvd.conf >"$T/radvd.conf"
chmod 644 "$T/radvd.conf"
radvd=radvd
if ! radvd -c -C "$T/radvd.conf" >"$T/out" 2>&1; then
	note "radvd is too old for nat64prefix"
	if command -v radvd-trixie >/dev/null; then
		radvd='radvd-trixie'
	else
		note "the script of the page instead"
		sed -i /nat64prefix/d "$T/radvd.conf"
	fi
fi
ok "the page's radvd.conf is good" $radvd -c -C "$T/radvd.conf"
background radvd gw $radvd -n -m stderr -C "$T/radvd.conf" \
    -p "$T/radvd.pid"
in_ns pc sh -c 'echo 1 >/proc/sys/net/ipv6/conf/eth0/router_solicitations
    echo 0 >/proc/sys/net/ipv6/conf/eth0/router_solicitation_delay'
ip -n pc link set eth0 down
ip -n pc link set eth0 up
has_address() {
	ip -n pc -6 addr show dev eth0 scope global | grep -q 2001:db8:1:
}
has_route() {
	ip -n pc -6 route show default | grep -q 'proto ra'
}
ok "the client has an address by itself" wait_until 15 has_address
ok "and a default route" wait_until 5 has_route
is "and no IPv4" "$(ip -n pc -4 addr show dev eth0)" ""
page_file gw /usr/local/sbin/advertise-pref64 >"$T/advertise"
if ! grep -q nat64prefix "$T/radvd.conf"; then
	background advertise gw sh "$T/advertise" lan
fi
# Option 38 among the options of an advertisement: prefix length code 0 is /96.
pref64() {
	awk '
	/^86/ {
		for (i = 33; i < length($0); i += 16 * n) {
			n = index("123456789", substr($0, i + 3, 1))
			if (n == 0)
				next
			if (substr($0, i, 4) == "2602")
				print substr($0, i + 8, 24)
		}
	}' "$T/ra.log" | sort -u
}
heard_pref64() {
	[ -n "$(pref64)" ]
}
ok "an advertisement has the prefix" wait_until 15 heard_pref64
is "the advertisement's prefix is 64:ff9b::/96" "$(pref64)" \
    0064ff9b0000000000000000
if grep -q nat64prefix "$T/radvd.conf"; then
	: >"$T/ra.log"
	background advertise gw sh "$T/advertise" lan
	# The option alone.
	ok "the script for an older radvd says so too" wait_until 15 \
	    grep -Eq '^86[0-9a-f]{30}2602' "$T/ra.log"
	is "in the same words" "$(pref64)" 0064ff9b0000000000000000
fi
ok "neither takes the default route away" has_route

# --- names, by either resolver

ns_is_answering() {
	in_ns pc dig +short +time=1 +tries=1 @2001:db8:1::1 NS . |
	    grep -qx a.root.
}
ask() {	# name type [options of dig]
	what=$1 type=$2
	shift 2
	in_ns pc dig +short +time=3 +tries=2 @2001:db8:1::1 "$@" "$what" "$type" |
	    grep -v '^[A-Z]* 13 ' | sort | paste -sd ' ' -
}
page_file pc /usr/local/bin/nat64-prefix >"$T/nat64-prefix"
echo nameserver 2001:db8:1::1 >"$T/resolv.conf"
mount --bind "$T/resolv.conf" "$(realpath /etc/resolv.conf)"
whoami_server net 4 90
by_name() {	# from TCP4|TCP6 name
	in_ns "$1" timeout 10 socat -t 2 - "$2:$3:90,connect-timeout=5" \
	    </dev/null 2>&1
}

names() {	# resolver
	ok "$1 answers" wait_until 20 ns_is_answering
	is "$1: a name with IPv4 only" "$(ask www.example.com AAAA)" \
	    64:ff9b::909:909
	is "$1: in a zone without signatures" "$(ask www.plain AAAA)" \
	    64:ff9b::909:909
	is "$1: a name with both keeps its own address" \
	    "$(ask dual.example.com AAAA)" 2001:db8:99::9
	# Does it check signatures?  Otherwise what follows proves little.
	like "$1: signed answers are checked" "$(in_ns pc dig +dnssec \
	    @2001:db8:1::1 www.example.com A)" 'flags:.* ad[ ;]'
	is "$1: a client that sets DO, signed" \
	    "$(ask www.example.com AAAA +dnssec)" 64:ff9b::909:909
	is "$1: a client that sets DO, unsigned" \
	    "$(ask www.plain AAAA +dnssec)" 64:ff9b::909:909
	is "$1: ipv4only.arpa" "$(ask ipv4only.arpa AAAA)" \
	    "64:ff9b::c000:aa 64:ff9b::c000:ab"
	is "$1: the client discovers the prefix" \
	    "$(in_ns pc sh "$T/nat64-prefix")" 64:ff9b::/96
	is "$1: the client connects by name" "$(by_name pc TCP6 www.example.com)" \
	    9.9.9.1
	ok "$1: and pings by name" pings pc www.example.com
	is "$1: an IPv4-only host, by name" "$(by_name tv TCP4 www.example.com)" \
	    9.9.9.1
}

unbound_start
resolver=$BG
names unbound
stop "$resolver"
bind_start
resolver=$BG
names BIND
is "BIND: a private address gets no other" "$(ask private.example.com AAAA)" ""
stop "$resolver"

# --- a literal, with the prefix that was discovered

blob "$T/blob" 2000000
ok "TCP to an IPv4 address in the prefix" \
    tcp_upload pc net 64:ff9b::909:909 5001 "$T/blob"
stop "$LICHEN_PID"
is "SIGTERM: exit status 0" "$STATUS" 0
finish
