#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Options, exit statuses, pidfiles, signals, privileges: what scripts that start
# the daemon rely on.
#
#	tr (lichen), its device called nat64 and nothing behind it

# shellcheck disable=SC2016,SC2317 # functions that ok and wait_until call
# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
need ethtool socat setpriv

routers tr
conf=$T/good.conf
cat >"$conf" <<-CONF
	tun-device nat64
	ipv4-addr 192.168.255.1
	ipv6-addr 2001:db8:3::1
	prefix 2001:db8:1:ffff::/96
	dynamic-pool 192.168.255.0/24
	data-dir $T/data
	tun-up yes
	tun-ip 198.51.100.1/32
	tun-route 192.168.255.0/24
CONF

lichen() {
	in_ns tr timeout 10 "$LICHEN" "$@"
}

# The same, with errors from line 2 on.
broken_conf() {
	cat <<-CONF
		tun-device nat64
		ipv4-addr 192.168.255
		prefix 2001:db8:1:ffff::/95
		no-such-directive 1
	CONF
}

device_exists() {
	ip -n tr link show dev nat64
}

answers() {
	pings tr 192.168.255.1
}

logged() {	# name regex
	grep -Eq "$2" "$T/$1.log"
}

# Session of a process, which follows its name in parentheses.
session_of() {	# pid
	sed "s/.*) //" "/proc/$1/stat" | cut -d " " -f 4
}

stop_daemon() {	# $pid
	kill "$pid"
	wait_until 3 dead "$pid" || echo "Bail out! pid $pid stays"
}

now_ms() {
	echo $(($(date +%s%N) / 1000000))
}

# --- help and mistakes

for opt in --help -h; do
	exits 0 "$opt: exit status 0" lichen $opt
	like "$opt: the options on stdout" "$(cat "$T/out")" '--config'
	is "$opt: nothing on stderr" "$(cat "$T/err")" ""
done
for opt in --version -V; do
	exits 0 "$opt: exit status 0" lichen $opt
	like "$opt: name and version on stdout" "$(cat "$T/out")" \
	    '^lichen [0-9.]+'
	is "$opt: nothing on stderr" "$(cat "$T/err")" ""
done
exits 1 "--version to a full disk" sh -c '"$1" --version >/dev/full' - "$LICHEN"
exits 1 "unknown option" lichen -c "$conf" --no-such-option
like "unknown option: named on stderr" "$(cat "$T/err")" 'no-such-option'
exits 1 "option without its argument" lichen -c
exits 78 "no configuration" lichen -d -c "$T/nowhere.conf"
like "no configuration: the path and the reason" "$(cat "$T/err")" \
    'nowhere\.conf.*No such file'
exits 1 "--chroot without a user" lichen -d -r -c "$conf"
exits 1 "unknown user" lichen -d -u no-such-user -c "$conf"
like "unknown user: named" "$(cat "$T/out" "$T/err")" 'no-such-user'

# --- --check

exits 0 "--check, good" lichen --check -c "$conf"
exits 0 "--check, long option with =, an empty operand" \
    lichen --check --config="$conf" ""
exits 1 "a word that was meant to be an option" lichen -c "$conf" status
is "a word that was meant to be an option: which" "$(cat "$T/err")" \
    "lichen: status: did you mean --status?"
exits 1 "any other word" lichen --check "$conf"
like "any other word: named" "$(cat "$T/err")" "$conf: what is this for"
ln -s "$LICHEN" "$T/tayga"
exits 0 "under TAYGA's name words are ignored" \
    in_ns tr "$T/tayga" --check -c "$conf" status "" x
is "--check: nothing on stderr" "$(cat "$T/err")" ""
grep -v -e '^tun-[uir]' -e '^ipv6-addr' "$conf" >"$T/bare.conf"
cat >>"$T/bare.conf" <<-CONF
	ipv6-addr 2001:db8:2::1
	map 192.0.2.1 2001:db8::1
