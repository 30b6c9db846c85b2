# SPDX-License-Identifier: BSD-2-Clause
#
# plot.gp - gnuplot: results.csv (variable csv) as a picture (variable svg).

set terminal svg size 1000,800 font "sans,11" background "white"
set output svg
set datafile separator ","
set style data linespoints
set style fill solid 0.7
set grid y
set yrange [0:*]
who = "lichen daemon tayga reflector kernel6 kernel4"
# The median of a row and contender; nothing if there is none.
pick(row, name) = sprintf("<awk -F, '$1 == \"%s\" && $2 == \"%s\" { print $3 }' '%s'", row, name, csv)
sizes(row, name) = sprintf("<awk -F, '$1 ~ /^%s-[0-9]+$/ && $2 == \"%s\" { sub(/.*-/, \"\", $1); print $1 \",\" $3 }' '%s' | sort -n", row, name, csv)
have(row) = int(system(sprintf("grep -c '^%s' '%s'", row, csv)))

set multiplot layout 2,2
set boxwidth 0.15
set key top right

set title "TCP, Gbit/s"
set xrange [-0.5:3.5]
set xtics ("v6->v4, 1" 0, "v4->v6, 1" 1, "v6->v4, 4" 2, "v4->v6, 4" 3)
rows = "tcp1-up tcp1-down tcp4-up tcp4-down"
bars = ""
plot for [i = 1:6] sprintf("<for r in %s; do awk -F, -v r=$r '$1 == r && $2 == \"%s\" { print $3; n = 1 } END { if (!n) print 0 }' '%s'; done", rows, word(who, i), csv) using ($0 + (i - 3) * 0.16):1 with boxes title word(who, i)

set title "64-octet UDP, 1000 packets/s"
set xrange [-0.5:4.5]
set xtics ("flood 6->4" 0, "4->6" 1, "no loss" 2, "64 flows" 3, "hosts" 4)
rows = "flood-up flood-down zero-up flows64 hosts1000"
plot for [i = 1:6] sprintf("<for r in %s; do awk -F, -v r=$r '$1 == r && $2 == \"%s\" { print $3 / 1000; n = 1 } END { if (!n) print 0 }' '%s'; done", rows, word(who, i), csv) using ($0 + (i - 3) * 0.16):1 with boxes title word(who, i)

set xrange [*:*]
set xtics auto
set logscale x
if (have("zero-66")) {
	set title "without loss, 1000 packets/s by IPv6 packet length"
	plot for [i = 1:6] sizes("zero", word(who, i)) using 1:($2 / 1000) title word(who, i)
}
if (have("maps-10,")) {
	set title "flood from so many maps in turn, 1000 packets/s"
	plot for [i = 1:6] sizes("maps", word(who, i)) using 1:($2 / 1000) title word(who, i)
}
unset multiplot
