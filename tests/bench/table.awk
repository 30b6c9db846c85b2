# SPDX-License-Identifier: BSD-2-Clause
#
# table.awk - medians of what tests/bench/bench.sh measured ("row contender value" a
# line), as a table with targets, and as CSV (variable csv).

function sorted(list, a,	n, i, j, t)
{
	n = split(list, a, " ")
	for (i = 2; i <= n; i++) {
		t = a[i] + 0
		for (j = i - 1; j >= 1 && a[j] + 0 > t; j--)
			a[j + 1] = a[j]
		a[j + 1] = t
	}
	return n
}

function median(list,	n, a)
{
	n = sorted(list, a)
	if (n == 0)
		return ""
	return n % 2 ? a[(n + 1) / 2] + 0 : (a[n / 2] + a[n / 2 + 1]) / 2
}

# Of the two families that the kernel forwards the slower one counts.
function slower(row,	a, b)
{
	a = value[row, "kernel4"]
	b = value[row, "kernel6"]
	if (a == "" || (b != "" && b + 0 < a + 0))
		return b
	return a
}

function of(row, who)
{
	return who == "kernel" ? slower(row) : value[row, who]
}

function show(x, unit)
{
	if (x == "")
		return "-"
	if (unit == "k/s")
		return sprintf("%.0f", x / 1000)
	if (unit == "Gbit/s" || unit == "s/GB" || unit == "x" ||
	    unit == "us/packet")
		return sprintf("%.2f", x)
	return sprintf(x < 100 ? "%.1f" : "%.0f", x)
}

# One condition, such as tayga>=10, ours<=300 or reflector>=1: said and judged.
function judge(row, condition,	op, who, limit, ours, theirs, x, good)
{
	op = condition ~ />=/ ? ">=" : "<="
	who = substr(condition, 1, index(condition, op) - 1)
	limit = substr(condition, index(condition, op) + 2) + 0
	ours = value[row, "lichen"]
	theirs = who == "ours" ? 1 : of(row, who)
	if (ours == "" || theirs == "" || theirs + 0 == 0) {
		unknown++
		return
	}
	x = ours / theirs
	good = op == ">=" ? x >= limit : x <= limit
	if (!good)
		missed++
	if (who == "ours") {
		target = target sep (op == ">=" ? "at least " : "at most ") \
		    limit
		sep = ", "
		return
	}
	target = target sep (op == ">=" ? "" : "at most ") limit " x " \
	    names[who]
	reached = reached sep sprintf(x < 0.1 ? "%.3f" : "%.2f", x)
	sep = ", "
}

# A line of the first table.
function line(row, text, unit, conditions,	n, c, i)
{
	if (value[row, "lichen"] == "")
		return
	n = split(conditions, c, " ")
	target = reached = sep = ""
	missed = unknown = 0
	for (i = 1; i <= n; i++)
		judge(row, c[i])
	if (value[row "-limit", "lichen"] != "")
		reached = reached " (the generator is the limit)"
	printf "| %s, %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", text, unit,
	    show(value[row, "lichen"], unit), show(value[row, "daemon"], unit),
	    show(value[row, "tayga"], unit), show(slower(row), unit), show(value[row, "reflector"], unit),
	    target, reached, missed ? "**missed**" : unknown == n ? "-" : "met"
}

# A line of the others: what each carries.
function plain(row, text, unit)
{
	if (value[row, "lichen"] == "")
		return
	printf "| %s, %s | %s | %s | %s | %s | %s | %s |\n", text, unit,
	    show(value[row, "lichen"], unit), show(value[row, "daemon"], unit),
	    show(value[row, "tayga"], unit),
	    show(value[row, "kernel4"], unit),
	    show(value[row, "kernel6"], unit),
	    show(value[row, "reflector"], unit)
}

