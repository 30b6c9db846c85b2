/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explain.c - the order is that of addrmap.c: map, lease, prefix.  What an address
 * has in the end is asked there, as for the packet inside an ICMP error, which
 * changes nothing; here is only what each rule had to say.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/rfc6052.h"
#include "explain.h"

struct text {
	char	*buf;
	size_t	 n;
};

static void __attribute__((__format__(__printf__, 2, 3)))
say(struct text *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(t->buf + t->n, EXPLAIN_MAX - t->n, fmt, ap);
	va_end(ap);
	if (n > 0)
		t->n += (size_t)n < EXPLAIN_MAX - t->n ? (size_t)n :
		    EXPLAIN_MAX - t->n - 1;
}

/* --- maps ----------------------------------------------------------------- */

static void
say_map(struct text *t, const struct addrmap *m, const struct conf *conf,
    uint32_t i)
{
	char v4[ADDR_TEXT_MAX], v6[ADDR_TEXT_MAX];

	if (i == LPM_NONE) {
		say(t, "  map     none of %zu has it\n", m->nmaps);
		return;
	}
	say(t, "  map     %s %s\n          at %.200s:%u\n",
	    prefix4_text(m->map[i].v4, v4), prefix6_text(m->map[i].v6, v6),
	    conf->origin[i].file, conf->origin[i].line);
}

/* --- leases --------------------------------------------------------------- */

static void
say_age(struct text *t, mono_t age)
{
	int64_t s = age / 1000;

	if (s < 120)
		say(t, "last packet %" PRId64 " s ago", s);
	else if (s < 7200)
		say(t, "last packet %" PRId64 " min ago", s / 60);
	else
		say(t, "last packet %" PRId64 " h ago", s / 3600);
}

static void
say_lease4(struct text *t, const struct addrmap *m, ip4_t a, mono_t now)
{
	const struct lease *l;
	char v6[ADDR_TEXT_MAX];

	if (m->pool == NULL) {
		say(t, "  lease   there is no dynamic-pool\n");
	} else if (!pool_has(m->pool, a)) {
		say(t, "  lease   not in dynamic-pool\n");
	} else if (!pool_leases(m->pool, a)) {
		say(t, "  lease   in dynamic-pool, but never leased: a base "
		    "address, ipv4-addr\n          or in a map\n");
	} else if ((l = pool_look(m->pool, a)) == NULL) {
		say(t, "  lease   in dynamic-pool, leased to nobody\n");
	} else {
		say(t, "  lease   %s of %s, ",
		    l->state == LEASE_ACTIVE &&
		    now - l->last < m->pool->lifetime ? "active" : "dormant",
		    ip6_text(l->host, v6));
		say_age(t, now - l->last);
		say(t, "\n");
	}
}

/* What would become of a host without a lease. */
static void
say_new_lease(struct text *t, const struct pool *p)
{
	uint32_t taken = p->active.count + p->reserved;
	uint32_t free = pool_size(p) - taken - p->dormant.count;

	if (taken == pool_size(p))
		say(t, "  lease   none, and all %" PRIu32 " addresses of "
		    "dynamic-pool are in use\n", pool_size(p));
	else if (free == 0)
		say(t, "  lease   none yet; the first packet gets the "
		    "longest unused of\n          %" PRIu32 " dormant "
		    "addresses\n", p->dormant.count);
	else
		say(t, "  lease   none yet; the first packet gets one of "
		    "%" PRIu32 " free addresses\n", free);
}

/* Why a host without a lease would get none; REASON_XLAT64 if it would. */
static enum reason
no_lease(const struct addrmap *m, struct ip6 host)
{
	const struct pool *p = m->pool;

	if (p == NULL)
		return REASON_NO_SRC;
	if (!addrmap_may_lease(m, host))
		return REASON_POOL_SOURCE;
	if (pool_limited(p, host))
		return REASON_POOL_LIMIT;
	return p->active.count + p->reserved >= pool_size(p) ?
	    REASON_POOL_FULL : REASON_XLAT64;
}

/* --- prefix --------------------------------------------------------------- */

static void
say_wkpf(struct text *t)
{
	say(t, "          but this IPv4 address is not for 64:ff9b::/96 "
	    "(wkpf-strict)\n");
}

static void
say_prefix(struct text *t, const struct addrmap *m, bool applies)
{
	char v6[ADDR_TEXT_MAX];

	if (!m->has_prefix)
		say(t, "  prefix  there is none\n");
	else
		say(t, "  prefix  %s%s\n", prefix6_text(m->prefix, v6),
		    applies ? "" : " does not have it");
}

/* --- an address ----------------------------------------------------------- */

static void
say_reason(struct text *t, const char *whose, enum reason r)
{
	say(t, "  so packets %s it end as %s:\n          %s\n", whose,
	    reason_name(r), reason_text(r));
}

/* What IANA says of an address that is never translated. */
static void
say_never4(struct text *t, ip4_t a)
{
	const struct special4 *s = special4_of((struct prefix4){ a, 32 });

	if (s != NULL)
		say(t, "  it is %s (RFC %u), never translated\n", s->name,
		    s->rfc);
}

