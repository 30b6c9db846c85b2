#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Containers in an unprivileged user namespace: a root file system with lichen,
# libc and a configuration, /dev/net/tun bound into it, no right over the machine.
# First as Docker and Podman would, lichen being PID 1, read-only but for its
# volume; then as LXC, below an init, with users of its own (conf/lxc.conf).
#
#	c6 --- tr --- s4
#	        |
#	    container (lichen)

# shellcheck disable=SC2016,SC2317 # lines for other shells; functions for ok
# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
# shellcheck source=tests/e2e/in-container.sh
. "$(dirname "$0")/in-container.sh"
need socat ldd pgrep

hosts c6 s4
routers tr
cable c6 tr
cable tr s4
address c6 tr 2001:db8:1::2/64
address tr c6 2001:db8:1::1/64
address tr s4 198.51.100.1/24
address s4 tr 198.51.100.2/24
route c6 default via 2001:db8:1::1
route s4 default via 198.51.100.1
server=2001:db8:64::c633:6402

root=$T/root
mkdir "$root"
mount -t tmpfs tmpfs "$root"
mkdir -p "$root/dev/net" "$root/etc" "$root/proc" "$root/sbin" "$root/data"
cp "$LICHEN" "$root/sbin/lichen"
ldd "$LICHEN" | grep -o '/[^ ]*' | while read -r lib; do
	mkdir -p "$root/${lib%/*}"
	cp "$lib" "$root/$lib"
done
if ! nm "$LICHEN" 2>/dev/null | grep -q __ubsan; then
	is "libc is all it needs" "$(cd "$root" && find . -type f |
	    sed 's|.*/||' | grep -Ev '^(libc|ld)[.-]' | paste -sd ' ' -)" lichen
fi
: >"$root/dev/net/tun"
printf 'root:x:0:0::/:\nnobody:x:65534:65534::/:\n' >"$root/etc/passwd"
printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"

config() {	# more lines
	cat >"$root/etc/tayga.conf" <<-CONF
		tun-device nat64
		ipv4-addr 192.168.255.1
		prefix 2001:db8:64::/96
		dynamic-pool 192.168.255.0/24
		data-dir /data
		tun-up yes
		tun-ip 192.168.255.254/32
		tun-route 192.168.255.0/24
		tun-route 2001:db8:64::/96
		$*
	CONF
}

# The ids of the container: a range of the machine's if it has one for us.
first_id=0 ids=1 become=--preserve-credentials
if other_users && tun_for_all; then
	first_id=100000 ids=65536 become='--setuid 0 --setgid 0'
	chown -R $first_id:$first_id "$root"
	chmod 755 "$T" "$root"
fi
unshare --user true 2>"$T/userns.log" ||
    ns_skip "no user namespaces: $(tail -n 1 "$T/userns.log")"
background ids tr unshare --user sleep 1000
ids_holder=$BG
unshared() {
	[ "$(readlink /proc/self/ns/user)" != \
	    "$(readlink "/proc/$ids_holder/ns/user")" ]
}
wait_until 5 unshared
echo 0 $first_id $ids >"/proc/$ids_holder/uid_map"
echo 0 $first_id $ids >"/proc/$ids_holder/gid_map"

has_child() {
	pgrep -P "$1"
}

# Start a container whose first process becomes this line of shell, in which $1 is
# the root directory; leave that process in $container, its parent in $outer.
contain() {	# log line
	# shellcheck disable=SC2086 # words
	background "$1" tr nsenter --user="/proc/$ids_holder/ns/user" $become \
	    unshare --net --mount --pid --fork --kill-child sh -c '
		mount --rbind "$1" "$1" &&
		mount --bind /dev/net/tun "$1/dev/net/tun" &&
		mount -t proc proc "$1/proc" &&
		mount -t tmpfs tmpfs "$1/data" &&
		mount -o remount,bind,ro "$1" || exit
		until [ -e "$2" ]; do sleep 0.05; done
		'"$2" - "$root" "$T/$1.go"
	outer=$BG
	wait_until 5 has_child "$outer" || :
	container=$(pgrep -P "$outer")
}

