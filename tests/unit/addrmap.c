/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/addrmap.h"
#include "suite.h"

static struct lease_event ev;

static struct prefix4
p4(const char *s)
{
	struct prefix4 p;

	ck_assert_msg(prefix4_parse(s, &p), "%s", s);
	return p;
}

static struct prefix6
p6(const char *s)
{
	struct prefix6 p;

	ck_assert_msg(prefix6_parse(s, &p), "%s", s);
	return p;
}

static ip4_t
a4(const char *s)
{
	return p4(s).addr;
}

static struct ip6
a6(const char *s)
{
	return p6(s).addr;
}

static struct map
map(const char *v4, const char *v6)
{
	return (struct map){ p4(v4), p6(v6) };
}

struct table {
	struct addrmap	t;
	struct map	map[16];
	struct lpm_slot	s4[64], s6[64];
	struct pool	pool;
	void		*mem;
};

static void
start(struct table *x, size_t n)
{
	memset(x->s4, 0, sizeof x->s4);
	memset(x->s6, 0, sizeof x->s6);
	x->mem = NULL;
	addrmap_init(&x->t, x->map, n, x->s4, x->s6);
	for (size_t i = 0; i < n; i++)
		ck_assert(addrmap_add(&x->t, i) == SIZE_MAX);
}

static void
add_pool(struct table *x, const char *range)
{
	struct prefix4 r = p4(range);

	x->mem = calloc(1, pool_bytes(~mask4(r.len) + 1));
	pool_init(&x->pool, &r, 1, (struct siphash_key){ { 1, 2 } }, x->mem);
	x->t.pool = &x->pool;
}

static void
expect6(struct table *x, const char *v4, enum addr_role role,
    enum addr_rule rule, const char *v6)
{
	struct addr6 r = addrmap_6(&x->t, a4(v4), role, 0);
	char text[ADDR_TEXT_MAX];

	ck_assert_msg(r.rule == rule && ip6_eq(r.addr, a6(v6)), "%s -> %s",
	    v4, ip6_text(r.addr, text));
}

static void
expect4(struct table *x, const char *v6, enum addr_role role,
    enum addr_rule rule, const char *v4)
{
	struct addr4 r = addrmap_4(&x->t, a6(v6), role, 0, &ev);
	char text[ADDR_TEXT_MAX];

	ck_assert_msg(r.rule == rule && r.addr == a4(v4), "%s -> %s", v6,
	    ip4_text(r.addr, text));
}

static void
refused6(struct table *x, const char *v4, enum addr_role role,
    enum reason why)
{
	struct addr6 r = addrmap_6(&x->t, a4(v4), role, 0);

	ck_assert_msg(r.rule == ADDR_NONE, "%s", v4);
	ck_assert_str_eq(reason_name(r.reason), reason_name(why));
}

static void
refused4(struct table *x, const char *v6, enum addr_role role,
    enum reason why)
{
	struct addr4 r = addrmap_4(&x->t, a6(v6), role, 0, &ev);

	ck_assert_msg(r.rule == ADDR_NONE, "%s", v6);
	ck_assert_str_eq(reason_name(r.reason), reason_name(why));
	ck_assert_int_eq(ev.kind, LEASE_EVENT_NONE);
}

