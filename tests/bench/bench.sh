#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# bench.sh [--quick] [--rounds N] [--only ROWS] [DIRECTORY] - what lichen carries, beside Debian's
# tayga, plain forwarding by the kernel and a reflector that writes every packet
# back as it was, all in the same run and in turn.
#
# Everything happens in network namespaces of its own: client - router - server,
# with the contenders in the router.  Root, or a user that may make user
# namespaces.  Prints a table (Markdown, as in README), with what is aimed at;
# DIRECTORY (./bench-results) gets results.csv and results.svg.
# Progress goes to standard error.
#
#	--quick		within two minutes: one round, short ones
#	--rounds N	instead of 3; medians over rounds are what counts
#	--only ROWS	an extended regular expression of rows, as progress names
#			them
#	LICHEN		the daemon; ./lichen if not set
#	BENCH_BIN	where udp, reflector and core are; beside
#			lichen, in tests/, if not set

rounds=3 quick='' only=. dir=bench-results
args=$*
while [ $# -gt 0 ]; do
	case $1 in
	--quick)	quick=1 rounds=1 ;;
	--rounds)	rounds=${2:-}; shift ;;
	--only)		only=${2:-}; shift ;;
	-*)		echo "usage: bench.sh [--quick] [--rounds N]" \
			    "[--only rows] [directory]" >&2
			exit 1 ;;
	*)		dir=$1 ;;
	esac
	shift
done
case $rounds in
''|*[!0-9]*|0)	echo "bench.sh: --rounds wants a number" >&2; exit 1 ;;
esac
if [ "${dir#/}" = "$dir" ]; then
	dir=$PWD/$dir
fi
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$dir" || exit 1

# shellcheck disable=SC2086 # words
set -- $args
NS_TIMEOUT=7200
# shellcheck source=tests/ns.sh
. "$here/../ns.sh"
need iperf3 ethtool awk
bin=${BENCH_BIN:-$(dirname "$LICHEN")/tests/bench}
for program in udp reflector core; do
	[ -x "$bin/$program" ] || ns_skip "$program is not built (make bench)"
done

if [ -n "$quick" ]; then
	tcp_time=1 udp_time=0.4 trial=0.06 accuracy=0.05 rtt_time=0.5
	frames='66 1500'
	tables='10 65000'
else
	tcp_time=3 udp_time=1 trial=0.25 accuracy=0.015 rtt_time=2
	frames='66 110 238 494 1006 1262 1500'
	tables='10 1000 10000 65000 100000'
fi
results=$T/results
: >"$results"

# --- who ---------------------------------------------------------------------

# Each translator has a number: prefix 2001:db8:6N::/96, IPv4 side 10.2N.0.0/15.
number() {	# name
	case $1 in
	lichen)		echo 1 ;;
	tayga)		echo 2 ;;
	lichen-t)	echo 3 ;;
	tayga-t)	echo 4 ;;
	daemon)		echo 5 ;;
	esac
}

# $src and $dst as the sender knows them, up (client to server) and down.
path() {	# contender up|down
	n=$(number "$1")
	case $1 in
	kernel4)	up=10.0.0.1 down=198.51.100.2 ;;
	kernel6)	up=2001:db8:1:1::1 down=2001:db8:2::2 ;;
	reflector)	up=2001:db8:1:2::1 down=2001:db8:2:2::2 ;;
	*)		up=2001:db8:1:1::1 down=2001:db8:6$n::c633:6402 ;;
	esac
	src=$up dst=$down from=client to=server
	if [ "$2" = down ]; then
		src=$down dst=$up from=server to=client
		case $1 in
		lichen*|tayga*|daemon)
				src=198.51.100.2 dst=10.$((n * 2)).0.1 ;;
		esac
	fi
}

maps() {	# number how-many
	awk -v n="$1" -v hosts="$2" 'BEGIN {
		for (i = 1; i <= hosts; i++)
			printf "map 10.%d.%d.%d 2001:db8:1:1::%x:%x\n",
			    n * 2 + int(i / 65536), int(i / 256) % 256, i % 256,
			    int(i / 65536), i % 65536
	}'
}

configure() {	# name maps leases
	n=$(number "$1")
	cat <<-END
		tun-device $1
		ipv4-addr 192.0.2.$n
		ipv6-addr 2001:db8:6::$n
		prefix 2001:db8:6$n::/96
	END
	[ "$1" != daemon ] || echo "fast-path no"
	maps "$n" "$2"
	if [ "$3" -gt 0 ]; then
		echo "dynamic-pool 10.$((n * 2)).0.0/15"
		echo "data-dir $T/$1.state"
		mkdir -p "$T/$1.state"
	fi
}

