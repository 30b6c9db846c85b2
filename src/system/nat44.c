/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "system/nat44.h"

bool
nat44_is_private(struct prefix4 p)
{
	static const struct prefix4 ranges[] = {
		{ 0x0a000000, 8 },	/* 10.0.0.0/8 */
		{ 0x64400000, 10 },	/* 100.64.0.0/10 */
		{ 0xac100000, 12 },	/* 172.16.0.0/12 */
		{ 0xc0a80000, 16 },	/* 192.168.0.0/16 */
		{ 0xc6120000, 15 },	/* 198.18.0.0/15 */
	};

	for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
		if (p.len >= ranges[i].len && prefix4_has(ranges[i], p.addr))
			return true;
	return false;
}

static bool
is_within(struct prefix4 p, struct prefix4 other)
{
	return p.len >= other.len && prefix4_has(other, p.addr);
}

/* Not where a map has all of it. */
static bool
is_leased(const struct conf *c, struct prefix4 pool)
{
	for (size_t i = 0; i < c->nmaps; i++)
		if (is_within(pool, c->maps[i].v4))
			return false;
	return nat44_is_private(pool);
}

static bool
is_in(const struct prefix4 *pools, size_t n, struct prefix4 map)
{
	for (size_t i = 0; i < n; i++)
		if (is_within(map, pools[i]))
			return true;
	return false;
}

size_t
nat44_ranges(const struct conf *c, enum nat44_ranges which,
    void (*put)(FILE *, const char *, bool), FILE *f)
{
	struct prefix4 pools[POOL_RANGES];
	char text[ADDR_TEXT_MAX];
	size_t n = 0, npools = 0;

	for (unsigned i = 0; i < c->npools; i++)
		if (which == NAT44_INSIDE ? nat44_is_private(c->pool[i]) :
		    is_leased(c, c->pool[i]))
			pools[npools++] = c->pool[i];
	for (size_t i = 0; which != NAT44_MAPPED && i < npools; i++)
		put(f, prefix4_text(pools[i], text), n++ == 0);
	for (size_t i = 0; which != NAT44_LEASES && i < c->nmaps; i++)
		if (which == NAT44_MAPPED ?
		    is_in(pools, npools, c->maps[i].v4) :
		    nat44_is_private(c->maps[i].v4))
			put(f, prefix4_text(c->maps[i].v4, text), n++ == 0);
	return n;
}

void
nat44_head(const struct conf *c, const char *interface, FILE *f)
{
	char text[ADDR_TEXT_MAX];

	fprintf(f, "# Written by lichen --nat44%s%s for %s.\n",
	    interface == NULL ? "" : " ", interface == NULL ? "" : interface,
	    c->path);
	for (unsigned i = 0; i < c->npools; i++)
		if (!nat44_is_private(c->pool[i]))
			fprintf(f, "# dynamic-pool %s is not private: the "
			    "network has to route it here.\n",
			    prefix4_text(c->pool[i], text));
}

bool
nat44_can_quote(const char *name)
{
	if (strlen(name) > CONF_TUN_NAME_MAX)
		return false;
	for (const char *c = name; *c != '\0'; c++)
		if (*c <= ' ' || *c > '~' || strchr("\"\\'`$", *c) != NULL)
			return false;
	return name[0] != '\0';
}
