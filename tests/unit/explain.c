/* SPDX-License-Identifier: BSD-2-Clause */
/* Explanations agree with what the translator does. */
#include <stdio.h>
#include <string.h>

#include "report/explain.h"
#include "pktbuild.h"
#include "suite.h"

static struct rig r;
static struct conf conf;
static struct conf_origin origin[8] = {
	{ "tayga.conf", 7 }, { "maps", 1 }, { "maps", 2 },
};
static char text[EXPLAIN_MAX];

static void
start(const char *pool)
{
	rig_start(&r);
	if (pool != NULL)
		rig_pool(&r, pool);
	conf = (struct conf){ .ipv4_addr = r.f.own.addr4,
	    .has_ipv6_addr = true, .ipv6_addr = r.f.own.addr6,
	    .origin = origin };
}

static void
says(const char *word, enum explained want, const char *first,
    const char *also)
{
	char line[128];
	int n = snprintf(line, sizeof line, "%s\n", first);

	ck_assert_int_eq(explain(&r.f.map, &conf, word, r.now, text), want);
	ck_assert_msg(strncmp(text, line, (size_t)n) == 0, "%s", text);
	ck_assert_msg(strstr(text, also) != NULL, "%s", text);
	for (const char *p = text; *p != '\0'; p += strcspn(p, "\n") + 1)
		ck_assert_uint_le(strcspn(p, "\n"), 80);
}

START_TEST(maps)
{
	start(NULL);
	says("192.0.2.1", EXPLAIN_MAPPED, "192.0.2.1 -> 2001:db8::1",
	    "at tayga.conf:7\n");
	says("2001:db8::2", EXPLAIN_MAPPED, "2001:db8::2 -> 192.0.2.2",
	    "at maps:1\n");
	rig_map(&r, "203.0.113.0/24", "2001:db8:9::/120");
	says("203.0.113.9", EXPLAIN_MAPPED, "203.0.113.9 -> 2001:db8:9::9",
	    "203.0.113.0/24 2001:db8:9::/120\n");
	ck_assert_ptr_nonnull(strstr(text, "at maps:2\n"));
}
END_TEST

START_TEST(prefix)
{
	start(NULL);
	says("198.51.100.1", EXPLAIN_MAPPED,
	    "198.51.100.1 -> 2001:db8:64::c633:6401",
	    "prefix  2001:db8:64::/96\n");
	says("2001:db8:64::198.51.100.1", EXPLAIN_MAPPED,
	    "2001:db8:64::c633:6401 -> 198.51.100.1", "none of 2");
	says("2001:db8:64::127.0.0.1", EXPLAIN_UNMAPPED,
	    "2001:db8:64::7f00:1 -> nothing", "never translated");
	says("2001:db8:65::1", EXPLAIN_UNMAPPED, "2001:db8:65::1 -> nothing",
	    "no_src");
	r.f.map.has_prefix = false;
	says("198.51.100.1", EXPLAIN_UNMAPPED, "198.51.100.1 -> nothing",
	    "no_dst");
}
END_TEST

START_TEST(well_known_prefix)
{
	start(NULL);
	ck_assert(prefix6_parse("64:ff9b::/96", &r.f.map.prefix));
	r.f.map.wkpf_strict = WKPF_YES;
	says("10.1.2.3", EXPLAIN_UNMAPPED, "10.1.2.3 -> nothing", "wkpf_dst");
	says("64:ff9b::10.1.2.3", EXPLAIN_UNMAPPED,
	    "64:ff9b::a01:203 -> nothing", "wkpf-strict");
	says("8.8.8.8", EXPLAIN_MAPPED, "8.8.8.8 -> 64:ff9b::808:808", "");
	r.f.map.wkpf_strict = WKPF_PRIVATE;
	says("10.1.2.3", EXPLAIN_MAPPED, "10.1.2.3 -> 64:ff9b::a01:203", "");
	says("64:ff9b::10.1.2.3", EXPLAIN_MAPPED,
	    "64:ff9b::a01:203 -> 10.1.2.3", "");
	says("198.18.0.1", EXPLAIN_UNMAPPED, "198.18.0.1 -> nothing",
	    "but this IPv4 address is not for 64:ff9b::/96 (wkpf-strict)");
	says("198.18.0.1", EXPLAIN_UNMAPPED, "198.18.0.1 -> nothing",
	    "IPv4 destination that is not for the well-known prefix");
}
END_TEST

