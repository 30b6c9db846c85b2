/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "core/lpm.h"
#include "maps.h"

#define NOBODY	UINT32_MAX

/*
 * One for each map.  The first map with an IPv4 or IPv6 prefix lends the prefix its
 * number; who has it is another matter.
 */
struct claim {
	uint32_t	prefix4, prefix6;	/* numbers of this map's prefixes */
	uint32_t	holder4, holder6;	/* who has the prefix of this number */
	bool		out;
};

struct claims {
	struct conf_parse	*p;
	struct claim		*of;
	struct lpm		 by4, by6;
};

static const struct conf_origin *
origin(const struct claims *t, uint32_t i)
{
	return &t->p->conf->origin[i];
}

/* Of the configuration, not of the map-file? */
static bool
is_fixed(const struct claims *t, uint32_t i)
{
	return origin(t, i)->file == t->p->path;
}

static void
leave(struct claims *t, uint32_t i)
{
	struct claim *of = t->of;

	of[i].out = true;
	of[of[i].prefix4].holder4 = NOBODY;
	of[of[i].prefix6].holder6 = NOBODY;
}

/* A map of the configuration has it already: that is for people to put right. */
static void
refuse(const struct claims *t, uint32_t was, uint32_t i, const char *text)
{
	const struct conf_origin *a = origin(t, was), *b = origin(t, i);
	bool fixed = is_fixed(t, i);

	conf_say(t->p, fixed, b->file, b->line, "map: %s is mapped at %s:%u "
	    "already%s", text, a->file, a->line,
	    fixed ? "" : ", this one is left out");
}

static void
replace(struct claims *t, uint32_t was, uint32_t i, const char *text)
{
	const struct conf_origin *a = origin(t, was), *b = origin(t, i);

	conf_say(t->p, false, b->file, b->line, "map: %s is mapped at %s:%u "
	    "already, this one takes its place", text, a->file, a->line);
	leave(t, was);
}

/* Say which prefixes the map has, new ones or not. */
static void
number(struct claims *t, uint32_t i)
{
	struct claim *c = &t->of[i];

	c->holder4 = c->holder6 = NOBODY;
	c->prefix4 = lpm_add4(&t->by4, i);
	c->prefix6 = lpm_add6(&t->by6, i);
	if (c->prefix4 == LPM_NONE)
		c->prefix4 = i;
	if (c->prefix6 == LPM_NONE)
		c->prefix6 = i;
}

static bool
is_taken(const struct claims *t, uint32_t was)
{
	return was != NOBODY && is_fixed(t, was);
}

/* Nothing is driven out by what is left out itself. */
static void
claim(struct claims *t, uint32_t i)
{
	const struct map *m = &t->p->conf->maps[i];
	struct claim *of = t->of;
	char v4[ADDR_TEXT_MAX], v6[ADDR_TEXT_MAX];
	uint32_t was4, was6;

	number(t, i);
	prefix4_text(m->v4, v4);
	prefix6_text(m->v6, v6);
	was4 = of[of[i].prefix4].holder4;
	was6 = of[of[i].prefix6].holder6;
	if (was6 == was4)	/* the same pair again is told about once */
		was6 = NOBODY;
	of[i].out = is_taken(t, was4) || is_taken(t, was6);
	if (is_taken(t, was4))
		refuse(t, was4, i, v4);
	if (is_taken(t, was6))
		refuse(t, was6, i, v6);
	if (of[i].out)
		return;
	if (was4 != NOBODY)
		replace(t, was4, i, v4);
	if (was6 != NOBODY)
		replace(t, was6, i, v6);
	of[of[i].prefix4].holder4 = of[of[i].prefix6].holder6 = i;
}

/*
 * The prefix is one more entry of that table, for all of IPv4.  Return whether the
 * map may stand beside it.
 */
static bool
beside_prefix(struct conf_parse *p, const struct map *m,
    const struct conf_origin *o)
{
	const struct conf *c = p->conf;
	bool fixed = o->file == p->path;
	const char *left = fixed ? "" : ", this one is left out";
	char text[ADDR_TEXT_MAX];

	prefix6_text(c->prefix, text);
	if (m->v4.len == 0) {
		conf_say(p, fixed, o->file, o->line, "map: 0.0.0.0/0 is what "
		    "prefix %s at %s:%u stands for already%s", text, p->path,
		    p->at.prefix, fixed ? ", want one of the two" : left);
		return false;
	}
	if (prefix6_eq(m->v6, c->prefix)) {
		conf_say(p, fixed, o->file, o->line, "map: %s is the prefix "
		    "at %s:%u already%s", text, p->path, p->at.prefix, left);
		return false;
	}
	if (prefix6_has(m->v6, c->prefix.addr) && m->v6.len < c->prefix.len)
		conf_say(p, false, o->file, o->line, "map: covers all of "
		    "prefix %s (%s:%u), which then has no IPv6 addresses "
		    "left", text, p->path, p->at.prefix);
	return true;
}

/* Those that are out make room. */
static void
close_ranks(struct conf *c, const struct claim *of)
{
	size_t n = 0;

	for (size_t i = 0; i < c->nmaps; i++) {
		if (of[i].out)
			continue;
		c->maps[n] = c->maps[i];
		c->origin[n++] = c->origin[i];
	}
	c->nmaps = n;
}

void
conf_resolve_maps(struct conf_parse *p)
{
	struct conf *c = p->conf;
	const size_t n = c->nmaps, slots = lpm_slots(n);
	struct lpm_slot *slot;
	struct claims t = { .p = p };

	if (n == 0)
		return;
	slot = calloc(2 * slots, sizeof *slot);
	t.of = calloc(n, sizeof *t.of);
	if (slot == NULL || t.of == NULL) {
		p->no_memory = true;
		free(slot);
		free(t.of);
		return;
	}
	lpm_init4(&t.by4, slot, n, &c->maps->v4, sizeof *c->maps);
	lpm_init6(&t.by6, slot + slots, n, &c->maps->v6, sizeof *c->maps);
	for (uint32_t i = 0; i < n; i++) {
		conf_breathe(p->reader, i);
		if (c->has_prefix &&
		    !beside_prefix(p, &c->maps[i], &c->origin[i]))
			t.of[i].out = true;
		else
			claim(&t, i);
	}
	close_ranks(c, t.of);
	free(slot);
	free(t.of);
}