# How much of what 10 maps carry is left with 65,000.
function kept(who)
{
	if (value["maps-10", who] + 0 > 0 && value["maps-65000", who] != "")
		value["kept", who] = value["maps-65000", who] / \
		    value["maps-10", who]
}

function core(text, row)
{
	if (text in fact && (!((row, "lichen") in value) ||
	    fact[text] > value[row, "lichen"]))
		value[row, "lichen"] = fact[text]
}

function header(extra)
{
	print ""
	print "| " extra
	gsub(/[^|]+/, "---", extra)
	print "|---|" substr(extra, index(extra, "|") + 1)
}

BEGIN {
	names["tayga"] = "TAYGA"
	names["kernel"] = "kernel"
	names["reflector"] = "reflector"
	names["daemon"] = "daemon alone"
}

$1 == "core" {
	text = $0
	sub(/^core [^ ]* /, "", text)
	fact[text] = $2
	next
}

{
	sub(/-t$/, "", $2)
	if (!(($1, $2) in all))
		order[++orders] = $1 SUBSEP $2
	all[$1, $2] = all[$1, $2] " " $3
}

END {
	print "row,contender,median,least,most,measurements" >csv
	for (i = 1; i <= orders; i++) {
		value[order[i]] = median(all[order[i]])
		split(order[i], key, SUBSEP)
		n = sorted(all[order[i]], a)
		printf "%s,%s,%s,%s,%s,%d\n", key[1], key[2],
		    value[order[i]], a[1], a[n], n >csv
	}
	for (i in names)
		kept(i)
	kept("lichen")
	kept("kernel4")
	kept("kernel6")
	core("64-octet UDP, 6->4", "core")
	core("64-octet UDP, 4->6", "core")
	core("100,000 maps against 10, 6->4", "coremaps")
	core("100,000 maps against 10, 4->6", "coremaps")
	core("100,000 leases against 10, 6->4", "coreleases")
	core("100,000 leases against 10, 4->6", "coreleases")

	header("work | lichen | daemon alone | TAYGA | kernel, slower family | reflector |" \
	    " target | reached | |")
	line("tcp1-up", "TCP v6->v4, 1 stream", "Gbit/s",
	    "tayga>=10 kernel>=0.9")
	line("tcp1-down", "TCP v4->v6, 1 stream", "Gbit/s",
	    "tayga>=10 kernel>=0.9")
	line("tcp4-up", "TCP v6->v4, 4 streams", "Gbit/s",
	    "tayga>=10 daemon>=1.8")
	line("tcp4-down", "TCP v4->v6, 4 streams", "Gbit/s",
	    "tayga>=10 daemon>=1.8")
	line("all-up", "processor time of all, TCP v6->v4", "s/GB",
	    "daemon<=0.6")
	line("all-down", "processor time of all, TCP v4->v6", "s/GB",
	    "daemon<=0.6")
	line("cpu-up", "processor time, TCP v6->v4", "s/GB",
	    "tayga<=0.0714")
	line("cpu-down", "processor time, TCP v4->v6", "s/GB",
	    "tayga<=0.0714")
	line("loaded", "round trip while TCP saturates, median", "us",
	    "tayga<=0.1 kernel<=1.6")
	line("flood-up", "64-octet UDP flood, 6->4", "k/s",
	    "tayga>=3 kernel>=1.2")
	line("flood-down", "64-octet UDP flood, 4->6", "k/s",
	    "tayga>=3 kernel>=1.2")
	for (i in names)
		value["single-up", "kernel4"] = \
		    value["single-down", "kernel4"] = ""
	line("single-up", "TCP v6->v4, packets one by one (IPv6)", "Gbit/s",
	    "tayga>=3.5 kernel>=1")
	line("single-down", "TCP v4->v6, packets one by one (IPv6)", "Gbit/s",
	    "tayga>=3.5 kernel>=1")
	line("zero-up", "64-octet UDP without loss, 6->4", "k/s",
	    "tayga>=1 kernel>=0.6")
	line("zero-down", "64-octet UDP without loss, 4->6", "k/s",
	    "tayga>=1 kernel>=0.6")
	line("paced", "processor time of all, 100,000 packets/s", "us/packet",
	    "daemon<=1")
	line("list-up", "64-octet UDP in lists (GRO), 6->4", "k/s",
	    "tayga>=2")
	line("tunnel-up", "TCP in a VXLAN, v6->v4", "Gbit/s", "tayga>=2")
	line("tunnel-down", "TCP in a VXLAN, v4->v6", "Gbit/s", "tayga>=2")
	line("flows1", "64-octet UDP, 1 flow packet by packet", "k/s",
	    "tayga>=1.1 reflector>=1")
	line("flows8", "64-octet UDP, 8 flows in turn", "k/s",
	    "tayga>=1.1 reflector>=1")
	line("flows64", "64-octet UDP, 64 flows in turn", "k/s",
	    "tayga>=1.1 reflector>=1")
	line("flows256", "64-octet UDP, 256 flows in turn", "k/s",
	    "tayga>=1.1 reflector>=1")
	line("hosts1000", "64-octet UDP, 1,000 hosts in turn", "k/s",
	    "tayga>=1.1")
	line("idle", "idle round trip, median", "us", "tayga<=1 kernel<=1.4")
	line("idle-p99", "idle round trip, 99%", "us", "tayga<=1")
	line("maps-65000", "64-octet UDP from 65,000 maps in turn", "k/s",
	    "tayga>=6")
	line("kept", "the same against 10 maps", "x", "kernel>=1")
	line("coremaps", "core, 100,000 maps against 10", "x", "ours<=2")
	line("coreleases", "core, 100,000 leases against 10", "x", "ours<=2")
	line("startmaps", "start with 100,000 maps", "ms", "ours<=300")
	line("startleases", "start with 100,000 leases", "ms", "ours<=300")
	line("small-kib", "resident memory, small configuration", "KiB",
	    "ours<=4096")
	line("core", "core, 64-octet UDP, slower direction", "ns",
	    "ours<=100")

	header("processor time of the process, and RFC 8219 | lichen | daemon alone | TAYGA | kernel v4 | kernel v6 |" \
	    " reflector |")
	plain("flood-up-cpu", "64-octet UDP flood, 6->4", "us/packet")
	plain("flood-down-cpu", "64-octet UDP flood, 4->6", "us/packet")
	plain("list-up-cpu", "lists, 6->4", "us/packet")
	n = split("1 8 64 256 1000", a, " ")
	for (i = 1; i <= n; i++)
		plain("flows" a[i] "-cpu", a[i] " flows in turn", "us/packet")
	plain("hosts1000-cpu", "1,000 hosts in turn", "us/packet")
	n = split("66 110 238 494 1006 1262 1500", a, " ")
	for (i = 1; i <= n; i++)
		plain("zero-" a[i], "without loss, frames of " a[i] + 18 "/" \
		    a[i] - 2, "k/s")
	plain("both-66", "without loss, both ways at once, 84/64", "k/s")
	plain("both-1500", "without loss, both ways at once, 1518/1498", "k/s")
	for (i = 1; i <= n; i++) {
		f = ", frames of " a[i] + 18 "/" a[i] - 2
		plain("delay-" a[i] "-median", "delay, median" f, "us")
		plain("delay-" a[i] "-p999", "delay, 99.9%" f, "us")
		plain("delay-" a[i] "-pdv", "PDV" f, "us")
	}
	plain("flows1000", "1,000 flows in turn", "k/s")
	n = split("10 1000 10000 65000 100000", a, " ")
	for (i = 1; i <= n; i++)
		plain("maps-" a[i], "flood from " a[i] " maps", "k/s")
	for (i = 1; i <= n; i++)
		plain("leases-" a[i], "flood from " a[i] " leases", "k/s")
}
