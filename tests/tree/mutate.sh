#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# mutate.sh [WORD...] - do the tests notice when a rule of the core is broken?
#
# Breaks one rule at a time, as tests/tree/mutants says, in a copy of the tree, and
# runs the unit tests of the core and the fuzz seeds against it, until one fails.
# With words, only mutants whose file or rule contain one of them.
#
# A line a mutant: killed (and by whom), SURVIVED, or what is wrong with the
# mutant itself, such as a text that is not there any more.  Ends with "N mutants,
# N killed, N survived" and status 0 if none survived and all could be tried.
# Takes some minutes; not part of CI.
set -u
cd "$(dirname "$0")/../.." || exit 1
origin=$(pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
workers=$(nproc)
limit=60	# seconds for a test program: an endless loop is noticed, too

# No test forks, so that the limit holds.
export CK_FORK=no

# Mutant number N: its header line, and the texts to "$1.old" and "$1.new".
# With 0: how many there are.
take() {	# N, where to
	LC_ALL=C awk -v n="$1" -v to="$2" '
	/^@ / { if (++i == n) print substr($0, 3) }
	i == n && /^-/ { old = old (nold++ ? "\n" : "") substr($0, 2) }
	i == n && /^[+]/ { new = new (nnew++ ? "\n" : "") substr($0, 2) }
	!/^(@ |[-+#]|$)/ {
		print FILENAME ":" FNR ": " $0 > "/dev/stderr"
		exit 1
	}
	END {
		if (n == 0) {
			print i + 0
			exit
		}
		printf "%s", old > (to ".old")
		printf "%s", new > (to ".new")
	}' "$origin/tests/tree/mutants"
}

# The file with the old text replaced; status 1 unless it is there exactly once.
replace() {	# file, where the texts are
	LC_ALL=C awk -v RS='\001' '
	FILENAME == ARGV[1] { old = $0; next }
	FILENAME == ARGV[2] { new = $0; next }
	{
		at = index($0, old)
		if (old == "" || at == 0)
			exit 1
		rest = substr($0, at + length(old))
		if (index(rest, old) != 0)
			exit 1
		printf "%s%s%s", substr($0, 1, at - 1), new, rest
	}' "$2.old" "$2.new" "$1"
}

# All tests, the one that bears the file's name first, then the quick ones that
# notice much.
order() {	# name of a file of the core
	case " $all " in *" unit/$1 "*) echo "unit/$1" ;; esac
	for t in $quick $all fuzz/packet; do
		[ "$t" = "unit/$1" ] || echo "$t"
	done | awk '!seen[$0]++'
}

# Build with one file changed; what does not depend on it is there already.
rebuild() {	# file of the tree
	rm -rf "$obj" && cp -R "$base" "$obj" || return 1
	case $1 in
	*.c)	# shellcheck disable=SC2086 # flags are words
		compile "$obj/core" $core_cflags -w -- "$top/$1" ;;
	*)	compile_core -w && compile_tests ;;
	esac
}

# One mutant: the verdict.
try() {	# N
	header=$(take "$1" "$obj.text")
	file=${header%%: *}
	if ! replace "$top/$file" "$obj.text" > "$obj.mutant"; then
		echo "DOES NOT APPLY: $header"
		return
	fi
	cp "$top/$file" "$obj.original"
	cp "$obj.mutant" "$top/$file"
	if rebuild "$file" > "$obj.log" 2>&1; then
		verdict="SURVIVED"
		name=${file##*/}
		for t in $(order "${name%.*}"); do
			link_test "$t" "$obj/core" > "$obj.log" 2>&1 ||
				continue
			run_test "$t" > "$obj.log" 2>&1 && continue
			verdict="killed by $t"
			break
		done
		echo "$verdict: $header"
	else
		echo "DOES NOT COMPILE: $header"
	fi
	cp "$obj.original" "$top/$file"
}

worker() {	# its number
	cp -R "$work/tree" "$work/tree$1"
	top=$work/tree$1 obj=$work/obj$1
	while read -r n; do
		[ $((n % workers)) -eq "$1" ] && try "$n"
	done < "$work/chosen"
}

mkdir "$work/tree"
cp -R src tests "$work/tree"
base=$work/base
mkdir "$base"
top=$work/tree obj=$base
. "$origin/tests/tree/corebuild.sh"
bounded="timeout -k 1 $limit prlimit --core=0"
core_cflags='-std=c11 -O1'
test_cflags='-std=c11 -O1 -D_GNU_SOURCE'
compile_core && compile_tests || exit 1
quick='unit/xlat64 unit/xlat46 unit/rfc7915 unit/offload unit/icmp unit/packet'
all=$(core_tests | paste -sd ' ' -)
for t in $all fuzz/packet; do
	if ! link_test "$t" "$obj/core" || ! run_test "$t" > "$work/log" 2>&1
	then
		cat "$work/log"
		echo "$t fails without any mutant"
		exit 1
	fi
	rm "$obj/$t"
done

total=$(take 0 "$work/none") || exit 1
n=1
while [ "$n" -le "$total" ]; do
	header=$(take "$n" "$work/none")
	[ $# -eq 0 ] && echo "$n"
	for word in "$@"; do
		case $header in *"$word"*) echo "$n"; break ;; esac
	done
	n=$((n + 1))
done > "$work/chosen"

w=0
{
	while [ $w -lt "$workers" ]; do
		worker $w &
		w=$((w + 1))
	done
	wait
} | tee "$work/verdicts"

tried=$(wc -l < "$work/verdicts")
killed=$(grep -c '^killed' "$work/verdicts")
survived=$(grep -c '^SURVIVED' "$work/verdicts")
printf '\n%d mutants, %d killed, %d survived\n' "$tried" "$killed" "$survived"
[ "$tried" -gt 0 ] && [ "$killed" -eq "$tried" ]
