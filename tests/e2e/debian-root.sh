#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# debian-root.sh SUITE DIRECTORY [PACKAGE...] - the root directory of a minimal Debian
# with these packages, and with tayga's package, not installed, in /var/cache/tayga.
# One that is there and complete stays as it is, so that it is made once a machine.
#
# Where there can be none (no root, no debootstrap, no network), status 77 and the
# reason.
set -u
suite=$1 root=$2
shift 2
PATH=$PATH:/usr/sbin:/sbin
export DEBIAN_FRONTEND=noninteractive LC_ALL=C

skip() {
	echo "1..0 # SKIP $*"
	exit 77
}

made="$suite $*"
[ "$(cat "$root/made" 2>/dev/null)" != "$made" ] || exit 0
[ "$(id -u)" -eq 0 ] || skip "debootstrap wants root"
command -v debootstrap >/dev/null ||
    skip "debootstrap is not installed (see tests/setup.sh)"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
rm -rf "$root"
mkdir -p "$root" "${root%/*}/debs"
packages=$(echo "$*" | tr ' ' ',')
debootstrap --variant=minbase --cache-dir="${root%/*}/debs" \
    ${packages:+"--include=$packages"} "$suite" "$root" >"$log" 2>&1 ||
    skip "no Debian $suite: $(tail -n 1 "$log")"
# Downloaded as the user _apt would have it, or not at all.
chroot "$root" sh -c 'mkdir /var/cache/tayga && cd /var/cache/tayga &&
    chown _apt . && apt-get download -qq tayga' >"$log" 2>&1 ||
    skip "no tayga of Debian $suite: $(tail -n 1 "$log")"
echo "$made" >"$root/made"
