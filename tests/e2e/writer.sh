#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# What lichen(8) promises under WHAT IS KEPT: whoever is killed, whatever stands still
# or is taken away.
#
#	c6 (many addresses) --- tr (lichen) --- s4

# shellcheck disable=SC2317 # functions that ok and wait_until call
# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"

# Milliseconds that the worst round trip may take; see stall.sh.
BOUND=${BOUND:-400}
server=64:ff9b:1::c633:6402

hosts c6 s4
routers tr
cable c6 tr
cable tr s4
address tr c6 2001:db8:1::1/48
address tr s4 198.51.100.1/24
address s4 tr 198.51.100.2/24
address c6 tr 2001:db8:1::2/48
route c6 default via 2001:db8:1::1
route s4 default via 198.51.100.1
chmod 755 "$T"

config() {	# more lines
	cat <<-CONF
		tun-device nat64
		ipv4-addr 192.168.255.1
		ipv6-addr 2001:db8:3::1
		prefix 64:ff9b:1::/96
		dynamic-pool 10.1.0.0/16
		data-dir $T/data
		tun-up yes
		tun-route 10.1.0.0/16
		tun-route 192.168.255.0/24
		tun-route 64:ff9b:1::/96
		tun-route 2001:db8:3::1
		$*
	CONF
}

map=$T/data/dynamic.map

# New hosts from one number to another: each gets an answer, so each has a lease.
new_hosts() {	# first last
	n=$1
	while [ "$n" -le "$2" ]; do
		address c6 tr "2001:db8:1::1:$n/48"
		in_ns c6 ping -n -q -c 1 -w 3 -I "2001:db8:1::1:$n" $server \
		    >/dev/null || echo "host $n is not answered"
		n=$((n + 1))
	done
}

# Which of them are not in the file.
missing() {	# first last
	n=$1
	while [ "$n" -le "$2" ]; do
		grep -q "	2001:db8:1::1:$n	" "$map" || echo "$n"
		n=$((n + 1))
	done
}

all_there() {	# first last
	[ -z "$(missing "$@")" ]
}

logged() {	# regex
	grep -Eq "$1" "$T/$inst.log"
}

# Of a process, those that are called lichen-writer.
writers_of() {	# pid
	awk -v p="$1" '/^Name:/ { name = $2 }
	/^PPid:/ && $2 == p && name == "lichen-writer" {
		split(FILENAME, a, "/"); print a[3] }' /proc/[0-9]*/status 2>/dev/null
}

# The one that starts the other again when that dies.
nurse() {
	writers_of "$LICHEN_PID"
}

writer() {
	writers_of "$(nurse)"
}

another_writer() {	# than this pid
	[ -n "$(writer)" ] && [ "$(writer)" != "$1" ]
}

no_writers() {
	! grep -qs lichen-writer /proc/[0-9]*/comm
}

worst() {
	in_ns c6 ping -n -q -i 0.01 -c 150 -W 1 $server >"$T/ping" 2>&1 || :
	if grep -q ' 0% packet loss' "$T/ping"; then
		sed -n 's|^rtt [^=]*= [^/]*/[^/]*/\([0-9]*\)\..*|\1|p' "$T/ping"
	else
		echo 9999
	fi
}

start() {	# name [more lines]
	inst=$1
	shift
	config "$@" >"$T/$inst.conf"
	lichen_run tr "$inst"
	wait_until 10 pings c6 $server
}

# --- one of them is killed, at any time

start daemon
for round in 1 2 3 4 5; do
	first=$((4 + round * 6))
	new_hosts $first $((first + 5)) >"$T/refused"
	stop "$LICHEN_PID" KILL
	is "the daemon is killed, $round: hosts had leases" "$(cat "$T/refused")" ""
	ok "the writer ends, $round" wait_until 5 no_writers
	is "no lease is lost, $round" "$(missing 10 $((first + 5)))" ""
	start daemon
done
for round in 1 2 3; do
	first=$((100 + round * 10))
	wait_until 5 another_writer "" || :
	old=$(writer)
	new_hosts $first $((first + 2))
	kill -KILL "$old"
	new_hosts $((first + 3)) $((first + 5))
	ok "the writer is killed, $round: another takes over" \
	    wait_until 5 another_writer "$old"
	ok "no lease is lost, $round" wait_until 5 all_there 10 15
	ok "nor those after it, $round" wait_until 5 all_there $first $((first + 5))