START_TEST(never)
{
	static const char *const all[] = { "127.0.0.1", "224.0.0.1",
	    "0.0.0.0", "255.255.255.255", "169.254.169.254", "::", "::1",
	    "::ffff:1.2.3.4", "ff02::1", "fe80::1" };
	char first[64];

	start("10.0.0.0/24");
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		snprintf(first, sizeof first, "%s -> nothing", all[i]);
		says(all[i], EXPLAIN_UNMAPPED, first, "illegal_dst");
	}
	says("169.254.169.254", EXPLAIN_UNMAPPED, "169.254.169.254 -> nothing",
	    "it is link-local (RFC 3927), never translated");
	says("::ffff:1.2.3.4", EXPLAIN_UNMAPPED, "::ffff:1.2.3.4 -> nothing",
	    "it is IPv4-mapped (RFC 4291), never translated");
	says("2001:db8:64::169.254.1.1", EXPLAIN_UNMAPPED,
	    "2001:db8:64::a9fe:101 -> nothing", "never translated");
	says("192.0.2.254", EXPLAIN_MAPPED, "192.0.2.254 -> lichen itself",
	    "ipv4-addr");
	says("2001:db8::fe", EXPLAIN_MAPPED, "2001:db8::fe -> lichen itself",
	    "ipv6-addr");
	rig_stop(&r);
}
END_TEST

START_TEST(no_address)
{
	static const char *const all[] = { "", "?", "192.0.2", "192.0.2.1/32",
	    "2001:db8::/64", "nat64", "1.2.3.4 " };

	start(NULL);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		ck_assert_int_eq(explain(&r.f.map, &conf, all[i], r.now, text),
		    EXPLAIN_NO_ADDRESS);
		ck_assert_ptr_nonnull(strstr(text, "not an IPv4 or IPv6"));
	}
	explain(&r.f.map, &conf, "\x1b[2J\x9b\n\xff", r.now, text);
	ck_assert_str_eq(text, "?[2J???: not an IPv4 or IPv6 address\n");
}
END_TEST

static ip4_t
lease(uint64_t host)
{
	struct lease_event e;
	ip4_t a;

	ck_assert(pool_lease(&r.pool, (struct ip6){
	    UINT64_C(0x20010db800050000), host }, r.now, &a, &e));
	return a;
}

START_TEST(leases)
{
	char v4[ADDR_TEXT_MAX], first[128];
	struct lease_event e;

	start("10.0.0.0/30");
	says("2001:db8:5::1", EXPLAIN_MAPPED, "2001:db8:5::1 -> a new lease",
	    "one of 3 free");
	says("10.0.0.0", EXPLAIN_UNMAPPED, "10.0.0.0 -> nothing",
	    "never leased");
	says("10.0.0.1", EXPLAIN_UNMAPPED, "10.0.0.1 -> nothing", "nobody");
	ip4_text(lease(1), v4);
	snprintf(first, sizeof first, "2001:db8:5::1 -> %s", v4);
	r.now += 200000;
	says("2001:db8:5::1", EXPLAIN_MAPPED, first, "last packet 3 min ago");
	snprintf(first, sizeof first, "%s -> 2001:db8:5::1", v4);
	says(v4, EXPLAIN_MAPPED, first, "active of 2001:db8:5::1");
	/* To ask is not to use. */
	r.now += POOL_LIFETIME - 200000;
	snprintf(first, sizeof first, "%s -> nothing", v4);
	says(v4, EXPLAIN_UNMAPPED, first, "dormant of 2001:db8:5::1");
	while (pool_expire(&r.pool, r.now + 20000, &e))
		continue;
	says(v4, EXPLAIN_UNMAPPED, first, "last packet 2 h ago");
	lease(2);
	lease(3);
	says("2001:db8:5::4", EXPLAIN_MAPPED, "2001:db8:5::4 -> a new lease",
	    "1 dormant");
	lease(4);
	says("2001:db8:5::5", EXPLAIN_UNMAPPED, "2001:db8:5::5 -> nothing",
	    "pool_full");
	rig_stop(&r);
}
END_TEST

