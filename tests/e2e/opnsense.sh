#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# OPNsense (plugin os-tayga) starts, stops and restarts lichen as its tayga: the
# same commands in the same order and with the same pauses, its configuration as it
# writes it; what the page conf/opnsense tells to do; and our own service script for
# FreeBSD.  ifconfig(8), route(8) and
# rc.subr(8) of FreeBSD are played by stand-ins.
#
#	c6 --- fw (lichen) --- s4

# shellcheck disable=SC2317 # functions that ok and wait_until call
# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
here=$(dirname "$0")

hosts c6 s4
routers fw
cable c6 fw
cable fw s4
address c6 fw 2001:db8:1::9/64
address fw c6 2001:db8:1::1/64
address fw s4 198.51.100.1/24
address s4 fw 198.51.100.2/24
address c6 lo 2001:db8:1::99/128
route fw 2001:db8:1::99 via 2001:db8:1::9
route c6 default via 2001:db8:1::1
route s4 192.168.240.0/20 via 198.51.100.1
server=2001:db8:64::198.51.100.2

default_conf
mkdir -p "$T/sbin" "$T/bin" "$T/db/tayga"
ln -s "$LICHEN" "$T/sbin/tayga"
ln -s "$LICHEN" "$T/sbin/lichen"
chmod 644 "$T/db/tayga"

# --- FreeBSD's commands

cat >"$T/bin/ifconfig" <<'SH'
#!/bin/sh
# inet ADDR/32 PEER | inet6 ADDR/128 | group NAME | destroy
there() {
	ip link show dev "$dev" >/dev/null 2>&1
}
dev=$1
if ! there; then
	# There it outlives who had it open.
	[ "$2" != destroy ] || exit 0
	echo "ifconfig: interface $dev does not exist" >&2
	exit 1
fi
case $2 in
inet)
	ip addr add "${3%/*}" peer "$4" dev "$dev"
	ip link set "$dev" up ;;
inet6)
	ip addr add "$3" dev "$dev" nodad
	ip link set "$dev" up ;;
group)
	ip link set "$dev" group 64 ;;
destroy)	# waits until nobody has it open; then it is gone
	n=0
	while there; do
		n=$((n + 1))
		[ "$n" -lt 400 ] || { echo "destroy waits" >&2; exit 1; }
		sleep 0.02
	done ;;
*)	exit 1 ;;
esac
SH
cat >"$T/bin/route" <<'SH'
#!/bin/sh
# -4|-6 add NET -interface DEV
ip "$1" route add "$3" dev "$5" && exit
echo "add net $3: gateway $5: route already in table" >&2
exit 1
SH
chmod +x "$T/bin/ifconfig" "$T/bin/route"

# --- the plugin

cat >"$T/rc.conf" <<'CONF'
tayga_enable="YES"
tayga_v4address=192.168.255.1
tayga_v4destination=192.168.254.1
tayga_v4pool=192.168.240.0/20
tayga_v6prefix=2001:db8:64::/96
tayga_v6destination=2001:db8:ffff::1
CONF
export RC_CONF="$T/rc.conf"

cat >"$T/opnsense-tayga" <<SH
#!/bin/sh
. $here/rc.subr
name=tayga
rcvar=tayga_enable
load_rc_config tayga
pidfile=/var/run/tayga.pid
command=$T/sbin/tayga
start_cmd=begin
stop_cmd=end
begin() {
	\$command -p \$pidfile
	sleep 1
	ifconfig nat64 inet \$tayga_v4destination/32 \$tayga_v4address
	ifconfig nat64 inet6 \$tayga_v6destination/128
	ifconfig nat64 group tayga
	route -6 add \$tayga_v6prefix -interface nat64
	route -4 add \$tayga_v4pool -interface nat64
}
end() {
	[ -n "\$rc_pid" ] || { echo "tayga is not running."; return; }
	kill -2 \$rc_pid
	ifconfig nat64 destroy
}
run_rc_command "\$1"
SH

# What the plugin writes, and where; more lines are maps.
plugin_conf() {
	{
		cat <<-CONF

			tun-device nat64
			data-dir $T/db/tayga
			udp-cksum-mode fwd
			wkpf-strict no

			ipv4-addr 192.168.255.1
			prefix 2001:db8:64::/96
			dynamic-pool 192.168.240.0/20

		CONF
		cat
	} >"$DEFAULT_CONF"
}

