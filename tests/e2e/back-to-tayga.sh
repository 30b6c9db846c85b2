#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The way back: Debian's tayga takes what lichen --tayga-conf prints of our example
# files, and goes on with the leases that lichen kept.
#
#	c6 --- tr --- s4

# shellcheck disable=SC2317 # functions that ok and wait_until call
# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
need tayga
conf=$(realpath "$(dirname "$0")/../../conf")

hosts c6 s4
routers tr
cable c6 tr
cable tr s4
address c6 tr 2001:db8:1::9/64
address tr c6 2001:db8:1::1/64
address tr s4 9.9.9.1/24
address s4 tr 9.9.9.9/24
route c6 default via 2001:db8:1::1
route s4 192.168.255.0/24 via 9.9.9.1

back() {	# file: to $T/back.conf
	"$LICHEN" -c "$1" --tayga-conf >"$T/back.conf" 2>"$T/left-out"
}
taken() {
	in_ns tr tayga -c "$T/back.conf" --mktun &&
	    in_ns tr tayga -c "$T/back.conf" --rmtun
}
for file in tayga nat64 clat siit-dc-br siit-dc-er; do
	ok "$file.conf: there is a way back" back "$conf/$file.conf"
	ok "$file.conf: TAYGA takes it" taken
	is "$file.conf: a warning for each line that is missing" \
	    "$(grep -c ': left out, ' "$T/left-out")" \
	    "$(diff "$conf/$file.conf" "$T/back.conf" | grep -c '^[<>]' || :)"
done

# --- with its leases

sed "s|^data-dir .*|data-dir $T/data|; /^control-socket/d
    s|^dynamic-pool.*|&\\ndynamic-limit 9|" "$conf/tayga.conf" >"$T/nat64.conf"
lichen_run tr nat64
ok "lichen: the client reaches the server" pings c6 64:ff9b::909:909
stop "$LICHEN_PID"
lease=$(sed -n 's/^\([0-9.]*\)	.*/\1/p' "$T/data/dynamic.map")
ok "back" back "$T/nat64.conf"
like "what the script has to do is said" "$(cat "$T/left-out")" \
    'tun-route: left out, TAYGA 0\.9\.2 does not know it: add the route'
in_ns tr tayga -c "$T/back.conf" --mktun >/dev/null
ip -n tr link set nat64 up
route tr 64:ff9b::/96 dev nat64
route tr 192.168.255.0/24 dev nat64
background tayga tr tayga -d -c "$T/back.conf"
tayga=$BG
ok "TAYGA: the client reaches the server" wait_until 5 pings c6 64:ff9b::909:909
stop "$tayga" INT
like "TAYGA: by the same address" "$(cat "$T/data/dynamic.map")" \
    "^$lease	2001:db8:1::9	"

# --- the manual lists what is left out

src=$(dirname "$0")/../..
differs=$(sed -n '/^\.Sh COMPATIBILITY/,/^\.Pp/p' "$src/man/tayga.conf.5")
listed() {	# version first-words-of-the-item
	sed -n 's/^	{ "\([a-z0-9-]*\)", [0-9].*/\1/p' \
	    "$src/src/conf/directive.c" >"$T/all.conf"
	"$LICHEN" -c "$T/all.conf" --tayga-conf "$1" 2>/dev/null |
	    grep -Fvxf - "$T/all.conf"
}
for version in 0.9.2 latest; do
	for name in $(listed $version); do
		like "TAYGA $version lacks $name: tayga.conf(5) says so" \
		    "$differs" "[ .]$name( |\$)"
	done
done

exits 1 "a version that is not known" "$LICHEN" -c "$T/nat64.conf" --tayga-conf 1.0
exits 78 "a file that is not there" "$LICHEN" -c "$T/none.conf" --tayga-conf
mkfifo "$T/fifo"
exits 78 "none that waits for a writer" timeout 5 \
    "$LICHEN" -c "$T/fifo" --tayga-conf
like "it is said" "$(cat "$T/err")" 'fifo: cannot open: not a regular file'
finish