/* Random addresses near all the borders: as addrmap decides for a destination. */
START_TEST(agrees)
{
	static const uint64_t high[] = { 0x20010db800000000, 0x20010db800640000,
	    0x20010db800050000, 0xff02000000000000 };
	char word[ADDR_TEXT_MAX], other[ADDR_TEXT_MAX], want[160];
	struct lease_event e;
	size_t n;

	start("10.0.0.0/28");
	for (uint64_t i = 0; i < 9; i++)
		lease(i);
	for (int i = 0; i < 20000; i++) {
		struct ip6 a = { high[rnd(4)], rnd(20) };
		ip4_t v = (rnd(2) != 0 ? 0x0a000000u : 0xc0000200u) + rnd(20);
		struct addr4 to4;
		struct addr6 to6;

		if (a.hi == high[1])
			a.lo = rnd(2) != 0 ? v : rnd(UINT32_MAX);
		if (!ip6_eq(a, conf.ipv6_addr) && ip6_is_unicast(a)) {
			to4 = addrmap_4(&r.f.map, a, ADDR_DST, r.now, &e);
			n = (size_t)snprintf(want, sizeof want, "%s -> %s\n",
			    ip6_text(a, word), to4.rule == ADDR_NONE ? "" :
			    ip4_text(to4.addr, other));
			explain(&r.f.map, &conf, word, r.now, text);
			if (to4.rule != ADDR_NONE)
				ck_assert_msg(strncmp(text, want, n) == 0,
				    "%s", text);
			else
				ck_assert_msg(strstr(text, "-> nothing\n") ||
				    strstr(text, "-> a new lease\n"), "%s",
				    text);
		}
		if (v == conf.ipv4_addr)
			continue;
		to6 = addrmap_6(&r.f.map, v, ADDR_DST, r.now);
		n = (size_t)snprintf(want, sizeof want, "%s -> %s\n",
		    ip4_text(v, word), to6.rule == ADDR_NONE ? "nothing" :
		    ip6_text(to6.addr, other));
		explain(&r.f.map, &conf, word, r.now, text);
		ck_assert_msg(strncmp(text, want, n) == 0, "%s", text);
	}
	rig_stop(&r);
}
END_TEST

static void
way(const char *word, const struct fastpath *fast, const char *want)
{
	explain(&r.f.map, &conf, word, r.now, text);
	explain_path(&r.f.map, &conf, fast, word, r.now, text);
	ck_assert_msg(strstr(text, want) != NULL, "%s", text);
	for (const char *p = text; *p != '\0'; p += strcspn(p, "\n") + 1)
		ck_assert_uint_le(strcspn(p, "\n"), 80);
}

START_TEST(path)
{
	static const char kernel[] = "  path    plain packets are translated "
	    "in the kernel, the rest by lichen\n";
	struct fastpath fast = { .state = FASTPATH_ON };
	struct lease_event e;
	ip4_t a;

	start("10.0.0.0/24");
	way("192.0.2.1", &fast, kernel);
	way("2001:db8::1", &fast, kernel);
	way("198.41.0.4", &fast, kernel);
	way("2001:db8:64::198.41.0.4", &fast, kernel);
	way("192.0.2.254", &fast, "  path    by lichen itself\n");
	way("2001:db8::fe", &fast, "  path    by lichen itself\n");
	way("2001:db8:7::7", &fast, "by lichen, until it has a lease\n");
	ck_assert(pool_lease(&r.pool, (struct ip6){ 0x20010db800070000, 7 },
	    r.now, &a, &e));
	way("2001:db8:7::7", &fast, "the kernel does not know the lease yet\n");
	fast.state = FASTPATH_OLD_KERNEL;
	way("192.0.2.1", &fast, "  path    by lichen: fast-path is ");
	rig_stop(&r);
}
END_TEST

TESTS(explain, path, maps, prefix, well_known_prefix, never, no_address, leases,
    agrees)
