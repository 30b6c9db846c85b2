/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conf-check.c - is the configuration right as a whole?  Runs after all of it
 * was read, so that the order of directives does not matter.
 */
#include <stdlib.h>

#include "conf-parse.h"
#include "core/rfc6052.h"

#define ERROR	true
#define WARNING	false

static void
check_mandatory(struct conf_parse *p, const char *file)
{
	const struct conf *c = p->conf;

	if (p->at.tun_device == 0)
		conf_say(p, ERROR, file, 0, "tun-device is missing: "
		    "\"tun-device nat64\"");
	if (p->at.ipv4_addr == 0)
		conf_say(p, ERROR, file, 0, "ipv4-addr is missing: the "
		    "translator's own IPv4 address, \"ipv4-addr 192.0.0.2\"");
	if (p->at.prefix == 0 && c->nmaps == 0)
		conf_say(p, ERROR, file, 0, "neither prefix nor map: there is "
		    "nothing to translate, try \"prefix 64:ff9b::/96\"");
}

/* --- maps ----------------------------------------------------------------- */

static int
compare_uint(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* By one side's prefix, then by place in the file. */
static int
compare4(const void *a, const void *b)
{
	const struct map *const *x = a, *const *y = b;
	int r = compare_uint((*x)->v4.addr, (*y)->v4.addr);

	if (r == 0)
		r = compare_uint((*x)->v4.len, (*y)->v4.len);
	return r != 0 ? r : compare_uint((uintptr_t)*x, (uintptr_t)*y);
}

static int
compare6(const void *a, const void *b)
{
	const struct map *const *x = a, *const *y = b;
	int r = compare_uint((*x)->v6.addr.hi, (*y)->v6.addr.hi);

	if (r == 0)
		r = compare_uint((*x)->v6.addr.lo, (*y)->v6.addr.lo);
	if (r == 0)
		r = compare_uint((*x)->v6.len, (*y)->v6.len);
	return r != 0 ? r : compare_uint((uintptr_t)*x, (uintptr_t)*y);
}

static bool
same4(const struct map *a, const struct map *b)
{
	return a->v4.addr == b->v4.addr && a->v4.len == b->v4.len;
}

static bool
same6(const struct map *a, const struct map *b)
{
	return ip6_eq(a->v6.addr, b->v6.addr) && a->v6.len == b->v6.len;
}

static void
say_duplicate(struct conf_parse *p, const struct map *was,
    const struct map *is, const char *text)
{
	const struct conf_origin *a = &p->origin[was - p->conf->maps];
	const struct conf_origin *b = &p->origin[is - p->conf->maps];

	conf_say(p, ERROR, b->file, b->line,
	    "map: %s is mapped at %s:%u already", text, a->file, a->line);
}

/* RFC 7757 section 3.1: no prefix stands twice on its side of the table. */
static void
check_duplicates(struct conf_parse *p)
{
	const struct conf *c = p->conf;
	const struct map **m = calloc(c->nmaps + 1, sizeof *m);
	char text[ADDR_TEXT_MAX];

	if (m == NULL) {
		p->no_memory = true;
		return;
	}
	for (size_t i = 0; i < c->nmaps; i++)
		m[i] = &c->maps[i];
	qsort(m, c->nmaps, sizeof *m, compare4);
	for (size_t i = 1; i < c->nmaps; i++)
		if (same4(m[i - 1], m[i]))
			say_duplicate(p, m[i - 1], m[i],
			    prefix4_text(m[i]->v4, text));
	qsort(m, c->nmaps, sizeof *m, compare6);
	for (size_t i = 1; i < c->nmaps; i++)
		if (same6(m[i - 1], m[i]))
			say_duplicate(p, m[i - 1], m[i],
			    prefix6_text(m[i]->v6, text));
	free(m);
}

/* The prefix is the entry for all of IPv4: a map for all of it is the same. */
static void
check_maps_and_prefix(struct conf_parse *p)
{
	const struct conf *c = p->conf;
	char text[ADDR_TEXT_MAX];

	for (size_t i = 0; c->has_prefix && i < c->nmaps; i++)
		if (c->maps[i].v4.len == 0)
			conf_say(p, ERROR, p->origin[i].file, p->origin[i].line,
			    "map: 0.0.0.0/0 leaves nothing to prefix %s: give "
			    "one of the two", prefix6_text(c->prefix, text));
}

/* --- our own addresses ---------------------------------------------------- */

static void
check_own6(struct conf_parse *p, const char *file)
{
	const struct conf *c = p->conf;
	char own[ADDR_TEXT_MAX], text[ADDR_TEXT_MAX];
	unsigned line = p->at.ipv6_addr;

	if (line == 0)
		return;
	ip6_text(c->ipv6_addr, own);
	if (c->has_prefix && prefix6_has(c->prefix, c->ipv6_addr))
		conf_say(p, ERROR, file, line, "ipv6-addr %s: lies in prefix "
		    "%s; give one outside, or none", own,
		    prefix6_text(c->prefix, text));
	for (size_t i = 0; i < c->nmaps; i++)
		if (prefix6_has(c->maps[i].v6, c->ipv6_addr))
			conf_say(p, ERROR, file, line, "ipv6-addr %s: lies in "
			    "the map of %s (%s:%u); give one outside", own,
			    prefix6_text(c->maps[i].v6, text),
			    p->origin[i].file, p->origin[i].line);
}

static void
derive_own6(struct conf_parse *p, const char *file)
{
	struct conf *c = p->conf;

	if (p->at.ipv6_addr != 0)
		return;
	if (p->at.prefix == 0 && c->nmaps > 0)
		conf_say(p, ERROR, file, 0, "ipv6-addr is missing: without a "
		    "prefix it cannot be derived from ipv4-addr");
	if (!c->has_prefix)
		return;
	c->ipv6_addr = rfc6052_embed(c->prefix, c->ipv4_addr);
	c->has_ipv6_addr = true;
}

/* --- well-known prefix ---------------------------------------------------- */

/* RFC 6052 section 3.1.  It never keeps the daemon from starting. */
static void
warn_wkpf(struct conf_parse *p, const char *file)
{
	const struct conf *c = p->conf;
	char text[ADDR_TEXT_MAX];

	if (!c->has_prefix || !c->wkpf_strict || !rfc6052_is_wkp(c->prefix))
		return;
	if (p->at.ipv4_addr != 0 && p->at.ipv6_addr == 0 &&
	    ip4_is_nonglobal(c->ipv4_addr))
		conf_say(p, WARNING, file, p->at.ipv4_addr,
		    "ipv4-addr %s is private: with prefix 64:ff9b::/96 and "
		    "wkpf-strict yes no private IPv4 address is reached "
		    "from IPv6; \"wkpf-strict no\" translates them",
		    ip4_text(c->ipv4_addr, text));
}

void
conf_check(struct conf_parse *p, const char *file)
{
	check_mandatory(p, file);
	check_duplicates(p);
	check_maps_and_prefix(p);
	check_own6(p, file);
	derive_own6(p, file);
	warn_wkpf(p, file);
}
