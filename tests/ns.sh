# shellcheck shell=sh disable=SC2034 # STATUS and BG are for the tests
# SPDX-License-Identifier: BSD-2-Clause
#
# ns.sh - sourced by the end-to-end tests: a private world of network namespaces,
# a translator in it, and assertions.
#
# Sourcing it runs the script once more inside new network, mount and pid
# namespaces (and a user namespace when not root), so that no test touches the
# host, needs root or leaves anything behind: the last process gone, the kernel
# takes it all away.  Where that is impossible, exit status 77 skips the test.
#
#	LICHEN		the daemon; ./lichen if not set
#	NS_USERNS=1	a user namespace for root too
#	LICHEN_FAST_PATH	what fast-path says where a configuration says nothing
#	NS_TIMEOUT	seconds until the whole script is killed; 120
#
# What a test finds here: $T, a directory of its own; the functions below.

ns_skip() {
	echo "1..0 # SKIP $*"
	exit 77
}

# Run "$0" again inside, in the weakest set of namespaces that does.
ns_reexec() {
	for ns_tool in unshare nsenter timeout ip ping; do
		command -v "$ns_tool" >/dev/null ||
		    ns_skip "$ns_tool is not installed (see tests/setup.sh)"
	done
	ns_flags='--user --map-root-user' ns_root=''
	if [ "$(id -u)" -eq 0 ] && [ -z "${NS_USERNS:-}" ]; then
		ns_root=$(unshare --net --mount --pid --fork true 2>&1) &&
		    ns_flags=
	fi
	case $ns_root in
	*propagation*)	# of /, which is not the root of a mount
		ns_skip "in a chroot there are no namespaces, unless it is a" \
		    "mount: outside, 'mount --bind DIR DIR', with /proc, /sys" \
		    "and /dev below it, then 'chroot DIR'" ;;
	esac
	# shellcheck disable=SC2086 # flags are words
	ns_why=$(unshare $ns_flags --net --mount --pid --fork true 2>&1) ||
	    ns_skip "no namespaces here: $ns_why"
	ns_start=$(date +%s)
	export NS_INSIDE=1
	ns_status=0
	# shellcheck disable=SC2086
	timeout --foreground -k 2 "${NS_TIMEOUT:-120}" \
	    unshare $ns_flags --net --mount --pid --fork --kill-child \
	    sh "$0" "$@" || ns_status=$?
	if [ $(($(date +%s) - ns_start)) -ge "${NS_TIMEOUT:-120}" ]; then
		echo "Bail out! not finished after ${NS_TIMEOUT:-120} s"
	fi
	exit "$ns_status"
}

# The private world: a /proc of this pid namespace, an empty /run for ip-netns(8)
# and for us, no way to the host's syslog or service manager.
ns_setup() {
	unset NS_INSIDE NOTIFY_SOCKET STATE_DIRECTORY
	ns_why=$(mount -t proc proc /proc 2>&1) ||
	    ns_skip "cannot mount a private /proc: $ns_why"
	ns_why=$(mount -t tmpfs -o mode=755 tmpfs /run 2>&1) ||
	    ns_skip "cannot mount a private /run: $ns_why"
	if [ -S /dev/log ]; then
		mount --bind /dev/null /dev/log
	fi
	T=/run/test
	mkdir "$T"
	ns_count=0 ns_failed=0
	trap ns_exit EXIT
	trap 'exit 130' INT TERM HUP
	# Opening alone tells whether the device is ours to use.
	( : <>/dev/net/tun ) 2>/dev/null ||
	    ns_skip "cannot open /dev/net/tun as $(id -un)"
	ns_why=$(ip netns add probe 2>&1) ||
	    ns_skip "cannot create network namespaces: $ns_why"
	( in_ns probe sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward' \
	    2>/dev/null ) || ns_skip "/proc/sys/net is not writable"
	[ -e /proc/sys/net/ipv6 ] || ns_skip "the kernel has no IPv6"
	ip netns del probe
}

# Skip the test unless all these commands exist.
need() {
	for ns_tool in "$@"; do
		command -v "$ns_tool" >/dev/null ||
		    ns_skip "$ns_tool is not installed (see tests/setup.sh)"
	done
}

# $radvd announces the prefix of a NAT64 (RFC 8781), which not every version can.
need_pref64() {
	need radvd
	radvd=radvd
	echo 'interface x { AdvSendAdvert on; nat64prefix 64:ff9b::/96 { }; };' \
	    >"$T/probe.conf"
	chmod 644 "$T/probe.conf"
	if ! radvd -c -C "$T/probe.conf" >/dev/null 2>&1; then
		need radvd-trixie
		radvd='radvd-trixie'
	fi
}

ns_exit() {
	ns_status=$?
	trap - EXIT
	if [ -z "${ns_finished:-}" ] && [ "$ns_status" -ne 77 ]; then
		echo "Bail out! stopped early with status $ns_status"
		ns_failed=1
		[ "$ns_status" -ne 0 ] || ns_status=1
	fi
	if [ "$ns_failed" -ne 0 ]; then
		for ns_log in "$T"/*.log; do
			[ -s "$ns_log" ] || continue
			echo "# ---- ${ns_log##*/}"
			tail -n 20 "$ns_log" | sed 's/^/# /'
		done
	fi
	exit "$ns_status"
}

