#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Debian's package where it is used: Debian 12 and 13 with systemd as PID 1.  Installed,
# upgraded, removed and purged; two instances; reboots; broken and repaired files; from
# tayga's package to lichen's and back.  After each, packets tell whether it works.
# Not part of make check: the package has to be built (`make check-systemd` does both).
#
#	DEB	the package
#	SUITES	of Debian; bookworm and trixie
#
#	c6 --- tr (Debian) --- s4
#
# shellcheck disable=SC2317 # functions that ok and wait_until call
: "${NS_TIMEOUT:=600}" "${SUITES:=bookworm trixie}"
export NS_TIMEOUT SUITES
cache=/var/cache/lichen-tests
# While there still is a network.
[ -n "${NS_INSIDE:-}" ] || for suite in $SUITES; do
	sh "$(dirname "$0")/debian-root.sh" "$suite" "$cache/machine-$suite" \
	    systemd systemd-sysv dbus iproute2 iputils-ping adduser iptables \
	    nftables procps init-system-helpers || exit
done
# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
# shellcheck source=tests/e2e/in-machine.sh
. "$(dirname "$0")/in-machine.sh"
need debootstrap dpkg-deb pgrep socat
[ -f "${DEB:-}" ] || ns_skip "DEB is not a package (see make deb)"
other_users || ns_skip "systemd as PID 1 wants real root"

# --- the network

plug() {
	hosts tr
	cable c6 tr
	cable tr s4
	address c6 tr 2001:db8:1::9/64
	address tr c6 2001:db8:1::1/64
	address tr s4 198.51.100.1/24
	address s4 tr 198.51.100.2/24
	route c6 default via 2001:db8:1::1
	route tr default via 198.51.100.2
}

# s4 has no way to the pool: only NAT44 lets it answer.
# With the machine goes its end of the cables.
unplug() {
	ip -n c6 link del tr
	ip -n s4 link del tr
	ip netns del tr
}

server=64:ff9b::9.9.9.9
hosts c6 s4
ip -n s4 addr add 9.9.9.9/32 dev lo
blob "$T/blob" 300000

traffic() {	# what
	ok "$1: ping" wait_until 10 pings c6 "$server"
	ok "$1: TCP" tcp_upload c6 s4 "$server" 5001 "$T/blob"
}

no_traffic() {	# what
	exits 1 "$1: no packet passes" in_ns c6 ping -n -c 1 -W 1 "$server"
}

reboot() {
	m systemctl reboot 2>/dev/null || :
	ok "reboot: it goes down" machine_is_off
	unplug
	plug
	machine_boot
}

# --- what is asked of the machine

is_active() {	# unit
	m systemctl --quiet is-active "$1"
}

main_pid() {	# unit
	m systemctl show -p MainPID --value "$1"
}

journal_has() {	# unit regex
	m journalctl -u "$1" --no-pager -o cat | grep -Eq "$2"
}

install_deb() {	# file on this host
	cp "$1" "$machine/root/package.deb"
	m apt-get install -q -y --allow-downgrades /root/package.deb
}

# Another version of the package, otherwise the same.
version() {	# version
	rm -rf "$T/repack"
	dpkg-deb -R "$DEB" "$T/repack" &&
	    sed -i "s/^Version: .*/Version: $1/" "$T/repack/DEBIAN/control" &&
	    dpkg-deb -b "$T/repack" "$T/lichen_$1.deb" >/dev/null
}

# Links of systemd's to units that are not there.
dangling() {
	m find -L /etc/systemd/system -type l
}

config() {	# file device number data-dir
	cat >"$machine/etc/$1" <<-CONF
		tun-device $2
		ipv4-addr 192.168.$3.1
		ipv6-addr 2001:db8:64:$3::1
		prefix $4
		dynamic-pool 192.168.$3.0/24
		data-dir $5
		control-socket $6
		tun-up yes
		tun-route $4
		tun-route 192.168.$3.0/24
	CONF
}

example_again() {
	cp "$machine/usr/share/lichen/tayga.conf" "$machine/etc/tayga.conf"
}

# --- walks

fresh_install() {
	ok "fresh install" install_deb "$DEB"
	exits 3 "nothing is started" m systemctl is-active lichen
	ok "there is an example" m cmp /etc/tayga.conf \
	    /usr/share/lichen/tayga.conf
	ok "enable and start, nothing edited" \
	    m systemctl enable --now lichen lichen-router
	traffic "started"
	ok "--status finds it" m lichen --status
	why=$(m journalctl -u lichen --no-pager -o cat |
	    sed -n 's/.*fast path: off: //p')
	if [ -n "$why" ]; then
		skip "the fast path" "$why"
	else
		like "the fast path is on" "$(cat "$T/out")" '^fast path +on'
	fi
	lease=$(m lichen --leases | grep 2001:db8:1::9 || :)
	lease=${lease%% *}
}