/* RFC 7757 section 3.1, figure 1, and appendix A. */
START_TEST(rfc7757_examples)
{
	static const struct { const char *v4, *v6; } t[] = {
		{ "192.0.2.1", "2001:db8:aaaa::" },
		{ "192.0.2.2", "2001:db8:bbbb::b" },
		{ "192.0.2.16", "2001:db8:cccc::" },
		{ "192.0.2.24", "2001:db8:cccc::8" },
		{ "192.0.2.31", "2001:db8:cccc::f" },
		{ "192.0.2.128", "2001:db8:dddd::" },
		{ "192.0.2.152", "2001:db8:dddd:0:6000::" },
		{ "192.0.2.183", "2001:db8:dddd:0:dc00::" },
		{ "192.0.2.191", "2001:db8:dddd:0:fc00::" },
		{ "192.0.2.193", "2001:db8:eeee:8:8000::" },
		{ "192.0.2.200", "2001:db8:ffff::" },
		{ "192.0.2.225", "64:ff9b::1" },
	};
	struct table x;

	x.map[0] = map("192.0.2.1/32", "2001:db8:aaaa::");
	x.map[1] = map("192.0.2.2/32", "2001:db8:bbbb::b/128");
	x.map[2] = map("192.0.2.16/28", "2001:db8:cccc::/124");
	x.map[3] = map("192.0.2.128/26", "2001:db8:dddd::/64");
	x.map[4] = map("192.0.2.192/29", "2001:db8:eeee:8::/62");
	x.map[5] = map("192.0.2.200/31", "2001:db8:ffff::/127");
	x.map[6] = map("192.0.2.224/31", "64:ff9b::/127");
	start(&x, 7);
	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		expect6(&x, t[i].v4, ADDR_DST, ADDR_MAP, t[i].v6);
		expect4(&x, t[i].v6, ADDR_SRC, ADDR_MAP, t[i].v4);
	}
	/* more IPv6 suffix bits than IPv4 has: ignored on read */
	expect4(&x, "2001:db8:dddd:0:63ff:ffff:ffff:ffff", ADDR_SRC, ADDR_MAP,
	    "192.0.2.152");
	expect4(&x, "2001:db8:dddd:0:6000::1", ADDR_SRC, ADDR_MAP,
	    "192.0.2.152");
	refused6(&x, "192.0.2.3", ADDR_DST, REASON_NO_DST);
	refused4(&x, "2001:db8::1", ADDR_SRC, REASON_NO_SRC);
	refused4(&x, "2001:db8::1", ADDR_DST, REASON_NO_DST);
	refused4(&x, "2001:db8::1", ADDR_QUOTED, REASON_ICMP_INNER_ADDR);
}
END_TEST

/* RFC 7757 section 3.2: the longest match, on each side by itself. */
/* RFC 7757 section 3.3: what the IPv4 suffix has no room for is ignored. */
START_TEST(longer_suffixes)
{
	static const struct { const char *v4, *v6, *from, *to, *back; } t[] = {
		{ "192.0.2.33", "2001:db8:5::/64", "2001:db8:5::ffff:ffff",
		    "192.0.2.33", "2001:db8:5::" },
		{ "192.0.2.33", "2001:db8:5::/64",
		    "2001:db8:5::ffff:ffff:ffff:ffff", "192.0.2.33",
		    "2001:db8:5::" },
		{ "192.0.2.0/24", "2001:db8:5::/64",
		    "2001:db8:5:0:77ff:ffff:ffff:ffff", "192.0.2.119",
		    "2001:db8:5:0:7700::" },
		{ "192.0.2.0/31", "2001:db8:5::/32",
		    "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "192.0.2.1",
		    "2001:db8:8000::" },
	};

	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		struct map m = map(t[i].v4, t[i].v6);

		m.v6 = prefix6_masked(m.v6);
		ck_assert_uint_eq(map_to4(&m, a6(t[i].from)), a4(t[i].to));
		ck_assert(ip6_eq(map_to6(&m, a4(t[i].to)), a6(t[i].back)));
	}
}
END_TEST

START_TEST(overlapping_maps)
{
	struct table x;

	x.map[0] = map("198.51.100.0/24", "2001:db8:1::/64");
	x.map[1] = map("198.51.100.7/32", "2001:db8:2::7");
	x.map[2] = map("203.0.113.9/32", "2001:db8:1:0:aa00::1");
	start(&x, 3);
	expect6(&x, "198.51.100.7", ADDR_DST, ADDR_MAP, "2001:db8:2::7");
	expect6(&x, "198.51.100.8", ADDR_DST, ADDR_MAP,
	    "2001:db8:1:0:800::");
	expect4(&x, "2001:db8:1:0:aa00::1", ADDR_SRC, ADDR_MAP,
	    "203.0.113.9");
	expect4(&x, "2001:db8:1:0:aa00::2", ADDR_SRC, ADDR_MAP,
	    "198.51.100.170");
}
END_TEST

