#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The units as they were built: systemd finds no fault with them, and what it thinks
# of their exposure is 1.7 or better.
#
#	LICHEN	the daemon; the units are beside it

# shellcheck disable=SC2317 # functions that ok calls
set -eu
PATH=$PATH:/var/cache/lichen-tests/usr/bin
units=$(dirname "${LICHEN:-./lichen}")
if ! command -v systemd-analyze >/dev/null; then
	echo "1..0 # SKIP systemd-analyze is not installed (see tests/setup.sh)"
	exit 77
fi
if [ ! -e "$units/lichen.service" ]; then
	echo "1..0 # SKIP no units were built"
	exit 77
fi
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
# Where systemd is only unpacked, so are the units that ours refer to.
SYSTEMD_UNIT_PATH=$T:/var/cache/lichen-tests/lib/systemd/system:
export SYSTEMD_UNIT_PATH SYSTEMD_LOG_LEVEL=warning
count=0 failed=0

ok() {	# what command...
	what=$1
	shift
	count=$((count + 1))
	if "$@" >"$T/out" 2>&1 && ! grep -v '^$' "$T/out" >"$T/said"; then
		echo "ok $count - $what"
	else
		echo "not ok $count - $what"
		sed 's/^/# /' "$T/out"
		failed=1
	fi
}

exposure() {	# unit: at most 1.7
	systemd-analyze security --offline=true --no-pager --threshold=17 \
	    "$1" >"$T/security" 2>&1 || {
		grep -E '✗|exposure' "$T/security"
		return 1
	}
	grep -q 'Overall exposure' "$T/security"
}

filled_in() {	# unit
	! grep '@[a-z]*@' "$1"
}

# The program need not be installed for that.
without_program() {	# unit
	sed 's|^\(Exec[A-Za-z]*\)=[^ ]*|\1=/bin/true|' "$units/$1" >"$T/$1"
}
for unit in lichen.service lichen@.service; do
	without_program "$unit"
done
cp "$T/lichen@.service" "$T/lichen@siit.service"
for unit in lichen.service lichen@siit.service; do
	ok "$unit is well formed" systemd-analyze verify --man=no "$T/$unit"
	ok "$unit: exposure at most 1.7" exposure "$T/$unit"
	ok "$unit: nothing was left to fill in" \
	    filled_in "$T/$unit"
done
mkdir "$T/lichen@clat.service.d"
cp "$T/lichen@.service" "$T/lichen@clat.service"
cp "${srcdir:-$(dirname "$0")/../..}/conf/lichen-clat.conf" "$T/lichen@clat.service.d/"
ok "lichen@clat is well formed" systemd-analyze verify --man=no \
    "$T/lichen@clat.service"
ok "lichen@NAME reads NAME.conf" \
    grep -q 'config [^ ]*/lichen/%i\.conf$' "$T/lichen@.service"
for unit in lichen-router.service lichen-router@.service; do
	without_program "$unit"
done
cp "$T/lichen-router@.service" "$T/lichen-router@siit.service"
for unit in lichen-router.service lichen-router@siit.service; do
	ok "$unit is well formed" systemd-analyze verify --man=no "$T/$unit"
	ok "$unit: nothing was left to fill in" filled_in "$T/$unit"
done
echo "1..$count"
exit "$failed"
