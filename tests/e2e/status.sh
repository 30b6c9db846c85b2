#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# What can be seen of a running translator: --status, --leases, --explain, the
# textfile and the log; and that nobody who looks is in the way.

# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
need socat jq

hosts tr
pool=192.168.255
see() {
	in_ns tr "$LICHEN" -c "$T/lichen.conf" "$@"
}
conf() {
	cat >"$T/lichen.conf" <<-CONF
		tun-device nat64
		ipv4-addr $pool.1
		ipv6-addr 2001:db8:1::2
		prefix 2001:db8:64::/96
		dynamic-pool $pool.0/24
		map-file $T/maps
		data-dir $T/state
		log drop reject dyn
		control-socket $T/control
		stats-file $T/stats/lichen.prom
		stats-interval 1
		tun-up yes
		tun-ip 2001:db8:1::9
		tun-route 2001:db8:64::/96
		tun-route $pool.0/24
		tun-route 192.0.2.0/24
	CONF
}
printf '# one network\nmap 192.0.2.0/28 2001:db8:80::/124\n' >"$T/maps"
conf
mkdir "$T/state" "$T/stats"
user=
if other_users && tun_for_all; then
	chown nobody "$T/state" "$T/stats"
	chmod 755 "$T"
	user='-u nobody'
fi

# --- nobody there yet

exits 1 "--status without a daemon" see --status
like "it says what it tried" "$(cat "$T/err")" "control-socket $T/control: .*running"
exits 1 "--leases without a daemon" see --leases
exits 0 "--explain needs none" see --explain 192.0.2.3
like "it tells the map and its line" "$(cat "$T/out")" "at $T/maps:2\$"
exits 2 "--explain: no counterpart" see --explain 192.0.2.3 $pool.77
exits 1 "--explain: no address" see --explain 192.0.2.3 nat64
like "which one" "$(cat "$T/err")" 'nat64: not an IPv4 or IPv6 address'
exits 1 "--explain without an address" see --explain
exits 1 "--json alone" see --json
exits 1 "--watch with --json" see --status --watch --json
exits 1 "two questions at once" see --status --leases
sed '/control-socket/d' "$T/lichen.conf" >"$T/none.conf"
exits 1 "no control-socket in the file" \
    in_ns tr "$LICHEN" -c "$T/none.conf" --status
like "it says so" "$(cat "$T/err")" 'has no control-socket'
exits 1 "no file" in_ns tr "$LICHEN" -c "$T/nonexistent" --status
like "it says that, too" "$(cat "$T/err")" 'cannot open: No such file'

# From a configuration and the leases that were written last.
mkdir "$T/old"
{
	sed -e "s,$T/state,$T/old," -e '/control-socket/d' "$T/lichen.conf"
	echo dynamic-source 2001:db8:5::/48
	echo dynamic-limit 2
} >"$T/old.conf"
printf '%s.%s\t%s\t%s\n' "$pool" 9 2001:db8:5::9 "$(date +%s)" \
    "$pool" 10 2001:db8:5::10 "$(date +%s)" >"$T/old/dynamic.map"
# shellcheck disable=SC2317
offline() {
	"$LICHEN" -c "$T/old.conf" --explain "$@"
}
exits 0 "--explain reads dynamic.map" offline 2001:db8:5::9 $pool.10
like "a lease" "$(cat "$T/out")" "^2001:db8:5::9 -> $pool\.9\$"
like "the other way" "$(cat "$T/out")" "^$pool\.10 -> 2001:db8:5::10\$"
exits 2 "a third in a /64 of two" offline 2001:db8:5::11
like "it says why" "$(cat "$T/out")" 'dynamic-limit allows$'
like "and how its packets end" "$(cat "$T/out")" 'from it end as pool_limit'
exits 0 "its neighbour" offline 2001:db8:5:1::11
exits 2 "not of a dynamic-source" offline 2001:db8:6::11
like "it says so" "$(cat "$T/out")" 'no dynamic-source has it$'
is "nothing was written" "$(ls "$T/old")" dynamic.map
printf 'prefix 2001:db8::/95\n' >>"$T/old.conf"
exits 78 "a configuration with errors" offline 192.0.2.1
like "each of them" "$(cat "$T/err")" 'old.conf:[0-9]+: prefix'