second_instance() {
	config lichen/second.conf second 254 2001:db8:254::/96 \
	    /var/lib/lichen@second /run/lichen@second/control
	route c6 2001:db8:254::/96 via 2001:db8:1::1
	ok "a second one" m systemctl enable --now lichen@second \
	    lichen-router@second
	ok "both run" is_active lichen
	ok "the second translates" \
	    wait_until 10 pings c6 2001:db8:254::9.9.9.9
	traffic "the first beside the second"
	ok "restart the first" m systemctl restart lichen
	ok "the second can be asked" m lichen -c /etc/lichen/second.conf --status
	ok "stop the second" m systemctl stop lichen@second
	ok "the first can be asked" m lichen --status
	traffic "the first without the second"
	ok "the second again" m systemctl start lichen@second
	# The directory that the unit gives it.
	echo "map 192.168.254.77 2001:db8:1::77" \
	    >"$machine/var/lib/lichen@second/maps"
	sed -i 's/^prefix/prefiks/; s/^data-dir.*/map-file maps/' \
	    "$machine/etc/lichen/second.conf"
	exits 1 "the second fails" m systemctl restart lichen@second
	ok "the first can still be asked" m lichen --status
	sed -i 's/^prefiks/prefix/' "$machine/etc/lichen/second.conf"
	ok "the second, repaired" m systemctl start lichen@second
	ok "it translates again" \
	    wait_until 10 pings c6 2001:db8:254::9.9.9.9
}

# RestartSec is two seconds.
keeps_pace() {	# unit
	tries=$(m systemctl show -p NRestarts --value "$1")
	sleep 5
	tries=$(($(m systemctl show -p NRestarts --value "$1") - tries))
	ok "it is tried again every two seconds ($tries times in five)" \
	    test "$tries" -ge 1 -a "$tries" -le 4
}

# What the file cannot tell, such as a device of another kind: tried again at the unit's
# pace, and not as fast as the machine can.
fails_to_start() {
	cp "$machine/etc/lichen/second.conf" "$T/second.conf"
	sed -i 's/^tun-device.*/tun-device lo/' "$machine/etc/lichen/second.conf"
	exits 1 "no start for another reason" m systemctl restart lichen@second
	keeps_pace lichen@second
	cp "$T/second.conf" "$machine/etc/lichen/second.conf"
	ok "repaired" m systemctl restart lichen@second
	ok "the second is a router again" \
	    wait_until 5 is_active lichen-router@second
	ok "it translates" wait_until 10 pings c6 2001:db8:254::9.9.9.9
}

# A host that forwards anyway, with a firewall that knows connections: one that begins
# before there is NAT44 goes on without, for as long as it sends.
forwards_anyway() {
	m systemctl stop lichen lichen-router
	m sysctl -q net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
	m nft 'add table inet fw; add chain inet fw forward {
		type filter hook forward priority 0; policy accept; }
		add rule inet fw forward ct state established accept'
	background early c6 ping -n -i 0.01 "$server"
	sleep 0.5
	ok "start below traffic, where all is forwarded" m systemctl start lichen
	ok "what began too early is translated as well" \
	    wait_until 5 grep -q 'bytes from' "$T/early.log"
	stop "$BG"
	m systemctl stop lichen lichen-router
	is "forwarding stays on" "$(m cat /proc/sys/net/ipv4/ip_forward \
	    /proc/sys/net/ipv6/conf/all/forwarding | paste -sd ' ' -)" "1 1"
	m nft delete table inet fw
	m sysctl -q net.ipv4.ip_forward=0 net.ipv6.conf.all.forwarding=0
	ok "start again" m systemctl start lichen
	traffic "started again"
}

