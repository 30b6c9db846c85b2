#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# syntax.sh - have clang check every source file that FreeBSD's build uses, those
# of make check too, against the declarations of that system in tests/freebsd.  It
# finds what only Linux or glibc has, headers that are missing, wrong types and
# misspelt names; nothing is linked or run.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
failures=0

for name in NAME STRING VERSION; do
	echo "#define PACKAGE_$name \"lichen\""
done >"$work/config.h"
cd "$top" || exit 1

compiles() {	# target file arguments...
	compiles_target=$1 compiles_file=$2
	shift 2
	case $compiles_file in
	src/core/* | tests/freebsd/*)	;;
	*)	set -- -D_GNU_SOURCE "$@" ;;
	esac
	clang --target="$compiles_target" -nostdinc -isystem tests/freebsd \
	    -Isrc -I"$work" '-DSYSCONFDIR="/usr/local/etc"' -std=c11 \
	    -fsyntax-only -Wall -Wextra -Wundef -Wshadow -Wstrict-prototypes \
	    -Wmissing-prototypes -Wwrite-strings -Wvla -Werror "$@" && return
	echo "# $compiles_file does not compile for $compiles_target; what" \
	    "FreeBSD has but tests/freebsd has not is to be declared there"
	failures=$((failures + 1))
}

for target in x86_64-unknown-freebsd14 aarch64-unknown-freebsd14; do
	for f in src/*.c src/*/*.c src/system/freebsd/*.c src/system/none/*.c \
	    tests/unit/*.c tests/fuzz/*.c tests/bench/core.c \
	    tests/freebsd/*.c; do
		case $f in
		src/fastpath/none.c)	;;
		# What Makefile.am builds on Linux only.
		src/fastpath/* | tests/unit/fastpath.c | tests/unit/sandbox.c)
			continue ;;
		esac
		compiles "$target" "$f" "$f"
	done
	# Each header alone: purity.sh has it so there.
	for f in src/*.h src/*/*.h src/system/freebsd/*.h; do
		[ -e "$f" ] || continue
		echo "#include \"${f#src/}\"" >"$work/alone.c"
		compiles "$target" "$f" -Wno-unused-function "$work/alone.c"
	done
done
[ "$failures" -eq 0 ]