CONF
exits 0 "--check, nothing that brings it up" lichen --check -c "$T/bare.conf"
is "is hinted at" "$(cat "$T/err")" "lichen: $T/bare.conf: hint: there is no \
nat64 yet, and neither tun-up nor tun-route here.  Unless a script does what \
TAYGA's did, add \"tun-up yes\", \"tun-route 2001:db8:1:ffff::/96\", \
\"tun-route 192.168.255.0/24\", \"tun-route 2001:db8:2::1\" and a tun-route for \
each map"
lichen --mktun -c "$T/bare.conf" >/dev/null
exits 0 "--check, a script has made it" lichen --check -c "$T/bare.conf"
is "no hint" "$(cat "$T/err")" ""
printf 'tun-device clat\nclat\n' >"$T/clat.conf"
exits 0 "a CLAT that sets itself up" "$LICHEN" -c "$T/clat.conf" --check
is "brings its device up by itself: no hint" "$(cat "$T/err")" ""
exits 2 "--explain without one that runs" "$LICHEN" -c "$T/clat.conf" \
    --explain 192.0.0.1
like "says why there is nothing" "$(cat "$T/out")" \
    '^# \(clat: prefix and address are found when it runs\)$'
lichen --rmtun -c "$T/bare.conf" >/dev/null
broken_conf >"$T/broken.conf"
exits 78 "--check, bad" lichen --check -c "$T/broken.conf"
exits 78 "--explain, bad" lichen -c "$T/broken.conf" --explain 192.0.2.1
for name in 'x y' abcdefghijklmnop '*'; do
	exits 1 "--nat44, no interface has the name $name" \
	    lichen -c "$conf" --nat44 "$name"
done
exits 78 "--nat44, bad" lichen -c "$T/broken.conf" --nat44
exits 78 "--check, not there" lichen --check -c "$T/nowhere.conf"
lichen --check -c "$T/broken.conf" >"$T/out" 2>"$T/err" || :
for line in 2 3 4; do
	like "--check: the error in line $line" "$(cat "$T/err")" \
	    "broken\\.conf:$line: "
done
exits 78 "an empty configuration" lichen --check -c /dev/null
like "an empty configuration: all that is missing" "$(cat "$T/err")" \
    'tun-device'
like "an empty configuration: all that is missing, to the end" \
    "$(cat "$T/err")" 'ipv4-addr'
if device_exists >/dev/null 2>&1; then
	is "--check touches nothing" "the device exists" ""
fi

# --- --mktun and --rmtun

exits 78 "--mktun checks the configuration" lichen --mktun -c "$T/broken.conf"
like "--mktun: errors with their line" "$(cat "$T/err")" 'broken\.conf:4: '
exits 1 "--mktun with -u" lichen --mktun -u root -c "$conf"
exits 1 "--mktun with -g" lichen --mktun -g root -c "$conf"
exits 1 "--mktun with -r" lichen --mktun -r -c "$conf"
exits 1 "--mktun with --rmtun" lichen --mktun --rmtun -c "$conf"
ok "none of these makes a device" sh -c \
    '! ip -n tr link show dev nat64 2>/dev/null'
exits 0 "--mktun" lichen -c "$conf" --mktun
is "--mktun: a line on stdout" "$(cat "$T/out")" \
    "Created persistent tun device nat64"
is "--mktun: nothing on stderr" "$(cat "$T/err")" ""
ok "--mktun: the device stays" device_exists
exits 0 "--mktun on an existing device" lichen -c "$conf" --mktun ""
is "--mktun on an existing device: none is made" "$(cat "$T/out")" \
    "There is a tun device nat64 already"
exits 0 "--rmtun" lichen -c "$conf" --rmtun
like "--rmtun: a line on stdout" "$(cat "$T/out")" 'nat64'
ok "--rmtun: the device is gone" sh -c \
    '! ip -n tr link show dev nat64 2>/dev/null'
exits 0 "--rmtun without a device" lichen -c "$conf" --rmtun
like "--rmtun without a device: says so" "$(cat "$T/out")" \
    '^No tun device nat64'
