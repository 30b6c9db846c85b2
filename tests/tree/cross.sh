#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# cross.sh TRIPLET - build lichen for another machine and pass there what needs no
# kernel of its own: the unit tests and the fuzzers' seeds, under qemu's user mode.
#
#	s390x-linux-gnu		big endian, 64 bits
#	arm-linux-gnueabihf	little endian, 32 bits
#
# The cross compiler brings no libcheck, tests/unit/minicheck stands in for it.
# The tree must have a configure; the build goes to a directory that is removed.
# Debian's packages are in tests/setup.sh.
set -eu
triplet=${1:?usage: cross.sh TRIPLET}
cd "$(dirname "$0")/../.."
top=$(pwd)
case $triplet in
arm-*)	emulator=qemu-arm ;;
*)	emulator=qemu-${triplet%%-*} ;;
esac
emulator="$emulator -L /usr/$triplet"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
cd "$work"
"$top/configure" -q --enable-werror --host="$triplet" CFLAGS=-O2 \
    CHECK_CFLAGS="-I$top/tests/unit/minicheck" CHECK_LIBS=' '

# Of make check all that runs anywhere: one list of tests, that of Makefile.am.
status=0
# shellcheck disable=SC2016 # for make
EMULATOR=$emulator NM=$triplet-nm make -s -j2 check LOG_COMPILER="$emulator" \
    check_PROGRAMS='$(UNIT_TESTS) $(FUZZ_TARGETS)' \
    TESTS='$(UNIT_TESTS) tests/fuzz/replay.sh tests/tree/purity.sh' || status=$?
grep -lE '^:test-result: (FAIL|ERROR)' tests/*/*.trs | while read -r failed; do
	echo "--- ${failed%.trs}"
	tail -n 30 "${failed%.trs}.log"
done
# shellcheck disable=SC2086 # words
$emulator ./lichen --check -c "$top/conf/tayga.conf" || status=$?
exit "$status"