service() {	# script command...
	in_ns fw env PATH="$T/bin:$PATH" timeout 60 sh "$@"
}

# As configd does it: one after the other, whatever comes of it.
plugin() {
	for command in "$@"; do
		plugin_status=0
		service "$T/opnsense-tayga" "$command" || plugin_status=$?
	done
	return "$plugin_status"
}

pid() {
	cat /var/run/tayga.pid
}

no_device() {
	! ip -n fw link show dev nat64 2>/dev/null
}

now_ms() {
	sed 's/\([0-9]*\)\.\([0-9]*\) .*/\1\20/' /proc/uptime
}

lease() {
	sed -n 's/	2001:db8:1::9	.*//p' "$T/db/tayga/dynamic.map"
}

plugin_conf <<-CONF
	map 192.168.250.9 2001:db8:1::99
CONF
exits 0 "OPNsense: start" plugin start
is "OPNsense: nothing on stderr" "$(cat "$T/err")" ""
first=$(pid)
ok "OPNsense: status" plugin status
ok "OPNsense: IPv6 to IPv4" pings c6 "$server"
ok "OPNsense: a mapped host, from IPv4" pings s4 192.168.250.9
ok "OPNsense: the firewall itself" pings fw "$server"
exits 1 "OPNsense: a second start is refused" plugin start
is "OPNsense: and changes nothing" "$(pid)" "$first"

before=$(now_ms)
exits 0 "OPNsense: stop" plugin stop
took=$(($(now_ms) - before))
ok "OPNsense: at once ($took ms)" test "$took" -lt 2000
is "OPNsense: nothing on stderr" "$(cat "$T/err")" ""
ok "OPNsense: the process is gone" wait_until 3 dead "$first"
ok "OPNsense: and the interface" no_device
# It is the writer that writes it.
has_lease() {
	[ -n "$(lease)" ]
}
wait_until 3 has_lease || :
ours=$(lease)
like "OPNsense: the lease is kept" "$ours" '^192\.168\.2'
exits 0 "OPNsense: a second stop" plugin stop
like "OPNsense: says that there is none" "$(cat "$T/out")" 'not running'

exits 0 "OPNsense: start again" plugin start
background flood c6 ping -n -q -i 0.01 -W 1 "$server"
flood=$BG
for round in 1 2 3; do
	old=$(pid)
	exits 0 "OPNsense: restart $round, back to back" plugin stop start
	ok "OPNsense: it is a new process" test "$(pid)" != "$old"
	ok "OPNsense: packets flow" pings c6 "$server"
	ok "OPNsense: and to the mapped host" pings s4 192.168.250.9
done
stop "$flood"
plugin stop
is "OPNsense: the same lease" "$(lease)" "$ours"

plugin start
kill -KILL "$(pid)"
ok "OPNsense: after a crash the interface is gone, or reused" \
    wait_until 3 no_device
exits 0 "OPNsense: start after a crash" plugin start
ok "OPNsense: packets flow" pings c6 "$server"
plugin_conf <<-CONF
	map 192.168.250.7 2001:db8:1::99
CONF
exits 0 "OPNsense: restart with another map" plugin stop start
ok "OPNsense: the new one holds" pings s4 192.168.250.7
plugin stop

# The plugin goes on; configd shows what is on stderr.
plugin_conf <<-CONF
	map 192.168.250.7 2001:db8:1::
	map 192.168.250.8 2001:db8:1::
CONF
plugin start >"$T/out" 2>"$T/err" || :
like "OPNsense: an error has its line" "$(cat "$T/err")" 'tayga\.conf:12: '
exits 1 "OPNsense: then nothing runs" plugin status
: >"$DEFAULT_CONF"			# as it is when disabled
plugin start >"$T/out" 2>"$T/err" || :
like "OPNsense: an empty file says what it lacks" "$(cat "$T/err")" 'tun-device'

# --- conf/opnsense: from TAYGA (played by a copy of lichen) and back

cat >"$T/bin/configctl" <<SH
#!/bin/sh
exec sh "$T/opnsense-tayga" "\$2"
SH
printf '#!/bin/sh\necho "$*" >>"%s"\n' "$T/pkg" >"$T/bin/pkg"
chmod +x "$T/bin/configctl" "$T/bin/pkg"

