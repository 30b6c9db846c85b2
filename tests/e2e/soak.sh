#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Half a minute of everything at once: bulk traffic, hostile packets, a log flood
# and a full pool, while the daemon is reloaded and restarted, its device goes down
# and up, changes its MTU, and is deleted.  Afterwards the counters add up, and
# neither memory nor descriptors have grown.
#
#	c6 --- tr (lichen) --- s4

# shellcheck disable=SC2317 # functions that ok and wait_until call
# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
need socat
srcdir=${srcdir:-.}
packets=${LICHEN%/*}/tests/e2e/soak_packets
[ -x "$packets" ] || ns_skip "$packets is not built"

# As in the seeds of fuzz_packet.
hosts c6 s4
routers tr
cable c6 tr
cable tr s4
address c6 tr 2001:db8::1/64
address tr c6 2001:db8::ff/64
address tr s4 203.0.113.1/24
address s4 tr 203.0.113.9/24
route c6 default via 2001:db8::ff
route s4 default via 203.0.113.1

config() {	# more lines
	cat <<-CONF
		tun-device nat64
		ipv4-addr 192.0.2.254
		ipv6-addr 2001:db8:ffff::fe
		prefix 2001:db8:64::/96
		map 192.0.2.0/25 2001:db8::/64
		map 192.0.2.1 2001:db8::1
		dynamic-pool 10.0.0.0/28
		dynamic-lifetime 2
		dynamic-retention 5
		data-dir $T/data
		log drop reject icmp self dyn
		tun-up yes
		tun-route 192.0.2.0/24
		tun-route 10.0.0.0/28
		tun-route 2001:db8:64::/96
		$*
	CONF
}

start() {
	config >"$T/soak.conf"
	lichen_run tr soak
	started=$((started + 1))
}

hosts_of_each_family() {
	pings c6 2001:db8:64::203.0.113.9 && pings s4 192.0.2.1
}

reloads() {
	grep -c "reload: done" "$T/soak.log" || :
}

reloaded() {	# count
	[ "$(reloads)" -ge "$1" ]
}

reload() {
	set -- $(($(reloads) + 1))
	kill -HUP "$LICHEN_PID"
	wait_until 10 reloaded "$1"
}

descriptors() {
	find "/proc/$LICHEN_PID/fd" -type l | wc -l
}

memory() {	# KiB
	sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$LICHEN_PID/status"
}

# Of all processes that wrote to the log, at their ends.
counted() {	# regex of a counter's line, with the number in \1
	sed -n "s/.*$1.*/\1/p" "$T/soak.log" | awk '{ n += $1 } END { print n + 0 }'
}

# What the kernel handed over: it counts what is read from the device.
handed_over() {
	ip -n tr -s link show dev nat64 |
	    awk 'tx { print $2; exit } /TX:/ { tx = 1 }'
}

quiet() {
	set -- "$(handed_over)"
	sleep 0.3
	[ "$(handed_over)" -eq "$1" ]
}

bulk() {	# from to address port
	while :; do
		in_ns "$1" timeout 5 socat -u OPEN:/dev/zero \
		    "$(ns_target TCP "$2" "$3"),connect-timeout=2" || sleep 0.2
	done
}