program() {	# name
	case $1 in
	lichen*|daemon)	echo "$LICHEN" ;;
	*)		command -v tayga ;;
	esac
}

# A translator with so many maps or leases; its pid in $pid.  The device is made
# before, as their service files do.
start() {	# name maps leases
	n=$(number "$1")
	configure "$1" "$2" "$3" >"$T/$1.conf"
	rm -f "$T/$1.pid"
	in_ns router "$(program "$1")" --mktun -c "$T/$1.conf" >>"$T/$1.log"
	ip -n router link set dev "$1" up
	ip -n router route add "10.$((n * 2)).0.0/15" dev "$1"
	ip -n router route add "2001:db8:6$n::/96" dev "$1"
	background "$1" router "$(program "$1")" -d -c "$T/$1.conf" \
	    -p "$T/$1.pid"
	pid=$BG
	wait_until 60 ns_started "$1" "$pid" && alive "$pid"
}

end() {	# name pid
	stop "$2"
	in_ns router "$(program "$1")" --rmtun -c "$T/$1.conf" >>"$T/$1.log"
}

now() {
	date +%s%N
}

# --- the network -------------------------------------------------------------

hosts client server
routers router
cable client router
cable router server
address client router 203.0.113.2/24 2001:db8:1::2/64
address router client 203.0.113.1/24 2001:db8:1::1/64
address router server 198.51.100.1/25 2001:db8:2::1/64
address server router 198.51.100.2/25 2001:db8:2::2/64
route client default via 203.0.113.1
route client default via 2001:db8:1::1
route server default via 198.51.100.1
route server default via 2001:db8:2::1
# Many hosts on one: whole networks are local to the client.
ip -n client route add local 10.0.0.0/15 dev lo
ip -n client -6 route add local 2001:db8:1:1::/64 dev lo
ip -n client -6 route add local 2001:db8:1:2::/64 dev lo
address client lo 2001:db8:1:1::1/128 2001:db8:1:2::1/128
address server lo 2001:db8:2:2::2/128
ip -n server -6 route add local 2001:db8:2:2::/64 dev lo
route router 10.0.0.0/15 via 203.0.113.2
route router 2001:db8:1:1::/64 via 2001:db8:1::2

# What goes between the networks 2 passes a router of its own, whose rules slow
# nobody else down, and visits the reflector there.
routers mirror
cable client mirror
cable mirror server
address client mirror 2001:db8:11::2/64
address mirror client 2001:db8:11::1/64
address mirror server 2001:db8:12::1/64
address server mirror 2001:db8:12::2/64
route client 2001:db8:2:2::/64 via 2001:db8:11::1
route server 2001:db8:1:2::/64 via 2001:db8:12::1
route mirror 2001:db8:1:2::/64 via 2001:db8:11::2
route mirror 2001:db8:2:2::/64 via 2001:db8:12::2
background reflector mirror "$bin/reflector" reflector
reflector_pid=$BG
wait_until 10 ip -n mirror link show dev reflector
ip -n mirror link set dev reflector up
ip -n mirror -6 route add default dev reflector table 100
ip -n mirror -6 rule add iif client to 2001:db8:2:2::/64 lookup 100
ip -n mirror -6 rule add iif server to 2001:db8:1:2::/64 lookup 100

# daemon: lichen without its fast path.
contenders='lichen daemon reflector kernel6 kernel4'
start lichen 1000 0
lichen_pid=$pid
start daemon 1000 0
daemon_pid=$pid
if command -v tayga >/dev/null; then
	start tayga 1000 0
	tayga_pid=$pid
	contenders="lichen daemon tayga reflector kernel6 kernel4"
else
	echo "tayga is not installed (sh tests/setup.sh bench): no column" >&2
fi
background iperf3 server iperf3 -s
listening server -t 5201

# --- steps -------------------------------------------------------------------

# What a step finds: row, contender, value.
record() {
	echo "$*" >>"$results"
}

# One measurement.  On the first way through the plan they are only counted.
steps=0 step=0 counting=1
step() {	# row contender command...
	printf '%s\n' "$1" | grep -Eq -- "$only" || return 0
	if [ -n "$counting" ]; then
		steps=$((steps + 1))
		return 0
	fi
	step=$((step + 1))
	printf '[%3d/%d] %-16s %-10s ' "$step" "$steps" "$1" "$2" >&2
	row=$1 who=$2
	shift 2
	if got=$("$@" 2>>"$T/steps.log"); then
		echo "$got" >&2
	else
		echo "failed" >&2
	fi
}

