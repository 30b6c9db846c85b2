#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# To lichen and back: the original tayga of Debian and lichen take turns with one
# configuration, one data-dir and one device.  Every host keeps its IPv4 address, a
# new one gets from either what the other would have given it.
#
#	c6 (many addresses) --- tr (tayga or lichen) --- s4

# shellcheck disable=SC2317 # functions that ok and wait_until call
# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
need socat
command -v tayga >/dev/null || ns_skip "no tayga (see tests/setup.sh)"
# Ours under its name would prove nothing.
tayga=$(command -v tayga)
! "$tayga" --version 2>&1 | grep -q '^lichen ' || ns_skip "$tayga is lichen"

pool=192.168.255
server=2001:db8:64::c633:6402
# The first three want the same address, .233: who gets it, and who .234 and .235,
# is decided by who comes first.  The sixth has been away for three days.
a=2001:db8:1::2 b=2001:db8:1::200 c=2001:db8:1::2:0
d=2001:db8:1:0:1234:5678:9abc:def0 e=2001:db8:1::e f=2001:db8:1::f

hosts c6 s4
routers tr
cable c6 tr
cable tr s4
address c6 tr $a/64 $b/64 $c/64 $d/64 $e/64 $f/64
address tr c6 2001:db8:1::1/64
address tr s4 198.51.100.1/24
address s4 tr 198.51.100.2/24
route c6 default via 2001:db8:1::1
route s4 default via 198.51.100.1
whoami_server s4 4 90

mkdir "$T/data"
cat >"$T/tayga.conf" <<-CONF
	tun-device nat64
	ipv4-addr $pool.1
	ipv6-addr 2001:db8:3::1
	prefix 2001:db8:64::/96
	dynamic-pool $pool.0/24
	map $pool.77 $e
	data-dir $T/data
CONF

translate_with() {	# tayga|lichen: the device is made by the same
	now=$1
	program=$tayga
	[ "$now" = tayga ] || program=$LICHEN
	in_ns tr "$program" -c "$T/tayga.conf" --mktun >/dev/null
	ip -n tr link set nat64 up
	for to in $pool.0/24 2001:db8:64::/96 2001:db8:3::1; do
		ip -n tr route replace "$to" dev nat64
	done
	background "$now" tr "$program" -d -c "$T/tayga.conf"
	daemon=$BG
	ok "$now: runs on what it finds" wait_until 5 pings tr $pool.1
}

end() {
	stop "$daemon"
}

has() {	# host address
	is "$now: $1 is $2" "$(seen_as c6 "$1" $server 90)" "$2"
}

saved() {	# IPv4 IPv6
	grep -Eq "^$1	$2	[0-9]+\$" "$T/data/dynamic.map"
}

on_disk() {	# IPv4 IPv6
	ok "$now: $2 is on disk" saved "$1" "$2"
}

# --- from TAYGA to lichen, and back, and over again

printf '%s\t%s\t%s\n' $pool.200 $f $(($(date +%s) - 3 * 86400)) \
    >"$T/data/dynamic.map"
translate_with tayga
has $b $pool.233
has $a $pool.234
has $e $pool.77
end
on_disk $pool.234 $a

translate_with lichen
ok "lichen: a host that has not spoken yet is reachable" pings s4 $pool.234
has $a $pool.234
has $c $pool.235
has $e $pool.77
end
on_disk $pool.233 $b
on_disk $pool.235 $c
ok "lichen: who was away for three days is not forgotten" saved $pool.200 $f

translate_with tayga
has $c $pool.235
has $b $pool.233
has $d "$(seen_as c6 $d $server 90)"
of_d=$(seen_as c6 $d $server 90)
end
on_disk "$of_d" $d

translate_with lichen
has $d "$of_d"
has $a $pool.234
has $f $pool.200
end

translate_with tayga
has $f $pool.200
has $c $pool.235
has $a $pool.234
has $d "$of_d"
end

# --- the same choice: from nothing, host by host, either has the same answer

for first in tayga lichen; do
	rm -f "$T"/data/dynamic.map*
	translate_with $first
	for host in $c $d $a $f $b; do
		printf '%s %s\n' "$host" "$(seen_as c6 "$host" $server 90)"
	done >"$T/chosen.$first"
	end
done
is "from nothing, both choose the same" \
    "$(cat "$T/chosen.lichen")" "$(cat "$T/chosen.tayga")"
is "five hosts, five addresses" \
    "$(cut -d ' ' -f 2 "$T/chosen.lichen" | grep -c "^$pool\\.[0-9]*\$")" 5

# --- killed, lichen leaves the device as it used it: super-packets, which TAYGA
# --- cannot read; --mktun makes it plain again

blob "$T/blob" 1000000
translate_with lichen
stop "$daemon" KILL
in_ns tr "$LICHEN" -c "$T/tayga.conf" --mktun >/dev/null
translate_with tayga
ok "tayga: TCP after a kill and --mktun" tcp_upload c6 s4 $server 91 "$T/blob"
end
in_ns tr "$tayga" -c "$T/tayga.conf" --rmtun >/dev/null
finish
