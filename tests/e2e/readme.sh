#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# README's recipes, word for word: what a section indents by seven spaces is its
# tayga.conf, what it indents by four is typed.  The first recipe, NAT64 by two
# commands, is tests/e2e/router.sh; the CLAT that sets itself up has tests of its own.
#
#	h (CLAT) --- r6 --- tr (NAT64) --- s4
#	c4 --- r (SIIT) --- v (servers)

# shellcheck disable=SC2317 # functions that ok and wait_until call
# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
# shellcheck source=tests/e2e/page.sh
. "$(dirname "$0")/page.sh"
need socat sysctl
readme=$(realpath "$(dirname "$0")/../../README")
mkdir "$T/lib"
mount --bind "$T/lib" /var/lib

section() {	# title: its lines
	awk -v title="$1" '
		on && /^-+$/ && n++ > 0 { exit }
		index($0, title) == 1 { on = 1 }
		on { print }' "$readme" | sed '$d'
}
file_of() {	# title: the last block that is a file
	section "$1" | awk '
		/^       [^ ]/ { if (!in_it) text = ""; in_it = 1
			text = text substr($0, 8) "\n"; next }
		{ in_it = 0 }
		END { printf "%s", text }'
}
types() {	# ns title
	section "$2" | sed -n 's/^    \([^ ]\)/\1/p' >"$T/typed"
	[ -s "$T/typed" ] && in_ns "$1" sh -eux "$T/typed"
}

# --- addresses of the page are ones that are translated

printf 'tun-device x\nipv4-addr 192.168.255.1\nprefix 64:ff9b::/96\n' \
    >"$T/wkp.conf"
for addr in $(grep -o '64:ff9b::[0-9]*\.[0-9.]*[0-9]' "$readme" | sort -u) \
    "64:ff9b::$(sed -n 's/^ *\([0-9.]*\)  *| *<-* .*/\1/p' "$readme")"; do
	exits 0 "$addr is translated" "$LICHEN" -c "$T/wkp.conf" --explain "$addr"
done

# --- CLAT

hosts h s4
routers r6 tr
wire h eth0 r6 lan
cable r6 tr
cable tr s4
address h eth0 2001:db8:2::2/64
address r6 lan 2001:db8:2::1/64
address r6 tr 2001:db8:a::1/64
address tr r6 2001:db8:a::2/64
address tr s4 9.9.9.1/24
address s4 tr 9.9.9.9/24
route h default via 2001:db8:2::1
route tr default via 2001:db8:a::1
route s4 default via 9.9.9.1
route r6 64:ff9b::/96 via 2001:db8:a::2
cp "${readme%/*}/conf/nat64.conf" "$T/nat64.conf"
lichen_run tr nat64

clat='CLAT: IPv4 for a host'
file_of "$clat" >"$T/clat.conf"
exits 0 "CLAT: the file is good" "$LICHEN" --check -c "$T/clat.conf"
is "CLAT: without a warning" "$(cat "$T/err")" ""
lichen_run h clat
ok "CLAT: what is to be typed" types h "$clat"
ok "CLAT: IPv4 is reached" wait_until 5 pings h 9.9.9.9
blob "$T/blob" 500000
ok "CLAT: TCP up" tcp_upload h s4 9.9.9.9 5001 "$T/blob"
ok "CLAT: TCP down" tcp_download h s4 9.9.9.9 5002 "$T/blob"
no_problem() {	# log
	! grep level=warning "$T/$1.log" | grep -v "runs as root"
}
ok "CLAT: IPv4 forwarding is not asked for" sh -c \
    "! grep 'IPv4 forwarding' '$T/clat.log'"
# Of the /64: without the last two commands nobody would know where it is.
in_ns h ip neigh del proxy 2001:db8:2::464 dev eth0
ip -n r6 neigh flush dev lan
exits 1 "CLAT: one of the /64 wants a neighbour that answers" \
    pings h 9.9.9.9 -W 1

# --- SIIT

hosts c4 v r
cable c4 r
cable r v
address c4 r 203.0.113.7/24
address r c4 203.0.113.1/24
address r v 2001:db8:80::ff/64 2001:db8:80:1::ff/64
address v r 2001:db8:80::1/64 2001:db8:80:1::3/64
route c4 default via 203.0.113.1
route v default via 2001:db8:80::ff
siit='SIIT: IPv6-only servers'
file_of "$siit" >"$T/siit.conf"
exits 0 "SIIT: the file is good" "$LICHEN" --check -c "$T/siit.conf"
is "SIIT: without a warning" "$(cat "$T/err")" ""
ok "SIIT: what is to be typed" types r "$siit"
lichen_run r siit
ok "SIIT: a server is reached" pings c4 198.51.100.1
ok "SIIT: another, of the range" pings c4 198.51.100.19
ok "SIIT: lichen answers" pings c4 198.51.100.254
ok "SIIT: lichen answers by IPv6" pings v 2001:db8:46:ffff::1
whoami_server v 6 7
is "SIIT: the client is seen by its address" \
    "$(seen_as c4 203.0.113.7 198.51.100.1 7 | sed 's/0*//g')" \
    "$(echo '2001:0db8:0046:0000:0000:0000:cb00:7107' | sed 's/0*//g')"
ok "SIIT: the servers may begin" pings v 2001:db8:46::203.0.113.7
ok "SIIT: TCP" tcp_upload c4 v 198.51.100.1 5003 "$T/blob"
ok "SIIT: no problem is told" no_problem siit

# --- back to TAYGA: it prints a file

back() {
	section "Coming from TAYGA" |
	    sed -n "s|^    lichen \(.*\) >.*|\1|p" >"$T/args"
	[ -s "$T/args" ] || return 1
	# shellcheck disable=SC2046 # words
	"$LICHEN" -c "$T/siit.conf" $(cat "$T/args") >"$T/back.conf"
}
ok "what README types for the way back" back
is "prints what TAYGA takes" "$(grep -c '^tun-[ur]' "$T/back.conf")" 0
finish
