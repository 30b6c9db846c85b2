#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The image of conf/Containerfile, a container without Podman: its root directory
# (`make image`), its ENV and its ENTRYPOINT, as PID 1 of new namespaces, the one user
# of which is root.  Not part of make check, since it wants a static lichen.
#
#	IMAGE	the root directory
#
#	c6 --- tr --- s4
#	        |
#	    container

# shellcheck disable=SC2016,SC2317 # lines for other shells; functions for ok
# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
# shellcheck source=tests/e2e/in-container.sh
. "$(dirname "$0")/in-container.sh"
need socat pgrep ldd env
conf=$(realpath "$(dirname "$0")/../../conf")
unshare --user true 2>"$T/userns.log" ||
    ns_skip "no user namespaces: $(tail -n 1 "$T/userns.log")"
[ -d "${IMAGE:-}" ] || ns_skip "IMAGE is no directory (see make image)"

hosts c6 s4
routers tr
cable c6 tr
cable tr s4
address c6 tr 2001:db8:1::2/64
address tr c6 2001:db8:1::1/64
address tr s4 9.9.9.1/24
address s4 tr 9.9.9.9/24
route c6 default via 2001:db8:1::1
route s4 default via 9.9.9.1

# --- what is in it

root=$T/image
mkdir "$root"
mount -t tmpfs tmpfs "$root"
cp -R "$IMAGE/." "$root/"
for program in usr/sbin/lichen bin/busybox; do
	like "$program is static" "$(ldd "$root/$program" 2>&1)" \
	    'not a dynamic executable|statically linked'
done
is "two programs, the entry, and two files for names" \
    "$(cd "$root" && find . -type f | sort | paste -sd ' ' -)" \
    "./bin/busybox ./etc/group ./etc/passwd ./usr/sbin/entry ./usr/sbin/lichen"
is "the image is made of it" \
    "$(sed -n 's/^COPY --from=build //p' "$conf/Containerfile")" "/src/image /"
environment=$(sed -n 's/^ENV //p' "$conf/Containerfile")
entrypoint=$(sed -n 's/^ENTRYPOINT \["\(.*\)"\]$/\1/p' "$conf/Containerfile")
is "its entry" "$entrypoint" /usr/sbin/entry
ok "which is there" test -x "$root$entrypoint"

# --- run it

has_child() {
	pgrep -P "$1"
}

# podman run: start the entry when the network is there, with this environment and
# these arguments; the container's first process is $container, its parent $outer.
contain() {	# log variables... [-- arguments]
	name=$1
	shift
	rm -f "$T/go"
	# shellcheck disable=SC2086 # variables without spaces
	background "$name" tr unshare --user --map-root-user --net --mount \
	    --pid --fork --kill-child sh -c '
		root=$1 go=$2
		shift 2
		mount --rbind "$root" "$root" &&
		mount -t tmpfs tmpfs "$root/dev" &&
		mkdir "$root/dev/net" && : >"$root/dev/net/tun" &&
		mount --bind /dev/net/tun "$root/dev/net/tun" &&
		mount -t proc proc "$root/proc" || exit
		until [ -e "$go" ]; do sleep 0.05; done
		exec chroot "$root" /bin/busybox env -i "$@"
	    ' - "$root" "$T/go" $environment "$@"
	outer=$BG
	wait_until 5 has_child "$outer" || :
	container=$(pgrep -P "$outer")
}

connect() {	# routes of the machine to the container...
	plug_in "$@"
	: >"$T/go"
}

is_lichen() {
	[ "$(cat "/proc/$container/comm")" = lichen ]
}

logged() {	# name regex
	grep -Eq "$2" "$T/$1.log"
}

# End it as Podman does.
remove() {	# what
	kill -TERM "$container"
	ok "$1: SIGTERM ends it" wait_until 5 dead "$outer"
	stop "$outer"
	is "$1: with status 0" "$STATUS" 0
	wait_until 5 disconnected
}

