/* SPDX-License-Identifier: BSD-2-Clause */
#include <stddef.h>

#include "core/special.h"
#include "pref64.h"

const char *
pref64_source_text(enum pref64_source s)
{
	static const char text[][24] = {
		[PREF64_CONFIGURED] = "configuration",
		[PREF64_RA] = "router advertisement",
		[PREF64_DNS] = "DNS",
	};

	return text[s];
}

static mono_t
after(mono_t now, uint32_t seconds)
{
	return now + (mono_t)seconds * 1000;
}

static void
take_out(struct pref64_list *l, unsigned i)
{
	for (l->n--; i < l->n; i++)
		l->p[i] = l->p[i + 1];
}

/* The last one that was heard: what is in use was heard before. */
static unsigned
newest(const struct pref64_list *l)
{
	unsigned i = l->n - 1;

	while (i > 0 && l->p[i].source == PREF64_CONFIGURED)
		i--;
	return i;
}

/* However many there are, the one in use and the latest news are known. */
static void
add(struct pref64_list *l, struct pref64 p)
{
	if (l->n == PREF64_MAX)
		take_out(l, newest(l));
	l->p[l->n++] = p;
}

/* Packets to ::/64, to a link or to a group are no packets to a NAT64. */
static bool
is_usable(struct prefix6 p)
{
	const struct special6 *r = special6_of(p);

	return (r == NULL || r->prefix == SPECIAL_FINE) &&
	    !(p.addr.hi == 0 && p.len >= 64);
}

bool
pref64_advertised(struct pref64_list *l, struct ip6 router, int preference,
    struct prefix6 prefix, uint32_t lifetime, mono_t now)
{
	struct pref64 p = { prefix, PREF64_RA, router, preference,
	    after(now, lifetime) };
	unsigned i = 0;

	while (i < l->n && !(l->p[i].source == PREF64_RA &&
	    ip6_eq(l->p[i].router, router) &&
	    prefix6_eq(l->p[i].prefix, prefix)))
		i++;
	if (i < l->n && lifetime > 0) {
		bool news = l->p[i].preference != preference;

		l->p[i] = p;
		return news;
	}
	if (i < l->n)
		take_out(l, i);
	else if (lifetime > 0 && is_usable(prefix))
		add(l, p);
	else
		return false;
	return true;
}

static void
drop_source(struct pref64_list *l, enum pref64_source s)
{
	for (unsigned i = l->n; i-- > 0;)
		if (l->p[i].source == s)
			take_out(l, i);
}

void
pref64_configured(struct pref64_list *l, const struct prefix6 *prefix)
{
	drop_source(l, PREF64_CONFIGURED);
	if (prefix != NULL)
		add(l, (struct pref64){ .prefix = *prefix,
		    .source = PREF64_CONFIGURED, .until = INT64_MAX });
}

void
pref64_resolved(struct pref64_list *l, const struct prefix6 *prefix, unsigned n,
    uint32_t ttl, mono_t now)
{
	drop_source(l, PREF64_DNS);
	for (unsigned i = 0; i < n; i++)
		if (is_usable(prefix[i]))
			add(l, (struct pref64){ .prefix = prefix[i],
			    .source = PREF64_DNS, .until = after(now, ttl) });
}

void
pref64_forget(struct pref64_list *l)
{
	drop_source(l, PREF64_RA);
	drop_source(l, PREF64_DNS);
}

bool
pref64_expire(struct pref64_list *l, mono_t now)
{
	unsigned before = l->n;

	for (unsigned i = l->n; i-- > 0;)
		if (l->p[i].until <= now)
			take_out(l, i);
	return l->n != before;
}

mono_t
pref64_due(const struct pref64_list *l)
{
	mono_t due = INT64_MAX;

	for (unsigned i = 0; i < l->n; i++)
		if (l->p[i].until < due)
			due = l->p[i].until;
	return due;
}

/* Less is better; what is equal is as good. */
static int
rank(const struct pref64 *p, const struct prefix6 *current)
{
	bool is_current = current != NULL && prefix6_eq(p->prefix, *current);

	return (int)p->source * 8 + (1 - p->preference) * 2 +
	    (is_current ? 0 : 1);
}

const struct pref64 *
pref64_best(const struct pref64_list *l, const struct prefix6 *current)
{
	const struct pref64 *best = NULL;

	for (unsigned i = 0; i < l->n; i++)
		if (best == NULL || rank(&l->p[i], current) <
		    rank(best, current))
			best = &l->p[i];
	return best;
}
