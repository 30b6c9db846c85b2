#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Packets wait for nobody: not for who reads the log, whatever he reads it from.
#
#	c6 --- tr (lichen) --- s4

# shellcheck disable=SC2317 # functions that ok and wait_until call
# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
need socat

# Milliseconds that the worst round trip may take.  It is below 5 on a machine that
# does nothing else; who waits for a reader or a disk waits for seconds.
BOUND=${BOUND:-400}

a=2001:db8:1::2 server=64:ff9b:1::c633:6402

hosts c6 s4
routers tr
cable c6 tr
cable tr s4
address c6 tr $a/48
address tr c6 2001:db8:1::1/48
address tr s4 198.51.100.1/24
address s4 tr 198.51.100.2/24
route c6 default via 2001:db8:1::1
route s4 default via 198.51.100.1

config() {	# more lines
	cat <<-CONF
		tun-device nat64
		ipv4-addr 192.168.255.1
		ipv6-addr 2001:db8:3::1
		prefix 64:ff9b:1::/96
		dynamic-pool 10.1.0.0/16
		tun-up yes
		tun-route 10.0.0.0/8
		tun-route 192.168.255.0/24
		tun-route 64:ff9b:1::/96
		tun-route 2001:db8:3::1
		icmp-rate 0
		control-socket /run/lichen.control
		$*
	CONF
}

# The worst of many round trips, in whole milliseconds; "lost" if any was.
worst() {
	in_ns c6 ping -n -q -i 0.01 -c 200 -W 1 $server >"$T/ping" 2>&1 ||
	    :
	if grep -q ' 0% packet loss' "$T/ping"; then
		sed -n 's|^rtt [^=]*= [^/]*/[^/]*/\([0-9]*\)\..*|\1|p' "$T/ping"
	else
		echo lost
	fi
}

quick() {	# what
	quick=$(worst)
	note "$1: worst round trip $quick ms"
	case $quick in
	''|lost)	ns_report 1 "$1: no packet is lost" ;;
	*)	ns_report "$((quick > BOUND))" "$1: none waits" ;;
	esac
}

metric() {	# name
	"$LICHEN" -c "$T/$inst.conf" --status --json |
	    sed -n "s/^.*\"lichen_$1\":\([0-9]*\).*/\1/p"
}

milliseconds() {
	echo $(($(date +%s%N) / 1000000))
}

# SIGTERM ends it soon, whatever it is waiting for.
ends_soon() {	# what pid
	begun=$(milliseconds)
	kill -TERM "$2"
	while alive "$2" && [ $(($(milliseconds) - begun)) -lt 5000 ]; do
		sleep 0.01
	done
	took=$(($(milliseconds) - begun))
	note "$1: ended after $took ms"
	ns_report "$((took > 100 + BOUND))" "$1: SIGTERM ends it"
	wait "$2" 2>/dev/null || :
}

# Fill what holds lines until somebody reads them: with a reload every line of a
# broken configuration is one.
fill() {
	cp "$T/$inst.conf" "$T/good"
	i=0
	while [ "$(metric log_lost_total)" = 0 ] && [ "$i" -lt 40 ]; do
		i=$((i + 1))
		awk 'BEGIN { for (i = 0; i < 400; i++) print "nonsense" i }' \
		    >>"$T/$inst.conf"
		cat "$T/good" "$T/$inst.conf" >"$T/bad"
		cp "$T/bad" "$T/$inst.conf"
		kill -HUP "$LICHEN_PID"
		sleep 0.2
		cp "$T/good" "$T/$inst.conf"
	done
	[ "$(metric log_lost_total)" -gt 0 ]
}

# --- a pipe whose reader stops

inst=pipe
mkfifo "$T/fifo"
config "log drop reject icmp self dyn" >"$T/pipe.conf"
# A reader that opens it, and then does nothing until it is told to.
background reader tr sh -c "exec 3<'$T/fifo'; kill -STOP \$\$; cat <&3 >'$T/read'"
reader=$BG
in_ns tr "$LICHEN" -d -c "$T/pipe.conf" -p "$T/pipe.pid" >"$T/fifo" 2>&1 &
LICHEN_PID=$!
ok "a pipe: it starts" wait_until 5 test -s "$T/pipe.pid"
LICHEN_PID=$(cat "$T/pipe.pid")
quick "a pipe that is read"
ok "a pipe that nobody reads: lines are lost" fill
quick "a pipe that nobody reads"
kill -CONT "$reader"
ok "read again: it is told how many were lost" wait_until 5 \
    grep -q 'lines of the log were lost' "$T/read"
kill -STOP "$reader"
ok "a pipe that nobody reads, again" fill
ends_soon "a pipe that nobody reads" "$LICHEN_PID"
kill -KILL "$reader"

# --- syslog, which stops, too

inst=syslog
mkdir -p "$T/dev/net"
for file in null zero random urandom net/tun; do
	: >"$T/dev/$file"
	mount --bind "/dev/$file" "$T/dev/$file"
done
mount --rbind "$T/dev" /dev
config "log drop reject icmp self dyn" >"$T/syslog.conf"
background syslogd tr socat -u UNIX-RECV:/dev/log "OPEN:$T/heard,creat,append"
syslogd=$BG
wait_until 5 test -S /dev/log
background syslog tr "$LICHEN" -n -c "$T/syslog.conf" -p "$T/syslog.pid"
LICHEN_PID=$BG
ok "syslog: it starts" wait_until 5 test -s "$T/syslog.pid"
ok "syslog: it is heard" wait_until 5 grep -qa 'lichen\[[0-9]*\]: .*started' \
    "$T/heard"
like "syslog: priority, local time and name are those of RFC 3164" \
    "$(head -c 64 "$T/heard")" \
    '^<2[89]>[A-Z][a-z][a-z] [ 0-9][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2} lichen\['
