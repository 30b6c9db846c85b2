#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# coverage.sh - how much of src/core the unit tests and the fuzz seeds run
# through, line by line and branch by branch: `make coverage`.
#
# Every branch that is never taken must be explained in tests/tree/uncovered, and
# every explanation must be true.  At least 98 % of the branches must be taken,
# explained or not.  Wants gcc and its gcov; builds in a directory of its own.
set -u
cd "${srcdir:-$(dirname "$0")/../..}" || exit 1
top=$(pwd)
obj=$(mktemp -d)
trap 'rm -rf "$obj"' EXIT
trap 'exit 1' INT TERM
CC=gcc
. "$top/tests/tree/corebuild.sh"
least=98	# percent of the branches

compile_core --coverage && compile_tests || exit 1
for t in $(core_tests) fuzz/packet; do
	if ! link_test "$t" "$obj/core" --coverage > "$obj/log" 2>&1 ||
	    ! run_test "$t" > "$obj/log" 2>&1; then
		cat "$obj/log"
		echo "FAIL: $t"
		exit 1
	fi
done

# One object at a time: what a header defines is compiled into many, and a branch
# counts as taken if it is in any of them.
cd "$obj/core" || exit 1
for name in $(core_names); do
	gcov -b -c -t "$name.gcda" 2>/dev/null || exit 1
done > "$obj/gcov"

cd "$top" || exit 1
LC_ALL=C awk -v least=$least -v top="$top/" '
function trimmed(s) {
	gsub(/^[ \t]+|[ \t]+$/, "", s)
	return s
}
function bad(s) {
	print s
	failed = 1
}
function percent(part, all) {
	return all == 0 ? 100 : 100 * part / all
}

# The explanations: file, text, branches, why; an empty line between.
FNR == NR {
	if (/^file:/) {
		efile = trimmed(substr($0, 6))
	} else if (/^text:/) {
		e = efile SUBSEP trimmed(substr($0, 6))
	} else if (/^branches:/) {
		explained[e] += $2
	} else if (/^why:/) {
		why[e] = 1
	} else if (!/^(#|$|[ \t])/) {
		bad(FILENAME ":" FNR ": " $0)
	}
	next
}

# gcov: a line of the source, then its branches.
/^ *-: *0:Source:/ {
	sub(/.*Source:/, "")
	file = index($0, top "src/core/") == 1 ? substr($0, length(top) + 1) : ""
	next
}
file == "" { next }
/^branch / {
	branch = file SUBSEP line SUBSEP nth++
	if (!(branch in taken)) {
		taken[branch] = 0
		branches[file]++
	}
	taken[branch] += $3 == "taken" ? $4 : 0
	next
}
/^ *[-0-9#=%]+\*?: *[0-9]+:/ {
	split($0, field, ":")
	line = field[2] + 0
	nth = 0
	where = file SUBSEP line
	sub(/^[^:]*:[^:]*:/, "")
	text[where] = trimmed($0)
	if (field[1] ~ /-/)
		next
	if (!(where in run)) {
		run[where] = 0
		lines[file]++
	}
	if (field[1] !~ /[#=%]/)
		run[where] = 1
}

END {
	for (where in run) {
		split(where, at, SUBSEP)
		lines_run[at[1]] += run[where]
	}
	for (branch in taken) {
		split(branch, at, SUBSEP)
		if (taken[branch] > 0) {
			branches_taken[at[1]]++
			continue
		}
		where = at[1] SUBSEP text[at[1], at[2]]
		missed[where]++
		place[where] = at[1] ":" at[2]
	}
	sort = "sort"
	for (file in lines) {
		printf "%-24s lines %4d of %4d %5.1f %%   branches %4d of %4d %5.1f %%\n",
		    file, lines_run[file], lines[file],
		    percent(lines_run[file], lines[file]),
		    branches_taken[file], branches[file],
		    percent(branches_taken[file], branches[file]) | sort
		sum_lines += lines[file]; sum_run += lines_run[file]
		sum_branches += branches[file]
		sum_taken += branches_taken[file]
	}
	close(sort)
	printf "%-24s lines %4d of %4d %5.1f %%   branches %4d of %4d %5.1f %%\n",
	    "total", sum_run, sum_lines, percent(sum_run, sum_lines),
	    sum_taken, sum_branches, percent(sum_taken, sum_branches)

	for (where in missed)
		if (!(where in explained) || missed[where] > explained[where]) {
			split(where, at, SUBSEP)
			n = where in explained ? explained[where] : 0
			bad(sprintf("%s: %d branches never taken, %d explained:\n    %s",
			    place[where], missed[where], n, at[2]))
		}
	for (where in explained) {
		split(where, at, SUBSEP)
		n = where in missed ? missed[where] : 0
		if (explained[where] > n)
			bad(sprintf("stale explanation: %s has %d branches never taken, not %d:\n    %s",
			    at[1], n, explained[where], at[2]))
		if (!(where in why))
			bad("no reason given: " at[1] ": " at[2])
	}
	if (sum_branches == 0 || percent(sum_taken, sum_branches) < least)
		bad("less than " least " % of the branches are taken")
	exit failed
}' tests/tree/uncovered "$obj/gcov"
