#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The device gets another MTU, another name, another network namespace: lichen, which
# has no privilege left by then, goes by what it is now, also while nothing happens,
# and another interface of the same name is nothing to it.

# shellcheck disable=SC2317 # functions that ok and wait_until call
# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
hosts tr other
# other's namespace has no number in tr's until something makes it one.

lichen_start tr nat64 <<-CONF
	tun-device nat64
	ipv4-addr 192.0.2.1
	prefix 2001:db8:64::/96
	tun-up yes
	control-socket $T/control
CONF

mtu() {		# name mtu: what lichen says
	"$LICHEN" -c "$T/nat64.conf" --status --json |
	    grep -q "\"lichen_mtu_bytes\":{\"$1\":$2}"
}
logged() {
	grep -q "msg=\"$1\"" "$T/nat64.log"
}

ok "at first" mtu nat64 1500
ip -n tr link set dev nat64 mtu 1400
ok "another MTU, while nothing asks: noticed" \
    wait_until 3 logged 'mtu of nat64 is now 1400'
ok "another MTU" mtu nat64 1400

ip -n tr link set dev nat64 name first
ip -n tr link add dev nat64 mtu 9000 type veth peer name decoy
ip -n tr link set dev first mtu 1410
ok "another name: noticed" wait_until 3 logged 'interface nat64 is now first'
ok "another name, and MTU" wait_until 3 mtu first 1410

ip -n tr link set dev first name second
ip -n tr link set dev nat64 name first
ip -n tr link set dev second netns other
ok "another namespace: noticed" wait_until 3 \
    logged 'second is in another network namespace now: .*'
ok "another namespace: the MTU stays" mtu second 1410
ip -n tr link set dev first name second
ok "another namespace: another interface has the name" mtu second 1410
ip -n other link set dev second mtu 1300
ok "another namespace: and another MTU" wait_until 3 mtu second 1300
# A device that comes up there translates there.
ip -n other link set dev second up
address other second 192.0.2.254/32 2001:db8::1/128
route other 2001:db8:64::/96 dev second
ok "another namespace: it translates" pings other 2001:db8:64::c000:201

ip -n other link set dev second name third
ip -n other link set dev third netns tr
ok "back: noticed" wait_until 3 \
    logged 'third is back in this network namespace'
ip -n tr link set dev third mtu 1450
ok "back: its MTU" wait_until 3 mtu third 1450
ip -n tr link del dev third
wait_until 5 dead "$LICHEN_PID"
like "deleted: it says so, by the name that it had" "$(lichen_log nat64)" \
    'interface third is gone'
finish
