#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# conf/clat.conf, conf/siit-dc-br.conf and conf/siit-dc-er.conf as they are: IPv4 at
# both ends, IPv6 only in between.
#
#	h (clat) --- r6 --- tr (nat64) --- s4
#	s (siit-dc-er) --- r6 --- br (siit-dc-br) --- c4

# shellcheck disable=SC2317 # functions that ok and wait_until call
# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
need socat sysctl
conf=$(realpath "$(dirname "$0")/../../conf")
for file in nat64 clat siit-dc-br siit-dc-er; do
	exits 0 "$file.conf: no error in it" \
	    "$LICHEN" --check -c "$conf/$file.conf"
	is "$file.conf: no warning either" "$(cat "$T/err")" ""
	cp "$conf/$file.conf" "$T/$file.conf"
done
mkdir "$T/lib"
mount --bind "$T/lib" /var/lib

hosts h s s4 c4 r6 tr br
for name in h s r6 tr br; do
	in_ns $name sysctl -q -p "$conf/lichen-sysctl.conf"
done
cable h r6
cable s r6
cable r6 tr
cable r6 br
cable tr s4
cable br c4
address h r6 2001:db8:2::2/64
address r6 h 2001:db8:2::1/64
address s r6 2001:db8:12:34::2/64
address r6 s 2001:db8:12:34::ff/64
address r6 tr 2001:db8:a::1/64
address tr r6 2001:db8:a::2/64
address r6 br 2001:db8:b::1/64
address br r6 2001:db8:b::2/64
address tr s4 9.9.9.1/24
address s4 tr 9.9.9.9/24
address br c4 198.51.100.1/24
address c4 br 198.51.100.7/24
route h default via 2001:db8:2::1
route s default via 2001:db8:12:34::ff
route tr default via 2001:db8:a::1
route br default via 2001:db8:b::1
route s4 default via 9.9.9.1
route c4 default via 198.51.100.1
blob "$T/blob" 2000000

# --- clat.conf: the network routes its two addresses to the host

route r6 64:ff9b::/96 via 2001:db8:a::2
route r6 2001:db8:64::1 via 2001:db8:a::2
route r6 2001:db8:2::464/127 via 2001:db8:2::2
lichen_run tr nat64
lichen_run h clat
ok "clat.conf: ping to IPv4" pings h 9.9.9.9
ok "clat.conf: TCP up" tcp_upload h s4 9.9.9.9 5001 "$T/blob"
ok "clat.conf: TCP down" tcp_download h s4 9.9.9.9 5002 "$T/blob"
udp_echo_server s4 5003
ok "clat.conf: UDP" udp_echo h 9.9.9.9 5003 1000
whoami_server s4 4 7
like "clat.conf: the server sees an address of the pool" \
    "$(seen_as h 192.0.0.1 9.9.9.9 7)" '^192\.168\.255\.'
ok "clat.conf: IPv6 does not go through it" pings h 64:ff9b::909:909
ok "clat.conf: it answers with its own address" pings r6 2001:db8:2::465

# --- siit-dc-br.conf, siit-dc-er.conf

route r6 2001:db8:46::/96 via 2001:db8:b::2
route r6 2001:db8:12::254 via 2001:db8:b::2
route r6 2001:db8:12:34::1 via 2001:db8:12:34::2
route r6 2001:db8:12:34::e via 2001:db8:12:34::2
lichen_run br siit-dc-br
lichen_run s siit-dc-er
ok "SIIT-DC: a client pings the service" pings c4 192.0.2.1
ok "SIIT-DC: and the service a client" pings s 198.51.100.7
whoami_server s 4 7
is "SIIT-DC: the service sees the client's address" \
    "$(seen_as c4 198.51.100.7 192.0.2.1 7)" 198.51.100.7
whoami_server c4 4 7
is "SIIT-DC: and the client the service's" \
    "$(seen_as s 192.0.2.1 198.51.100.7 7)" 192.0.2.1
ok "SIIT-DC: TCP to the service" tcp_upload c4 s 192.0.2.1 5004 "$T/blob"
ok "SIIT-DC: TCP from the service" tcp_download c4 s 192.0.2.1 5005 "$T/blob"
udp_echo_server s 5006
ok "SIIT-DC: UDP" udp_echo c4 192.0.2.1 5006 1000
ok "SIIT-DC: the relays answer: br" pings c4 192.0.2.254
ok "SIIT-DC: the relays answer: br from inside" pings r6 2001:db8:12::254
ok "SIIT-DC: the relays answer: er" pings r6 2001:db8:12:34::e
finish
