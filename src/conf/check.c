/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check.c - the configuration as a whole, judged after all of it was read, so that
 * the order of the lines does not matter.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "core/pool.h"
#include "core/rfc6052.h"
#include "maps.h"

/* --- a CLAT that sets itself up ------------------------------------------- */

/* RFC 7335: 192.0.0.2 for the translator, of 192.0.0.0/29. */
#define CLAT_OWN4	(IP4_CONTINUITY | 2)

/* What it finds: for the one map there is room from the start. */
static void
prepare_clat(struct conf_parse *p)
{
	struct conf *c = p->conf;

	c->clat.finds_prefix = p->at.prefix == 0;
	c->clat.finds_own4 = p->at.ipv4_addr == 0;
	c->clat.finds_own6 = p->at.ipv6_addr == 0;
	c->clat.finds_map = p->at.map == 0;
	if (c->clat.finds_own4)
		c->ipv4_addr = CLAT_OWN4;
	if (p->at.node_id == 0)
		c->icmp_node_id = true;
	if (!c->clat.finds_map)
		return;
	c->maps = calloc(1, sizeof *c->maps);
	c->origin = calloc(1, sizeof *c->origin);
	p->no_memory = p->no_memory || c->maps == NULL || c->origin == NULL;
}

/* Where no host can have an address, or the NAT64 has them. */
static void
check_delegated(struct conf_parse *p)
{
	const struct conf_clat *c = &p->conf->clat;
	const struct special6 *r = special6_of(c->prefix);
	char text[ADDR_TEXT_MAX];

	if (!c->has_prefix)
		return;
	if (r != NULL && r->map == SPECIAL_BAD)
		bad_at(p, p->at.clat_prefix, "clat-prefix %s: is %s, want one "
		    "that the network routes to this host",
		    prefix6_text(c->prefix, text), r->name);
	else if (c->prefix.addr.hi >> 32 == 0x64ff9b)
		bad_at(p, p->at.clat_prefix, "clat-prefix %s: is for NAT64s, "
		    "want one that the network routes to this host",
		    prefix6_text(c->prefix, text));
}

static void
check_clat(struct conf_parse *p)
{
	const struct conf *c = p->conf;

	if (p->at.clat_prefix != 0 && p->at.clat == 0)
		bad_at(p, p->at.clat_prefix, "clat-prefix is for a CLAT: "
		    "\"clat\"");
	if (!c->clat.on)
		return;
	if (p->at.tun_device != 0 &&
	    strcmp(c->clat.interface, c->tun_device) == 0)
		bad_at(p, p->at.clat, "clat %s: that is tun-device, want the "
		    "interface to the network", c->clat.interface);
	check_delegated(p);
	if (c->nmaps > 1 || (c->nmaps == 1 && (c->maps[0].v4.len != 32 ||
	    c->maps[0].v6.len != 128)))
		bad_at(p, p->at.clat, "clat: wants one map at most, of one "
		    "address, \"map 192.0.0.1 2001:db8:2::464\"");
	if (c->npools > 0)
		bad_at(p, p->at.pool, "dynamic-pool: a CLAT has no use for it");
	prepare_clat(p);
}

/* --- what must be there --------------------------------------------------- */

static void
check_mandatory(struct conf_parse *p)
{
	if (p->at.tun_device == 0)
		bad_at(p, 0, "tun-device is missing: \"tun-device nat64\"");
	if (p->conf->clat.on)
		return;
	if (p->at.ipv4_addr == 0)
		bad_at(p, 0, "ipv4-addr is missing: the translator's own IPv4 "
		    "address, \"ipv4-addr 192.0.0.2\"");
	if (p->at.prefix == 0 && p->at.map == 0)
		bad_at(p, 0, "neither prefix nor map: there is nothing to "
		    "translate, try \"prefix 64:ff9b::/96\"");
}

/* --- our own addresses ---------------------------------------------------- */