static void
say_never6(struct text *t, struct ip6 a)
{
	const struct special6 *s = special6_of((struct prefix6){ a, 128 });

	if (s != NULL)
		say(t, "  it is %s (RFC %u), never translated\n", s->name,
		    s->rfc);
}

static enum explained
explain_self(struct text *t, const char *addr, const char *directive)
{
	say(t, "%s -> lichen itself\n  %s: echo requests to it are answered, "
	    "the rest is refused\n", addr, directive);
	return EXPLAIN_MAPPED;
}

/* Behind map and lease; inside: of the pool, and then only as a source. */
static void
explain4_prefix(struct text *t, const struct addrmap *m, ip4_t a,
    const struct addr6 *to, bool inside)
{
	char v6[ADDR_TEXT_MAX];

	if (!inside)
		say_prefix(t, m, true);
	else if (to->rule == ADDR_NONE)
		say(t, "  prefix  not for addresses of dynamic-pool\n");
	else
		say(t, "  prefix  as a source only: %s\n",
		    ip6_text(to->addr, v6));
	if (!inside && wkpf_refuses(m->wkpf_strict, a))
		say_wkpf(t);
}

/* Why it has no counterpart; inside: of the pool. */
static enum reason
refusal4(const struct addrmap *m, ip4_t a, bool inside)
{
	if (!m->has_prefix || inside)
		return REASON_NO_DST;
	return wkpf_refuses(m->wkpf_strict, a) ? REASON_WKPF_DST :
	    REASON_ILLEGAL_DST;
}

static enum explained
explain4(struct text *t, struct addrmap *m, const struct conf *conf, ip4_t a,
    mono_t now)
{
	struct addr6 to = addrmap_6(m, a, ADDR_QUOTED, now);
	uint32_t i = lpm_find4(&m->by4, a);
	char v4[ADDR_TEXT_MAX], v6[ADDR_TEXT_MAX];
	bool inside = m->pool != NULL && pool_has(m->pool, a);
	bool mapped = ip4_is_unicast(a) && (to.rule == ADDR_PREFIX ? !inside :
	    to.rule != ADDR_NONE);

	ip4_text(a, v4);
	if (a == conf->ipv4_addr)
		return explain_self(t, v4, "ipv4-addr");
	say(t, "%s -> %s\n", v4, mapped ? ip6_text(to.addr, v6) : "nothing");
	if (!ip4_is_unicast(a)) {
		say_never4(t, a);
		say_reason(t, "to", REASON_ILLEGAL_DST);
		return EXPLAIN_UNMAPPED;
	}
	say_map(t, m, conf, i);
	if (i != LPM_NONE && to.rule == ADDR_NONE) {
		say_reason(t, "to", REASON_ILLEGAL_DST);
		return EXPLAIN_UNMAPPED;
	}
	if (to.rule == ADDR_MAP)
		return EXPLAIN_MAPPED;
	say_lease4(t, m, a, now);
	if (to.rule == ADDR_LEASE)
		return EXPLAIN_MAPPED;
	explain4_prefix(t, m, a, &to, inside);
	if (mapped)
		return EXPLAIN_MAPPED;
	say_reason(t, "to", refusal4(m, a, inside));
	return EXPLAIN_UNMAPPED;
}

static enum explained
explain6_prefix(struct text *t, const struct addrmap *m, struct ip6 a,
    const struct addr4 *to)
{
	ip4_t v = rfc6052_extract(m->prefix, a);
	char v4[ADDR_TEXT_MAX];

	if (to->rule != ADDR_NONE)
		return EXPLAIN_MAPPED;
	if (ip4_is_unicast(v))
		say_wkpf(t);
	else
		say(t, "          but %s is never translated\n",
		    ip4_text(v, v4));
	say_reason(t, "to", ip4_is_unicast(v) ? REASON_WKPF_DST :
	    REASON_ILLEGAL_DST);
	return EXPLAIN_UNMAPPED;
}

/* No map and no lease. */
static enum explained
explain6_pool(struct text *t, const struct addrmap *m, struct ip6 a)
{
	enum reason why = no_lease(m, a);

	if (m->pool == NULL)
		say(t, "  lease   there is no dynamic-pool\n");
	else if (why == REASON_POOL_SOURCE)
		say(t, "  lease   no dynamic-source has it\n");
	else if (why == REASON_POOL_LIMIT)
		say(t, "  lease   none, and its /64 has as many as "
		    "dynamic-limit allows\n");
	else
		say_new_lease(t, m->pool);
	if (why == REASON_XLAT64)
		return EXPLAIN_MAPPED;
	say_reason(t, "from", why);
	return EXPLAIN_UNMAPPED;
}

static const char *
counterpart6(const struct addrmap *m, struct ip6 a, const struct addr4 *to,
    bool inside, char buf[static ADDR_TEXT_MAX])
{
	if (to->rule != ADDR_NONE)
		return ip4_text(to->addr, buf);
	if (!inside && no_lease(m, a) == REASON_XLAT64)
		return "a new lease";
	return "nothing";
}

