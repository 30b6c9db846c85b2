#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# run.sh - install what the tests need, then pass them all: both compilers, the
# sanitizers, unit and end-to-end tests, fuzzing for a while, a big-endian and a
# 32-bit machine, a static build in a container, the distribution, manuals and scripts.
# Builds in a directory of its own; the tree stays as it is.
#
# Ends with "N passed, N failed, N skipped" and status 0 if none failed.
set -u
cd "$(dirname "$0")/.." || exit 1
top=$(pwd)
sh tests/setup.sh test lint || exit 1

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
passed=0 failed=0 skipped=0

section() {
	printf '\n=== %s\n' "$*"
}

# Who watches is told what takes so long, on a line that the result replaces.
doing() {
	[ ! -t 1 ] || printf '%s ...' "$*"
}
did() {
	[ ! -t 1 ] || printf '\r\033[K'
	echo "$*"
}

# One step: its name, then its command; the output is shown when it fails.
step() {
	step_name=$1
	shift
	doing "$step_name"
	if "$@" > "$work/log" 2>&1; then
		did "PASS: $step_name"
		passed=$((passed + 1))
	else
		did "FAIL: $step_name"
		tail -n 60 "$work/log" | sed 's/^/    /'
		failed=$((failed + 1))
		return 1
	fi
}

# make check in a build directory; its tests are shown as they end, and count one by
# one.
check() {
	dir=$1
	doing "building the tests"
	make -C "$dir" -j2 check TESTS= > "$work/log" 2>&1
	did "make check, two tests at a time:"
	{
		make -C "$dir" -j2 check 2>&1
		echo $? > "$work/status"
	} | tee "$work/log" |
	    grep --line-buffered -E '^(PASS|FAIL|ERROR|SKIP|XPASS|XFAIL):'
	status=$(cat "$work/status")
	passed=$((passed + $(grep -c '^PASS:' "$work/log")))
	skipped=$((skipped + $(grep -c '^SKIP:' "$work/log")))
	bad=$(grep -Ec '^(FAIL|ERROR|XPASS):' "$work/log")
	if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then
		echo "FAIL: make check in $dir"
		tail -n 40 "$work/log" | sed 's/^/    /'
		bad=1
	fi
	failed=$((failed + bad))
	# Why, for each that did not pass; a test's log has no .sh in its name.
	sed -nE 's/^(FAIL|ERROR|SKIP): ([^ ]*)$/\2/p' "$work/log" |
	while read -r t; do
		printf -- '--- %s\n' "$t"
		{
			grep -A 10 '^not ok' "$dir/${t%.sh}.log"
			grep -v '^ok ' "$dir/${t%.sh}.log" | tail -n 30
		} | sed 's/^/    /'
	done
	again "$dir"
}

# End-to-end tests have clocks and share the machine with another test: one that
# failed has a second chance, alone.  Above it is told what happened.
again() {	# directory
	sed -nE 's/^(FAIL|ERROR): (tests\/e2e\/[^ ]*)$/\2/p' "$work/log" \
	    > "$work/again"
	while read -r t; do
		make -C "$1" check TESTS="$t" > "$work/alone" 2>&1 </dev/null ||
		    continue
		echo "PASS, alone: $t"
		failed=$((failed - 1))
		passed=$((passed + 1))
	done < "$work/again"
}

build() {	# directory, configure arguments
	dir=$1
	shift
	mkdir -p "$work/$dir" &&
	    (cd "$work/$dir" && "$work/src/configure" -q --enable-werror "$@" &&
	    make -s -j2)
}

section "a copy of the tree"
mkdir "$work/src"
if git rev-parse --git-dir >/dev/null 2>&1; then
	git ls-files -z --cached --others --exclude-standard |
	    tar -cf - --null -T - --ignore-failed-read 2>/dev/null |
	    tar -xf - -C "$work/src"
else
	tar -cf - . | tar -xf - -C "$work/src"
fi
step "autoreconf" sh -c "cd '$work/src' && autoreconf -fi" || exit 1

section "gcc; what the sandbox does not allow kills"
step "build with gcc" build gcc CC=gcc \
    CPPFLAGS=-DSANDBOX_DENY=SECCOMP_RET_KILL_PROCESS && check "$work/gcc"

section "clang, with sanitizers; no sandbox, no fast path"
step "build with clang and sanitizers" \
    build clang CC=clang --enable-sanitizers &&
    LICHEN_FAST_PATH=no check "$work/clang"

section "coverage"
step "every branch of the core is taken, or it is explained why not" \
    env srcdir="$work/src" sh tests/tree/coverage.sh

