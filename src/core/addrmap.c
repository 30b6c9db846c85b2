/* SPDX-License-Identifier: BSD-2-Clause */
#include "addrmap.h"
#include "rfc6052.h"

/* Why an address in each role is refused. */
static enum reason
refusal(enum addr_role role, enum reason src, enum reason dst)
{
	switch (role) {
	case ADDR_SRC:
		return src;
	case ADDR_DST:
		return dst;
	case ADDR_QUOTED:
		break;
	}
	return REASON_ICMP_INNER_ADDR;
}

static enum reason
unmapped(enum addr_role role)
{
	return refusal(role, REASON_NO_SRC, REASON_NO_DST);
}

static enum reason
wkpf(enum addr_role role)
{
	return refusal(role, REASON_WKPF_SRC, REASON_WKPF_DST);
}

static enum reason
illegal(enum addr_role role)
{
	return refusal(role, REASON_ILLEGAL_SRC, REASON_ILLEGAL_DST);
}

/* --- one map -------------------------------------------------------------- */

/* a shifted so that its bit 0 (the most significant) becomes bit n. */
static struct ip6
shift_right(uint64_t hi, unsigned n)
{
	if (n == 0)
		return (struct ip6){ hi, 0 };
	if (n < 64)
		return (struct ip6){ hi >> n, hi << (64 - n) };
	return (struct ip6){ 0, n < 128 ? hi >> (n - 64) : 0 };
}

/* RFC 7757 section 3.3: the suffix of one stands right behind the other. */
struct ip6
map_to6(const struct map *m, ip4_t a)
{
	ip4_t suffix = a & ~mask4(m->v4.len);
	uint64_t left = m->v4.len == 32 ? 0 :
	    (uint64_t)suffix << (32 + m->v4.len);
	struct ip6 s = shift_right(left, m->v6.len);

	return (struct ip6){ m->v6.addr.hi | s.hi, m->v6.addr.lo | s.lo };
}

ip4_t
map_to4(const struct map *m, struct ip6 a)
{
	unsigned n = m->v6.len;
	uint64_t left;

	if (n == 0)
		left = a.hi;
	else if (n < 64)
		left = a.hi << n | a.lo >> (64 - n);
	else
		left = n < 128 ? a.lo << (n - 64) : 0;
	return m->v4.addr | ((ip4_t)(left >> 32) >> m->v4.len %
	    32 & ~mask4(m->v4.len));
}

/* --- the table ------------------------------------------------------------ */

void
addrmap_init(struct addrmap *t, const struct map *map, size_t nmaps,
    struct lpm_slot *slot4, struct lpm_slot *slot6)
{
	*t = (struct addrmap){ .map = map, .nmaps = nmaps };
	if (nmaps == 0)
		return;
	lpm_init4(&t->by4, slot4, nmaps, &map->v4, sizeof *map);
	lpm_init6(&t->by6, slot6, nmaps, &map->v6, sizeof *map);
}

size_t
addrmap_add(struct addrmap *t, size_t i)
{
	uint32_t was = lpm_add4(&t->by4, (uint32_t)i);

	if (was == LPM_NONE)
		was = lpm_add6(&t->by6, (uint32_t)i);
	return was == LPM_NONE ? SIZE_MAX : was;
}

static const struct map *
map_at(const struct addrmap *t, uint32_t i)
{
	return i == LPM_NONE ? NULL : &t->map[i];
}

const struct map *
addrmap_map4(const struct addrmap *t, ip4_t a)
{
	return map_at(t, lpm_find4(&t->by4, a));
}

const struct map *
addrmap_map6(const struct addrmap *t, struct ip6 a)
{
	return map_at(t, lpm_find6(&t->by6, a));
}

bool
addrmap_may_lease(const struct addrmap *t, struct ip6 a)
{
	return !t->has_sources || lpm_find6(&t->sources, a) != LPM_NONE;
}

/* --- IPv4 to IPv6 --------------------------------------------------------- */

static struct addr6
refuse6(enum reason why)
{
	return (struct addr6){ .rule = ADDR_NONE, .reason = why };
}

/*
 * An address of the pool that is leased to nobody is nobody's: it must not turn
 * up as a prefix address.  One that is never leased, such as our own, may be
 * the source of something.
 */
static bool
pool_withholds(const struct addrmap *t, ip4_t a, enum addr_role role)
{
	return t->pool != NULL && pool_has(t->pool, a) &&
	    (role == ADDR_DST || pool_leases(t->pool, a));
}

static struct addr6
checked6(enum addr_rule rule, struct ip6 a, enum addr_role role)
{
	if (!ip6_is_unicast(a))
		return refuse6(illegal(role));
	return (struct addr6){ .rule = rule, .addr = a };
}

struct addr6
addrmap_6(struct addrmap *t, ip4_t a, enum addr_role role, mono_t now)
{
	const struct map *m = addrmap_map4(t, a);
	struct ip6 host;

	if (m != NULL)
		return checked6(ADDR_MAP, map_to6(m, a), role);
	if (t->pool != NULL &&
	    pool_host(t->pool, a, now, role != ADDR_QUOTED, &host))
		return (struct addr6){ .rule = ADDR_LEASE, .addr = host };
	if (!t->has_prefix || pool_withholds(t, a, role))
		return refuse6(unmapped(role));
	if (wkpf_refuses(t->wkpf_strict, a))
		return refuse6(wkpf(role));
	return checked6(ADDR_PREFIX, rfc6052_embed(t->prefix, a), role);
}

/* --- IPv6 to IPv4 --------------------------------------------------------- */

static struct addr4
refuse4(enum reason why)
{
	return (struct addr4){ .rule = ADDR_NONE, .reason = why };
}

static struct addr4
checked4(enum addr_rule rule, ip4_t a, enum addr_role role)
{
	if (!ip4_is_unicast(a))
		return refuse4(illegal(role));
	return (struct addr4){ .rule = rule, .addr = a };
}

static struct addr4
from_pool(struct addrmap *t, struct ip6 a, enum addr_role role, mono_t now,
    struct lease_event *event)
{
	struct addr4 r = { .rule = ADDR_LEASE };

	if (t->pool == NULL)
		return refuse4(unmapped(role));
	if (pool_addr(t->pool, a, now, role != ADDR_QUOTED, &r.addr))
		return r;
	if (role != ADDR_SRC)
		return refuse4(unmapped(role));
	if (!addrmap_may_lease(t, a))
		return refuse4(REASON_POOL_SOURCE);
	if (pool_lease(t->pool, a, now, &r.addr, event))
		return r;
	return refuse4(pool_limited(t->pool, a) ? REASON_POOL_LIMIT :
	    REASON_POOL_FULL);
}

struct addr4
addrmap_4(struct addrmap *t, struct ip6 a, enum addr_role role, mono_t now,
    struct lease_event *event)
{
	const struct map *m = addrmap_map6(t, a);
	ip4_t v4;

	event->kind = LEASE_EVENT_NONE;
	if (m != NULL)
		return checked4(ADDR_MAP, map_to4(m, a), role);
	if (!t->has_prefix || !prefix6_has(t->prefix, a))
		return from_pool(t, a, role, now, event);
	v4 = rfc6052_extract(t->prefix, a);
	if (wkpf_refuses(t->wkpf_strict, v4))
		return refuse4(wkpf(role));
	return checked4(ADDR_PREFIX, v4, role);
}