upgrade() {
	version 9.1
	was=$(main_pid lichen) was2=$(main_pid lichen@second)
	ok "upgrade" install_deb "$T/lichen_9.1.deb"
	ok "upgrade: it runs" is_active lichen
	ok "upgrade: another process" test "$(main_pid lichen)" != "$was"
	ok "upgrade: the second runs" is_active lichen@second
	ok "upgrade: another process, too" \
	    test "$(main_pid lichen@second)" != "$was2"
	traffic "upgraded"
	like "upgrade: the lease stays" "$(m lichen --leases)" "^$lease "

	version 9.2
	echo 'prefix 1::/95' >>"$machine/etc/tayga.conf"
	was=$(main_pid lichen)
	ok "upgrade with a broken file" install_deb "$T/lichen_9.2.deb"
	like "it says why nothing is restarted" "$(cat "$T/out")" \
	    'tayga\.conf:[0-9]+: prefix'
	is "the old one goes on" "$(main_pid lichen)" "$was"
	traffic "upgraded with a broken file"
	example_again
}

broken_file() {
	echo 'prefix 1::/95' >>"$machine/etc/tayga.conf"
	was=$(main_pid lichen)
	exits 1 "reload of a broken file" m systemctl reload lichen
	ok "reload of a broken file: it is told" \
	    wait_until 5 journal_has lichen 'tayga.conf:[0-9]+: prefix'
	is "reload of a broken file: the old one goes on" \
	    "$(main_pid lichen)" "$was"
	for try in 1 2 3 4 5 6; do
		exits 1 "restart with a broken file, $try" \
		    m systemctl restart lichen
	done
	is "restart with a broken file: no second try" \
	    "$(m systemctl show -p NRestarts -p ExecMainStatus --value lichen |
	    sort | paste -sd ' ' -)" "0 78"
	like "the message is what systemctl status shows" \
	    "$(m systemctl status --no-pager lichen)" \
	    'tayga\.conf:[0-9]+: prefix'
	no_traffic "with a broken file"
	example_again
	ok "restart with the repaired file" m systemctl restart lichen
	traffic "repaired"
	was=$(main_pid lichen)
	m kill -KILL "$was"
	comes_back() {
		is_active lichen && [ "$(main_pid lichen)" != "$was" ]
	}
	ok "killed: it comes back" wait_until 10 comes_back
	traffic "killed"
}

# Where the manual says, as it says.
stats_file() {
	dir=/var/lib/prometheus/node-exporter
	echo "stats-file $dir/lichen.prom" >>"$machine/etc/tayga.conf"
	m mkdir -p "$dir"
	ok "stats-file: restart" m systemctl restart lichen
	ok "stats-file: a directory of others: it is told" wait_until 5 \
	    journal_has lichen "lichen's user must be allowed"
	m chgrp lichen "$dir"
	m chmod g+w "$dir"
	ok "stats-file: restart" m systemctl restart lichen
	ok "stats-file: it is written" \
	    wait_until 5 m grep -q '^lichen_build_info' "$dir/lichen.prom"
	example_again
	echo "stats-file /srv/lichen.prom" >>"$machine/etc/tayga.conf"
	ok "stats-file: restart" m systemctl restart lichen
	ok "stats-file: not where the unit forbids it, and it is told" \
	    wait_until 5 journal_has lichen 'needs ReadWritePaths='
	example_again
	ok "stats-file: restart" m systemctl restart lichen
	m rm -r /var/lib/prometheus
}

run_by_hand() {
	ok "stop" m systemctl stop lichen
	no_traffic "stopped"
	m rm /var/lib/lichen/dynamic.map
	background hand tr nsenter --target "$machine_pid" --mount --pid --net \
	    --uts --ipc --root --wd -- /usr/sbin/lichen -d -p /run/hand.pid
	hand=$BG
	ok "root runs it by hand" wait_until 10 m test -s /run/hand.pid
	ok "it answers" wait_until 10 pings c6 fd46:25a8:1f62:64::1
	kill "$(pgrep -P "$hand")"
	wait_until 5 dead "$hand" || :
	ok "the service again" m systemctl start lichen lichen-router
	ip -n c6 addr add 2001:db8:1::99/64 dev tr nodad
	ok "another host gets a lease" \
	    wait_until 10 pings c6 "$server" -I 2001:db8:1::99
	ip -n c6 addr del 2001:db8:1::99/64 dev tr
	written() {
		m grep -q "2001:db8:1::99" /var/lib/lichen/dynamic.map
	}
	ok "the service writes what root wrote" wait_until 5 written
	exits 1 "it has nothing to complain of" \
	    journal_has lichen 'dynamic.map: cannot'
}