section "fuzzing"
fuzz_time=10	# seconds a target
fuzz() {	# target
	mkdir "$work/corpus-$1"
	(cd "$work" && "fuzzers/tests/fuzz/$1" -max_total_time=$fuzz_time \
	    -max_len=4096 -timeout=10 "corpus-$1" "src/tests/fuzz/seeds/$1") && return
	# What it found, so that it can become a seed.
	base64 "$work"/crash-* "$work"/timeout-* "$work"/leak-* 2>/dev/null
	return 1
}
build_fuzzers() {
	mkdir "$work/fuzzers" && (cd "$work/fuzzers" &&
	    "$work/src/configure" -q CC=clang --enable-werror --enable-fuzzers &&
	    make -s -j2 fuzzers)
}
if step "build the fuzz targets" build_fuzzers; then
	for seeds in "$work"/src/tests/fuzz/seeds/*; do
		step "fuzz ${seeds##*/} for $fuzz_time s" fuzz "${seeds##*/}"
	done
fi

section "other kernels"
# Two minutes each where nothing but qemu's translation runs them.
other_kernel() {	# suite
	name="the fast path on Debian's $1"
	doing "$name"
	if make -C "$work/gcc" -s check-vm VMFLAGS="$1" > "$work/log" 2>&1; then
		did "PASS: $name"
		passed=$((passed + 1))
	elif grep -q 'Error 77$' "$work/log"; then
		did "SKIP: $name: $(grep '^# ' "$work/log" | tail -n 1)"
		skipped=$((skipped + 1))
	else
		did "FAIL: $name"
		{
			grep -A 3 '^#* *not ok' "$work/log"
			tail -n 30 "$work/log"
		} | sed 's/^/    /'
		failed=$((failed + 1))
	fi
	sed -n 's/^\(ok .*\)/    \1/p' "$work/log"
}
if sh tests/setup.sh vm >/dev/null 2>&1; then
	for suite in bookworm trixie sid; do
		other_kernel "$suite"
	done
fi

section "FreeBSD"
step "clang accepts the source for FreeBSD" sh "$work/src/tests/freebsd/syntax.sh"
step "FreeBSD's make builds for it" sh "$work/src/tests/freebsd/build.sh"

section "other machines: big endian, 32 bits"
for triplet in s390x-linux-gnu arm-linux-gnueabihf; do
	step "unit tests and seeds on $triplet" \
	    sh "$work/src/tests/tree/cross.sh" "$triplet" &&
	    sed -n 's/^PASS: /    passed: /p' "$work/log"
done

section "static, with musl"
# What the Containerfile has Alpine do, with musl-gcc, for which the kernel's headers
# are beside glibc's.
build_musl() {
	cp -R "$work/src" "$work/musl" &&
	    awk '/^RUN/ && !/ apk / { on = 1 } on; !/\\$/ { on = 0 }' \
	    conf/Containerfile | sed 's/^RUN //; s|\./configure|& --enable-werror|
		s|/bin/busybox\.static|/var/cache/lichen-tests/bin/busybox|' \
	    > "$work/image.sh" &&
	    (cd "$work/musl" && CC=musl-gcc PKG_CONFIG=false \
	    CPPFLAGS="-idirafter /usr/include -idirafter \
	    /usr/include/$(gcc -print-multiarch)" sh -eux "$work/image.sh")
}
# A test that is not part of make check: it may have to be skipped, too.
script() {	# name, build directory
	doing "$1"
	LICHEN="$work/$2/lichen" IMAGE="$work/musl/image" \
	    DEB=$(echo "$work"/gcc/deb/lichen_*.deb) \
	    RPM="$work/gcc/rpm/lichen.rpm" sh "tests/e2e/$1.sh" > "$work/log" 2>&1
	case $? in
	0)	did "PASS: $1"; passed=$((passed + 1)) ;;
	77)	did "SKIP: $1: $(sed -n 's/.*# SKIP //p' "$work/log")"; skipped=$((skipped + 1)) ;;
	*)	did "FAIL: $1"; failed=$((failed + 1))
		grep -v '^ok ' "$work/log" | tail -n 60 | sed 's/^/    /' ;;
	esac
}
if step "build with musl, and the container's image" build_musl; then
	script image musl
	script nat64 musl
fi

section "distribution"
step "make distcheck" make -C "$work/gcc" -s distcheck \
    "DISTCHECK_CONFIGURE_FLAGS=--with-tayga-alias" \
    TESTS=tests/tree/purity.sh

section "Debian's package"
if step "make deb" make -C "$work/gcc" -s deb DEBFLAGS=-d; then
	script deb gcc
	script debian gcc
	section "the package for Fedora and others"
	step "make rpm" make -C "$work/gcc" -s rpm \
	    "RPMFLAGS=--nodeps -D 'debug_package %{nil}'" &&
	    script rpm gcc
fi

section "manuals and scripts"
for page in "$top"/man/*.[58]; do
	step "mandoc -T lint ${page##*/}" mandoc -T lint -W warning "$page"
done
step "shellcheck" shellcheck -x -P tests tests/*.sh tests/*/*.sh tests/e2e/rc.subr conf/*.sh \
    conf/debian/lichen.p* conf/lichen.netifd conf/lichen.openrc \
    conf/lichen.procd .ci/run

printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ]
