#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# port.sh - the port in conf/freebsd against the rules of the Porter's Handbook that
# can be checked without a ports tree: make reads it, variables stand in the order of
# its chapter 15, and what portlint(1) looks at first.  What a package holds is
# compared by build.sh.
set -eu
tree=$(cd "${TREE:-$(dirname "$0")/../..}" && pwd)
port=$tree/conf/freebsd
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
failed=0

complain() {
	echo "# $*"
	failed=1
}

# The part of the ports tree that such a port uses by variables alone.
mkdir "$work/mk"
cat >"$work/mk/bsd.port.mk" <<'MK'
.if defined(OPTIONS_SUB)
.for option in ${OPTIONS_DEFINE}
PLIST_SUB+=	${option}=""
.endfor
.endif
MK
value() {	# variable
	(cd "$port" && bmake -r -m "$work/mk" -V "\${$1}")
}

version=$(sed -n 's/^AC_INIT(\[lichen\], \[\([0-9.]*\)\].*/\1/p' \
    "$tree/configure.ac")
[ "$(value PORTNAME)-$(value DISTVERSION)" = "lichen-$version" ] ||
	complain "the port is of $(value DISTVERSION), the tree of $version"
[ -e "$port/files/$(value USE_RC_SUBR).in" ] || complain "no service script"
comment=$(value COMMENT)
case $comment in
*. | [a-z]* | A\ * | An\ *)	complain "COMMENT: $comment" ;;
esac
[ ${#comment} -le 70 ] || complain "COMMENT is longer than 70"
[ -e "$tree/$(basename "$(value LICENSE_FILE)")" ] || complain "no licence"

# The handbook's blocks; a line between them, none within.
cat >"$work/order" <<'ORDER'
1 PORTNAME DISTVERSION PORTREVISION CATEGORIES MASTER_SITES
2 MAINTAINER COMMENT WWW
3 LICENSE LICENSE_FILE
4 USES USE_RC_SUBR
5 GNU_CONFIGURE CONFIGURE_ARGS
6 INSTALL_TARGET TEST_TARGET
7 CONFLICTS_INSTALL
8 PORTDOCS
9 OPTIONS_DEFINE OPTIONS_DEFAULT OPTIONS_SUB
10 TAYGA_ALIAS_DESC TAYGA_ALIAS_CONFIGURE_WITH
ORDER
awk -v tab='\t' '
	NR == FNR {
		for (i = 2; i <= NF; i++) {
			place[$i] = NR * 100 + i
			block[$i] = $1
		}
		next
	}
	/[ \t]$/ { print FNR ": ends in a blank" }
	/^$/ { gap = 1; next }
	/^[A-Z_]+=/ {
		name = $0
		sub(/=.*/, "", name)
		if (!(name in place))
			print FNR ": " name " is in no block"
		else if (place[name] < last)
			print FNR ": " name " stands too late"
		if (substr($0, length(name) + 2, 1) != tab)
			print FNR ": a tab after the ="
		if (seen && gap != (block[name] != now))
			print FNR ": " name ": one empty line between blocks"
		last = place[name]
		now = block[name]
		seen = 1
	}
	{ gap = 0; end = $0 }
	END {
		if (end != ".include <bsd.port.mk>")
			print "the last line is no .include <bsd.port.mk>"
	}' "$work/order" "$port/Makefile" >"$work/wrong"
while read -r line; do
	complain "Makefile: $line"
done <"$work/wrong"

awk 'length($0) > 80 { print FILENAME ": " FNR ": longer than 80" }
    /[ \t]$/ { print FILENAME ": " FNR ": ends in a blank" }
    FNR > 24 { print FILENAME ": more than 24 lines" }' \
    "$port/pkg-descr" "$port/pkg-message" >"$work/wrong"
# An option is a variable of the list only with OPTIONS_SUB.
grep -o '%%[A-Z_]*%%' "$port/pkg-plist" | tr -d % | sort -u |
    while read -r name; do
	    case " $(value PLIST_SUB) " in
	    *" $name=\"\" "*)	;;
	    *)	echo "pkg-plist: what is $name?" ;;
	    esac
    done >>"$work/wrong"
LC_ALL=C sort -c -k 1,1 "$port/pkg-plist" 2>/dev/null ||
    sed -e 's/^%%[A-Z_]*%%//' -e 's/^@sample //' "$port/pkg-plist" |
	LC_ALL=C sort -c 2>>"$work/wrong" || :
grep -q '^\[$' "$port/pkg-message" || echo "pkg-message: no UCL" >>"$work/wrong"
while read -r line; do
	complain "$line"
done <"$work/wrong"

# rc.subr(8) and rcorder(8) look for these.
# shellcheck disable=SC2016 # not for this shell
for wanted in '^# PROVIDE: lichen$' '^# REQUIRE: ' '^# KEYWORD: .*shutdown' \
    '^rcvar=lichen_enable$' '^load_rc_config ' '^: "*\${lichen_enable:=NO}' \
    '^run_rc_command "\$1"$'; do
	grep -q "$wanted" "$port/files/lichen.in" ||
		complain "files/lichen.in: no $wanted"
done
exit "$failed"
