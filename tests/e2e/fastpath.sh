#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The fast path: which packets the kernel translates by itself, and that leases,
# counters, reloads and privileges are with it as they are without.
#
#	c6 (two addresses) --- tr (lichen) --- s4

# shellcheck disable=SC2317 # functions that ok and wait_until call
# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
[ "${LICHEN_FAST_PATH:-}" != no ] || ns_skip "LICHEN_FAST_PATH says no"
need socat jq
# Whatever the other tests are to do without.
unset LICHEN_FAST_PATH
confine=${LICHEN%/*}/tests/e2e/confine

# a is what c6 speaks from if nobody tells it.
a=2001:db8:1::200 b=2001:db8:1::2
pool=192.168.255

hosts c6 s4
routers tr
cable c6 tr
cable tr s4
address c6 tr $b/64 $a/64
address tr c6 2001:db8:1::1/64
address tr s4 198.51.100.1/24
address s4 tr 198.51.100.2/24 198.51.100.3/24
route c6 default via 2001:db8:1::1
route s4 default via 198.51.100.1
server=64:ff9b:1::c633:6402

config() {	# more lines
	cat <<-CONF
		tun-device nat64
		ipv4-addr $pool.1
		ipv6-addr 2001:db8:3::1
		prefix 64:ff9b:1::/96
		data-dir $T/data
		control-socket $T/control
		log dyn
		tun-up yes
		tun-route $pool.0/24
		tun-route 64:ff9b:1::/96
		tun-route 2001:db8:3::1
	CONF
	printf '%s\n' "$@"
}

with_pool() {	# more lines
	config "dynamic-pool $pool.0/24" "$@"
}

metric() {	# name [label]
	"$LICHEN" -c "$T/$NAME.conf" --status --json |
	    jq -r ".lichen_$1${2:+.$2}"
}

state() {
	"$LICHEN" -c "$T/$NAME.conf" --status --json | jq -r '.lichen_fast_path | keys[0]'
}

by_kernel() {
	echo $(($(metric fast_path_packets_total ipv4) +
	    $(metric fast_path_packets_total ipv6)))
}

run() {	# name
	NAME=$1
	lichen_run tr "$NAME"
}

logged() {	# name regex
	grep -Eq "$2" "$T/$1.log"
}

explains() {	# address
	"$LICHEN" -c "$T/$NAME.conf" --explain "$1" || :
}

# The lease of an address is known to the kernel.
known() {	# address
	explains "$1" | grep -q 'plain packets are translated in the kernel'
}

with_pool >"$T/auto.conf"
run auto
# The log may come a little after the packets.
ok "it says whether it is on" wait_until 5 logged auto 'fast path: '
if logged auto 'fast path: off: .*(built without|too old|CAP_BPF)'; then
	note "$(grep 'fast path: off' "$T/auto.log")"
	is "off: one line says so" "$(grep -c 'fast path' "$T/auto.log")" 1
	like "off: --status says so" "$("$LICHEN" -c "$T/auto.conf" --status)" \
	    '^fast path +off: [a-z ]+, packets ipv4 0 ipv6 0, leases 0$'
	ok "off: it works" pings c6 $server
	stop "$LICHEN_PID"
	with_pool 'fast-path yes' >"$T/yes.conf"
	exits 1 "yes, where it cannot be: not started" \
	    in_ns tr "$LICHEN" -d -c "$T/yes.conf"
	like "yes: the reason" "$(cat "$T/err")" 'no fast path: '
	finish
fi

# --- on

is "auto: on" "$(state)" "on"
is "one line says so" "$(grep -c 'fast path: on' "$T/auto.log")" 1
like "the first packet of a host is the daemon's" "$(explains $a)" \
    'by lichen, until it has a lease'
ok "a ping" pings c6 $server
ok "the lease is known at once" wait_until 2 known $a
like "--explain tells of a lease" "$(explains $pool.233)" 'in the kernel'
like "--explain tells of the prefix" "$(explains 198.51.100.2)" 'in the kernel'
like "--explain tells of ourselves" "$(explains $pool.1)" 'by lichen itself'
before=$(by_kernel)
in_ns c6 ping -n -c 20 -i 0.01 -W 1 $server >"$T/ping" || :
like "twenty pings" "$(cat "$T/ping")" ' 20 received'
is "all of them by the kernel, both ways" $(($(by_kernel) - before)) 40
blob "$T/blob" 3000000
before=$(by_kernel)
ok "TCP upload" tcp_upload c6 s4 $server 5001 "$T/blob"
ok "TCP download" tcp_download c6 s4 $server 5002 "$T/blob"
ok "TCP from the IPv4 side" tcp_upload s4 c6 $pool.233 5003 "$T/blob"
ok "by the kernel" test "$(by_kernel)" -gt $((before + 100))
udp_echo_server s4 7
ok "UDP" udp_echo c6 $server 7 100
before=$(by_kernel)
ok "UDP in fragments" udp_echo c6 $server 7 4000
is "fragments are the daemon's" "$(by_kernel)" "$before"
sleep 0.5	# so are others of their flow, for a moment
like "--status shows it" "$("$LICHEN" -c "$T/auto.conf" --status)" \
    '^fast path +on, packets ipv4 [1-9][0-9]* ipv6 [1-9][0-9]*, leases 1$'

# --- counters

"$LICHEN" -c "$T/auto.conf" --status --json >"$T/json"
is "outcomes add up to the packets received" \
    "$(jq '[.lichen_packets_total[]] | add' "$T/json")" \
    "$(jq '[.lichen_received_packets_total[]] | add' "$T/json")"
is "what is translated is sent" \
    "$(jq '.lichen_packets_total | .xlat46 + .xlat64' "$T/json")" \
    "$(jq '[.lichen_sent_packets_total[]] | add' "$T/json")"
is "nothing is lost" "$(jq .lichen_fast_path_lost_total "$T/json")" 0
was=$(jq .lichen_sent_bytes_total.ipv4 "$T/json")
in_ns c6 ping -n -c 1 -s 100 -W 1 $server >/dev/null
is "octets are counted as they leave" $(($(metric sent_bytes_total ipv4) - was)) 128

# --- mark and priority, as behind a trip through the daemon

in_ns tr nft -f - 2>/dev/null <<-NFT || :
	table inet t {
		chain p { type filter hook prerouting priority -300
			iifname "nat64" meta mark != 0 counter name marked
			iifname "tr" meta mark set 7
			iifname "c6" meta mark set 7
			iifname "s4" meta mark set 7
		}
		counter marked { }
	}
NFT
if in_ns tr nft list table inet t >/dev/null 2>&1; then
	ok "a marked packet" pings c6 $server
	like "its mark is gone" "$(in_ns tr nft list counters)" 'packets 0 '
	in_ns tr nft delete table inet t
else
	skip "marks" "no nft here"
fi

# --- other sources of the device's packets

ok "a packet of the router itself" pings tr $server
ok "a ping to ipv6-addr" pings c6 2001:db8:3::1
like "no lease: 3/1" "$(ping_says s4 $pool.77)" 'Host Unreachable'
like "the last hop" "$(ping_says c6 $server -t 2)" 'Time exceeded'

# --- the MTU

ip -n tr link set dev nat64 mtu 1300
ok "followed" wait_until 5 logged auto 'mtu of nat64 is now 1300'
forget_mtu s4 c6
like "too large: told" "$(ping_says s4 $pool.233 -M 'do' -s 1272)" 'mtu = 1280'
forget_mtu s4 c6
ok "not too large" pings s4 $pool.233 -M 'do' -s 1250
ip -n tr link set dev nat64 mtu 1500
ok "followed back" wait_until 5 logged auto 'mtu of nat64 is now 1500'
forget_mtu s4 c6

# --- reload

with_pool "map 198.51.100.77 $b" >"$T/auto.conf"
kill -HUP "$LICHEN_PID"
ok "a reload" wait_until 5 logged auto 'reload: done, 1 maps'
ok "the lease is there" wait_until 3 known $a
ip -n s4 addr add 198.51.100.2/32 dev lo 2>/dev/null || :
ip -n tr route add 198.51.100.77 dev nat64
ip -n s4 route add 198.51.100.77 via 198.51.100.1
before=$(by_kernel)
ok "the new map" pings s4 198.51.100.77
ok "by the kernel" test "$(by_kernel)" -gt "$before"
is "as the map has it" "$(state)" "on"
with_pool 'fast-path no' >"$T/auto.conf"
kill -HUP "$LICHEN_PID"
ok "switched off by a reload" wait_until 5 logged auto 'reload: done, 0 maps'
is "--status says so" "$(state)" "off"
before=$(by_kernel)
ok "it works" pings c6 $server
is "by the daemon" "$(by_kernel)" "$before"
like "the map is gone" "$(explains 198.51.100.77)" 'prefix'
with_pool 'fast-path auto' >"$T/auto.conf"
kill -HUP "$LICHEN_PID"
is_on() { [ "$(state)" = on ]; }
ok "and on" wait_until 5 is_on
ok "the lease is known" wait_until 3 known $a
before=$(by_kernel)
ok "it works" pings c6 $server
ok "by the kernel" test "$(by_kernel)" -gt "$before"

stop "$LICHEN_PID"
is "exit status 0" "$STATUS" 0
ok "the count at the exit" logged auto 'counter=fast_path value=[1-9]'

# --- leases

with_pool 'dynamic-lifetime 4' >"$T/leases.conf"
run leases
ok "a lease" pings c6 $server
ok "known" wait_until 2 known $a
before=$(by_kernel)
in_ns c6 ping -n -c 14 -i 0.5 -W 1 $server >/dev/null
is "packets for longer than it lasts, by the kernel" \
    $(($(by_kernel) - before)) 28
is "have not let it end" \
    "$(grep -c "lease=released ipv4=$pool.233" "$T/leases.log")" 0
ok "unused it ends" wait_until 15 logged leases \
    "lease=released ipv4=$pool.233"
is "the kernel does not know it any more" "$(metric fast_path_leases)" 0
like "nobody has the address" "$(ping_says s4 $pool.233)" 'Host Unreachable'
ok "the host comes back" pings c6 $server
ok "and is known" wait_until 2 known $a
sleep 1.5
in_ns c6 ping -n -c 1 -W 1 $server >/dev/null
stop "$LICHEN_PID"
now=$(sed -n "s/^$pool.233	.*	//p" "$T/data/dynamic.map")
ok "dynamic.map has the last use by the kernel" \
    test $(($(date +%s) - now)) -le 4

# A pool of one address goes from host to host.
config "dynamic-pool $pool.0/31" 'dynamic-lifetime 1' >"$T/one.conf"
rm -f "$T/data/dynamic.map"
whoami_server s4 4 90
NAME=one
sed -i "s/^ipv4-addr .*/ipv4-addr 192.168.254.1/" "$T/one.conf"
run one
for round in 1 2; do
	for host in $a $b; do
		ok "round $round: $host gets it" wait_until 5 \
		    in_ns c6 ping -n -c 1 -W 1 -I "$host" $server
		is "round $round: $host is seen with it" \
		    "$(seen_as c6 "$host" $server 90)" $pool.1
		sleep 1.2
	done
done
stop "$LICHEN_PID"

# --- as little as it takes

with_pool >"$T/caps.conf"
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
	NAME=caps
	caps=-all,+net_admin,+bpf
	case $(uname -r) in	# the kernel's check is another since 6.16
	6.[6-9].*|6.1[0-5].*)	caps=$caps,+perfmon ;;
	esac
	background caps tr setpriv --bounding-set=$caps \
	    --inh-caps=-all "$LICHEN" -d -c "$T/caps.conf"
	ok "a few capabilities are enough: $caps" \
	    wait_until 10 logged caps 'fast path: on'
	ok "it works" wait_until 5 pings c6 $server
	is "and has none left" "$(sed -n 's/^CapEff:[[:space:]]*//p' \
	    "/proc/$BG/status")" 0000000000000000
	stop "$BG"
	NAME=less
	with_pool >"$T/less.conf"
	background less tr setpriv --bounding-set=-all,+net_admin \
	    --inh-caps=-all "$LICHEN" -d -c "$T/less.conf"
	ok "without CAP_BPF it works" wait_until 10 pings c6 $server
	is "one line says why not" \
	    "$(grep -c 'fast path: off: .*CAP_BPF' "$T/less.log")" 1
	is "--status, too" "$(state)" no_privilege
	stop "$BG"
	if [ -x "$confine" ]; then
		with_pool 'fast-path yes' >"$T/yes.conf"
		exits 1 "a filter that kills for bpf(2): asked by a child" \
		    in_ns tr "$confine" "$LICHEN" -d -c "$T/yes.conf"
		like "and it is told" "$(cat "$T/err")" 'no fast path: bpf'
	fi
fi

# --- the end of the daemon is the end of it

with_pool >"$T/killed.conf"
run killed
ok "it works" pings c6 $server
kill -KILL "$LICHEN_PID"
wait "$LICHEN_PID" 2>/dev/null || :
like "killed: nobody translates" "$(ping_says c6 $server)" ' 0 received'

finish
