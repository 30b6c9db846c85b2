#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# conf/lichen.openrc, run by Debian's OpenRC in a root directory of its own: start,
# reload, restart and stop; a second instance; errors in the configuration.
#
#	tr (OpenRC, lichen)

# shellcheck disable=SC2317 # functions that ok and wait_until call
# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
unpacked=/var/cache/lichen-tests
conf=$(realpath "$(dirname "$0")/../../conf")
need ldd "$unpacked/bin/busybox" "$unpacked/sbin/openrc-run"

routers tr
ip -n tr addr add 198.51.100.1/32 dev lo

os=$T/os
mkdir "$os"
mount -t tmpfs tmpfs "$os"
mkdir -p "$os/bin" "$os/sbin" "$os/lib" "$os/usr/sbin" "$os/usr/bin" \
    "$os/etc/init.d" "$os/etc/conf.d" "$os/etc/lichen" "$os/proc" "$os/dev/net" \
    "$os/run/openrc" "$os/var/lib" "$os/tmp"
mount -t proc proc "$os/proc"
for device in null net/tun; do
	: >"$os/dev/$device"
	mount --bind "/dev/$device" "$os/dev/$device"
done
cp "$unpacked/bin/busybox" "$os/bin/"
for applet in sh sed grep mkdir rm ls cat id sleep touch; do
	ln -s busybox "$os/bin/$applet"
done
cp -R "$unpacked/lib/rc" "$os/lib/"
cp "$unpacked/sbin/openrc-run" "$unpacked/sbin/supervise-daemon" \
    "$unpacked/sbin/rc-service" "$os/sbin/"
# Newer ones look in /usr/lib.
ln -s ../lib "$os/usr/lib"
cp "$LICHEN" "$os/usr/sbin/lichen"
LD_LIBRARY_PATH=$(echo "$unpacked"/lib/*/librc.so.1)
LD_LIBRARY_PATH=${LD_LIBRARY_PATH%/*}
for program in "$os"/sbin/* "$os"/lib/rc/bin/* "$os"/usr/sbin/lichen; do
	LD_LIBRARY_PATH=$LD_LIBRARY_PATH ldd "$program" 2>/dev/null || :
done | grep -o '/[^ ]*\.so[^ ]*' | sort -u | while read -r lib; do
	mkdir -p "$os/lib" "$os/lib64"
	case $lib in
	*/ld-*)	cp "$lib" "$os/${lib%/*}/" ;;
	*)	cp "$lib" "$os/lib/" ;;
	esac
done
unset LD_LIBRARY_PATH
printf 'root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:\n' >"$os/etc/passwd"
printf 'root:x:0:\nnogroup:x:65534:\n' >"$os/etc/group"
: >"$os/etc/insserv.conf"
id=65534
if ! other_users; then
	id=0
	echo 'lichen_user=' >"$os/etc/conf.d/lichen"
	cp "$os/etc/conf.d/lichen" "$os/etc/conf.d/lichen.second"
fi
touch "$os/run/openrc/softlevel"
for dir in daemons exclusive failed hotplugged inactive options scheduled \
    started starting stopping tmp wasinactive; do
	mkdir "$os/run/openrc/$dir"
done
printf '#!/sbin/openrc-run\nstart() { :; }\n' >"$os/etc/init.d/localmount"
chmod +x "$os/etc/init.d/localmount"
cp "$conf/lichen.openrc" "$os/etc/init.d/lichen"

config() {	# instance number, file, data-dir
	cat >"$os/etc/$2" <<-CONF
		tun-device tun$1
		ipv4-addr 192.168.$1.1
		prefix 2001:db8:$1::/96
		dynamic-pool 192.168.$1.0/24
		data-dir $3
		tun-up yes
		tun-route 192.168.$1.0/24
	CONF
}

rc() {	# service command
	in_ns tr env -i PATH=/sbin:/bin:/usr/sbin timeout 60 chroot "$os" \
	    "/etc/init.d/$1" "$2" --nocolor
}

pid_of() {	# what its command line ends with
	pgrep -f "lichen --nodetach .*$1\$" | while read -r pid; do
		[ "$(cat "/proc/$pid/comm")" != lichen ] || echo "$pid"
	done
}

config 11 tayga.conf /var/lib/lichen
ok "start" rc lichen start
ok "it translates" wait_until 10 pings tr 192.168.11.1
ok "status" rc lichen status
pid=$(pid_of tayga.conf)
is "whom it became" "$(awk '/^Uid/ { print $2 }' "/proc/$pid/status")" $id
is "who may write the leases" "$(stat -c %u "$os/var/lib/lichen")" $id

echo "map 192.0.2.1 2001:db8::1" >>"$os/etc/tayga.conf"
echo "tun-route 192.0.2.1" >>"$os/etc/tayga.conf"
ok "reload" rc lichen reload
is "the same process goes on" "$(pid_of tayga.conf)" "$pid"
echo "nonsense" >>"$os/etc/tayga.conf"
exits 78 "reload of an error" rc lichen reload
like "says where it is" "$(cat "$T/out" "$T/err")" 'tayga\.conf:10: .*nonsense'
exits 1 "restart with an error" rc lichen restart
is "stops nothing" "$(pid_of tayga.conf)" "$pid"
config 11 tayga.conf /var/lib/lichen

config 12 lichen/second.conf /var/lib/lichen/second
ln -s lichen "$os/etc/init.d/lichen.second"
ok "a second one" rc lichen.second start
ok "it translates, too" wait_until 10 pings tr 192.168.12.1
ok "stop it" rc lichen.second stop
is "it is gone" "$(pid_of second.conf)" ""
ok "the first one goes on" pings tr 192.168.11.1

kill -KILL "$pid"
came_back() {
	[ -n "$(pid_of tayga.conf)" ] && [ "$(pid_of tayga.conf)" != "$pid" ]
}
ok "killed, it is started again" wait_until 20 came_back
ok "restart" rc lichen restart
ok "it translates again" wait_until 10 pings tr 192.168.11.1
ok "stop" rc lichen stop
is "it is gone" "$(pid_of tayga.conf)" ""
config 11 tayga.conf /var/lib/lichen
echo "prefix 1::/95" >>"$os/etc/tayga.conf"
exits 1 "no start with an error" rc lichen start
finish