static enum explained
explain6(struct text *t, struct addrmap *m, const struct conf *conf,
    struct ip6 a, mono_t now)
{
	struct lease_event none;
	struct addr4 to = addrmap_4(m, a, ADDR_QUOTED, now, &none);
	uint32_t i = lpm_find6(&m->by6, a);
	bool inside = m->has_prefix && prefix6_has(m->prefix, a);
	char v6[ADDR_TEXT_MAX], v4[ADDR_TEXT_MAX];

	ip6_text(a, v6);
	if (conf->has_ipv6_addr && ip6_eq(a, conf->ipv6_addr))
		return explain_self(t, v6, "ipv6-addr");
	if (!ip6_is_unicast(a)) {
		say(t, "%s -> nothing\n", v6);
		say_never6(t, a);
		say_reason(t, "to", REASON_ILLEGAL_DST);
		return EXPLAIN_UNMAPPED;
	}
	say(t, "%s -> %s\n", v6, counterpart6(m, a, &to, inside ||
	    i != LPM_NONE, v4));
	say_map(t, m, conf, i);
	if (i != LPM_NONE && to.rule == ADDR_NONE)
		say_reason(t, "to", REASON_ILLEGAL_DST);
	if (i != LPM_NONE)
		return to.rule == ADDR_NONE ? EXPLAIN_UNMAPPED : EXPLAIN_MAPPED;
	say_prefix(t, m, inside);
	if (inside)
		return explain6_prefix(t, m, a, &to);
	if (to.rule != ADDR_LEASE)
		return explain6_pool(t, m, a);
	say_lease4(t, m, to.addr, now);
	return EXPLAIN_MAPPED;
}

enum explained
explain(struct addrmap *m, const struct conf *conf, const char *word,
    mono_t now, char text[static EXPLAIN_MAX])
{
	struct text t = { .buf = text };
	struct ip6 v6;
	ip4_t v4;

	text[0] = '\0';
	if (ip4_parse(word, &v4))
		return explain4(&t, m, conf, v4, now);
	if (ip6_parse(word, &v6))
		return explain6(&t, m, conf, v6, now);
	say(&t, "%.100s: not an IPv4 or IPv6 address\n", word);
	for (char *p = text; p[1] != '\0'; p++)
		if (*p < ' ' || *p > '~')
			*p = '?';	/* nothing that a terminal obeys */
	return EXPLAIN_NO_ADDRESS;
}

/* --- the way that packets go ---------------------------------------------- */

enum way {
	WAY_KERNEL,
	WAY_DAEMON,	/* it answers itself */
	WAY_FIRST,	/* the daemon's, until it has a lease */
	WAY_UNKNOWN,	/* a lease that the kernel does not know */
};

static enum way
way4(struct addrmap *m, const struct conf *conf, const struct fastpath *fast,
    ip4_t a, mono_t now)
{
	if (a == conf->ipv4_addr)
		return WAY_DAEMON;
	return addrmap_6(m, a, ADDR_QUOTED, now).rule != ADDR_LEASE ||
	    fastpath_last_use(fast, a) != INT64_MIN ? WAY_KERNEL : WAY_UNKNOWN;
}

static enum way
way6(struct addrmap *m, const struct conf *conf, const struct fastpath *fast,
    struct ip6 a, mono_t now)
{
	struct lease_event none;
	struct addr4 to = addrmap_4(m, a, ADDR_QUOTED, now, &none);

	if (conf->has_ipv6_addr && ip6_eq(a, conf->ipv6_addr))
		return WAY_DAEMON;
	if (to.rule == ADDR_NONE)
		return WAY_FIRST;
	return to.rule != ADDR_LEASE ||
	    fastpath_last_use(fast, to.addr) != INT64_MIN ? WAY_KERNEL :
	    WAY_UNKNOWN;
}

void
explain_path(struct addrmap *m, const struct conf *conf,
    const struct fastpath *fast, const char *word, mono_t now,
    char text[static EXPLAIN_MAX])
{
	static const char *const told[] = {
		[WAY_KERNEL] = "plain packets are translated in the kernel, "
		    "the rest by lichen",
		[WAY_DAEMON] = "by lichen itself",
		[WAY_FIRST] = "by lichen, until it has a lease",
		[WAY_UNKNOWN] = "by lichen: the kernel does not know the "
		    "lease yet",
	};
	struct text t = { .buf = text, .n = strlen(text) };
	struct ip6 v6;
	ip4_t v4;

	if (!fastpath_is_on(fast))
		say(&t, "  path    by lichen: fast-path is %s\n",
		    fastpath_name(fast->state));
	else if (ip4_parse(word, &v4))
		say(&t, "  path    %s\n", told[way4(m, conf, fast, v4, now)]);
	else if (ip6_parse(word, &v6))
		say(&t, "  path    %s\n", told[way6(m, conf, fast, v6, now)]);
}
