#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# demo.sh - build lichen and watch it work: a client with IPv6 only uses a web
# server with IPv4 only.  All of it happens in network namespaces of its own; what
# it may change on this machine is to install missing packages (tests/setup.sh).
# Exit status 0 if everything worked.
#
#	LICHEN	use this binary instead of building one

here=$(dirname "$0")

# Build a copy, so that the tree stays as it is.
build() {
	top=$here/..
	echo "Building lichen ..."
	cp -R "$top/configure.ac" "$top/Makefile.am" "$top/src" "$top/man" \
	    "$top/conf" "$top/tests" "$build/" &&
	for file in COPYING README; do
		[ ! -e "$top/$file" ] || cp "$top/$file" "$build/"
	done
	if ! (cd "$build" && autoreconf -fi && ./configure &&
	    make -j "$(nproc)" lichen) >"$build/build.log" 2>&1; then
		tail -n 30 "$build/build.log"
		echo "FAILURE: lichen does not build."
		exit 1
	fi
	LICHEN=$build/lichen
}

# shellcheck disable=SC2317 # called by trap
outside_exit() {
	status=$?
	trap - EXIT
	[ -z "${build:-}" ] || rm -rf "$build"
	if [ "$status" -eq 77 ]; then
		echo "FAILURE: this machine cannot run the demonstration;" \
		    "the line above says why."
		status=1
	fi
	exit "$status"
}

if [ -z "${NS_INSIDE:-}" ]; then
	trap outside_exit EXIT
	trap 'exit 130' INT TERM HUP
	sh "$here/setup.sh" demo || {
		echo "FAILURE: packages are missing."
		exit 1
	}
	if [ -z "${LICHEN:-}" ]; then
		build=$(mktemp -d) || exit 1
		build
	fi
	export LICHEN
fi
# What follows runs in namespaces: ns.sh starts this script once more in there.
# shellcheck source=tests/ns.sh
. "$here/ns.sh"

failures=
step() {
	printf '\n== %s\n' "$*"
}

# Show a command as if typed on a host, and what it says.
run() {	# host command...
	printf '   %s$' "$1"
	host=$1
	shift
	for arg; do
		case $arg in
		*' '*)	printf " '%s'" "$arg" ;;
		*)	printf ' %s' "$arg" ;;
		esac
	done
	echo
	status=0
	in_ns "$host" "$@" >"$T/out" 2>&1 || status=$?
	sed 's/^/   | /' "$T/out"
	return "$status"
}

failed() {
	echo "   !! $*"
	failures=1
}

end() {
	ns_finished=1
	echo
	if [ -n "$failures" ]; then
		echo "FAILURE: something above marked !! did not work."
		exit 1
	fi
	echo "SUCCESS: an IPv6-only client used an IPv4-only server" \
	    "through lichen."
	exit 0
}

pool=192.168.255
server4=198.51.100.2
server6=64:ff9b:1::$server4

cat <<-PICTURE

	   IPv6 only              runs lichen              IPv4 only
	  +----------+          +--------------+          +----------+
	  |  client  |==========|  translator  |==========|  server  |
	  +----------+          +--------------+          +----------+
	  2001:db8:1::2                                   $server4

	The client knows the server as      $server6
	The server knows the client as an address of $pool.0/24
PICTURE

step "Three hosts appear, joined by two cables."
hosts client server
routers translator
cable client translator
cable translator server
address client translator 2001:db8:1::2/64
address translator client 2001:db8:1::1/64
address translator server 198.51.100.1/24
address server translator $server4/24
route client default via 2001:db8:1::1
route server default via 198.51.100.1
in_ns server sh -c 'echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6'
run client ip -brief address show dev translator
run server ip -brief address show dev translator

step "Without a translator the client is stuck."
run client ping -c 1 -W 1 $server4 && failed "IPv4 works already"

step "The translator gets this configuration, and starts."
lichen_start translator lichen <<-CONF
	tun-device nat64
	ipv4-addr $pool.1
	prefix 64:ff9b:1::/96
	dynamic-pool $pool.0/24
	data-dir $T/data
	tun-up yes
	tun-route $pool.0/24
	tun-route 64:ff9b:1::/96
CONF
sed 's/^/   | /' "$T/lichen.conf"

step "The client pings the server, by the server's address in the prefix."
run client ping -c 3 -i 0.2 -W 2 $server6 || failed "no answer to ping"

step "The client fetches a page from the server's web server."
mkdir "$T/www"
echo "Greetings from an IPv4-only web server." >"$T/www/index.html"
head -c 50000000 /dev/urandom >"$T/www/50MB"
background web server busybox httpd -f -v -p 80 -h "$T/www"
listening server -t 80
run client curl -sS -g -m 10 \
    -w 'from [%{local_ip}] to [%{remote_ip}]: status %{http_code}\n' \
    "http://[$server6]/" || failed "no page"
echo "   The web server's log tells whom it saw:"
sed 's/^/   | /' "$T/web.log"
grep -q "$pool\\." "$T/web.log" || failed "not an address of the pool"

step "It downloads 50 MB, and the checksums agree."
run client curl -sS -g -m 30 -o "$T/download" \
    -w '%{size_download} octets, %{speed_download} octets/s\n' \
    "http://[$server6]/50MB" || failed "no download"
same "$T/www/50MB" "$T/download" || failed "the files differ"

step "How fast is it?  Two seconds of TCP in each direction (iperf3)."
background iperf server iperf3 -s
listening server -t 5201
for direction in "" -R; do
	# shellcheck disable=SC2086 # nothing, or one option
	run client iperf3 -c $server6 -t 2 -f g $direction >"$T/speed" ||
	    failed "iperf3 failed"
	case $direction in
	"")	printf '   client to server: ' ;;
	*)	printf '   server to client: ' ;;
	esac
	sed -n 's/.* \([0-9.]* Gbits\/sec\).*receiver.*/\1/p' "$T/out"
done

step "lichen stops, and tells what it did with the packets."
stop "$LICHEN_PID"
[ "$STATUS" -eq 0 ] || failed "exit status $STATUS"
sed -nE 's/.*(counter|reason)=([a-z0-9_]*) (value|packets)=([0-9]*)$/   | \2 \4/p' \
    "$T/lichen.log"
grep -q 'reason=xlat64 packets=[1-9]' "$T/lichen.log" || failed "no packet translated"
end
