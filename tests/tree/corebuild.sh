# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh disable=SC2154 # top and obj are the caller's
#
# corebuild.sh - the core and its unit tests without configure and make, for
# scripts that build them in an unusual way: sourced by coverage.sh and mutate.sh.
#
# The caller sets $top (the tree) and $obj (an empty directory for the result).

jobs=2
# The core has no _GNU_SOURCE; tests have.
core_cflags='-std=c11 -g -O0'
test_cflags='-std=c11 -g -O0 -D_GNU_SOURCE'

# Tests that need nothing of the shell: unit/NAME, one a line.
core_tests() {
	for t in "$top"/tests/unit/*.c; do
		if grep -q '^TESTS(' "$t" &&
		    grep -Eq '^#include "(core/|pktbuild|scene)' "$t" &&
		    ! sed -n 's/^#include "\(.*\)"$/\1/p' "$t" |
		    grep -Evq '^(core/.*|suite\.h|pktbuild\.h|scene\.h)$'; then
			echo "unit/$(basename "$t" .c)"
		fi
	done
}

core_names() {
	for f in "$top"/src/core/*.c; do
		basename "$f" .c
	done
}

# Objects of the core go to $obj/core, those of the tests to $obj.
compile() {	# directory, flags..., then -- and the sources
	dir=$1 flags=
	shift
	while [ "$1" != -- ]; do
		flags="$flags $1"
		shift
	done
	shift
	mkdir -p "$dir"
	# shellcheck disable=SC2086 # flags are words
	printf '%s\n' "$@" | (cd "$dir" && xargs -P $jobs -n 1 \
	    "${CC:-gcc}" -I"$top/src" $flags -c)
}

compile_core() {	# more flags
	# shellcheck disable=SC2086 # flags are words
	compile "$obj/core" $core_cflags "$@" -- "$top"/src/core/*.c
}

compile_tests() {
	# shellcheck disable=SC2046,SC2086 # words
	compile "$obj/unit" $test_cflags $check_cflags -- \
	    "$top"/tests/unit/pktbuild.c "$top"/tests/unit/scene.c \
	    $(core_tests | sed "s|.*|$top/tests/&.c|") &&
	    compile "$obj/fuzz" $test_cflags -- "$top"/tests/fuzz/packet.c \
	    "$top"/tests/fuzz/replay.c "$top"/tests/fuzz/file.c
}

check_libs=$(pkg-config --libs check)
check_cflags=$(pkg-config --cflags check)

# Link one test with the objects of a core: unit/NAME or fuzz/packet.
link_test() {	# test, directory of the core's objects, more flags
	test=$1 core=$2
	shift 2
	case $test in
	fuzz/*)	"${CC:-gcc}" -o "$obj/$test" "$obj/$test.o" \
		    "$obj/fuzz/replay.o" "$obj/fuzz/file.o" "$core"/*.o "$@" ;;
	*)	# shellcheck disable=SC2086 # words
		"${CC:-gcc}" -o "$obj/$test" "$obj/$test.o" \
		    "$obj/unit/pktbuild.o" "$obj/unit/scene.o" "$core"/*.o "$@" \
		    $check_libs ;;
	esac
}

# Run a linked test, under the command in $bounded if there is one.
bounded=
run_test() {	# test
	case $1 in
	fuzz/*)	$bounded "$obj/$1" "$top/tests/fuzz/seeds/${1#fuzz/}"/* ;;
	*)	$bounded "$obj/$1" ;;
	esac
}