started=0
config >"$T/soak.conf"
ok "a persistent device" in_ns tr "$LICHEN" -c "$T/soak.conf" --mktun
start
ok "before: both families" hosts_of_each_family
background sink4 s4 socat -u TCP4-LISTEN:80,fork,reuseaddr OPEN:/dev/null
background sink6 c6 socat -u TCP6-LISTEN:80,fork,reuseaddr OPEN:/dev/null
listening s4 -t 80
listening c6 -t 80
bulk c6 2001:db8:64::203.0.113.9 80 >/dev/null 2>&1 &
bulk64=$!
bulk s4 192.0.2.1 80 >/dev/null 2>&1 &
bulk46=$!
background packets tr "$packets" nat64 60000 3000 \
    "$srcdir"/tests/fuzz/seeds/packet/*
hostile=$BG

# Whatever is allocated once has been by then.
sleep 2
reload
reload
before_fds=$(descriptors) before_kib=$(memory)
for n in 1 2 3 4 5 6; do
	config "map 192.0.2.$((128 + n)) 2001:db8:a::$n" >"$T/soak.conf"
	ok "reload $n" reload
	ip -n tr link set nat64 mtu $((1300 + 30 * n))
	sleep 0.3
done
printf 'nonsense\n' >>"$T/soak.conf"
kill -HUP "$LICHEN_PID"
for n in 1 2 3; do
	ip -n tr link set nat64 down
	sleep 0.2
	ip -n tr link set nat64 up
	for to in 192.0.2.0/24 10.0.0.0/28 2001:db8:64::/96; do
		ip -n tr route replace $to dev nat64
	done
	sleep 0.2
done
ip -n tr link set nat64 mtu 1500
ok "after reloads, downs, ups and MTUs: both families" hosts_of_each_family
is "descriptors: as many as before" "$(descriptors)" "$before_fds"
if grep -q __asan_init "$LICHEN"; then
	skip "memory" "a sanitizer has its own"
else
	after_kib=$(memory)
	note "resident: $before_kib KiB, then $after_kib KiB"
	# The room for held packets is taken when a deep queue comes.
	is "memory: no more than 512 KiB above before" \
	    "$((after_kib - before_kib > 512))" 0
fi
ok "a broken file was told about" grep -q 'nonsense: unknown directive' \
    "$T/soak.log"

for n in 1 2 3; do
	stop "$LICHEN_PID"
	is "restart $n: exit status 0" "$STATUS" 0
	start
	sleep 0.5
done
ok "after restarts: both families" hosts_of_each_family
stop "$LICHEN_PID" KILL
start
ok "after a kill: both families" hosts_of_each_family

ok "all hostile packets were sent" wait_until 30 dead "$hostile"
ok "the daemon lives" alive "$LICHEN_PID"
kill "$bulk64" "$bulk46"
wait "$bulk64" "$bulk46" 2>/dev/null || :
like "packets were sent" "$(lichen_log packets)" '^[0-9]{5} packets sent'

# One daemon was killed and took its counts with it: of the last one all are known.
stop "$LICHEN_PID"
: >"$T/soak.log"
ip -n tr link del nat64
start
background packets tr "$packets" nat64 20000 10000 \
    "$srcdir"/tests/fuzz/seeds/packet/*
wait_until 20 dead "$BG" || :
ok "after hostile packets: both families" hosts_of_each_family
ok "nothing more comes" wait_until 10 quiet
before=$(handed_over)
stop "$LICHEN_PID"
is "exit status 0" "$STATUS" 0
is "every packet has one reason" \
    "$(counted 'reason=[a-z0-9_]* packets=\([0-9]*\)')" \
    $((before + $(counted 'counter=fast_path value=\([0-9]*\)')))
for reason in xlat46 xlat64 bad_checksum no_dst pool_full ttl; do
	like "some were $reason" \
	    "$(counted "reason=$reason packets=\\([0-9]*\\)")" '^[1-9]'
done
is "a full pool: told, once a minute at most" \
    "$(grep -c 'no lease for .* found the pool full' "$T/soak.log")" 1
like "the log was limited" "$(lichen_log soak)" 'suppressed'
is "no more than ten lines a second and reason" \
    "$(grep -c 'packet=dropped reason=bad_checksum' "$T/soak.log" |
	awk '{ print ($1 > 200) }')" 0

start
ip -n tr link del nat64
ok "the device is deleted: it ends" wait_until 5 dead "$LICHEN_PID"
stop "$LICHEN_PID"
is "and says so with status 1" "$STATUS" 1
note "$started starts"
finish