# --- assertions -------------------------------------------------------------

ns_report() {	# status what
	ns_count=$((ns_count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $ns_count - $2"
	else
		echo "not ok $ns_count - $2"
		ns_failed=$((ns_failed + 1))
	fi
}

note() {
	echo "# $*"
}

skip() {	# what why
	ns_count=$((ns_count + 1))
	echo "ok $ns_count - $1 # SKIP $2"
}

# The command succeeds.  Its output is left in $T/out.
ok() {	# what command...
	ns_what=$1
	shift
	ns_got=0
	"$@" >"$T/out" 2>&1 || ns_got=$?
	if [ "$ns_got" -eq 0 ]; then
		ns_report 0 "$ns_what"
	else
		ns_report 1 "$ns_what"
		echo "# status $ns_got of: $*"
		tail -n 20 "$T/out" | sed 's/^/# /'
	fi
}

# The command exits with this status.  Its output is left in $T/out and $T/err.
exits() {	# status what command...
	ns_want=$1 ns_what=$2 ns_got=0
	shift 2
	"$@" >"$T/out" 2>"$T/err" || ns_got=$?
	if [ "$ns_got" -eq "$ns_want" ]; then
		ns_report 0 "$ns_what"
	else
		ns_report 1 "$ns_what"
		echo "# status $ns_got instead of $ns_want: $*"
		tail -n 20 "$T/out" "$T/err" | sed 's/^/# /'
	fi
}

is() {	# what got wanted
	if [ "$2" = "$3" ]; then
		ns_report 0 "$1"
	else
		ns_report 1 "$1"
		echo "$2" | sed 's/^/#      got: /'
		echo "$3" | sed 's/^/# expected: /'
	fi
}

like() {	# what text extended-regex
	if printf '%s\n' "$2" | grep -Eq -- "$3"; then
		ns_report 0 "$1"
	else
		ns_report 1 "$1"
		printf '%s\n' "$2" | tail -n 20 | sed 's/^/#      got: /'
		echo "# expected: $3"
	fi
}

# The last line of every test.
finish() {
	ns_finished=1
	echo "1..$ns_count"
	[ "$ns_failed" -eq 0 ]
	exit
}

# Poll the command until it succeeds; fail after so many seconds.
wait_until() {	# seconds command...
	ns_left=$(($1 * 20))
	shift
	until "$@" >/dev/null 2>&1; do
		ns_left=$((ns_left - 1))
		[ "$ns_left" -gt 0 ] || return 1
		sleep 0.05
	done
}

# --- namespaces -------------------------------------------------------------

in_ns() {	# ns command...
	ns_name=$1
	shift
	nsenter --net="/run/netns/$ns_name" -- "$@"
}

# Hosts: quick to address, no rate limit on ICMP that a test would wait for.
hosts() {	# ns...
	for ns_name in "$@"; do
		ip netns add "$ns_name"
		in_ns "$ns_name" sh -c '
			cd /proc/sys/net
			echo 0 >ipv6/conf/all/accept_dad
			echo 0 >ipv6/conf/default/accept_dad
			echo 0 >ipv6/conf/default/router_solicitations
			echo 0 >ipv6/icmp/ratelimit
			echo 0 >ipv4/icmp_ratelimit
			echo 0 >ipv4/conf/all/rp_filter
			echo 0 >ipv4/conf/default/rp_filter
			echo "0 2147483647" >ipv4/ping_group_range
		' 2>/dev/null || :
		ip -n "$ns_name" link set lo up
	done
}

routers() {	# ns...
	hosts "$@"
	for ns_name in "$@"; do
		in_ns "$ns_name" sh -c '
			echo 1 >/proc/sys/net/ipv4/ip_forward
			echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'
	done
}

# A cable: in each of the two the interface has the other's name.
cable() {	# ns ns
	ip link add "cable-a" netns "$1" type veth peer name "cable-b" netns "$2"
	ip -n "$1" link set dev cable-a name "$2"
	ip -n "$2" link set dev cable-b name "$1"
	ip -n "$1" link set dev "$2" up
	ip -n "$2" link set dev "$1" up
}

cable_mtu() {	# ns ns mtu
	ip -n "$1" link set dev "$2" mtu "$3"
	ip -n "$2" link set dev "$1" mtu "$3"
}

address() {	# ns device address/len...
	ns_name=$1 ns_dev=$2
	shift 2
	for ns_addr in "$@"; do
		case $ns_addr in
		*:*)	ip -n "$ns_name" addr add "$ns_addr" dev "$ns_dev" nodad ;;
		*)	ip -n "$ns_name" addr add "$ns_addr" dev "$ns_dev" ;;
		esac
	done
}