# --- a running one

# What was left by one that was killed is in nobody's way.
socat "UNIX-LISTEN:$T/control,unlink-close=0" - &
left=$!
wait_until 5 test -S "$T/control"
stop "$left" KILL
in_ns tr sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
# shellcheck disable=SC2086 # words
lichen_run tr lichen $user
in_ns tr ping -c 3 -i 0.2 -W 1 2001:db8:64::$pool.1 >/dev/null || :
in_ns tr ping -c 1 -W 1 2001:db8:64::198.51.100.1 >/dev/null || :

exits 0 "--status" see --status
cp "$T/out" "$T/status"
like "version and device" "$(head -n 1 "$T/status")" \
    '^lichen [0-9.]+ on nat64, mtu 1500, up 00:00:[0-9][0-9]$'
like "traffic" "$(cat "$T/status")" '^IPv6 in +[1-9][0-9]* +[1-9][0-9]*$'
like "outcomes" "$(cat "$T/status")" '^echo +3$'
like "the pool" "$(cat "$T/status")" \
    '^pool +leased 1 dormant 0 reserved 2 free 253$'
is "80 columns" "$(awk 'length > 80' "$T/status")" ""
like "24 lines" "$(wc -l <"$T/status")" '^ *(1[0-9]|2[0-4])$'

exits 0 "--status --json" see --status --json
is "it is JSON" "$(jq '.lichen_packets_total.echo' <"$T/out")" 3
is "one reason for every packet read" \
    "$(jq '.lichen_packets_total | add' <"$T/out")" \
    "$(jq '.lichen_received_packets_total | add' <"$T/out")"
exits 0 "--leases" see --leases
like "who has what" "$(cat "$T/out")" \
    "^$pool\\.240 +2001:db8:1::9 +active +[0-9]+ s\$"
exits 0 "--leases --json" see --leases --json
is "it is JSON" "$(jq -r '.[] | .ipv4 + " " + .ipv6 + " " + .state' <"$T/out")" \
    "$pool.240 2001:db8:1::9 active"

exits 0 "--explain asks the daemon" \
    see --explain 2001:db8:1::9 $pool.240 192.0.2.3 2001:db8:5::5
like "a lease" "$(cat "$T/out")" "^2001:db8:1::9 -> $pool\\.240\$"
like "the other way" "$(cat "$T/out")" "^$pool\\.240 -> 2001:db8:1::9\$"
like "a map" "$(cat "$T/out")" "at $T/maps:2\$"
like "what would be" "$(cat "$T/out")" '2001:db8:5::5 -> a new lease'
like "nothing came of asking" "$(see --status)" '^pool +leased 1 '
exits 2 "--explain: no counterpart" see --explain $pool.77
exits 1 "--explain: no address" see --explain 'a b'

# shellcheck disable=SC2317
watched() {
	in_ns tr timeout 3 "$LICHEN" -c "$T/lichen.conf" --status --watch
}
exits 124 "--watch goes on" watched
like "more than once, with rates" \
    "$(grep -c 'packets/s     bit/s' "$T/out")" '^[23]$'

# By hand, as the manual has it.
asked=$(printf 'help\nreload\n' | in_ns tr socat -t 2 - "UNIX:$T/control")
like "the protocol: help" "$asked" '^status \[json'
like "the protocol: nothing else" "$asked" '^error: unknown request'

# --- the textfile

# shellcheck disable=SC2317 # called by name
written() {
	grep -q "^$1\$" "$T/stats/lichen.prom"
}
ok "stats-file is written" wait_until 5 written 'lichen_packets_total{reason="echo"} 3'
is "readable for the exporter" "$(stat -c %a "$T/stats/lichen.prom")" 644
before=$(stat -c %i "$T/stats/lichen.prom")
in_ns tr ping -c 1 -W 1 2001:db8:64::$pool.1 >/dev/null || :
ok "and again" wait_until 5 written 'lichen_packets_total{reason="echo"} 4'
like "another file each time" \
    "$(stat -c %i "$T/stats/lichen.prom") $before" '^([0-9]+) [0-9]+$'
