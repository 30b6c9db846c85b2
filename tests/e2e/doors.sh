#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Traps that another user of the machine could lay for a lichen that starts as root:
# pipes that nobody writes to, links to files of root's, descriptors that are not
# there.

# shellcheck disable=SC2016,SC2317 # for other shells; functions that ok calls
# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"

routers tr
mkdir "$T/data"
data=$T/data

conf() {	# more lines
	printf '%s\n' 'tun-device nat64' 'ipv4-addr 192.0.2.1' \
	    'prefix 2001:db8:64::/96' 'dynamic-pool 192.0.2.0/24' \
	    "data-dir $data" 'tun-up yes' "$@" >"$T/lichen.conf"
}

lichen() {
	in_ns tr timeout 20 "$LICHEN" -c "$T/lichen.conf" "$@" </dev/null
}

logged() {	# name text
	grep -q -- "$2" "$T/$1.log"
}

# --- pipes --------------------------------------------------------------------

mkfifo "$T/pipe"
conf "map-file $T/pipe"
exits 78 "a pipe as map-file: an error at once" lichen --check
like "a pipe as map-file: the reason" "$(cat "$T/err")" \
    'pipe: cannot open: not a regular file'
exits 78 "a pipe as configuration: an error at once" \
    in_ns tr timeout 5 "$LICHEN" -c "$T/pipe" --check
mkfifo "$data/dynamic.map"
conf
exits 1 "a pipe as dynamic.map: an error at once" lichen -d
like "a pipe as dynamic.map: the reason" "$(cat "$T/out" "$T/err")" \
    'dynamic.map: cannot read: not a regular file'
rm "$data/dynamic.map"
mkfifo "$T/lichen.pid"
exits 1 "a pipe as pidfile: an error at once" lichen -p "$T/lichen.pid"
rm "$T/lichen.pid"

: >"$data/maps"
conf "map-file maps"
cp "$T/lichen.conf" "$T/reload.conf"
lichen_run tr reload
rm "$data/maps"
mkfifo "$data/maps"
kill -HUP "$LICHEN_PID"
ok "a pipe as map-file, while it runs: the old configuration stays" \
    wait_until 3 logged reload 'maps: cannot open: not a regular file'
rm "$data/maps"
: >"$data/maps"
kill -HUP "$LICHEN_PID"
ok "a pipe as map-file, while it runs: it goes on" \
    wait_until 3 logged reload 'reload: done'
rm "$data/maps"
mkfifo "$data/maps"
kill -HUP "$LICHEN_PID"
stop "$LICHEN_PID"
is "a pipe as map-file, while it runs: it ends" "$STATUS" 0
rm "$data/maps"

# --- descriptors --------------------------------------------------------------

conf "map-file $T/maps"
: >"$T/maps"
for closed in '<&-' '>&-' '2>&-' '<&- >&- 2>&-'; do
	exits 0 "started with $closed" in_ns tr sh -c \
	    "exec \"\$0\" -c \"\$1\" -p \"\$2\" $closed" \
	    "$LICHEN" "$T/lichen.conf" "$T/lichen.pid"
	pid=$(cat "$T/lichen.pid")
	for fd in 0 1 2; do
		is "started with $closed: descriptor $fd" \
		    "$(readlink "/proc/$pid/fd/$fd")" /dev/null
	done
	kill "$pid"
	ok "started with $closed: ends" wait_until 5 dead "$pid"
done
conf "map-file $T/maps" "control-socket $T/control"
background closed tr sh -c 'exec "$0" -d -c "$1" -p "$2" <&- >&- 2>&-' \
    "$LICHEN" "$T/lichen.conf" "$T/lichen.pid"
maps() {	# how many it has
	lichen --status --json | grep -q "\"lichen_maps\":$1,"
}
ok "started with none, in the foreground: starts" wait_until 5 maps 0
echo 'map 192.0.2.9 2001:db8::9' >"$T/maps"
kill -HUP "$BG"
ok "started with none, in the foreground: reloads" \
    wait_until 5 maps 1
stop "$BG"
is "started with none, in the foreground: ends well" "$STATUS" 0

# --- root ---------------------------------------------------------------------

# Without -u: it stays root, and files are nobody's for it, if it can do so.
uids() {	# pid
	sed -n 's/^Uid:[[:space:]]*//p' "/proc/$1/status" | tr '\t' ' '
}
nobodys='0 0 0 65534'
other_users || nobodys='0 0 0 0'
mkdir "$T/root"
conf "data-dir $T/root" "control-socket $T/root/control"
sed -i "\\|data-dir $data|d" "$T/lichen.conf"
cp "$T/lichen.conf" "$T/root.conf"
lichen_run tr root
is "root without -u: whose files it opens" "$(uids "$LICHEN_PID")" "$nobodys"
ok "root without -u: says so" logged root 'runs as root: give it a user'
ok "root without -u: the writer is root" sh -c '
	for pid in $(pgrep lichen-writer); do
		grep -qx "Uid:.0.0.0.0" "/proc/$pid/status" || exit 1
	done'
