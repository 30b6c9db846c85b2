#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# conf/lichen.netifd and conf/lichen.procd with stand-ins for the functions that
# OpenWrt has for them: what they say to netifd and procd is done as these would.
#
#	c6 --- tr (OpenWrt, lichen) --- s4

# shellcheck disable=SC2034,SC2154,SC2317,SC2329 # the two scripts use them
# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
need logger
conf=$(realpath "$(dirname "$0")/../../conf")

hosts c6 s4
routers tr
cable c6 tr
cable tr s4
address c6 tr 2001:db8:1::7/64
address tr c6 2001:db8:1::1/64
address tr s4 198.51.100.1/24
address s4 tr 198.51.100.2/24
route c6 default via 2001:db8:1::1
route s4 default via 198.51.100.1
server=2001:db8:64::c633:6402

# Their paths are ours.
for file in netifd procd; do
	sed "s|/usr/sbin/lichen|$T/lichen|; s|/var/run|$T|; s|/etc/tayga|$T/tayga|" \
	    "$conf/lichen.$file" >"$T/$file"
done
cat >"$T/lichen" <<-SH
	#!/bin/sh
	exec nsenter --net=/run/netns/tr "$LICHEN" "\$@"
SH
chmod +x "$T/lichen"

# --- netifd: options are in $option_NAME, calls in $T/calls

call() {
	echo "$*" >>"$T/calls"
}
called() {	# the whole line
	grep -Fqx "$1" "$T/calls"
}
for function in proto_config_add_string proto_config_add_array \
    proto_config_add_boolean proto_notify_error proto_block_restart \
    proto_init_update proto_send_update add_protocol; do
	eval "$function() { call $function \"\$@\"; }"
done
json_get_vars() {
	for option; do
		eval "$option=\${option_$option:-}"
	done
}
json_for_each_item() {	# function list
	eval "items=\${option_$2:-}"
	echo "$items" | while read -r item; do
		[ -z "$item" ] || "$1" "$item"
	done
}
ip() {
	case $1 in
	-n)	command ip "$@" ;;
	*)	command ip -n tr "$@" ;;
	esac
}
# netifd adds them when the update comes.
proto_add_ipv4_route() {
	call proto_add_ipv4_route "$@"
	route tr "$1/$2" dev nat64-wan6
}
proto_add_ipv6_route() {
	call proto_add_ipv6_route "$@"
	route tr "$1/$2" dev nat64-wan6
}
proto_run_command() {	# interface command...
	call proto_run_command "$1"
	shift
	"$@" >"$T/netifd.log" 2>&1 </dev/null &
	command=$!
}
proto_kill_command() {
	call proto_kill_command "$1"
	kill -TERM "$command"
}
no_device() {
	! ip -n tr link show dev nat64-wan6
}

INCLUDE_ONLY=1
# shellcheck disable=SC1091
. "$T/netifd"
proto_lichen_init_config
is "netifd: it brings a device" "$no_device$available" 11
for option in ipv4_addr ipv6_addr prefix dynamic_pool map data_dir noroutes; do
	ok "netifd: knows $option" grep -q " $option" "$T/calls"
done

option_ipv4_addr=192.168.64.1 option_ipv6_addr=2001:db8:65::1
option_prefix=2001:db8:64::/96 option_dynamic_pool=192.168.64.0/24
option_map='192.168.64.7 2001:db8:1::7
192.168.64.8 2001:db8:1::8'
option_udp_cksum_mode=calc
ok "netifd: setup" proto_lichen_setup wan6
ok "netifd: its update is sent" called "proto_send_update wan6"
ok "netifd: for the device" called "proto_init_update nat64-wan6 1"
ok "netifd: with a route for the pool" \
    called "proto_add_ipv4_route 192.168.64.0 24"
ok "netifd: and one for the prefix" \
    called "proto_add_ipv6_route 2001:db8:64:: 96"
ok "netifd: a client reaches the server" wait_until 10 pings c6 $server
ok "netifd: the server reaches a map" pings s4 192.168.64.7
ok "netifd: lichen answers" pings c6 2001:db8:65::1
proto_lichen_teardown wan6
ok "netifd: teardown: the process is gone" wait_until 5 dead "$command"
ok "netifd: teardown: so is the device" wait_until 5 no_device
wait "$command" && STATUS=0 || STATUS=$?
is "netifd: teardown: exit status" "$STATUS" 0

: >"$T/calls"
option_noroutes=1 option_map='' option_map_ipv4=192.168.64.9 \
    option_map_ipv6=2001:db8:1::9
ok "netifd: without routes" proto_lichen_setup wan6
is "netifd: it adds none" "$(grep route "$T/calls")" ""
ok "netifd: a map in two options" \
    grep -qx 'map 192.168.64.9 2001:db8:1::9' "$T/lichen-wan6/tayga.conf"
proto_lichen_teardown wan6
wait "$command" || :

: >"$T/calls"
option_prefix=2001:db8:64::/95
exits 1 "netifd: a wrong option" proto_lichen_setup wan6
ok "netifd: is told" called "proto_notify_error wan6 INVALID_CONFIG"
ok "netifd: and not tried again" called "proto_block_restart wan6"
ok "netifd: the log says which" grep -q 'prefix' "$T/lichen-wan6/error"
ok "netifd: no device is made" no_device

# --- procd: an instance in $T/instance

procd_open_instance() {
	: >"$T/instance"
}
procd_set_param() {
	echo "$*" >>"$T/instance"
}
procd_close_instance() {
	echo closed >>"$T/instance"
}
param() {
	sed -n "s/^$1 //p" "$T/instance"
}

# shellcheck disable=SC1091
. "$T/procd"
is "procd: it is procd that runs it" "$USE_PROCD" 1
cat >"$T/tayga.conf" <<-CONF
	tun-device nat64
	ipv4-addr 192.168.66.1
	prefix 2001:db8:64::/95
CONF
exits 1 "procd: no start with an error" start_service
ok "procd: there is no instance" test ! -e "$T/instance"
cat >"$T/tayga.conf" <<-CONF
	tun-device nat64
	ipv4-addr 192.168.66.1
	prefix 2001:db8:64::/96
	tun-up yes
	tun-route 192.168.66.0/24
	tun-route 2001:db8:64::/96
CONF
ok "procd: start" start_service
is "procd: one instance" "$(grep -c closed "$T/instance")" 1
is "procd: a change of the file" "$(param file)" "$T/tayga.conf"
is "procd: is this signal" "$(param reload_signal)" HUP
# shellcheck disable=SC2046 # words
background procd tr $(param command)
ok "procd: its command translates" wait_until 10 pings tr 192.168.66.1
echo "map 192.168.66.7 2001:db8:1::7" >>"$T/tayga.conf"
kill -"$(param reload_signal)" "$BG"
ok "procd: its signal reloads" wait_until 10 pings s4 192.168.66.7
stop "$BG"
is "procd: exit status" "$STATUS" 0
finish