is "nothing else is left there" "$(ls "$T/stats")" lichen.prom

# --- in nobody's way

# Seven that say nothing, one that asks for more than it ever reads.
background crowd tr sh -c "
	trap 'kill \$pids; exit' TERM
	for i in 1 2 3 4 5 6 7; do
		sleep 60 | socat -u - 'UNIX:$T/control' &
		pids=\"\$pids \$!\"
	done
	yes 'status json' | socat -u - 'UNIX:$T/control' &
	pids=\"\$pids \$!\"
	wait"
crowd=$BG
# shellcheck disable=SC2317
crowded() {	# the listener, and eight
	[ "$(in_ns tr grep -c " $T/control\$" /proc/net/unix)" -ge 9 ]
}
ok "a crowd of clients" wait_until 10 crowded
ok "it stalls no packet" \
    in_ns tr ping -q -c 50 -i 0.01 -W 2 2001:db8:64::$pool.1
exits 0 "it keeps nobody out" see --status
busy=$(awk '{ print $14 + $15 }' "/proc/$LICHEN_PID/stat")
sleep 1
like "nor does one that never reads keep it busy" \
    "$(($(awk '{ print $14 + $15 }' "/proc/$LICHEN_PID/stat") - busy))" \
    '^[0-9]$|^[1-3][0-9]$'
stop "$crowd"

# --- reload

printf '# two\n\nmap 192.0.2.0/28 2001:db8:80::/124\nmap 192.0.2.77 2001:db8::7\n' >"$T/maps"
sed -i 's/^log .*/log drop/' "$T/lichen.conf"
kill -HUP "$LICHEN_PID"
# shellcheck disable=SC2317
maps_are() {
	see --status | grep -qx "maps: $1"
}
ok "a reload shows" wait_until 5 maps_are 2
like "it is counted" "$(see --status)" '^reloads +ok 1 failed 0$'
like "and explained" "$(see --explain 192.0.2.77)" "at $T/maps:4\$"
echo nonsense >>"$T/lichen.conf"
kill -HUP "$LICHEN_PID"
# shellcheck disable=SC2317
failed_once() {
	see --status | grep -qx 'reloads         ok 1 failed 1'
}
ok "one that fails is counted, and can be asked about" wait_until 5 failed_once

# --- the log

stop "$LICHEN_PID"
is "exit status" "$STATUS" 0
like "the last words are in the textfile" "$(cat "$T/stats/lichen.prom")" \
    'lichen_reloads_total\{result="failed"\} 1'
ok "the socket is gone" test ! -S "$T/control" -o -n "$user"
lichen_log lichen | grep -v '^lichen: ' >"$T/lines" || :
like "a line: time, level, keys and values" "$(head -n 1 "$T/lines")" \
    '^time=[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z level=[a-z]+ [a-z]+='