START_TEST(duplicates_are_named)
{
	struct table x;

	x.map[0] = map("192.0.2.1", "2001:db8::1");
	x.map[1] = map("192.0.2.2", "2001:db8::2");
	start(&x, 2);
	addrmap_init(&x.t, x.map, 3, x.s4, x.s6);
	memset(x.s4, 0, sizeof x.s4);
	memset(x.s6, 0, sizeof x.s6);
	ck_assert_uint_eq(addrmap_add(&x.t, 0), SIZE_MAX);
	ck_assert_uint_eq(addrmap_add(&x.t, 1), SIZE_MAX);
	x.map[2] = map("192.0.2.2", "2001:db8::3");
	ck_assert_uint_eq(addrmap_add(&x.t, 2), 1);
	x.map[2] = map("192.0.2.3", "2001:db8::1");
	ck_assert_uint_eq(addrmap_add(&x.t, 2), 0);
}
END_TEST

/* Map beats lease beats prefix; what is in the pool is never a prefix address. */
START_TEST(order)
{
	struct table x;
	ip4_t leased;
	char text[ADDR_TEXT_MAX];
	struct addr4 r;

	x.map[0] = map("10.0.0.9", "2001:db8::9");
	x.map[1] = map("8.8.8.8", "2001:db8::8");
	x.map[2] = map("9.9.9.9", "2001:db8:64::8.8.1.1");
	start(&x, 3);
	add_pool(&x, "10.0.0.0/24");
	pool_reserve(&x.pool, p4("10.0.0.9"));
	pool_reserve(&x.pool, p4("10.0.0.1"));
	x.t.has_prefix = true;
	x.t.prefix = p6("2001:db8:64::/96");
	expect6(&x, "8.8.8.8", ADDR_DST, ADDR_MAP, "2001:db8::8");
	/* a map inside of the prefix */
	expect4(&x, "2001:db8:64::8.8.1.1", ADDR_SRC, ADDR_MAP, "9.9.9.9");
	expect4(&x, "2001:db8:64::8.8.1.2", ADDR_SRC, ADDR_PREFIX, "8.8.1.2");
	expect6(&x, "8.8.4.4", ADDR_SRC, ADDR_PREFIX, "2001:db8:64::8.8.4.4");
	expect6(&x, "10.0.0.9", ADDR_DST, ADDR_MAP, "2001:db8::9");
	refused6(&x, "10.0.0.10", ADDR_DST, REASON_NO_DST);
	refused6(&x, "10.0.0.10", ADDR_SRC, REASON_NO_SRC);
	refused6(&x, "10.0.0.10", ADDR_QUOTED, REASON_ICMP_INNER_ADDR);
	/* our own, reserved in the pool */
	refused6(&x, "10.0.0.1", ADDR_DST, REASON_NO_DST);
	expect6(&x, "10.0.0.1", ADDR_SRC, ADDR_PREFIX,
	    "2001:db8:64::10.0.0.1");
	/* only the source of a data packet makes a lease */
	refused4(&x, "2001:db8:5::1", ADDR_DST, REASON_NO_DST);
	refused4(&x, "2001:db8:5::1", ADDR_QUOTED, REASON_ICMP_INNER_ADDR);
	ck_assert_uint_eq(x.pool.active.count, 0);
	r = addrmap_4(&x.t, a6("2001:db8:5::1"), ADDR_SRC, 0, &ev);
	ck_assert_int_eq(r.rule, ADDR_LEASE);
	ck_assert_int_eq(ev.kind, LEASE_EVENT_ASSIGNED);
	leased = r.addr;
	expect6(&x, ip4_text(leased, text), ADDR_DST, ADDR_LEASE,
	    "2001:db8:5::1");
	expect4(&x, "2001:db8:5::1", ADDR_DST, ADDR_LEASE,
	    ip4_text(leased, text));
	expect4(&x, "2001:db8:64::8.8.8.8", ADDR_DST, ADDR_PREFIX, "8.8.8.8");
	/* illegal embedded addresses: silent */
	refused4(&x, "2001:db8:64::127.0.0.1", ADDR_DST, REASON_ILLEGAL_DST);
	refused4(&x, "2001:db8:64::127.0.0.1", ADDR_SRC, REASON_ILLEGAL_SRC);
	refused4(&x, "2001:db8:64::224.0.0.1", ADDR_QUOTED,
	    REASON_ICMP_INNER_ADDR);
	free(x.mem);
}
END_TEST

