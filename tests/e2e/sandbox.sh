#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The sandbox: on by default, off on demand, and what happens where it cannot be.
# That nothing is missing in it all the other tests show: they run in it.

# shellcheck disable=SC2016,SC2317 # for another shell; functions that ok and wait_until call
# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
need socat setpriv
confine=${LICHEN%/*}/tests/e2e/confine
[ -x "$confine" ] || ns_skip "$confine is not built"

hosts h
routers tr
cable h tr
address h tr 2001:db8::2/64 198.51.100.2/24
address tr h 2001:db8::1/64 198.51.100.1/24
route h 2001:db8:64::/96 via 2001:db8::1
route h 192.0.2.0/24 via 198.51.100.1

conf() {	# more lines
	printf '%s\n' 'tun-device nat64' 'ipv4-addr 192.0.2.1' \
	    'prefix 2001:db8:64::/96' "$@"
}

# It is there before, so that no capability is needed.
device() {
	ip -n tr tuntap add dev nat64 mode tun
	ip -n tr link set dev nat64 up
	route tr 192.0.2.0/24 dev nat64
	route tr 2001:db8:64::/96 dev nat64
}

status_of() {	# pid field
	sed -n "s/^$2:[[:space:]]*//p" "/proc/$1/status"
}

# Filters that a process inherits here: a container may have some already.
outer=$(status_of self Seccomp_filters)
in_sandbox() {	# pid
	[ "$(status_of "$1" Seccomp)" = 2 ] &&
	    { [ -z "$outer" ] ||
	    [ "$(status_of "$1" Seccomp_filters)" != "$outer" ]; }
}

device
conf >"$T/default.conf"
lichen_run tr default
if grep -q 'not in this build' "$T/default.log"; then
	ns_skip "this build has no sandbox"
fi
[ -n "$outer" ] || note "a kernel before 5.9 does not count filters"
ok "by default: a filter" in_sandbox $LICHEN_PID
is "by default: no new privileges" "$(status_of $LICHEN_PID NoNewPrivs)" 1
ok "by default: it works" pings h 2001:db8:64::c000:201
stop $LICHEN_PID
is "by default: exit status" "$STATUS" 0

conf 'sandbox no' >"$T/no.conf"
lichen_run tr no
is "no: as it was" "$(status_of $LICHEN_PID Seccomp_filters)" "$outer"
ok "no: it works" pings h 2001:db8:64::c000:201
conf 'sandbox yes' >"$T/no.conf"
kill -HUP $LICHEN_PID
ok "no: a reload cannot change it, and says so" \
    wait_until 5 grep -q 'sandbox needs a restart' "$T/no.log"
stop $LICHEN_PID

# --- what a reload reads: the directories of the start --------------------------

mkdir "$T/link" "$T/etc" "$T/other" "$T/state"
echo 'map 192.0.2.7 2001:db8::7' >"$T/etc/maps"
cp "$T/etc/maps" "$T/etc/more"
cp "$T/etc/maps" "$T/other/maps"
ln -s "$T/etc/real.conf" "$T/link/conf"
conf "map-file $T/etc/maps" "data-dir $T/state" >"$T/etc/real.conf"
printf '192.0.2.99\t2001:db8::99\t%s\n' "$(date +%s)" >"$T/state/dynamic.map"
background linked tr "$LICHEN" -d -c "$T/link/conf"
says() {	# regex
	grep -q "$1" "$T/linked.log"
}
ok "reload: starts" wait_until 5 says started
conf "map-file $T/etc/more" "map 192.0.2.8 2001:db8::8" "data-dir $T/state" \
    >"$T/etc/new.conf"
mv "$T/etc/new.conf" "$T/etc/real.conf"
kill -HUP "$BG"
ok "reload: a link's file was replaced, another map-file beside it" \
    wait_until 5 says 'reload: done, 2 maps'
# A pool that comes back has its leases again.
conf "map-file $T/etc/maps" "data-dir $T/state" \
    'dynamic-pool 192.0.2.0/24' >"$T/etc/real.conf"
kill -HUP "$BG"
ok "reload: a pool" wait_until 5 says 'reload: done, 1 maps'
ok "reload: the leases in data-dir are read" sh -c \
    '! grep "dynamic.map: cannot read" "$0"' "$T/linked.log"
conf "map-file $T/other/maps" "map 192.0.2.8 2001:db8::8" \
    'map 192.0.2.9 2001:db8::9' "data-dir $T/state" >"$T/etc/real.conf"
kill -HUP "$BG"
ok "reload: a map-file in another directory" wait_until 5 says \
    'errors in the configuration\|reload: done, 3 maps'
if says 'reload: done, 3 maps'; then
	note "a kernel without Landlock"
else
	ok "reload: why not" says 'other/maps: in the sandbox only what'
	ok "reload: and what it is" \
	    says 'other/maps: cannot open: Permission denied'
fi
stop "$BG"
is "reload: exit status" "$STATUS" 0

# --- where it cannot be: somebody else's filter forbids another ----------------

confined() {
	in_ns tr setpriv --bounding-set=-all --inh-caps=-all \
	    "$confine" -p "$@"
}

conf 'sandbox yes' >"$T/yes.conf"
exits 1 "yes, forbidden: not started" confined "$LICHEN" -d -c "$T/yes.conf"
like "yes, forbidden: the reason" "$(cat "$T/err")" \
    'no sandbox: .* not permitted'
exits 1 "yes, forbidden: the parent of a daemon tells" \
    confined "$LICHEN" -c "$T/yes.conf"
like "yes, forbidden: and why" "$(cat "$T/err")" 'no sandbox: .* not permitted'
background auto tr setpriv --bounding-set=-all --inh-caps=-all \
    "$confine" -p "$LICHEN" -d -c "$T/default.conf"
ok "auto, forbidden: it works" wait_until 10 pings h 2001:db8:64::c000:201
like "auto, forbidden: one line says so" \
    "$(grep -c 'no sandbox: .* not permitted' "$T/auto.log")" '^1$'
stop "$BG"

# --- a daemon that logs to syslog, whose other end goes away and comes back -----

mkdir -p "$T/dev/net"
for file in null zero random urandom net/tun; do
	: >"$T/dev/$file"
	mount --bind "/dev/$file" "$T/dev/$file"
done
mount --rbind "$T/dev" /dev

syslogd() {
	rm -f /dev/log
	: >"$T/syslog"
	background syslogd tr socat -u UNIX-RECV:/dev/log \
	    "OPEN:$T/syslog,append"
	syslogd=$BG
	wait_until 5 test -S /dev/log
}

reloads() {
	kill -HUP "$pid"
	grep -qa 'reload: done' "$T/syslog"
}

syslogd
ok "daemon: starts" in_ns tr "$LICHEN" -c "$T/yes.conf" -p "$T/daemon.pid"
pid=$(cat "$T/daemon.pid")
ok "daemon: in the sandbox" in_sandbox "$pid"
ok "daemon: syslogd hears it" wait_until 5 grep -qa started "$T/syslog"
stop "$syslogd"
syslogd
ok "daemon: and when it was restarted" wait_until 10 reloads
ok "daemon: it works" pings h 2001:db8:64::c000:201
kill "$pid"
ok "daemon: ends" wait_until 5 dead "$pid"
ok "daemon: says so" wait_until 5 grep -qa 'exiting on signal 15' "$T/syslog"
ok "daemon: the pidfile is gone" test ! -e "$T/daemon.pid"
finish