udp() {	# mode direction [option...]
	mode=$1
	path "$who" "$2"
	shift 2
	"$bin/udp" "$mode" -c "$from" -s "$to" -a "$src" -b "$dst" "$@"
}

cpu_ms() {	# pid: milliseconds of processor time
	awk -v hz="$(getconf CLK_TCK)" '{ sub(/.*\) /, "")
	    print int(($12 + $13) * 1000 / hz) }' "/proc/$1/stat"
}

# The same of the whole machine, both ends included: what the kernel does in the
# place of a daemon is no daemon's time.
all_ms() {
	awk -v hz="$(getconf CLK_TCK)" '/^cpu / { for (i = 2; i <= 9; i++)
	    if (i != 5 && i != 6) n += $i; print int(n * 1000 / hz) }' /proc/stat
}

pid_of() {	# contender
	case $1 in
	lichen)		echo "$lichen_pid" ;;
	daemon)		echo "$daemon_pid" ;;
	tayga)		echo "$tayga_pid" ;;
	reflector)	echo "$reflector_pid" ;;
	esac
}

# Gbit/s through iperf3 from client to this address, or back.
iperf() {	# from-address to-address streams [option]
	# shellcheck disable=SC2086 # one option or none
	in_ns client iperf3 -c "$2" -B "$1" -t "$tcp_time" -P "$3" ${4:-} -f m \
	    --connect-timeout 2000 | awk -v n="$3" '
	    /receiver/ && (n == 1 || /SUM/) { for (i = 1; i <= NF; i++)
		if ($i == "Mbits/sec") print $(i - 1) }'
}

# Gbit/s, and processor seconds a GB as another row.
tcp() {	# direction streams [cpu]
	path "$who" up
	reverse=''
	[ "$1" = up ] || reverse=-R
	daemon=$(pid_of "$who")
	[ -z "$daemon" ] || before=$(cpu_ms "$daemon")
	all=$(all_ms)
	mbit=$(iperf "$src" "$dst" "$2" $reverse)
	[ -n "$mbit" ] || return 1
	all=$(($(all_ms) - all))
	[ "${3:-}" != cpu ] || record "all-$1" "$who" "$(awk -v m="$mbit" \
	    -v t="$tcp_time" -v ms="$all" \
	    'BEGIN { print ms / 1000 / (m * t / 8000) }')"
	record "$row" "$who" "$(awk -v m="$mbit" 'BEGIN { print m / 1000 }')"
	echo "$mbit Mbit/s"
	if [ -n "$daemon" ] && [ "${3:-}" = cpu ]; then
		record "cpu-$1" "$who" "$(awk -v m="$mbit" -v t="$tcp_time" \
		    -v ms=$(($(cpu_ms "$daemon") - before)) 'BEGIN {
			print ms / 1000 / (m * t / 8000) }')"
	fi
}

# Packets a second, and processor microseconds for each as another row.
flood() {	# direction [option...]
	daemon=$(pid_of "$who")
	[ -z "$daemon" ] || before=$(cpu_ms "$daemon")
	udp flood "$@" -t "$udp_time" >"$T/got" || return 1
	read -r got sent <"$T/got"
	record "$row" "$who" "$got"
	echo "$got of $sent packets/s"
	[ -z "$daemon" ] || record "$row-cpu" "$who" "$(awk -v n="$got" \
	    -v t="$udp_time" -v ms=$(($(cpu_ms "$daemon") - before)) \
	    'BEGIN { print n ? ms * 1000 / (n * t) : 0 }')"
}

# Processor microseconds of the whole machine for each packet, at a rate that all can
# bring.
paced() {	# direction packets/s
	all=$(all_ms)
	udp pace "$1" -t "$udp_time" -r "$2" >"$T/got" || return 1
	all=$(($(all_ms) - all))
	read -r sent <"$T/got"
	record "$row" "$who" "$(awk -v n="$sent" -v t="$udp_time" -v ms="$all" \
	    'BEGIN { print n ? ms * 1000 / (n * t) : 0 }')"
	echo "$sent packets/s, $all ms"
}

# The first time goes to fill tables and caches.
flood_warm() {
	udp flood "$@" -t 0.3 >/dev/null || return 1
	flood "$@"
}

search() {	# direction [option...]
	udp search "$@" -t "$trial" -e "$accuracy" >"$T/got" || return 1
	read -r got limit <"$T/got"
	record "$row" "$who" "$got"
	[ "$limit" = loss ] || record "$row-limit" "$who" 1
	echo "$got packets/s ($limit)"
}

