# shellcheck shell=sh
# SPDX-License-Identifier: BSD-2-Clause
#
# verdict.sh - sourced by checks of the tree itself: what is wrong is text, and no
# text is what is right.
failures=0

complain() {	# what why
	echo "not ok - $1"
	printf '%s\n' "$2" | sed 's/^/#   /'
	failures=$((failures + 1))
}

verdict() {	# what wrong
	if [ -z "$2" ]; then echo "ok - $1"; else complain "$1" "$2"; fi
}