kill -STOP "$syslogd"
ok "a syslogd that does not read: lines are lost" fill
quick "a syslogd that does not read"
kill -CONT "$syslogd"
ok "syslog: it is told how many were lost" wait_until 5 \
    grep -qa 'lines of the log were lost' "$T/heard"
kill -STOP "$syslogd"
ok "a syslogd that does not read, again" fill
ends_soon "a syslogd that does not read" "$LICHEN_PID"
kill -KILL "$syslogd"

# --- a reload that has to move a large pool

inst=moved
large=240000
# A sanitizer makes everything longer.
! grep -q __asan_init "$LICHEN" || large=20000
mkdir -p "$T/data"
awk -v now="$(date +%s)" -v n=$large 'BEGIN { for (i = 0; i < n; i++) {
	a = 7 + i * 69
	printf "10.%d.%d.%d\t2001:db8:%x::%x\t%d\n", a / 65536, a / 256 % 256,
	    a % 256, 16 + i / 65000, 1 + i % 65000, now - i % 5000 } }' \
    >"$T/data/dynamic.map"
large_pool() {	# more lines
	config "data-dir $T/data
log dyn
fast-path no
$*" | sed 's|^dynamic-pool .*|dynamic-pool 10.0.0.0/8|' >"$T/moved.conf"
}

# Not from the log: a line of it may be lost among those about the leases.
reloads() {
	"$LICHEN" -c "$T/moved.conf" --status --json |
	    sed -n 's/^.*"lichen_reloads_total":{"ok":\([0-9]*\),.*/\1/p'
}

done_with() {	# how many reloads
	[ "$(reloads || echo 0)" -ge "$1" ]
}

# It has begun: what is sent to the background ignores SIGINT until it asks for it.
pinging() {
	grep -Eq '^SigCgt:.*[2367abef]$' "/proc/$pinger/status"
}

# Packets go on while it reloads.
reload_quickly() {	# what
	reloaded=$(($(reloads) + 1))
	: >"$T/pinger.log"
	background pinger c6 ping -n -q -i 0.005 -W 1 $server
	pinger=$BG
	wait_until 5 pinging || :
	kill -HUP "$LICHEN_PID"
	ok "$1: it reloads" wait_until 30 done_with $reloaded
	stop "$pinger" INT
	# The last one may have been under way still.
	missing=$(sed -n 's/^\([0-9]*\) packets transmitted, \([0-9]*\) .*/\1-\2/p' \
	    "$T/pinger.log")
	ns_report "$((${missing:-9} > 1))" "$1: no packet is lost"
	slowest=$(sed -n 's|^rtt [^=]*= [^/]*/[^/]*/\([0-9]*\)\..*|\1|p' \
	    "$T/pinger.log")
	note "$1: worst round trip $slowest ms"
	ns_report "$((${slowest:-9999} > BOUND))" "$1: none waits"
}

large_pool
lichen_run tr moved
ok "a large pool: its leases are there" wait_until 20 \
    grep -q "leases restored: $large active" "$T/moved.log"
ok "a large pool: it answers" wait_until 20 pings c6 $server
reload_quickly "nothing is new"
large_pool "dynamic-limit 100000"
reload_quickly "another dynamic-limit"
like "another dynamic-limit: all are kept" \
    "$(grep 'reload: done' "$T/moved.log" | tail -n 1)" ' 0 leases not kept'
before=$(grep -c lease=released "$T/moved.log" || :)
is "nobody has lost a lease" "$before" 0
large_pool "map 10.0.0.0/9 2001:db8:ffff::/105"
reload_quickly "a map over half of it"
lost=$(sed -n 's/.*reload: done, 1 maps, \([0-9]*\) leases.*/\1/p' "$T/moved.log")
ok "a map over half of it: leases end" test "$lost" -gt 1000
told() {
	[ $(($(grep -c lease=released "$T/moved.log") + \
	    $(metric log_lost_total))) -ge "$lost" ]
}
ok "each of them is told as released" wait_until 10 told
is "and counted" "$("$LICHEN" -c "$T/moved.conf" --status --json |
    tr -d '\n' | sed 's/.*"released":\([0-9]*\).*/\1/')" "$lost"
descriptors() {
	find "/proc/$LICHEN_PID/fd" -type l | wc -l
}
sleep 0.5
open=$(descriptors)
for n in 1 2 3; do
	large_pool
	sed -i '/^dynamic-pool/d' "$T/moved.conf"
	reloaded=$(($(reloads) + 1))
	kill -HUP "$LICHEN_PID"
	wait_until 30 done_with $reloaded || :
	large_pool
	kill -HUP "$LICHEN_PID"
	ok "a pool that goes and comes back, $n" wait_until 30 \
	    done_with $((reloaded + 1))
done
# Whoever asked last may not have been hung up on yet.
no_more_descriptors() {
	[ "$(descriptors)" -le "$open" ]
}
ok "it costs no descriptor" wait_until 10 no_more_descriptors
leases() {
	"$LICHEN" -c "$T/moved.conf" --leases | grep -c ' s$'
}
kept=$(leases)
ok "its leases come back" test "$kept" -ge $((large - lost))
clients=
for client in 1 2 3 4 5 6 7 8; do
	leases >"$T/client.$client" 2>&1 &
	clients="$clients $!"
done
# shellcheck disable=SC2086 # several
wait $clients
is "eight clients at once" "$(sort -u "$T"/client.*)" "$kept"
quick "a large pool"
stop "$LICHEN_PID"
is "exit status" "$STATUS" 0
is "all of them are written" "$(grep -vc '^#' "$T/data/dynamic.map")" "$kept"
finish