route() {	# ns arguments of ip route add...
	ns_name=$1
	shift
	ip -n "$ns_name" route add "$@"
}

# Forget what path MTU discovery learned.
forget_mtu() {	# ns...
	for ns_name in "$@"; do
		ip -n "$ns_name" -4 route flush cache
		ip -n "$ns_name" -6 route flush cache
	done
}

# --- processes --------------------------------------------------------------

# In the background of a namespace, output to $T/LOG.log; its pid in $BG.
background() {	# log ns command...
	ns_log=$1 ns_name=$2
	shift 2
	nsenter --net="/run/netns/$ns_name" -- "$@" \
	    >>"$T/$ns_log.log" 2>&1 </dev/null &
	BG=$!
}

# Running: neither gone nor a zombie.
alive() {	# pid
	[ -r "/proc/$1/status" ] &&
	    ! grep -q '^State:.*Z' "/proc/$1/status" 2>/dev/null
}

dead() {
	! alive "$1"
}

# End a child of ours, leave its exit status in $STATUS.
stop() {	# pid [signal]
	kill -"${2:-TERM}" "$1" 2>/dev/null || :
	if ! wait_until 5 dead "$1"; then
		note "pid $1 does not react to SIG${2:-TERM}"
		kill -KILL "$1" || :
	fi
	STATUS=0
	wait "$1" 2>/dev/null || STATUS=$?
}

ns_is_listening() {	# ns -t|-u port
	[ -n "$(in_ns "$1" ss -Hln "$2" "sport = :$3")" ]
}

listening() {	# ns -t|-u port
	wait_until 5 ns_is_listening "$@" ||
	    { echo "Bail out! nothing listens on port $3"; exit 1; }
}

# Are there users besides us, or did a user namespace take them away?
other_users() {
	awk '{ n += $3 } END { exit n <= 1 }' /proc/self/uid_map
}

# Let them open the device, as udev does on most machines.
tun_for_all() {
	[ "$(stat -c %a /dev/net/tun)" = 666 ] || {
		mknod -m 666 "$T/tun" c 10 200 &&
		    mount --bind "$T/tun" /dev/net/tun
	}
}

# --- the translator ---------------------------------------------------------

ns_started() {	# name pid
	[ -s "$T/$1.pid" ] || dead "$2"
}

# Run the daemon in a namespace, with the configuration of $T/NAME.conf and these
# options besides; return when it has written its pidfile, which comes after the
# device.  Output goes to $T/NAME.log, the pid to $LICHEN_PID.
lichen_run() {	# ns name [option...]
	ns_name=$1 ns_inst=$2
	shift 2
	rm -f "$T/$ns_inst.pid"
	if [ -n "${LICHEN_FAST_PATH:-}" ] &&
	    ! grep -q '^[[:space:]]*fast-path' "$T/$ns_inst.conf"; then
		echo "fast-path $LICHEN_FAST_PATH" >>"$T/$ns_inst.conf"
	fi
	background "$ns_inst" "$ns_name" "$LICHEN" -d -c "$T/$ns_inst.conf" \
	    -p "$T/$ns_inst.pid" "$@"
	LICHEN_PID=$BG
	if ! wait_until 10 ns_started "$ns_inst" "$LICHEN_PID" ||
	    dead "$LICHEN_PID"; then
		echo "Bail out! lichen does not start in $ns_name"
		ns_failed=1
		exit 1
	fi
}

# The same, with the configuration of standard input (no pipe: the pid would be
# lost in a subshell).
lichen_start() {	# ns name [option...]
	cat >"$T/$2.conf"
	lichen_run "$@"
}

