#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# What a service manager hears: sd_notify(3), over a path and an abstract socket.

# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
need socat

hosts tr
cat >"$T/lichen.conf" <<-CONF
	tun-device nat64
	ipv4-addr 192.0.0.2
	prefix 2001:db8:64::/96
CONF
# shellcheck disable=SC2317 # called by name
heard() {
	grep -qa "$1" "$T/heard"
}

for socket in "$T/notify" @lichen-notify; do
	: >"$T/heard"
	case $socket in
	@*)	from=ABSTRACT-RECV:${socket#@} ;;
	*)	from=UNIX-RECV:$socket ;;
	esac
	background socat tr socat -u "$from" "OPEN:$T/heard,append"
	listener=$BG
	wait_until 5 in_ns tr grep -qF "$socket" /proc/net/unix
	NOTIFY_SOCKET=$socket
	WATCHDOG_USEC=300000
	export NOTIFY_SOCKET WATCHDOG_USEC
	background lichen tr "$LICHEN" --nodetach --stdout \
	    -c "$T/lichen.conf"
	unset NOTIFY_SOCKET WATCHDOG_USEC
	daemon=$BG
	ok "$socket: READY" wait_until 5 heard READY=1
	ok "$socket: a status" heard 'STATUS=translating'
	ok "$socket: WATCHDOG" wait_until 5 heard WATCHDOG=1
	kill -HUP "$daemon"
	ok "$socket: RELOADING" wait_until 5 heard 'RELOADING=1'
	ok "$socket: and since when" wait_until 5 heard 'MONOTONIC_USEC=[1-9]'
	stop "$daemon"
	is "$socket: exit status" "$STATUS" 0
	ok "$socket: STOPPING" wait_until 5 heard STOPPING=1
	stop "$listener"
done

# Nobody there: that is no reason not to run.
NOTIFY_SOCKET=$T/nobody
export NOTIFY_SOCKET
background nobody tr "$LICHEN" --nodetach --stdout -c "$T/lichen.conf"
unset NOTIFY_SOCKET
daemon=$BG
ok "a socket that is not there: it runs" \
    wait_until 5 grep -q started "$T/nobody.log"
stop "$daemon"
is "a socket that is not there: exit status" "$STATUS" 0
finish