exits 0 "--mkt, abbreviated" lichen --conf "$conf" --mkt
# The device is held for a moment: --rmtun waits.
background holder tr "$LICHEN" -d -c "$conf"
ok "the daemon attaches to a persistent device" wait_until 5 answers
( sleep 0.5; kill "$BG" ) &
exits 0 "--rmtun waits for the daemon to let go" lichen -c "$conf" --rmtun
stop "$BG"

# --- daemonised

pidfile=$T/lichen.pid
exits 0 "daemonised start" lichen -c "$conf" -p "$pidfile"
ok "packets flow when it returns" in_ns tr ping -c 1 -W 1 192.168.255.1
pid=$(cat "$pidfile")
is "pidfile: the process id and a newline" "$(od -An -c "$pidfile" | tr -d ' ')" \
    "$(echo "$pid" | od -An -c | tr -d ' ')"
like "pidfile: mode" "$(stat -c %a "$pidfile")" '^644$'
is "pidfile: the process is the daemon" "$(readlink "/proc/$pid/exe")" "$LICHEN"
is "it keeps no directory busy" "$(readlink "/proc/$pid/cwd")" "/"
is "its standard input" "$(readlink "/proc/$pid/fd/0")" "/dev/null"
is "it leads its session" "$(session_of "$pid")" "$pid"

exits 1 "a second one on the same device" lichen -c "$conf"
like "a second one: the reason on stderr" "$(cat "$T/err")" 'nat64.*busy'
ok "the first one goes on" answers
before=$(now_ms)
kill -TERM "$pid"
ok "SIGTERM ends it" wait_until 3 dead "$pid"
took=$(($(now_ms) - before))
ok "SIGTERM ends it at once ($took ms)" test "$took" -lt 1000

# What a device that stays was told by a start that fails is taken back.
features() {
	in_ns tr ethtool -k nat64
}
lichen --mktun -c "$conf" >/dev/null
features >"$T/before"
exits 1 "a start that fails at the pidfile" \
    lichen -c "$conf" -p "$T/no/such/pidfile"
is "the device is as it was" "$(features)" "$(cat "$T/before")"
lichen --rmtun -c "$conf" >/dev/null
exits 1 "a pidfile that cannot be written" \
    lichen -c "$conf" -p "$T/nowhere/lichen.pid"
like "a pidfile that cannot be written: on stderr" "$(cat "$T/err")" \
    'nowhere/lichen\.pid.*No such file'
exits 1 "a user that does not exist" lichen -c "$conf" -u no-such-user
like "a user that does not exist: on stderr" "$(cat "$T/err")" 'no-such-user'
ip -n tr link add nat64 type veth peer name other
exits 1 "a device that is no TUN" lichen -c "$conf"
like "a device that is no TUN: on stderr" "$(cat "$T/err")" 'nat64'
ip -n tr link del nat64
exits 0 "a relative pidfile" lichen -c "$conf" -p relative.pid
ok "a relative pidfile is in data-dir" test -s "$T/data/relative.pid"
pid=$(cat "$T/data/relative.pid")
kill "$pid"
wait_until 3 dead "$pid" || :

# --- foreground

for sig in TERM INT QUIT; do
	background "foreground-$sig" tr "$LICHEN" -d -c "$conf" ""
	ok "-d runs" wait_until 5 answers
	stop "$BG" $sig
	is "SIG$sig: exit status 0" "$STATUS" 0
done
nsenter --net=/run/netns/tr "$LICHEN" -d -c "$conf" >"$T/stdout.log" \
    2>"$T/stderr.log" </dev/null &
BG=$!
wait_until 5 answers || :
ok "-d logs to stdout, line by line" test -s "$T/stdout.log"
is "-d: nothing on stderr" "$(grep -v warning "$T/stderr.log")" ""
stop "$BG"
like "counters at the end" "$(cat "$T/stdout.log")" 'reason=echo packets=[1-9]'
background nodetach tr "$LICHEN" --nodetach --stdout -c "$conf"
ok "--nodetach runs" wait_until 5 answers
ok "--stdout logs to stdout" test -s "$T/nodetach.log"
stop "$BG"
background journal tr "$LICHEN" -n --journal -c "$conf"
ok "--journal runs" wait_until 5 answers
ok "--journal: priorities" wait_until 5 grep -q '^<[3-7]>' "$T/journal.log"

