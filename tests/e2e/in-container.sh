# shellcheck shell=sh disable=SC2154 # the container is the test's
# SPDX-License-Identifier: BSD-2-Clause
#
# in-container.sh - sourced behind ns.sh by tests with a container beside namespace tr:
# what its manager does for the network of the container whose first process is
# $container.

# With our rights, in the network of the container.
inside() {	# command...
	nsenter --net="/proc/$container/ns/net" -- "$@"
}

# A cable, addresses, routes, sysctls; and the routes of the machine to it.
plug_in() {	# prefix...
	ip link add c0 netns tr type veth peer name eth0 netns "$container"
	ip -n tr link set c0 up
	address tr c0 10.0.3.1/24 2001:db8:3::1/64
	inside sh -c '
		cd /proc/sys/net
		echo 0 >ipv6/conf/eth0/accept_dad
		echo 0 >ipv6/conf/all/disable_ipv6
		echo 1 >ipv4/ip_forward
		echo 1 >ipv6/conf/all/forwarding
		ip link set lo up
		ip link set eth0 up
		ip addr add 10.0.3.2/24 dev eth0
		ip addr add 2001:db8:3::2/64 dev eth0 nodad
		ip route add default via 10.0.3.1
		ip route add default via 2001:db8:3::1'
	for to in "$@"; do
		case $to in
		*:*)	route tr "$to" via 2001:db8:3::2 ;;
		*)	route tr "$to" via 10.0.3.2 ;;
		esac
	done
}

# The cable goes with the container, and with the cable the routes.
disconnected() {
	! ip -n tr link show dev c0
}
