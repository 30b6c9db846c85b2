#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Every fuzz target goes over its seeds: what a fuzzer once found stays found.
#
#	EMULATOR	what runs them if this machine cannot: a command's words
set -u
srcdir=${srcdir:-.}
failures=0
for seeds in "$srcdir"/tests/fuzz/seeds/*; do
	target=${seeds##*/}
	# shellcheck disable=SC2086 # words
	if out=$(${EMULATOR:-} "${LICHEN%/*}/tests/fuzz/$target" \
	    "$seeds"/* 2>&1); then
		echo "ok - $target: $(printf '%s\n' "$out" | tail -n 1)"
	else
		echo "not ok - $target"
		printf '%s\n' "$out" | sed 's/^/#   /'
		failures=$((failures + 1))
	fi
done
[ "$failures" -eq 0 ]