# --- the device goes, under a running daemon

ip -n tr link del nat64
ok "the device is deleted: it ends" wait_until 3 dead "$BG"
stop "$BG"
is "the device is deleted: exit status 1" "$STATUS" 1
like "the device is deleted: it says so" "$(tail -n 3 "$T/journal.log")" nat64

# --- signals while packets keep coming

cat >"$T/flooded.conf" <<-CONF
	tun-device nat64
	ipv4-addr 192.168.255.1
	prefix 2001:db8:1:ffff::/96
	tun-up yes
	tun-ip 198.51.100.1/32
	tun-route 192.168.255.0/24
	tun-route 192.0.2.0/24
	tun-route 2001:db8:1:ffff::/96
CONF
# What comes from the prefix goes back to it: every packet runs in circles until
# its TTL is used up, and there is always another one to read.  A protocol that
# nobody knows: such packets cannot be joined into fewer.
background flooded tr "$LICHEN" -d -c "$T/flooded.conf"
daemon=$BG
wait_until 5 answers || :
floods=
for i in 1 2 3; do
	background flood tr socat -u -b 64 /dev/zero \
	    "IP4-SENDTO:192.0.2.$i:253,ttl=255"
	floods="$floods $BG"
done
sleep 0.5
kill -HUP "$daemon"
ok "SIGHUP under a flood of packets" wait_until 3 logged flooded reload
before=$(now_ms)
stop "$daemon"
took=$(($(now_ms) - before))
ok "SIGTERM under a flood of packets: at once ($took ms)" \
    test "$took" -lt 1000
is "SIGTERM under a flood of packets: exit status 0" "$STATUS" 0
like "the flood was translated" "$(lichen_log flooded)" \
    "reason=xlat46 packets=[1-9][0-9]{3}"
# shellcheck disable=SC2086 # words
kill $floods 2>/dev/null || :

# --- no capability at all: a device made for it is enough

cat >"$T/bare.conf" <<-CONF
	tun-device nat64
	ipv4-addr 192.168.255.1
	ipv6-addr 2001:db8:3::1
	prefix 2001:db8:1:ffff::/96
	dynamic-pool 192.168.255.0/24
	data-dir $T/data
CONF
lichen --mktun -c "$T/bare.conf" >/dev/null
ip -n tr link set dev nat64 up
ip -n tr addr add 198.51.100.1/32 dev nat64
ip -n tr route add 192.168.255.0/24 dev nat64
background bare tr setpriv --no-new-privs --bounding-set=-all --inh-caps=-all \
    "$LICHEN" -d --nodetach --config "$T/bare.conf"
ok "without capabilities, device made before: it runs" wait_until 5 answers
like "without capabilities: none" "$(cat "/proc/$BG/status")" \
    '^CapEff:	0+$'
kill -HUP "$BG"
ok "without capabilities: SIGHUP reloads" wait_until 3 logged bare reload
stop "$BG"
is "without capabilities: exit status 0" "$STATUS" 0
lichen --rmtun -c "$T/bare.conf" >/dev/null
exits 1 "without capabilities and device" in_ns tr setpriv --no-new-privs \
    --bounding-set=-all --inh-caps=-all "$LICHEN" -d -c "$T/bare.conf"
like "without capabilities and device: what is missing" \
    "$(cat "$T/out" "$T/err")" 'CAP_NET_ADMIN'

# --- another user

status_of() {	# pid field
	sed -n "s/^$2:[[:space:]]*//p" "/proc/$1/status" | tr '\t' ' '
}

exits 0 "as root" lichen -c "$conf" -p "$pidfile"
pid=$(cat "$pidfile")
is "as root: no capability is left" \
    "$(status_of "$pid" CapPrm) $(status_of "$pid" CapEff)" \
    "0000000000000000 0000000000000000"