START_TEST(full_pool)
{
	struct table x;
	struct addr4 r;

	start(&x, 0);
	add_pool(&x, "10.0.0.0/31");
	r = addrmap_4(&x.t, a6("2001:db8::1"), ADDR_SRC, 0, &ev);
	ck_assert_int_eq(r.rule, ADDR_LEASE);
	refused4(&x, "2001:db8::2", ADDR_SRC, REASON_POOL_FULL);
	free(x.mem);
}
END_TEST

/* Who may lease, and how many of a /64. */
START_TEST(sources_and_quota)
{
	struct quota_slot quota[8] = { { 0, 0 } };
	struct lpm_slot slot[8] = { { 0, 0 } };
	struct prefix6 source[] = { { a6("2001:db8:1::"), 48 },
	    { a6("2001:db8:2::7"), 128 } };
	struct table x;
	struct addr4 r;

	ck_assert_uint_le(lpm_slots(2), 8);
	ck_assert_uint_le(quota_slots(4), 8);
	start(&x, 0);
	add_pool(&x, "10.0.0.0/30");
	lpm_init6(&x.t.sources, slot, 2, source, sizeof source[0]);
	lpm_add6(&x.t.sources, 0);
	lpm_add6(&x.t.sources, 1);
	refused4(&x, "2001:db8:3::1", ADDR_DST, REASON_NO_DST);
	r = addrmap_4(&x.t, a6("2001:db8:3::1"), ADDR_SRC, 0, &ev);
	ck_assert_int_eq(r.rule, ADDR_LEASE);
	x.t.has_sources = true;
	ck_assert(!addrmap_may_lease(&x.t, a6("2001:db8:2::8")));
	ck_assert(addrmap_may_lease(&x.t, a6("2001:db8:2::7")));
	refused4(&x, "2001:db8:2::8", ADDR_SRC, REASON_POOL_SOURCE);
	/* a lease that there is goes on */
	r = addrmap_4(&x.t, a6("2001:db8:3::1"), ADDR_SRC, 0, &ev);
	ck_assert_int_eq(r.rule, ADDR_LEASE);
	quota_init(&x.pool.quota, 1, 4, (struct siphash_key){ { 1, 2 } },
	    quota);
	r = addrmap_4(&x.t, a6("2001:db8:1::1"), ADDR_SRC, 0, &ev);
	ck_assert_int_eq(r.rule, ADDR_LEASE);
	refused4(&x, "2001:db8:1::2", ADDR_SRC, REASON_POOL_LIMIT);
	r = addrmap_4(&x.t, a6("2001:db8:1:1::2"), ADDR_SRC, 0, &ev);
	ck_assert_int_eq(r.rule, ADDR_LEASE);
	refused4(&x, "2001:db8:1:2::2", ADDR_SRC, REASON_POOL_FULL);
	free(x.mem);
}
END_TEST

/* A quoted address keeps no lease alive. */
START_TEST(quotes_do_not_touch)
{
	struct table x;
	struct addr4 r;
	struct addr6 s;

	start(&x, 0);
	add_pool(&x, "10.0.0.0/24");
	r = addrmap_4(&x.t, a6("2001:db8::1"), ADDR_SRC, 0, &ev);
	s = addrmap_6(&x.t, r.addr, ADDR_QUOTED, POOL_LIFETIME - 1);
	ck_assert_int_eq(s.rule, ADDR_LEASE);
	s = addrmap_6(&x.t, r.addr, ADDR_QUOTED, POOL_LIFETIME);
	ck_assert_int_eq(s.rule, ADDR_NONE);
	s = addrmap_6(&x.t, r.addr, ADDR_DST, POOL_LIFETIME - 1);
	ck_assert_int_eq(s.rule, ADDR_LEASE);
	s = addrmap_6(&x.t, r.addr, ADDR_QUOTED, POOL_LIFETIME);
	ck_assert_int_eq(s.rule, ADDR_LEASE);
	/* nor from the other side: what was used last was POOL_LIFETIME - 1 */
	r = addrmap_4(&x.t, a6("2001:db8::1"), ADDR_QUOTED,
	    2 * POOL_LIFETIME - 2, &ev);
	ck_assert_int_eq(r.rule, ADDR_LEASE);
	r = addrmap_4(&x.t, a6("2001:db8::1"), ADDR_QUOTED,
	    2 * POOL_LIFETIME - 1, &ev);
	ck_assert_int_eq(r.rule, ADDR_NONE);
	free(x.mem);
}
END_TEST

