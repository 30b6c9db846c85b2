#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The core is pure: it includes only C headers, addresses and itself; its objects
# have no writable data and call nothing but memory and address text functions.
set -u
srcdir=${srcdir:-.}
core=$srcdir/src/core
lib=${LIBCORE:-libcore.a}
nm=${NM:-nm}
# shellcheck source=tests/verdict.sh
. "$(dirname "$0")/../verdict.sh"

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
	wire|reason|checksum|addr|siphash) echo 0 ;;
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