is "as root: nor a way to gain one" "$(status_of "$pid" NoNewPrivs)" 1
ok "as root: packets flow" answers
stop_daemon
ok "as root: the leases are written" test -s "$T/data/dynamic.map"

# --- what the host itself has and says

ip -n tr address add 203.0.114.9/32 dev lo
own_conf() {	# device ipv4-addr
	cat <<-CONF
		tun-device $1
		ipv4-addr $2
		prefix 2001:db8:64::/96
		log drop reject
		tun-up yes
	CONF
}
own_conf ours 203.0.114.9 >"$T/ours.conf"
lichen_run tr ours
like "ipv4-addr that the host has: a warning" "$(lichen_log ours)" \
    'ipv4-addr 203\.0\.114\.9 is an address of this host'
is "a device of ours has no link-local address" \
    "$(ip -n tr -6 -o address show dev ours)" ""
stop "$LICHEN_PID"
ip -n tr tuntap add dev theirs mode tun
own_conf theirs 203.0.114.10 >"$T/theirs.conf"
lichen_run tr theirs
is "ipv4-addr that nobody has: none" \
    "$(lichen_log theirs | grep 'address of this host' || :)" ""
has_link_local() {
	[ -n "$(ip -n tr -6 -o address show dev theirs scope link)" ]
}
ok "a device that was there keeps it" wait_until 3 has_link_local
said_something() {
	ip -n tr -s link show dev theirs |
	    awk 'tx { exit $2 == 0 } /TX:/ { tx = 1 }'
}
ok "the kernel talks on it" wait_until 5 said_something
stop "$LICHEN_PID"
like "what the kernel says is counted" "$(lichen_log theirs)" 'host_chatter'
is "and not logged" "$(lichen_log theirs | grep 'packet=' || :)" ""

if other_users; then
	uid=$(id -u nobody) gid=$(id -g nobody)
	group=$(id -gn nobody)
	chown nobody "$T/data"
	chmod 755 "$T"
	exits 0 "-u and -g" lichen -c "$conf" -p "$pidfile" -u nobody -g "$group"
	pid=$(cat "$pidfile")
	is "-u and -g: user" "$(status_of "$pid" Uid)" "$uid $uid $uid $uid"
	is "-u and -g: group" "$(status_of "$pid" Gid)" "$gid $gid $gid $gid"
	ok "-u and -g: packets flow" answers
	stop_daemon
	ok "-u and -g: the leases are written" test -e "$T/data/dynamic.map"
	is "-u and -g: by that user" "$(stat -c %u "$T/data/dynamic.map")" "$uid"
	exits 0 "-u alone, and --chroot" \
	    lichen -c "$conf" -p "$pidfile" -u nobody -r
	pid=$(cat "$pidfile")
	is "-u alone: the user's group" "$(status_of "$pid" Gid)" \
	    "$gid $gid $gid $gid"
	like "-u alone: no supplementary group of root's" \
	    "$(status_of "$pid" Groups)" "^($gid ?)*\$"
	is "--chroot: data-dir is the root" "$(readlink "/proc/$pid/root")" \
	    "$T/data"
	is "--chroot: no capability is left" "$(status_of "$pid" CapPrm)" \
	    0000000000000000
	ok "--chroot: packets flow" answers
	rm "$T/data/dynamic.map"
	stop_daemon
	ok "--chroot: the leases are written" test -e "$T/data/dynamic.map"
else
	exits 1 "-u where there is no other user" \
	    lichen -d -c "$conf" -u nobody
	like "-u where there is no other user: the reason" \
	    "$(cat "$T/out" "$T/err")" 'nobody|cannot set (groups|user|group)'
	exits 1 "-u where there is no other user, daemonised" \
	    lichen -c "$conf" -u nobody
	like "-u where there is no other user, daemonised: the reason" \
	    "$(cat "$T/err")" 'nobody|cannot set (groups|user|group)'
	skip "-u, -g and --chroot" "one user only in this namespace"
fi
finish