/* A prefix that is wrong has its error; that there is none is one here. */
static void
derive_own6(struct conf_parse *p)
{
	struct conf *c = p->conf;

	if (p->at.ipv6_addr != 0)
		return;
	if (p->at.prefix == 0 && p->at.map != 0 && !c->clat.on)
		bad_at(p, 0, "ipv6-addr is missing: without a prefix it "
		    "cannot be derived from ipv4-addr, \"ipv6-addr "
		    "2001:db8::1\"");
	if (!c->has_prefix)
		return;
	c->ipv6_addr = rfc6052_embed(c->prefix, c->ipv4_addr);
	c->has_ipv6_addr = true;
}

static void
check_own6(struct conf_parse *p)
{
	const struct conf *c = p->conf;
	char own[ADDR_TEXT_MAX], text[ADDR_TEXT_MAX];
	bool given = p->at.ipv6_addr != 0;

	if (!c->has_ipv6_addr)
		return;
	ip6_text(c->ipv6_addr, own);
	if (given && c->has_prefix && prefix6_has(c->prefix, c->ipv6_addr))
		bad_at(p, p->at.ipv6_addr, "ipv6-addr %s: lies in prefix %s, "
		    "want one outside, or none", own,
		    prefix6_text(c->prefix, text));
	for (size_t i = 0; i < c->nmaps; i++) {
		const struct conf_origin *o = &p->conf->origin[i];

		conf_breathe(p->reader, i);
		if (!prefix6_has(c->maps[i].v6, c->ipv6_addr))
			continue;
		prefix6_text(c->maps[i].v6, text);
		if (given)
			bad_at(p, p->at.ipv6_addr, "ipv6-addr %s: lies in the "
			    "map of %s (%s:%u), want one outside", own, text,
			    o->file, o->line);
		else if (c->maps[i].v6.len > c->prefix.len)
			conf_say(p, false, o->file, o->line, "map: %s has "
			    "%s, our own address, derived from ipv4-addr: it "
			    "is not translated; give another ipv6-addr", text,
			    own);
	}
}

/* What the host has for its own never reaches us. */
static void
check_tun(struct conf_parse *p)
{
	const struct conf *c = p->conf;
	char text[ADDR_TEXT_MAX];

	for (size_t i = 0; i < c->tun_ip.n; i++) {
		const struct conf_prefix *x = &c->tun_ip.p[i];

		if (!x->is6 && x->p4.addr == c->ipv4_addr)
			warn_at(p, x->line, "tun-ip %s: is ipv4-addr too, so "
			    "the host answers for it; want another one",
			    ip4_text(x->p4.addr, text));
		else if (x->is6 && c->has_ipv6_addr &&
		    ip6_eq(x->p6.addr, c->ipv6_addr))
			warn_at(p, x->line, "tun-ip %s: is ipv6-addr too, so "
			    "the host answers for it; want another one",
			    ip6_text(x->p6.addr, text));
	}
	if (c->tun_route.n > 0 && !c->tun_up)
		warn_at(p, p->at.tun_route, "tun-route: fails unless the "
		    "interface is up already, want \"tun-up yes\"");
}

/* --- pool and well-known prefix ------------------------------------------- */

static void
check_pool(struct conf_parse *p, struct prefix4 r, unsigned line)
{
	const struct conf *c = p->conf;
	char pool[ADDR_TEXT_MAX], text[ADDR_TEXT_MAX];

	prefix4_text(r, pool);
	if (r.len == 31 && c->ipv4_addr == prefix4_last(r))
		warn_at(p, line, "dynamic-pool %s: nothing to lease, "
		    "the first address never is and the other is ipv4-addr",
		    pool);
	/* A map for all of IPv4 leaves the pool alone. */
	for (size_t i = 0; i < c->nmaps; i++) {
		struct prefix4 m = c->maps[i].v4;

		conf_breathe(p->reader, i);
		if (m.len > 0 && m.len <= r.len && prefix4_has(m, r.addr))
			warn_at(p, line, "dynamic-pool %s: nothing to "
			    "lease, all of it is in the map of %s (%s:%u)",
			    pool, prefix4_text(m, text), c->origin[i].file,
			    c->origin[i].line);
	}
}

