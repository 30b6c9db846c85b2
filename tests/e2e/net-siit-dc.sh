#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# conf/networks/siit-dc: a border relay (RFC 7755) and an edge relay (RFC 7756) with
# explicit address mappings.
#
#	h4 --- br (lichen) --- dc --- www
#	                       |
#	                       er (lichen) --- app

# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
# shellcheck source=tests/e2e/page.sh
. "$(dirname "$0")/page.sh"
need socat sysctl
page siit-dc

hosts h4 br www er app
routers dc
wire h4 eth0 br wan
wire br eth0 dc br
wire www eth0 dc www
wire er eth0 dc er
wire app eth0 er eth1
address h4 eth0 198.51.100.7/24
address br wan 198.51.100.1/24
address br eth0 2001:db8:12:1::2/64
address dc br 2001:db8:12:1::1/64
address dc www 2001:db8:12:34::ff/64
address www eth0 2001:db8:12:34::1/64
address dc er 2001:db8:12:2::1/64
address er eth0 2001:db8:12:2::2/64
address app eth0 203.0.113.9/29
route h4 default via 198.51.100.1
route br default via 2001:db8:12:1::1
route dc 2001:db8:46::/96 via 2001:db8:12:1::2
route dc 2001:db8:12::30 via 2001:db8:12:1::2
route dc 2001:db8:12:35::/64 via 2001:db8:12:2::2
route dc 2001:db8:12::14 via 2001:db8:12:2::2
route www default via 2001:db8:12:34::ff
route er default via 2001:db8:12:2::1
route app default via 203.0.113.13

page_lichen br
br=$LICHEN_PID
page_type br
page_lichen er
er=$LICHEN_PID
page_type er
is "the data centre has no IPv4" \
    "$(for i in br www er; do ip -n dc -4 addr show dev $i; done)" ""

# --- a server with IPv6, through the border relay

blob "$T/blob" 3000000
ok "www answers on its IPv4 address" pings h4 203.0.113.1
whoami_server www 6 90
whoami_server h4 4 90
is "www sees the client's own address" \
    "$(seen_as h4 198.51.100.7 203.0.113.1 90)" \
    2001:0db8:0046:0000:0000:0000:c633:6407
is "a client is seen as what he is when www calls" \
    "$(seen_as www 2001:db8:12:34::1 2001:db8:46::c633:6407 90)" 203.0.113.1
ok "TCP to www" tcp_upload h4 www 203.0.113.1 5001 "$T/blob"
ok "TCP from www" tcp_download h4 www 203.0.113.1 5002 "$T/blob"

# --- a machine with IPv4, through both

is "app has no IPv6" "$(ip -n app -6 addr show dev eth0 scope global)" ""
ok "app answers" pings h4 203.0.113.9
ok "app pings" pings app 198.51.100.7
whoami_server app 4 91
is "app sees the client's own address" \
    "$(seen_as h4 198.51.100.7 203.0.113.9 91)" 198.51.100.7
is "outside, app has its own address" \
    "$(seen_as app 203.0.113.9 198.51.100.7 90)" 203.0.113.9
ok "TCP to app" tcp_upload h4 app 203.0.113.9 5003 "$T/blob"
ok "TCP from app" tcp_download h4 app 203.0.113.9 5004 "$T/blob"
udp_echo_server app 7
udp_echo_server h4 7
for size in 1 1400 4000; do
	ok "UDP echo of $size octets to app" udp_echo h4 203.0.113.9 7 $size
	ok "UDP echo of $size octets from app" udp_echo app 198.51.100.7 7 $size
done
like "a closed port of app: connection refused" \
    "$(udp_error h4 203.0.113.9 9)" 'Connection refused'

# --- app to www, by IPv4

ok "app pings www by its IPv4 address" pings app 203.0.113.1
is "www sees app under its IPv4 address" \
    "$(seen_as app 203.0.113.9 203.0.113.1 90)" \
    2001:0db8:0046:0000:0000:0000:cb00:7109
ok "TCP from app to www" tcp_upload app www 203.0.113.1 5005 "$T/blob"

# --- a narrow data centre

for end in "dc er" "er eth0"; do
	# shellcheck disable=SC2086 # words
	set -- $end
	ip -n "$1" link set "$2" mtu 1280
done
forget_mtu h4 app
ip -n h4 route replace default via 198.51.100.1 advmss 1460
ok "TCP to app through 1280" tcp_upload h4 app 203.0.113.9 5006 "$T/blob"
ok "TCP from app through 1280" tcp_download h4 app 203.0.113.9 5007 "$T/blob"
ok "UDP echo of 4000 octets through 1280" udp_echo h4 203.0.113.9 7 4000

# --- the border relay has no state: restarted, nobody notices

background late app socat -u TCP4-LISTEN:5008,reuseaddr "CREATE:$T/late"
listening app -t 5008
mkfifo "$T/feed"
background feed h4 socat -u "$T/feed" TCP4:203.0.113.9:5008
exec 3>"$T/feed"
echo before >&3
wait_until 5 grep -q before "$T/late" || :
stop "$br"
is "br, SIGTERM: exit status 0" "$STATUS" 0
page_lichen br
echo after >&3
wait_until 5 grep -q after "$T/late" || :
is "a connection survives another border relay" "$(paste -sd ' ' "$T/late")" \
    'before after'
stop "$er"
exec 3>&-
is "er, SIGTERM: exit status 0" "$STATUS" 0
finish