# README's command, where lichen was never started and where it was; as another user's
# file that nobody else may read.
copied_leases() {
	copy=$(sed -n 's/^ *\(install .*dynamic\.map\)$/\1/p' \
	    "$(dirname "$0")/../../README")
	m mkdir -p /var/spool/tayga
	printf '192.168.255.77\t2001:db8:1::77\t%s\n' "$(date +%s)" \
	    >"$machine/var/spool/tayga/dynamic.map"
	m chown 500:500 /var/spool/tayga/dynamic.map
	m chmod 600 /var/spool/tayga/dynamic.map
	for state in new old; do
		m systemctl stop lichen
		[ "$state" = old ] ||
		    m rm -rf /var/lib/lichen /var/lib/private/lichen
		ok "leases are copied, $state directory" m sh -c "$copy"
		ok "start with them" m systemctl start lichen
		like "they are there" "$(m lichen --leases)" \
		    '^192\.168\.255\.77 +2001:db8:1::77 '
		ok "another one" wait_until 10 pings c6 "$server"
		written() {
			m grep -q '2001:db8:1::9	' /var/lib/lichen/dynamic.map
		}
		ok "which is written" wait_until 5 written
	done
	m rm -r /var/spool/tayga
	lease=$(m lichen --leases | grep 2001:db8:1::9 || :)
	lease=${lease%% *}
}

after_reboot() {
	reboot
	ok "reboot: it runs" is_active lichen
	ok "reboot: the second runs" is_active lichen@second
	traffic "after a reboot"
	like "reboot: the lease stays" "$(m lichen --leases)" "^$lease "
}

# Not an error of the file, for which there is no second try.
failing_start() {
	sed -i 's/^tun-device.*/tun-device lo/' "$machine/etc/tayga.conf"
	reboot
	ok "lichen cannot start: the boot comes to its end" \
	    m systemctl --quiet is-active multi-user.target
	keeps_pace lichen
	example_again
	ok "what it lacked is there: it starts by itself" \
	    wait_until 10 is_active lichen
	traffic "at last"
}

remove() {
	echo '# edited' >>"$machine/etc/tayga.conf"
	ok "remove" m apt-get remove -q -y lichen
	no_traffic "removed"
	exits 1 "the device is gone" ip -n tr link show dev nat64
	is "nor any rule" "$(m nft list tables)" ""
	is "nor forwarding" "$(m cat /proc/sys/net/ipv4/ip_forward \
	    /proc/sys/net/ipv6/conf/all/forwarding | paste -sd ' ' -)" "0 0"
	is "no process stays" "$(m pgrep -x lichen)" ""
	ok "the configuration stays" test -s "$machine/etc/tayga.conf"
	is "no link takes tayga's name" "$(dangling | grep tayga)" ""
	ok "install again" install_deb "$DEB"
	ok "start" m systemctl start lichen lichen-router
	traffic "installed again"
	ok "purge" m apt-get purge -q -y lichen
	no_traffic "purged"
	is "no link of ours stays" "$(dangling)" ""
	rm "$machine/root/package.deb" "$machine/etc/lichen/second.conf"
	rmdir "$machine/etc/lichen"
	is "nothing stays" "$(m find /etc /var /usr /run -name '*lichen*' \
	    ! -path '/var/lib/apt/*' ! -path '/var/lib/dpkg/*')" ""
	exits 1 "nor the configuration" test -e "$machine/etc/tayga.conf"
}

# Files as somebody else may have left them.
odd_files() {
	m mkdir -p /var/spool/tayga
	echo 'data-dir /var/spool/tayga/ # as ever' >"$machine/etc/tayga.conf"
	ok "a data-dir with a slash and a comment" install_deb "$DEB"
	is "is given to lichen" "$(m stat -c %U /var/spool/tayga)" lichen
	m sh -c 'rm /etc/tayga.conf; mkdir /etc/tayga.conf'
	ok "purge, where the configuration is a directory" \
	    m apt-get purge -q -y lichen
	m rmdir /etc/tayga.conf /var/spool/tayga
	ok "install" install_deb "$DEB"
	m mount --bind /etc/tayga.conf /etc/tayga.conf
	ok "purge, where the configuration is a mount" \
	    m apt-get purge -q -y lichen
	m sh -c 'umount /etc/tayga.conf; rm /etc/tayga.conf'
}

# What tayga's package leaves to the administrator, or to its init script.
tayga_network() {
	wait_until 5 ip -n tr link show dev nat64 || :
	m sh -c '
		ip link set nat64 up
		ip route add 192.168.255.0/24 dev nat64
		ip route add 64:ff9b::/96 dev nat64
		echo 1 >/proc/sys/net/ipv4/ip_forward
		echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
		iptables -t nat -A POSTROUTING -s 192.168.255.0/24 -j MASQUERADE
	' >/dev/null 2>&1 || :
}

