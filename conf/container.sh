#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# container.sh - the entry of the container that conf/Containerfile makes: write
# /etc/tayga.conf from the environment, then become lichen, with these arguments
# besides.  A file that was mounted there is used as it is.
#
#	TAYGA_POOL4		dynamic-pool
#	TAYGA_PREF64		prefix
#	TAYGA_ADDR4		ipv4-addr; the first address of the pool if not set
#	TAYGA_ADDR6		ipv6-addr; made of prefix and ipv4-addr if not set, but
#				fd46:25a8:1f62:64::1, as in lichen's example, with the
#				well-known prefix, which is not for private addresses
#	TAYGA_WKPF_STRICT	wkpf-strict
#	LICHEN_CONF		more lines of tayga.conf, any
#
# There is nothing but this shell: no command that is not one of its own.

set -eu
conf=/etc/tayga.conf
mark='# Made of the environment when the container started.'

ours() {	# no file, or one of an earlier start
	[ -s "$conf" ] || return 0
	read -r line <"$conf" && [ "$line" = "$mark" ]
}

# The address after the first one of a range.
first() {	# a.b.c.d/length
	net=${1%/*}
	echo "${net%.*}.$((${net##*.} + 1))"
}

write_conf() {
	echo "$mark"
	echo "tun-device nat64"
	echo "ipv4-addr ${TAYGA_ADDR4:-$(first "$TAYGA_POOL4")}"
	[ -z "${TAYGA_ADDR6:-}" ] || echo "ipv6-addr $TAYGA_ADDR6"
	echo "prefix $TAYGA_PREF64"
	echo "wkpf-strict ${TAYGA_WKPF_STRICT:-yes}"
	echo "dynamic-pool $TAYGA_POOL4"
	echo "data-dir /var/lib/lichen"
	echo "control-socket /run/lichen.sock"
	echo "tun-up yes"
	echo "tun-route $TAYGA_POOL4"
	echo "tun-route $TAYGA_PREF64"
	[ -z "${TAYGA_ADDR6:-}" ] || echo "tun-route $TAYGA_ADDR6"
	printf '%s\n' "${LICHEN_CONF:-}"
}

if ours; then
	: "${TAYGA_POOL4:?is not set: the IPv4 addresses for IPv6 hosts}"
	: "${TAYGA_PREF64:?is not set: the IPv6 prefix that stands for IPv4}"
	if [ "$TAYGA_PREF64" = 64:ff9b::/96 ]; then
		: "${TAYGA_ADDR6:=fd46:25a8:1f62:64::1}"
	fi
	write_conf >"$conf"
fi
exec lichen -d -c "$conf" "$@"