# The commands of a section, with our paths.
page() {	# heading
	awk -v want="$1" '
		$0 == want	{ on = 1; next }
		/^---/ && seen	{ exit }
		/^---/ && on	{ seen = 1 }
		on && sub(/^    firewall# /, "") { print }
	    ' "$here/../../conf/opnsense" |
	    sed "s|/usr/local/sbin|$T/sbin|g"
}

follow() {	# heading
	page "$1" >"$T/commands"
	[ -s "$T/commands" ] &&
	    in_ns fw env PATH="$T/bin:$T/sbin:$PATH" timeout 60 \
		sh -e "$T/commands"
}

runs_as() {	# what
	[ "$(readlink "/proc/$(pid)/exe")" = "$1" ]
}

plugin_conf <<-CONF
	map 192.168.250.9 2001:db8:1::99
CONF
rm "$T/sbin/tayga"
cp "$LICHEN" "$T/sbin/tayga"
plugin start
ok "conf/opnsense: before, what was there" runs_as "$T/sbin/tayga"
ok "conf/opnsense: packets flow" pings c6 "$server"
exits 0 "conf/opnsense: replace it" follow "OPNsense: replace it"
ok "conf/opnsense: lichen runs" runs_as "$LICHEN"
ok "conf/opnsense: packets flow" pings c6 "$server"
is "conf/opnsense: the same lease" "$(lease)" "$ours"
exits 0 "conf/opnsense: go back" follow "OPNsense: go back"
ok "conf/opnsense: what was there runs" runs_as "$T/sbin/tayga"
ok "conf/opnsense: packets flow" pings c6 "$server"
is "conf/opnsense: the package was locked, and is not" \
    "$(cat "$T/pkg")" "lock -y tayga
unlock -y tayga"
plugin stop
is "conf/opnsense: the same lease" "$(lease)" "$ours"

# --- our service

sed -e "s|%%PREFIX%%/sbin|$T/sbin|" -e "s|%%PREFIX%%/etc|${DEFAULT_CONF%/*}|" \
    -e "s|/etc/rc\\.subr|$here/rc.subr|" \
    "$here/../../conf/freebsd/files/lichen.in" >"$T/lichen"

lichen_service() {
	service "$T/lichen" "$1"
}

service_pid() {
	cat /var/run/lichen.pid
}

own_conf() {
	plugin_conf <<-CONF
		tun-up yes
		tun-ip 192.168.254.1
		tun-route 192.168.240.0/20
		tun-route 2001:db8:64::/96
		$*
	CONF
}

reloaded() {
	pings s4 192.168.250.9 && ! pings s4 192.168.250.7
}

echo >"$T/rc.conf"
own_conf map 192.168.250.7 2001:db8:1::99
exits 1 "rc.d: not enabled" lichen_service start
echo 'lichen_enable="YES"' >"$T/rc.conf"
exits 0 "rc.d: configtest" lichen_service configtest
exits 1 "rc.d: status before" lichen_service status
exits 0 "rc.d: start" lichen_service start
exits 0 "rc.d: status" lichen_service status
ok "rc.d: packets flow at once" pings c6 "$server"
first=$(service_pid)

own_conf map 192.168.250.9 2001:db8:1::99
exits 0 "rc.d: reload" lichen_service reload
ok "rc.d: the new map holds" wait_until 5 reloaded
own_conf map 192.168.250.9 nonsense
exits 1 "rc.d: reload of errors is refused" lichen_service reload
like "rc.d: and told" "$(cat "$T/err")" 'tayga\.conf:15: .*nonsense'
exits 1 "rc.d: restart with errors is refused" lichen_service restart
is "rc.d: the old one runs" "$(service_pid)" "$first"
ok "rc.d: and translates" pings s4 192.168.250.9

own_conf map 192.168.250.9 2001:db8:1::99
exits 0 "rc.d: restart" lichen_service restart
ok "rc.d: a new process" test "$(service_pid)" != "$first"
ok "rc.d: packets flow" pings c6 "$server"
exits 0 "rc.d: stop" lichen_service stop
ok "rc.d: the interface is gone" no_device
rm "$DEFAULT_CONF"
exits 1 "rc.d: no configuration" lichen_service start
like "rc.d: is named" "$(cat "$T/err")" 'tayga\.conf is not readable'
finish
