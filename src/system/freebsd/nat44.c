/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nat44.c - pf, for an anchor: pf.conf has `nat-anchor "lichen"' and
 * `anchor "lichen"', and pfctl -a lichen -f - replaces what is in it.
 */
#include <string.h>

#include "system/nat44.h"

static void
put_element(FILE *f, const char *range, bool first)
{
	fprintf(f, "%s    %s", first ? "" : ",\n", range);
}

/* The longest range counts. */
static void
put_exception(FILE *f, const char *range, bool first)
{
	(void)first;
	fprintf(f, ",\n    !%s", range);
}

static void
put_nothing(FILE *f, const char *range, bool first)
{
	(void)f;
	(void)range;
	(void)first;
}

static void
write_table(const struct conf *c, const char *name, enum nat44_ranges which,
    FILE *f)
{
	fprintf(f, "table <%s> const {\n", name);
	(void)nat44_ranges(c, which, put_element, f);
	if (which == NAT44_LEASES)
		(void)nat44_ranges(c, NAT44_MAPPED, put_exception, f);
	fprintf(f, "\n}\n");
}

bool
nat44_write(const struct conf *c, const char *interface, FILE *f, char *err,
    size_t errsize)
{
	bool leases = nat44_ranges(c, NAT44_LEASES, put_nothing, f) > 0;

	if (interface == NULL) {
		snprintf(err, errsize, "which interface does IPv4 leave by?  "
		    "lichen --nat44 INTERFACE");
		return false;
	}
	if (!nat44_can_quote(interface) || strpbrk(interface, "(){}<>,!")) {
		snprintf(err, errsize, "%s: pf cannot name such an interface",
		    interface);
		return false;
	}
	nat44_head(c, interface, f);
	fprintf(f, "# pf.conf wants nat-anchor \"lichen\" and anchor "
	    "\"lichen\"; load this with\n# pfctl -a lichen -f -; "
	    "pfctl -a lichen -F all takes it away.\n\n");
	if (nat44_ranges(c, NAT44_INSIDE, put_nothing, f) == 0) {
		fprintf(f, "# No pool and no map is private: nothing to "
		    "translate.\n");
		return true;
	}
	write_table(c, "lichen_inside", NAT44_INSIDE, f);
	if (leases)
		write_table(c, "lichen_leases", NAT44_LEASES, f);
	/* Translation comes before filtering, as pf wants it. */
	fprintf(f, "nat on %s inet from <lichen_inside> to any -> (%s:0)\n",
	    interface, interface);
	/* What belongs to a state has passed before this is asked. */
	if (leases)
		fprintf(f, "block drop in quick on %s inet from any to "
		    "<lichen_leases>\n", interface);
	return true;
}
