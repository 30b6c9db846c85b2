/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nat44.c - nftables.  The table is ours alone and named after the device, so that
 * it can be replaced as a whole, and taken away; nft -f does either all of a file
 * or nothing.
 */
#include <ctype.h>
#include <string.h>

#include "system/nat44.h"

#define TABLE_MAX	(8 + 3 * CONF_TUN_NAME_MAX)

/* A name of nft's is letters, digits and _: what else a device may have is _xx. */
static const char *
table_name(const char *device, char buf[static TABLE_MAX])
{
	size_t n = (size_t)snprintf(buf, TABLE_MAX, "lichen_");

	for (; *device != '\0'; device++) {
		unsigned char c = (unsigned char)*device;

		n += (size_t)snprintf(buf + n, TABLE_MAX - n,
		    isalnum(c) && c < 0x80 ? "%c" : "_%02x", c);
	}
	return buf;
}

static void
put_element(FILE *f, const char *range, bool first)
{
	fprintf(f, "%s\t\t\t%s", first ? "" : ",\n", range);
}

static void
put_nothing(FILE *f, const char *range, bool first)
{
	(void)f;
	(void)range;
	(void)first;
}

/* Pools and maps may lie in each other: auto-merge. */
static void
write_set(const struct conf *c, const char *name, enum nat44_ranges which,
    FILE *f)
{
	fprintf(f, "\tset %s {\n\t\ttype ipv4_addr\n\t\tflags interval\n"
	    "\t\tauto-merge\n\t\telements = {\n", name);
	(void)nat44_ranges(c, which, put_element, f);
	fprintf(f, "\n\t\t}\n\t}\n");
}

static void
write_masquerade(const struct conf *c, const char *interface, FILE *f)
{
	write_set(c, "inside", NAT44_INSIDE, f);
	fprintf(f, "\n\tchain postrouting {\n"
	    "\t\ttype nat hook postrouting priority 100; policy accept;\n"
	    "\t\tip saddr @inside oifname %s\"%s\" masquerade\n\t}\n",
	    interface == NULL ? "!= " : "",
	    interface == NULL ? c->tun_device : interface);
}

/* A lease is for who made it; a map is there to be reached. */
static void
write_filter(const struct conf *c, FILE *f)
{
	bool mapped = nat44_ranges(c, NAT44_MAPPED, put_nothing, f) > 0;

	fputc('\n', f);
	write_set(c, "leases", NAT44_LEASES, f);
	if (mapped) {
		fputc('\n', f);
		write_set(c, "mapped", NAT44_MAPPED, f);
	}
	fprintf(f, "\n\t# From outside nobody reaches a lease but in a "
	    "connection of its own.\n\tchain forward {\n"
	    "\t\ttype filter hook forward priority 0; policy accept;\n"
	    "\t\tip daddr @leases ct state { established, related } accept\n"
	    "\t\tip daddr @leases %siifname != \"%s\" drop\n\t}\n",
	    mapped ? "ip daddr != @mapped " : "", c->tun_device);
}

bool
nat44_write(const struct conf *c, const char *interface, FILE *f, char *err,
    size_t errsize)
{
	const char *name = interface == NULL ? c->tun_device : interface;
	char table[TABLE_MAX];

	if (!nat44_can_quote(c->tun_device) || strchr(c->tun_device, '*'))
		name = c->tun_device;
	else if (nat44_can_quote(name) && strcmp(name, "*") != 0)
		name = NULL;
	if (name != NULL) {
		snprintf(err, errsize, "%s: nft cannot name such an interface",
		    name);
		return false;
	}
	table_name(c->tun_device, table);
	fprintf(f, "#!/usr/sbin/nft -f\n");
	nat44_head(c, interface, f);
	fprintf(f, "# nft delete table ip %s takes it away.\n\n"
	    "table ip %s\ndelete table ip %s\n", table, table, table);
	if (nat44_ranges(c, NAT44_INSIDE, put_nothing, f) == 0) {
		fprintf(f, "# No pool and no map is private: nothing to "
		    "translate.\n");
		return true;
	}
	fprintf(f, "table ip %s {\n", table);
	write_masquerade(c, interface, f);
	if (nat44_ranges(c, NAT44_LEASES, put_nothing, f) > 0)
		write_filter(c, f);
	fprintf(f, "}\n");
	return true;
}