START_TEST(well_known_prefix_strict)
{
	struct table x;

	x.map[0] = map("192.168.7.7", "2001:db8::7");
	start(&x, 1);
	x.t.has_prefix = true;
	x.t.prefix = p6("64:ff9b::/96");
	expect4(&x, "64:ff9b::10.0.0.1", ADDR_DST, ADDR_PREFIX, "10.0.0.1");
	x.t.wkpf_strict = WKPF_YES;
	refused4(&x, "64:ff9b::10.0.0.1", ADDR_DST, REASON_WKPF_DST);
	refused4(&x, "64:ff9b::10.0.0.1", ADDR_SRC, REASON_WKPF_SRC);
	refused4(&x, "64:ff9b::10.0.0.1", ADDR_QUOTED,
	    REASON_ICMP_INNER_ADDR);
	refused6(&x, "100.64.0.1", ADDR_SRC, REASON_WKPF_SRC);
	refused6(&x, "100.64.0.1", ADDR_DST, REASON_WKPF_DST);
	expect4(&x, "64:ff9b::192.0.0.8", ADDR_SRC, ADDR_PREFIX, "192.0.0.8");
	/* a map is no address made of the well-known prefix */
	expect6(&x, "192.168.7.7", ADDR_DST, ADDR_MAP, "2001:db8::7");
}
END_TEST

/* map 0.0.0.0/0 P/96: all of IPv4, but not what is never translated. */
START_TEST(map_of_everything)
{
	struct table x;

	x.map[0] = map("0.0.0.0/0", "2001:db8:46::/96");
	start(&x, 1);
	expect6(&x, "203.0.113.5", ADDR_SRC, ADDR_MAP,
	    "2001:db8:46::203.0.113.5");
	expect4(&x, "2001:db8:46::203.0.113.5", ADDR_DST, ADDR_MAP,
	    "203.0.113.5");
	refused4(&x, "2001:db8:46::127.1.2.3", ADDR_DST, REASON_ILLEGAL_DST);
	refused4(&x, "2001:db8:46::127.1.2.3", ADDR_QUOTED,
	    REASON_ICMP_INNER_ADDR);
}
END_TEST

/* Every pair of lengths that fits: there and back. */
START_TEST(suffixes_there_and_back)
{
	for (unsigned l4 = 0; l4 <= 32; l4++)
		for (unsigned l6 = 0; l6 <= 96 + l4; l6++) {
			struct map m = { { 0xc6336455, (uint8_t)l4 },
			    { { UINT64_C(0x20010db8ffff5555),
				UINT64_C(0xaaaa5555ffff0000) },
				(uint8_t)l6 } };
			ip4_t a;
			struct ip6 b;

			m.v4 = prefix4_masked(m.v4);
			m.v6 = prefix6_masked(m.v6);
			a = m.v4.addr | (0x9d3b71c5 & ~mask4(l4));
			b = map_to6(&m, a);
			ck_assert(prefix6_has(m.v6, b));
			ck_assert_uint_eq(map_to4(&m, b), a);
			/* zero behind the suffix */
			ck_assert(ip6_eq(ip6_and(b, mask6(l6 + 32 - l4)), b));
		}
}
END_TEST

TESTS(addrmap, rfc7757_examples, longer_suffixes, overlapping_maps,
    duplicates_are_named, order, full_pool, sources_and_quota, quotes_do_not_touch,
    well_known_prefix_strict, map_of_everything, suffixes_there_and_back)