connect() {	# log
	plug_in 2001:db8:64::/96 192.168.255.0/24
	: >"$T/$1.go"
}

logged() {	# name regex
	grep -Eq "$2" "$T/$1.log"
}

status_of() {	# pid field
	sed -n "s/^$2:[[:space:]]*//p" "/proc/$1/status" | tr '\t' ' '
}

works() {
	ok "$1: through the container" wait_until 5 pings c6 $server
	blob "$T/blob" 1000000
	port=$((port + 2))
	ok "$1: TCP" tcp_upload c6 s4 $server $port "$T/blob"
	ok "$1: TCP, download" tcp_download c6 s4 $server $((port + 1)) \
	    "$T/blob"
}

# --- PID 1

port=5000
config
contain pid1 'exec chroot "$1" /sbin/lichen -d -c /etc/tayga.conf'
connect pid1
works "PID 1"
like "PID 1: it is" "$(status_of "$container" NSpid)" ' 1$'
is "PID 1: its root is somebody else on the machine" \
    "$(status_of "$container" Uid | cut -d' ' -f 1-3)" \
    "$first_id $first_id $first_id"
ok "PID 1: it made the device inside the container" \
    inside ip link show dev nat64
ok "PID 1: not outside" sh -c '! ip -n tr link show dev nat64'
ok "PID 1: it logs to stdout" logged pid1 'started, tun nat64'
config "map 192.168.255.77 2001:db8:1::2"
kill -HUP "$container"
ok "PID 1: SIGHUP reloads" wait_until 3 logged pid1 'reload: done, 1 maps'
ok "PID 1: the new map" pings s4 192.168.255.77
kill -TERM "$container"
ok "PID 1: SIGTERM ends it" wait_until 3 dead "$outer"
stop "$outer"
is "PID 1: exit status 0" "$STATUS" 0
wait_until 5 disconnected

# The kernel does not end a PID 1 that has no handler: it must have one before
# anything that takes time, here errors that nobody reads.
yes no-such-directive | head -n 5000 >"$root/etc/tayga.conf"
mkfifo -m 666 "$root/pipe"
contain early 'exec chroot "$1" /sbin/lichen -d -c /etc/tayga.conf 2<>"$1/pipe"'
: >"$T/early.go"
is_lichen() {
	[ "$(cat "/proc/$container/comm")" = lichen ]
}
handles_term() {	# SigCgt, bit 14
	[ $((0x$(status_of "$container" SigCgt) >> 14 & 1)) -eq 1 ]
}
ok "PID 1, stopped while it starts: it runs" wait_until 5 is_lichen
ok "PID 1, stopped while it starts: it has a handler" \
    wait_until 5 handles_term
kill -TERM "$container" 2>/dev/null || :
ok "PID 1, stopped while it starts: it ends" wait_until 3 dead "$outer"
stop "$outer" KILL

# --- below an init, with a user of its own in a chroot

config
chown -R $first_id:$first_id "$root/etc" 2>/dev/null || :
user=
[ $ids -eq 1 ] || user='-u nobody -r'
contain lxc 'trap "exit 0" TERM
	chroot "$1" /sbin/lichen -c /etc/tayga.conf -p /data/pid '"$user"'
	echo "started $?"
	while sleep 0.1; do :; done'
connect lxc
ok "below an init: daemonised" wait_until 5 logged lxc 'started 0'
works "below an init"
daemon=$(pgrep -P "$container" lichen)
if [ -n "$user" ]; then
	nobody=$((first_id + 65534))
	is "below an init: user nobody of the container" \
	    "$(status_of "$daemon" Uid)" "$nobody $nobody $nobody $nobody"
	is "below an init: no capability is left" \
	    "$(status_of "$daemon" CapEff)" 0000000000000000
fi
kill -TERM "$daemon"
ok "below an init: SIGTERM ends it" wait_until 3 dead "$daemon"
ok "below an init: the leases are written" grep -q '2001:db8:1::2' \
    "/proc/$container/root$root/data/dynamic.map"
kill -TERM "$container"
ok "below an init: the container ends" wait_until 3 dead "$outer"
finish
