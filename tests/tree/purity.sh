#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The tree keeps to its plan.  Which file of src may include which is one table,
# tests/tree/rooms; files do not depend on each other in circles; a header compiles
# alone.  The core is pure: it includes only C headers, addresses and itself; its
# objects have no writable data and call nothing but memory and address text
# functions.
set -u
srcdir=${srcdir:-.}
src=$srcdir/src
core=$src/core
lib=${LIBCORE:-libcore.a}
nm=${NM:-nm}
# shellcheck source=tests/verdict.sh
. "$(dirname "$0")/../verdict.sh"

# --- rooms --------------------------------------------------------------------

sources() {	# directory
	find "$1" -name '*.[ch]' | LC_ALL=C sort
}

# "WHO WHAT": each #include of a header of ours below a directory, without endings.
# The files of one system stand for the interface that they implement.
includes() {	# directory
	(cd "$1" && sources . | sed 's|^\./||' | while read -r file; do
		dir=${file%/*}
		[ "$dir" != "$file" ] || dir=
		sed -n 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*"\(.*\)".*/\1/p' \
		    "$file" | while read -r header; do
			if [ -n "$dir" ] && [ -e "$dir/$header" ]; then
				header=$dir/$header
			fi
			echo "${file%.[ch]} ${header%.h}"
		done
	done) | sed -E 's,(^| )system/(linux|freebsd|none)/,\1system/,g' |
	    grep -v ' config$' | LC_ALL=C sort -u
}

# What the table does not allow, of "WHO WHAT" on standard input.
forbidden() {	# table
	awk '
	function room(s) { return s ~ "/" ? substr(s, 1, index(s, "/") - 1) : "" }
	NR == FNR {
		sub(/#.*/, "")
		if (NF == 0)
			next
		who = $1
		sub(/:$/, "", who)
		known[who] = 1
		for (i = 2; i <= NF; i++)
			may[who, $i] = 1
		next
	}
	$1 == $2 { next }
	{
		who = $1 in known ? $1 : room($1)
		if (!(who in known)) {
			if (!told[$1]++)
				print $1 ": stands nowhere in the table"
		} else if (!((who, $2) in may) && !((who, room($2)) in may) &&
		    (room($1) == "" || room($1) != room($2)))
			print $1 " includes " $2
	}' "$1" -
}

# Files that need each other.
circles() {
	awk '$1 != $2' | tsort 2>&1 >/dev/null | sed 's/^tsort: //'
}

table=$(dirname "$0")/rooms
verdict "files include what the table of rooms allows" \
    "$(includes "$src" | forbidden "$table")"
verdict "no circle between files" "$(includes "$src" | circles)"

# The two above notice what they are there for.
bad=
try() {		# check, "WHO WHAT"...
	check=$1
	shift
	[ -n "$(printf '%s\n' "$@" | eval "$check")" ] || bad="$bad
$check accepts: $*"
}
allowed="forbidden '$table'"
try "$allowed" 'core/pool report/log'
try "$allowed" 'conf/check leases/leases'
try "$allowed" 'system/netif report/stats'
try "$allowed" 'report/view tables'
try "$allowed" 'pump daemon'
try "$allowed" 'attic/old core/addr'
try "$allowed" 'stray core/addr'
try circles 'daemon reload' 'reload daemon'
try circles 'conf/a conf/b' 'conf/b conf/c' 'conf/c conf/a'
verdict "a forbidden include and a circle are noticed" "$bad"

# Some .c files include config.h, no header does.
if command -v "${CC:=cc}" >/dev/null; then
	# But for what a tarball brings ready-made, the octets of the fast path.
	verdict "every header compiles alone" "$(
		sources "$src" | grep '\.h$' | grep -v 'fastpath/program\.h$' |
		while read -r header; do
			visible=-D_GNU_SOURCE
			case $header in
			"$src"/system/linux/*)
				[ "$(uname)" = Linux ] || continue ;;
			esac
			[ "${header#"$core"/}" = "$header" ] || visible=-UX
			"$CC" -std=c11 -Wall -Wextra -Wundef -Werror \
			    -Wno-unused-function $visible -I"$src" \
			    -fsyntax-only -x c - 2>&1 <<-C
				#include "${header#"$src"/}"
				extern int unused;
			C
		done)"
else
	echo "ok - # SKIP headers: no $CC here"
fi

# --- the core -------------------------------------------------------------------

allowed_system='assert.h|stdbool.h|stddef.h|stdint.h|string.h|netinet/in.h|arpa/inet.h|sys/socket.h'

verdict "system headers in src/core are C headers and addresses" "$(
	grep -En '^[[:space:]]*#[[:space:]]*include[[:space:]]*<' "$core"/*.[ch] |
	grep -Ev "<($allowed_system)>")"

verdict "src/core includes only itself" "$(
	grep -En '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' "$core"/*.[ch] |
	grep -E '"[^"]*/')"

verdict "no header of src/core asks for the operating system" "$(
	grep -En '^[[:space:]]*#[[:space:]]*(if|ifdef|elif).*(__linux|__FreeBSD|_WIN|BYTE_ORDER)' \
	    "$core"/*.[ch])"

# Layers: a file may include only what stands below it (and its own header).
layer() {
	case $1 in
	wire|reason|checksum|special|addr|siphash) echo 0 ;;
	packet|rfc6052|lpm|quota|bucket|freemap|pool|icmp|ident|offload) echo 1 ;;
	addrmap|xlat|rewrite|xlat46|xlat64) echo 2 ;;
	frag|segment|icmperr|forward|coalesce) echo 3 ;;
	*) echo unknown ;;
	esac
}
wrong=
for f in "$core"/*.[ch]; do
	me=$(basename "$f"); me=${me%.[ch]}
	mine=$(layer "$me")
	[ "$mine" = unknown ] && wrong="$wrong
$f: no layer"
	includes=$(sed -n 's/^#include "\(.*\)\.h"$/\1/p' "$f")
	for inc in $includes; do
		[ "$(layer "$inc")" -le "$mine" ] 2>/dev/null || wrong="$wrong
$f includes $inc.h from above"
	done
done
for pair in xlat46:xlat64 xlat64:xlat46; do
	grep -q "#include \"${pair#*:}" "$core/${pair%:*}.c" && wrong="$wrong
$pair"
done
verdict "layers include only what is below them" "$wrong"

case " ${SANITIZE_CFLAGS:-} " in
*" -fsanitize="*)
	echo "ok - # SKIP objects: sanitizers add data and symbols of their own"
	exit $((failures > 0)) ;;
esac

[ -s "$lib" ] || { echo "not ok - $lib is missing"; exit 1; }

verdict "objects have no writable data" "$(
	"$nm" "$lib" | awk 'NF >= 3 && $2 ~ /^[BbCcDdGgSs]$/ { print }')"

allowed_symbols='memcpy|memcmp|bcmp|memset|memmove|strlen|(__)?inet_pton|(__)?inet_ntop|__stack_chk_fail|__memcpy_chk|__memset_chk|__memmove_chk|_GLOBAL_OFFSET_TABLE_|__aeabi_.*|__(u)?(div|mod|clz|ctz)[dt]i[234]'
own=$("$nm" "$lib" | awk 'NF == 3 && $2 ~ /[TtRr]/ { print $3 }' | sort -u)
foreign=$("$nm" "$lib" | awk '$1 == "U" { print $2 }' | sort -u |
	grep -Evx "$allowed_symbols" | while read -r s; do
	printf '%s\n' "$own" | grep -Fqx "$s" || echo "$s"
done)
verdict "objects call nothing foreign" "$foreign"

[ "$failures" -eq 0 ]