both() {	# [option...]
	path "$who" down
	search up -x "$src,$dst" "$@"
}

delay() {	# option...
	udp delay up -t "$rtt_time" "$@" >"$T/got" || return 1
	read -r median p99 p999 pdv share <"$T/got"
	record "$row-median" "$who" "$median"
	record "$row-p999" "$who" "$p999"
	record "$row-pdv" "$who" "$pdv"
	echo "median $median, 99.9% $p999, PDV $pdv us, $share arrived"
}

rtt() {
	udp rtt up -t "$rtt_time" >"$T/got" || return 1
	read -r median p99 share <"$T/got"
	record "$row" "$who" "$median"
	record "$row-p99" "$who" "$p99"
	echo "median $median, 99% $p99 us, $share came back"
}

loaded_rtt() {
	path "$who" up
	background iperf3-load client iperf3 -c "$dst" -B "$src" -t 30
	load=$BG
	sleep 0.7
	rtt
	stop "$load"
}

# One end of a VXLAN, with checksums of its own and packets that nobody has to
# fragment.
vxlan() {	# namespace local remote address
	ip -n "$1" link add bench-vxlan type vxlan id 7 dstport 4789 \
	    local "$2" remote "$3" udpcsum &&
	    ip -n "$1" addr add "$4/24" dev bench-vxlan &&
	    ip -n "$1" link set dev bench-vxlan mtu 1180 up
}

# TCP in a VXLAN that is IPv6 at the client and IPv4 at the server.
in_tunnel() {	# direction
	reverse=''
	[ "$1" = up ] || reverse=-R
	path "$who" up
	vxlan client "$src" "$dst" 10.99.0.1 || return 1
	path "$who" down
	vxlan server "$src" "$dst" 10.99.0.2 || return 1
	# shellcheck disable=SC2086 # one option or none
	mbit=$(iperf 10.99.0.1 10.99.0.2 1 $reverse)
	ip -n client link del dev bench-vxlan
	ip -n server link del dev bench-vxlan
	[ -n "$mbit" ] || return 1
	record "$row" "$who" "$(awk -v m="$mbit" 'BEGIN { print m / 1000 }')"
	echo "$mbit Mbit/s"
}

passes() {
	for way in up down; do
		n=$(udp check "$way") || {
			echo "$way: $n of 100 datagrams arrive"
			return 1
		}
	done
	echo "all datagrams arrive, both ways"
}

# Packets leave client and server as a NIC without offloads would bring them.
one_by_one() {	# on|off
	[ -z "$counting" ] || return 0
	for end in client server; do
		for dev in router mirror; do
			in_ns "$end" ethtool -K "$dev" tso "$1" gso "$1" \
			    tx-udp-segmentation "$1" >/dev/null
		done
	done
}

# What comes from the client is chained into lists before it is forwarded: the
# kernel carries a list as one packet, and takes it apart for a TUN device.
gro_list() {	# on|off
	[ -z "$counting" ] || return 0
	for via in router mirror; do
		in_ns "$via" ethtool -K client gro "$1" rx-gro-list "$1" \
		    >/dev/null
	done
}

# --- the plan ----------------------------------------------------------------

each() {	# row command...
	each_row=$1
	shift
	for who in $contenders; do
		step "$each_row" "$who" "$@"
	done
}

one_round() {
	each tcp1-up tcp up 1 cpu
	each tcp1-down tcp down 1 cpu
	each tcp4-up tcp up 4
	each tcp4-down tcp down 4
	one_by_one off
	each single-up tcp up 1
	each single-down tcp down 1
	each flood-up flood up -g
	each flood-down flood down -g
	one_by_one on
	gro_list on
	each list-up flood up
	gro_list off
	each tunnel-up in_tunnel up
	each tunnel-down in_tunnel down
	each loaded loaded_rtt
	each idle rtt
	each zero-up search up
	each zero-down search down
	for flows in 1 8 64 256; do
		each "flows$flows" flood up -f "$flows"
	done
	each hosts1000 flood up -h 1000
	each paced paced up 100000
}

# RFC 8219 sections 7.1, 7.2 and 7.3.1, for IPv6 packets of these lengths: frames
# are 18 octets longer, IPv4 is 20 shorter.
frame_sizes() {
	for len in $frames; do
		each "zero-$len" search up -l $((len - 48))
		each "delay-$len" delay -r 20000 -l $((len - 48))
	done
	each both-66 both
	[ -n "$quick" ] || each both-1500 both -l 1452
}

