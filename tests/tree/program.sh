#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The header that holds the fast path's program, as a release ships it, is of the
# source beside it; and where there is a compiler for BPF, it is what that makes.
set -u
srcdir=${srcdir:-.}
# shellcheck source=tests/verdict.sh
. "$(dirname "$0")/../verdict.sh"

dir=$srcdir/src/fastpath
header=src/fastpath/program.h
[ -e "$header" ] || header=$dir/program.h
if ! [ -e "$header" ]; then
	echo "SKIP: built without the fast path"
	exit 77
fi
sum=$(sh "$dir/embed.sh" sum)
verdict "the program is of this source" "$(
	grep -q "embed.sh: $sum " "$header" || echo "$header: not of $sum")"

# One that came ready-made may be another compiler's.
if [ "$header" = src/fastpath/program.h ] && command -v clang >/dev/null; then
	verdict "the program is what the compiler makes" "$(
		sh "$dir/embed.sh" clang | cmp - "$header" 2>&1)"
fi

# What tells sources apart notices a change.
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
mkdir "$copy/core" "$copy/fastpath"
cp "$srcdir/src/core/siphash.h" "$srcdir/src/core/special.h" "$copy/core"
cp "$dir"/*.[ch] "$dir/embed.sh" "$copy/fastpath"
echo '/* another */' >>"$copy/fastpath/layout.h"
verdict "another source is noticed" "$(
	[ "$(sh "$copy/fastpath/embed.sh" sum)" != "$sum" ] || echo "$sum")"

exit $((failures > 0))
