#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The index of the RFCs, tests/rfc7915.txt, is well-formed, every rule in it has a
# test or a reason, and every test that it names exists.
set -u
srcdir=${srcdir:-.}
index=$srcdir/tests/rfc7915.txt
# shellcheck source=tests/verdict.sh
. "$(dirname "$0")/../verdict.sh"

# What is wrong with the lines of an index on standard input.
malformed() {
	awk '
	function complain(what) { print first ": " what ": " head }
	function entry_ends() {
		if (head != "" && !held)
			complain("neither a test nor a reason")
		head = ""
	}
	/^#/ || /^$/ { entry_ends(); next }
	/^[^\t]/ {
		entry_ends()
		head = $0; first = NR; held = 0
		if (NF < 4 || $1 !~ /^([0-9]+|draft-[a-z0-9-]+)$/ ||
		    $2 !~ /^[0-9]+(\.[0-9]+)*$/ ||
		    $3 !~ /^(MUST|SHOULD|MAY|RULE)$/)
			complain("want RFC, section, MUST|SHOULD|MAY|RULE, text")
		if ($0 in seen)
			complain("twice")
		seen[$0] = 1
		next
	}
	head == "" { print NR ": belongs to no entry: " $0; next }
	/^\t= / {
		held = 1
		if ($0 !~ /^\t= tests\/unit\/[a-z0-9_]+\.c:[a-z0-9_]+$/ &&
		    $0 !~ /^\t= tests\/[a-z0-9\/-]+\.sh( "[^"]+")?$/)
			print NR ": no name of a test: " $0
		next
	}
	/^\t- / {
		held = 1
		if ($0 !~ /^\t- (untestable|not ours|deviates): .+/)
			print NR ": untestable, not ours or deviates, and why: " $0
		next
	}
	/^\t~ / {			# says nothing of who holds it
		if ($0 !~ /^\t~ (jool|pf) [a-z0-9_-]+(, [a-z0-9_-]+)*[,:]/)
			print NR ": which plan, which purpose: " $0
		next
	}
	/^\t\t[^\t ]/ { next }		# goes on
	{ print NR ": what is this: " $0 }
	END { entry_ends() }'
}

# The tests that an index on standard input names and that do not exist.
missing() {
	sed -n 's/^	= //p' | sort -u | while read -r file name; do
		case $file in
		*.c:*)
			name=${file#*:} file=${file%%:*}
			grep -qs "^START_TEST($name)" "$srcdir/$file" ;;
		*)
			name=${name#\"} name=${name%\"}
			grep -Fqs -- "$name" "$srcdir/$file" ;;
		esac || echo "$file $name"
	done
}

verdict "every entry is well-formed and has a test or a reason" \
    "$(malformed <"$index")"
verdict "every test that is named exists" "$(missing <"$index")"

# The two above notice what they are there for.
bad=
try() {		# check, lines
	[ -n "$(printf '%b\n' "$2" | "$1")" ] || bad="$bad
$1 accepts: $2"
}
try malformed '7915 4.1 MUST a rule'
try malformed '7915 4.1 MUST a rule\n\t= tests/unit/x.c'
try malformed '7915 4.1 MUST a rule\n\t- because'
try malformed '7915 4.1 MUST a rule\n\t- deviates:'
try malformed '7915 MUST a rule\n\t- not ours: x'
try malformed '7915 4.1 must a rule\n\t- not ours: x'
try malformed '\t- not ours: x'
try malformed '7915 4.1 MUST a rule\n\t~ jool aa: options'
try malformed '7915 4.1 MUST a rule\n\t- not ours: x\n\t~ their plan'
try malformed '7915 4.1 MUST a rule\n\n\t- not ours: x'
try malformed '7915 4 MAY be\n\t- not ours: x\n7915 4 MAY be\n\t- not ours: x'
try missing '\t= tests/unit/icmp.c:no_such_test'
try missing '\t= tests/unit/none.c:echo'
try missing '\t= tests/tree/purity.sh "no such check"'
try missing '\t= tests/none.sh'
verdict "a broken index is noticed" "$bad"

# Purposes of others are listed once each.
verdict "no purpose of another plan twice" "$(sed -n 's/^	~ //p' "$index" |
    sed 's/:.*//; s/,/ /g' |
    awk '{ for (i = 2; i <= NF; i++) print $1, $i }' | sort | uniq -d)"

rules=$(grep -c '^[0-9d]' "$index")
reasons=$(grep -c '^	- ' "$index")
echo "# $rules rules, $reasons reasons"
[ "$rules" -ge 150 ] || complain "the index is complete" "$rules rules"
exit $((failures > 0))