flow_counts() {
	[ -n "$quick" ] || each flows1000 flood up -f 1000
}

table_start() {	# maps|leases how-many
	began=$(now)
	if [ "$1" = maps ]; then
		start "$who" "$2" 0
	else
		start "$who" 0 "$2"
	fi || return 1
	echo "$pid" >"$T/table.pid"
	echo "$((($(now) - began) / 1000000)) ms with --mktun"
}

# A translator with a table of that size, and its own packets from all of it.
table() {	# who maps|leases how-many
	step "start-$2-$3" "$1" table_start "$2" "$3"
	if [ -z "$counting" ] && ! [ -s "$T/table.pid" ]; then
		return 0
	fi
	table_row=$2-$3
	step "$table_row" "$1" flood_warm up -h "$3"
	if [ -z "$counting" ]; then
		end "$1" "$(cat "$T/table.pid")"
		rm -f "$T/table.pid"
	fi
}

table_sizes() {	# maps|leases
	for size in $tables; do
		table lichen-t "$1" "$size"
		case "$contenders $size" in
		# A table of 65,000 takes it up to a minute.
		*tayga*" 65000")	[ "$1$quick" != maps ] ||
					    table tayga-t "$1" "$size" ;;
		*tayga*" 100000")	;;
		*tayga*)		table tayga-t "$1" "$size" ;;
		esac
		[ "$1" = maps ] || continue
		for who in kernel6 kernel4; do
			step "$1-$size" "$who" flood_warm up -h "$size"
		done
	done
}

# From the start of the process until packets flow.
startup() {	# maps leases
	configure "$who" "$1" "$2" >"$T/$who.conf"
	if [ "$2" -gt 0 ]; then
		awk -v hosts="$2" -v now="$(date +%s)" -v n="$(number "$who")" '
		    BEGIN { for (i = 1; i <= hosts; i++)
			printf "10.%d.%d.%d\t2001:db8:1:1::%x:%x\t%d\n",
			    n * 2 + int(i / 65536), int(i / 256) % 256, i % 256,
			    int(i / 65536), i % 65536, now }' \
		    >"$T/$who.state/dynamic.map"
	fi
	rm -f "$T/$who.pid"
	began=$(now)
	background "$who" router "$(program "$who")" -d -c "$T/$who.conf" \
	    -p "$T/$who.pid"
	pid=$BG
	until [ -s "$T/$who.pid" ]; do
		alive "$pid" || return 1
	done
	ms=$((($(now) - began) / 1000000))
	rss=$(awk '/^VmRSS/ { print $2 }' "/proc/$pid/status")
	stop "$pid"
	record "$row" "$who" "$ms"
	record "$row-kib" "$who" "$rss"
	echo "$ms ms, $rss KiB"
}

core() {
	"$bin/core" -q >"$T/core" || return 1
	sed -n 's/^\(.*[^ ]\)  *\([0-9.]*\)\(ns\|x\)  *at most.*/\2 \1/p' \
	    "$T/core" | while read -r value text; do
		record "core $value $text"
	done
	echo "done"
}

plan() {
	each check passes
	for who in lichen-t tayga-t; do
		case "$contenders" in *"${who%-t}"*) ;; *) continue ;; esac
		step small "$who" startup 1 0
	done
	step startmaps lichen-t startup 100000 0
	step startleases lichen-t startup 0 100000
	step core lichen core
	round=0
	while [ $((round += 1)) -le "$rounds" ]; do
		one_round
		table_sizes maps
	done
	[ -n "$quick" ] || table_sizes leases
	frame_sizes
	flow_counts
}
plan
counting=''
plan

# --- what came out -----------------------------------------------------------

cpu=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
{
	echo "$(date +%F), Linux $(uname -r), $(nproc) x $cpu, $rounds rounds"
	awk -v csv="$dir/results.csv" -v quick="$quick" \
	    -f "$here/table.awk" "$results"
} | tee "$dir/results.md"
if command -v gnuplot >/dev/null; then
	gnuplot -e "csv='$dir/results.csv'; svg='$dir/results.svg'" \
	    "$here/plot.gp" 2>"$T/gnuplot.log" || cat "$T/gnuplot.log" >&2
	echo "$dir: results.md, results.csv, results.svg" >&2
else
	echo "$dir: results.md, results.csv (no gnuplot, no plot)" >&2
fi
# shellcheck disable=SC2034 # for ns_exit
ns_finished=1