# Put an empty directory of ours where the daemon looks without -c.  The file is
# $DEFAULT_CONF.
default_conf() {
	DEFAULT_CONF=$("$LICHEN" --help |
	    sed -n 's/.*(default \(.*\/tayga\.conf\)).*/\1/p')
	ns_dir=${DEFAULT_CONF%/*}
	[ -d "$ns_dir" ] || ns_skip "there is no $ns_dir to hide"
	mkdir "$T/etc"
	# As /etc it has more in it than we bring.
	cp -a "$ns_dir/." "$T/etc/" 2>/dev/null || :
	rm -f "$T/etc/tayga.conf"
	mount --bind "$T/etc" "$ns_dir"
}

# What it logged so far.
lichen_log() {	# name
	cat "$T/$1.log"
}

# --- traffic ----------------------------------------------------------------

# One answer is enough; a few chances.
pings() {	# ns address [option...]
	ns_from=$1 ns_to=$2
	shift 2
	in_ns "$ns_from" ping -n -c 1 -w 3 -i 0.5 "$@" "$ns_to"
}

# All that one ping says; it need not be answered.
ping_says() {	# ns address [option...]
	ns_from=$1 ns_to=$2
	shift 2
	in_ns "$ns_from" ping -n -c 1 -W 1 "$@" "$ns_to" 2>&1 || :
}

# A file of so many octets that do not repeat.
blob() {	# file octets
	head -c "$2" /dev/urandom >"$1"
}

sum() {
	sha256sum <"$1"
}

same() {	# file file
	[ -s "$1" ] && [ "$(sum "$1")" = "$(sum "$2")" ]
}

ns_target() {	# TCP|UDP address port
	case $2 in
	*:*)	echo "${1}6:[$2]:$3" ;;
	*)	echo "${1}4:$2:$3" ;;
	esac
}

# Send a file over TCP to a server started for it, and compare what arrives.
tcp_upload() {	# from to address port file
	rm -f "$T/received"
	background socat "$2" socat -u -b 65536 \
	    "TCP6-LISTEN:$4,ipv6only=0,reuseaddr" "CREATE:$T/received"
	ns_server=$BG ns_bad=0
	listening "$2" -t "$4"
	in_ns "$1" timeout 15 socat -u -b 65536 "FILE:$5" \
	    "$(ns_target TCP "$3" "$4"),connect-timeout=5" || ns_bad=1
	wait_until 5 dead "$ns_server" || kill "$ns_server"
	[ "$ns_bad" -eq 0 ] && same "$5" "$T/received"
}

# The other way round: the server speaks.
tcp_download() {	# from to address port file
	rm -f "$T/received"
	background socat "$2" socat -u -b 65536 "FILE:$5" \
	    "TCP6-LISTEN:$4,ipv6only=0,reuseaddr"
	ns_server=$BG ns_bad=0
	listening "$2" -t "$4"
	in_ns "$1" timeout 15 socat -u -b 65536 \
	    "$(ns_target TCP "$3" "$4"),connect-timeout=5" \
	    "CREATE:$T/received" || ns_bad=1
	wait_until 2 dead "$ns_server" || kill "$ns_server"
	[ "$ns_bad" -eq 0 ] && same "$5" "$T/received"
}

# A server that returns every datagram; leave it running.
udp_echo_server() {	# ns port
	background socat "$1" socat -b 65536 \
	    "UDP6-RECVFROM:$2,ipv6only=0,fork" PIPE
	listening "$1" -u "$2"
}

# One datagram of so many octets comes back as it went.
udp_echo() {	# from address port octets
	blob "$T/datagram" "$4"
	in_ns "$1" timeout 5 socat -b 65536 -t 0.5 - \
	    "$(ns_target UDP "$2" "$3")" <"$T/datagram" >"$T/echo"
	same "$T/datagram" "$T/echo"
}

# What a UDP client is told about its datagram.
udp_error() {	# from address port
	echo hello | in_ns "$1" timeout 5 socat -T 2 - \
	    "$(ns_target UDP "$2" "$3")" 2>&1 || :
}

# A server that tells every client the address it sees.
whoami_server() {	# ns 4|6 port
	# shellcheck disable=SC2016 # for the server's shell
	background socat "$1" socat \
	    "TCP$2-LISTEN:$3,fork,reuseaddr" 'SYSTEM:echo $SOCAT_PEERADDR'
	listening "$1" -t "$3"
}

# The address under which that server sees one of ours: all digits if IPv6.
seen_as() {	# from source address port
	case $2 in
	*:*)	ns_bind=[$2] ;;
	*)	ns_bind=$2 ;;
	esac
	in_ns "$1" timeout 5 socat -t 2 - \
	    "$(ns_target TCP "$3" "$4"),bind=$ns_bind,connect-timeout=2" \
	    </dev/null 2>&1 | tr -d '[]'
}

# --- go ---------------------------------------------------------------------

if [ -z "${NS_INSIDE:-}" ]; then
	: "${LICHEN:=./lichen}"
	[ -x "$LICHEN" ] || ns_skip "$LICHEN is not built (set LICHEN)"
	LICHEN=$(realpath "$LICHEN")
	export LICHEN
	ns_reexec "$@"
fi
set -eu
# Where tests/setup.sh unpacks daemons that must not run on the host.
ns_unpacked=/var/cache/lichen-tests/usr
PATH=$PATH:/usr/sbin:/sbin:$ns_unpacked/sbin:$ns_unpacked/bin
ns_setup