install_tayga() {
	m sh -c 'apt-get install -q -y /var/cache/tayga/*.deb'
}

lease_in() {	# directory
	sed -n 's/^\([0-9.]*\)	2001:db8:1::9	.*/\1/p' \
	    "$machine/$1/dynamic.map" | tail -n 1
}

tayga_and_back() {
	ok "tayga's package" install_tayga
	sed -i 's|^prefix .*|prefix 64:ff9b::/96|
	    s|^tun-device|ipv6-addr 2001:db8:64::1\n&|' "$machine/etc/tayga.conf"
	cp "$machine/etc/tayga.conf" "$T/tayga.conf"
	ok "tayga: start" m systemctl restart tayga
	tayga_network
	traffic "tayga"

	ok "lichen in its place, nobody is asked" install_deb "$DEB"
	is "tayga is gone" "$(m pgrep -x tayga)" ""
	ok "its configuration stays as it is" \
	    cmp "$T/tayga.conf" "$machine/etc/tayga.conf"
	lease=$(lease_in var/spool/tayga)
	cat >>"$machine/etc/tayga.conf" <<-CONF
		tun-up yes
		tun-route 64:ff9b::/96
		tun-route 192.168.255.0/24
		control-socket /run/lichen/control
	CONF
	m iptables -t nat -F
	ok "lichen: start" m systemctl enable --now lichen lichen-router
	traffic "lichen after tayga"
	like "lichen: the lease of tayga's" "$(m lichen --leases)" "^$lease "
	reboot
	traffic "lichen after tayga, rebooted"
	ok "it writes where tayga wrote" \
	    grep -q '^# Written by' "$machine/var/spool/tayga/dynamic.map"
	ok "systemctl restart tayga is one of lichen" m systemctl restart tayga
	ok "which runs" is_active lichen
	traffic "lichen by tayga's name"

	m lichen --tayga-conf >"$T/tayga.conf" 2>/dev/null
	cp "$T/tayga.conf" "$machine/etc/tayga.conf"
	ok "tayga in its place, nobody is asked" install_tayga
	is "lichen is gone" "$(m pgrep -x lichen)" ""
	ok "the configuration stays" cmp "$T/tayga.conf" "$machine/etc/tayga.conf"
	is "no link takes tayga's name" "$(dangling | grep tayga)" ""
	ok "tayga again: start" m systemctl restart tayga
	tayga_network
	traffic "tayga again"
	is "tayga: the lease of before" "$(lease_in var/spool/tayga)" "$lease"
	ok "what is left of lichen is purged" m apt-get purge -q -y lichen
	ok "but not tayga's configuration" \
	    cmp "$T/tayga.conf" "$machine/etc/tayga.conf"
	ok "nor its leases" test -s "$machine/var/spool/tayga/dynamic.map"
	ok "purge tayga" m apt-get purge -q -y tayga

	ok "lichen, not edited" install_deb "$DEB"
	ok "tayga in its place, nobody is asked" install_tayga
	ok "its configuration is its own" m grep -q /var/spool/tayga /etc/tayga.conf
	ok "purge all" m apt-get purge -q -y lichen tayga
}

# A machine, and what is done on it.
walk() {	# suite step...
	machine_make "$cache/machine-$1"
	plug
	machine_boot
	note "$*: $(m systemctl --version | head -n 1)"
	log=$1-$2
	shift
	for step in "$@"; do
		"$step"
	done
	machine_journal "$log"
	m systemctl poweroff 2>/dev/null || :
	machine_is_off
	unplug
	machine_forget
}

# A package is for the Debian that it was built on, and for later ones.
libc=$(dpkg-deb -f "$DEB" Depends | sed -n 's/.*libc6 (>= \([^)]*\)).*/\1/p')
has_libc() {	# suite
	dpkg --compare-versions "${libc:-0}" le "$(dpkg-query -W -f '${Version}' \
	    --admindir="$cache/machine-$1/var/lib/dpkg" libc6)"
}

for suite in $SUITES; do
	if ! has_libc "$suite"; then
		skip "Debian's $suite" "the package wants libc6 $libc"
		continue
	fi
	walk "$suite" fresh_install second_instance fails_to_start \
	    forwards_anyway upgrade broken_file stats_file run_by_hand \
	    copied_leases after_reboot failing_start remove odd_files
	walk "$suite" tayga_and_back
done
finish