static void
check_pools(struct conf_parse *p)
{
	const struct conf *c = p->conf;
	char a[ADDR_TEXT_MAX], b[ADDR_TEXT_MAX];

	for (unsigned i = 0; i < c->npools; i++) {
		check_pool(p, c->pool[i], p->pool_line[i]);
		for (unsigned k = 0; k < i; k++)
			if (prefix4_overlap(c->pool[i], c->pool[k]))
				bad_at(p, p->pool_line[i], "dynamic-pool %s: "
				    "overlaps with %s on line %u",
				    prefix4_text(c->pool[i], a),
				    prefix4_text(c->pool[k], b),
				    p->pool_line[k]);
	}
	if (pool_addresses(c->pool, c->npools) > POOL_SIZE_MAX)
		bad_at(p, p->pool_line[c->npools - 1], "dynamic-pool: all "
		    "pools together may have %u addresses",
		    (unsigned)POOL_SIZE_MAX);
	if (c->dynamic_retention < c->dynamic_lifetime)
		bad_at(p, p->at.retention != 0 ? p->at.retention :
		    p->at.lifetime, "dynamic-retention is shorter than "
		    "dynamic-lifetime (%u s), want at least as much",
		    c->dynamic_lifetime);
}

/* What says something about leases, and there is no pool that has any. */
static void
check_pool_directives(struct conf_parse *p)
{
	const struct {
		const char	*name;
		unsigned	 line;
	} d[] = {
		{ "dynamic-lifetime", p->at.lifetime },
		{ "dynamic-retention", p->at.retention },
		{ "dynamic-limit", p->at.limit },
		{ "dynamic-source", p->at.source },
	};

	for (size_t i = 0; p->at.pool == 0 && i < sizeof d / sizeof d[0]; i++)
		if (d[i].line != 0)
			warn_at(p, d[i].line, "%s: has no effect without "
			    "dynamic-pool", d[i].name);
}

/* RFC 7335: the addresses that the host side of a CLAT has. */
static bool
is_clat(const struct conf *c)
{
	const struct prefix4 clat = { IP4_CONTINUITY, IP4_CONTINUITY_LEN };
	bool found = c->clat.on || prefix4_has(clat, c->ipv4_addr);

	for (size_t i = 0; i < c->nmaps && !found; i++)
		found = c->maps[i].v4.len >= clat.len &&
		    prefix4_has(clat, c->maps[i].v4.addr);
	return found;
}

/*
 * RFC 6052 section 3.1; a CLAT translates private addresses by default, as
 * draft-ietf-v6ops-nat64-wkp-1918 has it.  It never keeps the daemon from starting.
 */
static void
check_wkpf(struct conf_parse *p)
{
	struct conf *c = p->conf;
	char text[ADDR_TEXT_MAX];

	if (p->at.wkpf_strict == 0)
		c->wkpf_strict = is_clat(c) ? WKPF_PRIVATE : WKPF_YES;
	if (!c->has_prefix || !rfc6052_is_wkp(c->prefix))
		return;
	if (p->at.ipv4_addr != 0 && p->at.ipv6_addr == 0 &&
	    wkpf_refuses(c->wkpf_strict, c->ipv4_addr))
		warn_at(p, p->at.ipv4_addr, "ipv4-addr %s is %s, and such "
		    "addresses are not translated with 64:ff9b::/96: give an "
		    "ipv6-addr of your own, or \"wkpf-strict no\", which "
		    "translates them", ip4_text(c->ipv4_addr, text),
		    special4_of((struct prefix4){ c->ipv4_addr, 32 })->name);
}

void
conf_check(struct conf_parse *p)
{
	check_clat(p);
	check_mandatory(p);
	conf_resolve_maps(p);
	derive_own6(p);
	check_own6(p);
	check_tun(p);
	check_pools(p);
	check_pool_directives(p);
	check_wkpf(p);
}
