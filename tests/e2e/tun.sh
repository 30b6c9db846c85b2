#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The device layer against the real kernel: programs of unit tests, each in a
# network namespace of its own.

# shellcheck source=tests/ns.sh
. "$(dirname "$0")/../ns.sh"
need sysctl

for prog in tun tun_packets netif; do
	bin=${LICHEN%/*}/tests/e2e/$prog
	[ -x "$bin" ] || ns_skip "$bin is not built (needs libcheck)"
	hosts "$prog"
	exits 0 "$prog" in_ns "$prog" "$bin"
	sed 's/^/# /' "$T/out"
done
finish