is "all of them" "$(grep -Ev '^time=[^ ]+Z level=(info|notice|warning|error) ([a-z0-9]+=("([^"\\]|\\.)*"|[^" ]+)( |$))+$' "$T/lines")" ""
like "who got which address, and when" "$(cat "$T/lines")" \
    "time=[^ ]+Z level=info lease=assigned ipv4=$pool\\.240 ipv6=2001:db8:1::9\$"
like "counters" "$(cat "$T/lines")" ' reason=echo packets=[1-9]'

# Packets, and how many more there were.
conf
# shellcheck disable=SC2086
lichen_run tr lichen $user
for _ in 1 2 3; do
	in_ns tr ping -q -c 15 -i 0.01 -W 1 2001:db8:64::$pool.99 >/dev/null || :
done
sent=$(see --status | awk '/^no_dst/ { print $2 }')
like "packets without a counterpart" "$sent" '^(4[0-9])$'
like "they are logged" "$(cat "$T/lichen.log")" \
    "packet=rejected reason=no_dst src=2001:db8:1::9 dst=2001:db8:64::c0a8:ff63 proto=icmpv6 type=128 code=0 text="
# shellcheck disable=SC2317
all_told() {
	[ "$(awk '/packet=rejected reason=no_dst/ { n++ }
	    /packet=suppressed reason=no_dst/ { sub(/.*count=/, ""); n += $0 }
	    END { print n + 0 }' "$T/lichen.log")" -eq "$sent" ]
}
ok "one by one, or in a sum" wait_until 5 all_told
stop "$LICHEN_PID"

# --- where there can be no socket

sed -i "s,^control-socket .*,control-socket $T/nowhere/at/control,
    s,^stats-file .*,stats-file $T/nowhere/at/lichen.prom," "$T/lichen.conf"
lichen_run tr lichen
like "no directory for the socket: one line" \
    "$(grep -c 'control-socket .*goes without: No such file' "$T/lichen.log")" '^1$'
like "no directory for the textfile: one line" \
    "$(grep -c 'stats-file .*is not written' "$T/lichen.log")" '^1$'
ok "and it translates" in_ns tr ping -q -c 1 -W 2 2001:db8:64::$pool.1
exits 1 "--status" see --status
like "it runs, but has no such socket" "$(cat "$T/err")" \
    "control-socket $T/nowhere/at/control: .*; but nat64 is in use, so it is running with another control-socket or without: restart"
sed '/control-socket/d' "$T/lichen.conf" >"$T/none.conf"
exits 1 "--status without control-socket" \
    in_ns tr "$LICHEN" -c "$T/none.conf" --status
like "it runs, but cannot be asked" "$(cat "$T/err")" \
    'has no control-socket: nat64 is in use, so it is running without; add "control-socket /run/lichen/control" and restart it$'
mkdir "$T/lichen"
cp "$T/none.conf" "$T/lichen/office.lan.conf"
exits 1 "--status with the file of an instance" \
    in_ns tr "$LICHEN" -c "$T/lichen/office.lan.conf" --status
like "the socket is to be where its unit has a directory" "$(cat "$T/err")" \
    'add "control-socket /run/lichen@office\.lan/control" and restart it$'
exits 0 "--explain" in_ns tr "$LICHEN" -c "$T/none.conf" --explain 192.0.2.3
like "says that it could not ask" "$(cat "$T/out")" \
    'none\.conf, without asking the lichen that runs$'
stop "$LICHEN_PID"
exits 1 "--status without control-socket" \
    in_ns tr "$LICHEN" -c "$T/none.conf" --status
like "when it does not run" "$(cat "$T/err")" \
    'has no control-socket, and it is not running; add "control-socket /run/lichen/control"$'

# --- a directory that is missing, as all in /run is after a boot

sed -i "s,^control-socket .*,control-socket $T/made/control,
    /^stats-file/d" "$T/lichen.conf"
# shellcheck disable=SC2086 # words
lichen_run tr lichen $user
ok "the last one is made" test -S "$T/made/control"
is "for the user, who can remove the socket" "$(stat -c '%U %a' "$T/made")" \
    "$(stat -c %U "$T/made/control") 755"
exits 0 "--explain" see --explain 192.0.2.3
like "with which configuration it runs" "$(head -n 1 "$T/out")" \
    "^# the running lichen, with $T/lichen\.conf as of 20[0-9-]+ [0-9:]+\$"
touch -d '+1 hour' "$T/lichen.conf"
like "and that it is not the file's" "$(see --explain 192.0.2.3)" \
    '^# \(changed since: a reload makes it follow\)$'
if [ -n "$user" ]; then
	exits 1 "another user: --status" in_ns tr setpriv --reuid=daemon \
	    --regid=daemon --clear-groups "$LICHEN" -c "$T/lichen.conf" --status
	like "is not allowed" "$(cat "$T/err")" \
	    'not allowed: root and members of group nogroup may ask'
	chmod 700 "$T/made"
	exits 1 "another user, at a closed directory: --status" in_ns tr setpriv \
	    --reuid=daemon --regid=nogroup --clear-groups "$LICHEN" \
	    -c "$T/lichen.conf" --status
	like "no group is named" "$(cat "$T/err")" \
	    'not allowed: its directory is closed to others, root may ask$'
	chmod 755 "$T/made"
else
	skip "another user" "there is none here"
fi
stop "$LICHEN_PID"
ok "the socket is gone" test ! -e "$T/made/control"
finish
