#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Every fuzz target goes over its seeds: what a fuzzer once found stays found.
set -u
srcdir=${srcdir:-.}
failures=0
for seeds in "$srcdir"/tests/seeds/*; do
	target=${seeds##*/}
	if out=$("${LICHEN%/*}/tests/fuzz_$target" \
	    "$seeds"/* 2>&1); then
		echo "ok - $target: $(printf '%s\n' "$out" | tail -n 1)"
	else
		echo "not ok - $target"
		printf '%s\n' "$out" | sed 's/^/#   /'
		failures=$((failures + 1))
	fi
done
[ "$failures" -eq 0 ]