blob "$T/blob" 500000
contain defaults "$entrypoint"
connect 64:ff9b::/96 192.168.255.0/24
ok "no variable set: the entry becomes lichen" wait_until 10 is_lichen
like "no variable set: as PID 1" \
    "$(grep '^NSpid' "/proc/$container/status")" '[[:space:]]1$'
ok "no variable set: it logs to stdout" wait_until 10 logged defaults started
exits 1 "no variable set: nothing is warned of" \
    logged defaults 'tayga\.conf:[0-9]*: warning'
ok "no variable set: ping" wait_until 10 pings c6 64:ff9b::909:909
ok "no variable set: TCP" tcp_upload c6 s4 64:ff9b::909:909 5001 "$T/blob"
ok "no variable set: lichen --status in there" \
    nsenter --user="/proc/$container/ns/user" --preserve-credentials \
    chroot "$root" /usr/sbin/lichen --status
kill -HUP "$container"
ok "no variable set: SIGHUP reloads" wait_until 5 logged defaults 'reload'
remove "no variable set"
ok "no variable set: the lease is in the volume" \
    grep -q 2001:db8:1::2 "$root/var/lib/lichen/dynamic.map"
grep '^tun-route' "$root/etc/tayga.conf" >"$T/before"

# A second start, as docker restart: the file is made anew.  TAYGA's variables.
contain tayga TAYGA_POOL4=10.64.0.0/20 TAYGA_PREF64=2001:db8:64::/96 \
    TAYGA_WKPF_STRICT=no TAYGA_ADDR4=10.64.0.9 TAYGA_ADDR6=2001:db8:65::1 \
    'LICHEN_CONF=map 10.64.0.7 2001:db8:1::2
log drop' "$entrypoint"
connect 2001:db8:64::/96 2001:db8:65::1 10.64.0.0/20
ok "TAYGA's variables: ping" wait_until 10 pings c6 2001:db8:64::909:909
ok "TAYGA's variables: TAYGA_ADDR6 answers" pings c6 2001:db8:65::1
ok "TAYGA's variables: TAYGA_ADDR4 answers" pings s4 10.64.0.9
ok "TAYGA's variables: LICHEN_CONF has a map" pings s4 10.64.0.7
ok "TAYGA's variables: and a second line" \
    grep -qx 'log drop' "$root/etc/tayga.conf"
remove "TAYGA's variables"

# What the operator mounts is used as it is.
sed "s|^data-dir.*|data-dir /var/lib/lichen|; s|^prefix.*|prefix 2001:db8:66::/96|
    s|^tun-route 64.*|tun-route 2001:db8:66::/96|" \
    "$conf/nat64.conf" >"$root/etc/tayga.conf"
cp "$root/etc/tayga.conf" "$T/mine"
contain mounted TAYGA_POOL4=10.64.0.0/20 "$entrypoint" --stdout
connect 2001:db8:66::/96 192.168.255.0/24
ok "a file of one's own: ping" wait_until 10 pings c6 2001:db8:66::909:909
ok "a file of one's own stays" cmp "$T/mine" "$root/etc/tayga.conf"
remove "a file of one's own"

# Mistakes are told.
rm "$root/etc/tayga.conf"
contain wrong TAYGA_POOL4=10.64.0.0/33 "$entrypoint"
: >"$T/go"
ok "a wrong pool: it ends" wait_until 10 dead "$outer"
stop "$outer"
is "a wrong pool: with status 78" "$STATUS" 78
ok "a wrong pool: it says why" logged wrong 'dynamic-pool.*10\.64\.0\.0/33'
contain empty TAYGA_PREF64= "$entrypoint"
: >"$T/go"
ok "no prefix: it ends" wait_until 10 dead "$outer"
stop "$outer"
ok "no prefix: it says why" logged empty TAYGA_PREF64
finish