done
ok "it is told" logged 'the writer died by SIGKILL, another one takes over'
stop "$LICHEN_PID"
is "exit status" "$STATUS" 0
is "one line a lease at the end" "$(grep -v '^#' "$map" | cut -f 2 | sort | uniq -d)" ""

# --- both processes of the writer

start both
old=$(writer)
kill -KILL "$(nurse)"
kill -KILL "$old"
ok "without a writer: it is told" \
    wait_until 5 logged 'nobody is there to write it'
ok "without a writer: packets go on" pings c6 $server
is "without a writer: new hosts too" "$(new_hosts 150 151)" ""
stop "$LICHEN_PID"
is "without a writer: exit status" "$STATUS" 0

# --- the disk stands still: so does the writer

start still
stopped=$(writer)
kill -STOP "$stopped"
is "a disk that stands still: leases are made" "$(new_hosts 200 210)" ""
slowest=$(worst)
note "a disk that stands still: worst round trip $slowest ms"
ns_report "$((${slowest:-9999} > BOUND))" "a disk that stands still: none waits"
begun=$(date +%s%N)
kill -TERM "$LICHEN_PID"
while alive "$LICHEN_PID" && [ $(($(date +%s%N) - begun)) -lt 5000000000 ]; do
	sleep 0.01
done
took=$((($(date +%s%N) - begun) / 1000000))
note "ended after $took ms"
ns_report "$((took > 100 + BOUND))" "a disk that stands still: SIGTERM ends it"
exits 0 "its device is free" in_ns tr "$LICHEN" -c "$T/still.conf" --rmtun
exits 1 "data-dir is not: a start waits, and gives up" \
    in_ns tr "$LICHEN" -d -c "$T/still.conf"
like "it says so" "$(cat "$T/err" "$T/out")" 'data-dir .*another lichen has it'
kill -CONT "$stopped"
ok "the disk goes on: the writer ends" wait_until 5 no_writers
is "no lease is lost" "$(missing 200 210)" ""

# --- two daemons

start two
config | sed 's/nat64/other/' >"$T/other.conf"
exits 1 "a second one on the same directory" in_ns tr "$LICHEN" -d -c "$T/other.conf"
like "it says who has it" "$(cat "$T/err" "$T/out")" \
    "another lichen has it, process $LICHEN_PID"

# --- what is taken away

rm "$map"
ok "a file that is deleted: written anew" wait_until 10 all_there 200 210
ok "it is told" logged 'dynamic\.map: was taken away'
mv "$T/data" "$T/moved"
mkdir "$T/data"
ok "a directory that is moved: written in the new one" \
    wait_until 10 all_there 200 210
ok "it is told" logged 'dynamic\.map: is in another directory now'
new_hosts 220 221
ok "it is the new one that is written" wait_until 5 all_there 220 221
stop "$LICHEN_PID"
is "exit status" "$STATUS" 0

mkdir "$T/stats"
start stats "stats-file $T/stats/lichen.prom" "
stats-interval 1"
ok "metrics" wait_until 5 test -s "$T/stats/lichen.prom"
mv "$T/stats" "$T/old-stats"
mkdir "$T/stats"
ok "their directory is moved: written in the new one" \
    wait_until 10 test -s "$T/stats/lichen.prom"
stop "$LICHEN_PID"

# --- a directory that only root may write to

if other_users; then
	tun_for_all
	chown 0:0 "$T/data"
	chmod 755 "$T/data"
	inst=user
	config >"$T/user.conf"
	lichen_run tr user -u nobody -g "$(id -gn nobody)"
	ok "a directory of root's: told at the start" wait_until 3 \
	    logged 'dynamic\.map: cannot write it anew.*Permission denied'
	wait_until 10 pings c6 $server
	new_hosts 230 232
	ok "a directory of root's: leases are written all the same" \
	    wait_until 5 all_there 230 232
	sleep 1
	is "a directory of root's: told once" \
	    "$(grep -c 'dynamic\.map: cannot' "$T/user.log")" 1
	stop "$LICHEN_PID"
	is "a directory of root's: exit status" "$STATUS" 0
else
	skip "a directory of root's" "one user only in this namespace"
fi
finish
