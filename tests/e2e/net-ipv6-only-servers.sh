#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# conf/networks/ipv6-only-servers: clients with IPv4 reach web servers without, and
# are seen there under their own addresses.
#
#	h4, i4 --- net --- router (lichen) --- www1, www2

# shellcheck disable=SC2317 # functions that ok and wait_until call
# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
# shellcheck source=tests/e2e/page.sh
. "$(dirname "$0")/page.sh"
need socat nft sysctl awk
page ipv6-only-servers

hosts h4 i4 www1 www2 router
routers net
wire h4 eth0 net h4
wire i4 eth0 net i4
wire net cust router wan
wire router p1 www1 eth0
wire router p2 www2 eth0
switch router lan p1 p2
address h4 eth0 198.51.100.7/24
address net h4 198.51.100.1/24 2001:db8:99::1/64
address i4 eth0 192.0.2.200/24 2001:db8:46::c000:2c8/128 2001:db8:98::2/64
address net i4 192.0.2.1/24 2001:db8:98::1/64
address net cust 203.0.113.254/31 2001:db8:fe::1/64
address router wan 203.0.113.255/31 2001:db8:fe::2/64
address router lan 2001:db8:80::ff/64
address www1 eth0 2001:db8:80::1/64
address www2 eth0 2001:db8:80::2/64 2001:db8:80::3/64 \
    2001:db8:80:1::9/64
route h4 default via 198.51.100.1
route i4 default via 192.0.2.1
route i4 default via 2001:db8:98::1
route net 203.0.113.0/28 via 203.0.113.255
route net 2001:db8:80::/64 via 2001:db8:fe::2
route router default via 203.0.113.254
route router default via 2001:db8:fe::1
route router 2001:db8:80:1::/64 dev lan
route www1 default via 2001:db8:80::ff
route www2 default via 2001:db8:80::ff

page_type router
page_lichen router
is "the servers have no IPv4" \
    "$(ip -n www1 -4 addr show dev eth0; ip -n www2 -4 addr show dev eth0)" ""

# --- the web

# Enough HTTP for a test: who asks is the answer, and in the log.
cat >"$T/web" <<-'WEB'
	#!/bin/sh
	read -r method path version
	peer=$(echo "$SOCAT_PEERADDR" | tr -d '[]')
	echo "$peer \"$method $path $version\"" | tr -d '\r' >>"$1"
	printf 'HTTP/1.0 200 OK\r\n\r\n%s\n' "$peer"
WEB
chmod +x "$T/web"
for www in www1 www2; do
	background $www $www socat TCP6-LISTEN:80,fork,reuseaddr \
	    "EXEC:$T/web $T/access-$www"
	listening $www -t 80
done
get() {	# from address
	printf 'GET / HTTP/1.0\r\n\r\n' | in_ns "$1" timeout 5 socat -t 3 - \
	    "TCP4:$2:80,connect-timeout=3" | tail -n 1
}
is "www1 sees the client's own address" "$(get h4 203.0.113.1)" \
    2001:0db8:0046:0000:0000:0000:c633:6407
is "www2, and another client" "$(get i4 203.0.113.2)" \
    2001:0db8:0046:0000:0000:0000:c000:02c8
is "a server of the map of several" "$(get h4 203.0.113.9)" \
    2001:0db8:0046:0000:0000:0000:c633:6407

# The log as the server would write it, without zeros.
page_file www1 /usr/local/bin/ipv4-of >"$T/ipv4-of"
is "the filter of the page makes IPv4 addresses of it" "$(printf '%s\n' \
    '2001:db8:46::c633:6407 "GET /"' 'a 2001:db8:46::a:b, 2001:db8:46::7f b' \
    '2001:db8:80::1 is not one' | sh "$T/ipv4-of")" \
    '198.51.100.7 "GET /"
a 0.10.0.11, 0.0.0.127 b
2001:db8:80::1 is not one'

# --- more than a page

blob "$T/blob" 3000000
ok "TCP upload" tcp_upload h4 www1 203.0.113.1 5001 "$T/blob"
ok "TCP download" tcp_download h4 www1 203.0.113.1 5002 "$T/blob"
ok "ping" pings h4 203.0.113.1
# The network behind the servers is narrower than the clients'.
ip -n router link set lan mtu 1400
ip -n www1 link set eth0 mtu 1400
ip -n h4 route replace default via 198.51.100.1 advmss 1460
ok "TCP upload to a narrower network" \
    tcp_upload h4 www1 203.0.113.1 5003 "$T/blob"
ip -n www1 link set eth0 mtu 1500
ip -n router link set lan mtu 1500
like "an address of the range without a server: unreachable" \
    "$(ping_says h4 203.0.113.5)" 'From 203.0.113.14 .*Host Unreachable'

# --- the prefix is for lichen's packets alone

background heard www1 socat -u UDP6-RECV:91 "OPEN:$T/heard,creat"
listening www1 -u 91
for from in 2001:db8:46::c000:2c8 2001:db8:98::2; do
	echo $from | in_ns i4 socat -u - "UDP6:[2001:db8:80::1]:91,bind=[$from]"
done
ok "from outside comes who has another address" \
    wait_until 5 grep -q 2001:db8:98::2 "$T/heard"
is "but nobody with the prefix" "$(grep -c 2001:db8:46:: "$T/heard")" 0

# --- a new server: reload

sed -i 's/^map 203.0.113.2 .*/&\nmap 203.0.113.3 2001:db8:80::3/' \
    "$T/router.conf"
background transfer www1 socat -u TCP6-LISTEN:5004,reuseaddr \
    "CREATE:$T/transferred"
transfer=$BG
listening www1 -t 5004
mkfifo "$T/feed"
background feed h4 socat -u "$T/feed" TCP4:203.0.113.1:5004
exec 3>"$T/feed"
echo before >&3
wait_until 5 grep -q before "$T/transferred" || :
kill -HUP "$LICHEN_PID"
ok "after a reload the new server answers" wait_until 3 pings h4 203.0.113.3
echo after >&3
exec 3>&-
wait_until 5 dead "$transfer" || :
is "a connection did not notice the reload" \
    "$(paste -sd ' ' "$T/transferred")" 'before after'
stop "$LICHEN_PID"
is "SIGTERM: exit status 0" "$STATUS" 0
finish
