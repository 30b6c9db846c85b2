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
BOUND=${BOUND:-100}

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
finish