cp "$T/lichen.conf" "$T/root.conf.new"
echo 'map 192.0.2.9 2001:db8::9' >>"$T/root.conf.new"
mv "$T/root.conf.new" "$T/root.conf"
kill -HUP "$LICHEN_PID"
ok "root without -u: reloads" wait_until 5 logged root 'reload: done, 1 maps'
stop "$LICHEN_PID"
is "root without -u: exit status" "$STATUS" 0
ok "root without -u: the leases are written" test -s "$T/root/dynamic.map"
ok "root without -u: pidfile and control socket are gone" \
    test ! -e "$T/root.pid" -a ! -e "$T/root/control"
# What only root may read could not be read again.
chmod 600 "$T/root.conf"
lichen_run tr root
is "a configuration for root only: it stays root" "$(uids "$LICHEN_PID")" \
    '0 0 0 0'
stop "$LICHEN_PID"

# --- links --------------------------------------------------------------------

if ! other_users || ! tun_for_all; then
	skip "links of another user" "no other user in this namespace"
	finish
fi
chmod 755 "$T"
chown nobody "$data"
echo 'root:secret' >"$T/secret"
chmod 600 "$T/secret"
nobody() {
	setpriv --reuid nobody --clear-groups "$@"
}

# What root reads it prints when it is wrong.
nobody ln -s "$T/secret" "$data/maps"
conf 'map-file maps'
exits 78 "map-file: his link is not followed" lichen --check
like "map-file: the reason" "$(cat "$T/err")" 'maps: cannot open: a link'
ok "map-file: no word of it" sh -c '! grep secret "$0" "$1"' "$T/out" "$T/err"
nobody rm "$data/maps"
# root's own in his directory: he could have made another of it
ln -s "$T/secret" "$data/maps"
exits 78 "map-file: root's link in his directory" lichen --check
rm "$data/maps"
# as NixOS, Debian's alternatives and Kubernetes have it
mkdir "$T/real"
echo 'map 192.0.2.5 2001:db8::5' >"$T/real/maps"
ln -s real "$T/data..1"
ln -s data..1/maps "$T/maps.link"
conf "map-file $T/maps.link"
mv "$T/lichen.conf" "$T/real/conf"
ln -s real/conf "$T/lichen.conf"
exits 0 "configuration and map-file: links of root's" lichen --check
rm "$T/lichen.conf"

rm -f "$data/dynamic.map"
nobody ln -s "$T/secret" "$data/dynamic.map"
conf
exits 1 "dynamic.map: his link is not followed" lichen -d -u nobody
is "dynamic.map: root's file is as it was" "$(cat "$T/secret")" 'root:secret'
nobody rm "$data/dynamic.map"

# The files that are made while we are root.
nobody ln -s "$T/secret" "$data/lichen.pid"
nobody ln -s "$T/secret" "$data/control"
nobody mkdir "$data/run"
nobody ln -s "$T" "$data/run/out"
conf "control-socket $data/run/control"
exits 0 "pidfile, control-socket: starts" lichen -u nobody -p lichen.pid
is "pidfile: root's file is as it was" "$(cat "$T/secret")" 'root:secret'
ok "pidfile: a new file" test -f "$data/lichen.pid" -a ! -L "$data/lichen.pid"
is "control-socket: whose it is" "$(stat -c %U "$data/run/control")" nobody
is "control-socket: its mode" "$(stat -c %a "$data/run/control")" 660
pid=$(cat "$data/lichen.pid")
kill "$pid"
ok "pidfile: ends" wait_until 5 dead "$pid"
exits 1 "pidfile: his link as a directory" \
    lichen -u nobody -p run/out/secret
is "pidfile: root's file is there" "$(cat "$T/secret")" 'root:secret'
conf "control-socket $data/control"
exits 0 "control-socket: his link in its place" \
    lichen -u nobody -p "$T/lichen.pid"
is "control-socket: root's file is as it was" \
    "$(stat -c '%U %a' "$T/secret") $(cat "$T/secret")" 'root 600 root:secret'
pid=$(cat "$T/lichen.pid")
kill "$pid"
ok "control-socket: ends" wait_until 5 dead "$pid"

# In a directory of root's it is made by root, for the user.
mkdir "$T/run"
conf "control-socket $T/run/control"
exits 0 "control-socket in a directory of root's: starts" \
    lichen -u nobody -p "$T/lichen.pid"
is "control-socket in a directory of root's: whose it is" \
    "$(stat -c %U "$T/run/control")" nobody
pid=$(cat "$T/lichen.pid")
kill "$pid"
ok "control-socket in a directory of root's: ends" wait_until 5 dead "$pid"
finish
