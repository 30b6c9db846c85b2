/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IANA's special-purpose address registries once more, and what a packet from or to
 * each range becomes.  (What the configuration says to them: conf.c.)
 */
#include "core/special.h"
#include "pktbuild.h"
#include "suite.h"

static struct rig r;
static struct bytes p, inner;
static uint8_t body[100];

enum wkp { FREE, PRIVATE, EXAMPLE };	/* with 64:ff9b::/96 */

static const struct {
	const char	*range, *name;
	bool		never;
	enum wkp	wkp;
} ranges4[] = {
	{ "0.0.0.0/8", "this network", true, FREE },
	{ "10.0.0.0/8", "private", false, PRIVATE },
	{ "100.64.0.0/10", "shared", false, PRIVATE },
	{ "127.0.0.0/8", "loopback", true, FREE },
	{ "169.254.0.0/16", "link-local", true, FREE },
	{ "172.16.0.0/12", "private", false, PRIVATE },
	{ "192.0.0.0/24", "protocol assignments", false, FREE },
	{ "192.0.0.0/29", "service continuity", false, FREE },
	{ "192.0.0.8/32", "dummy address", false, FREE },
	{ "192.0.0.9/32", "PCP anycast", false, FREE },
	{ "192.0.0.10/32", "TURN anycast", false, FREE },
	{ "192.0.0.170/31", "DNS64 discovery", false, FREE },
	{ "192.0.2.0/24", "documentation", false, EXAMPLE },
	{ "192.31.196.0/24", "AS112", false, FREE },
	{ "192.52.193.0/24", "AMT", false, FREE },
	{ "192.88.99.0/24", "6to4 anycast", false, FREE },
	{ "192.168.0.0/16", "private", false, PRIVATE },
	{ "192.175.48.0/24", "AS112", false, FREE },
	{ "198.18.0.0/15", "benchmarking", false, EXAMPLE },
	{ "198.51.100.0/24", "documentation", false, EXAMPLE },
	{ "203.0.113.0/24", "documentation", false, EXAMPLE },
	{ "224.0.0.0/4", "multicast", true, FREE },
	{ "240.0.0.0/4", "reserved", false, FREE },
	{ "255.255.255.255/32", "broadcast", true, FREE },
};

static const struct {
	const char	*range, *name;
	bool		never;
} ranges6[] = {
	{ "::/128", "unspecified", true },
	{ "::1/128", "loopback", true },
	{ "::ffff:0:0/96", "IPv4-mapped", true },
	{ "64:ff9b::/96", "translation", false },
	{ "64:ff9b:1::/48", "translation", false },
	{ "100::/64", "discard-only", false },
	{ "100:0:0:1::/64", "dummy prefix", false },
	{ "2001::/23", "protocol assignments", false },
	{ "2001::/32", "Teredo", false },
	{ "2001:1::1/128", "PCP anycast", false },
	{ "2001:1::2/128", "TURN anycast", false },
	{ "2001:1::3/128", "DNS-SD anycast", false },
	{ "2001:2::/48", "benchmarking", false },
	{ "2001:3::/32", "AMT", false },
	{ "2001:4:112::/48", "AS112", false },
	{ "2001:10::/28", "ORCHID", false },
	{ "2001:20::/28", "ORCHIDv2", false },
	{ "2001:30::/28", "drone identities", false },
	{ "2001:db8::/32", "documentation", false },
	{ "2002::/16", "6to4", false },
	{ "2620:4f:8000::/48", "AS112", false },
	{ "3fff::/20", "documentation", false },
	{ "5f00::/16", "SRv6", false },
	{ "fc00::/7", "unique local", false },
	{ "fe80::/10", "link-local", true },
	{ "ff00::/8", "multicast", true },
};

#define N4	(sizeof ranges4 / sizeof ranges4[0])
#define N6	(sizeof ranges6 / sizeof ranges6[0])

static struct prefix4
range4(size_t i)
{
	struct prefix4 x;

	ck_assert(prefix4_parse(ranges4[i].range, &x));
	return x;
}

static struct prefix6
range6(size_t i)
{
	struct prefix6 x;

	ck_assert(prefix6_parse(ranges6[i].range, &x));
	return x;
}

static struct ip6
last6(struct prefix6 x)
{
	struct ip6 m = mask6(x.len);

	return (struct ip6){ x.addr.hi | ~m.hi, x.addr.lo | ~m.lo };
}

/* Which range an address is in, by the table above; the narrowest. */
static bool
is_never4(ip4_t a)
{
	bool never = false;

	for (size_t i = 0; i < N4; i++)
		if (prefix4_has(range4(i), a))
			never = ranges4[i].never;
	return never;
}

static enum wkp
wkp_of(ip4_t a)
{
	enum wkp wkp = FREE;

	for (size_t i = 0; i < N4; i++)
		if (prefix4_has(range4(i), a))
			wkp = ranges4[i].wkp;
	return wkp;
}

static bool
is_never6(struct ip6 a)
{
	bool never = false;

	for (size_t i = 0; i < N6; i++)
		if (prefix6_has(range6(i), a))
			never = ranges6[i].never;
	return never;
}

/* Each row is there, under its name, and there are no more. */
START_TEST(rows)
{
	size_t n4 = 0, n6 = 0;

#define X(...)	n4++;
	SPECIAL4(X)
#undef X
#define X(...)	n6++;
	SPECIAL6(X)
#undef X
	ck_assert_uint_eq(n4, N4);
	ck_assert_uint_eq(n6, N6);
	for (size_t i = 0; i < N4; i++) {
		const struct special4 *s = special4_of(range4(i));

		ck_assert_ptr_nonnull(s);
		ck_assert(prefix4_eq(s->range, range4(i)));
		ck_assert_str_eq(s->name, ranges4[i].name);
		ck_assert_int_eq(s->never, ranges4[i].never);
		ck_assert_uint_ge(s->rfc, 791);
	}
	for (size_t i = 0; i < N6; i++) {
		const struct special6 *s = special6_of(range6(i));

		ck_assert_ptr_nonnull(s);
		ck_assert(prefix6_eq(s->range, range6(i)));
		ck_assert_str_eq(s->name, ranges6[i].name);
		ck_assert_int_eq(s->never, ranges6[i].never);
		ck_assert_uint_ge(s->rfc, 2460);
		/* ip6_is_unicast() relies on it */
		ck_assert(!s->never || s->range.addr.hi >> 61 != 1);
	}
	/* all of it, or it is not in the range */
	ck_assert_ptr_null(special4_of((struct prefix4){ 0xc0000000, 23 }));
	ck_assert_ptr_null(special4_of((struct prefix4){ 0, 0 }));
	ck_assert_ptr_null(special4_of((struct prefix4){ 0x08080808, 32 }));
	ck_assert_ptr_null(special6_of((struct prefix6){ { 0, 0 }, 127 }));
}
END_TEST

/* Any of it is too much: a lease must not be of no use. */
START_TEST(no_pool)
{
	static const struct { const char *pool, *why; } t[] = {
		{ "10.0.0.0/8", NULL }, { "169.253.0.0/16", NULL },
		{ "169.255.0.0/16", NULL }, { "169.254.0.0/16", "link-local" },
		{ "169.254.7.0/24", "link-local" }, { "169.0.0.0/8", "link-local" },
		{ "126.0.0.0/8", NULL }, { "126.0.0.0/7", "loopback" },
		{ "240.0.0.0/8", NULL }, { "255.0.0.0/8", "broadcast" },
		{ "255.255.255.0/31", NULL }, { "0.0.0.0/1", "this network" },
		{ "224.1.0.0/16", "multicast" }, { "192.0.2.0/24", NULL },
	};

	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		const struct special4 *s;
		struct prefix4 x;

		ck_assert(prefix4_parse(t[i].pool, &x));
		s = special4_no_pool(x);
		if (t[i].why == NULL)
			ck_assert_msg(s == NULL, "%s", t[i].pool);
		else
			ck_assert_str_eq(s->name, t[i].why);
	}
}
END_TEST

/* --- packets ---------------------------------------------------------------- */

static void
packet4(ip4_t src, ip4_t dst)
{
	char a[ADDR_TEXT_MAX], b[ADDR_TEXT_MAX];

	put_ip4(&p, (struct h4){ .ttl = 9, .proto = 132,
	    .src = ip4_text(src, a), .dst = ip4_text(dst, b) }, body, 40);
}

static void
packet6(struct ip6 src, struct ip6 dst)
{
	char a[ADDR_TEXT_MAX], b[ADDR_TEXT_MAX];

	put_ip6(&p, (struct h6){ .hop = 9, .next = 132,
	    .src = ip6_text(src, a), .dst = ip6_text(dst, b) }, body, 40);
}

static void
becomes(enum reason want)
{
	rig_expect(&r, &p, want);
	if (want == REASON_ILLEGAL_SRC || want == REASON_ILLEGAL_DST)
		ck_assert(!r.o.send);
}

#define SERVER4	0x08080808

/* Never, but as the host's own. */
static enum reason
illegal_dst4(ip4_t dst)
{
	return dst >> 8 == 0xe00000 ? REASON_HOST_CHATTER :
	    REASON_ILLEGAL_DST;
}

/* P/96 and all of IPv4 are each other's; or with prefix, or with a map. */
static struct ip6
embedded(ip4_t a)
{
	return (struct ip6){ UINT64_C(0x20010db800640000), a };
}

static void
all_roles4(ip4_t a)
{
	bool never = is_never4(a);

	packet4(a, SERVER4);
	becomes(never ? REASON_ILLEGAL_SRC : REASON_XLAT46);
	packet4(SERVER4, a);
	becomes(never ? illegal_dst4(a) : REASON_XLAT46);
	packet6(embedded(a), embedded(SERVER4));
	becomes(never ? REASON_ILLEGAL_SRC : REASON_XLAT64);
	packet6(embedded(SERVER4), embedded(a));
	becomes(never ? REASON_ILLEGAL_DST : REASON_XLAT64);
	/* a packet that an error quotes: we never sent it */
	packet4(SERVER4, a);
	inner = p;
	put_ip4(&p, (struct h4){ .ttl = 9, .proto = 1, .src = "9.9.9.9",
	    .dst = "8.8.8.8" }, body, mk_icmp(body, 3, 1, 0, inner.b, 48));
	fix_sums(&p);
	becomes(never ? REASON_ICMP_INNER_ADDR : REASON_XLAT46);
}

START_TEST(packets4)
{
	for (unsigned with_map = 0; with_map < 2; with_map++) {
		rig_start(&r);
		r.f.own.addr4 = 0x09090909;
		if (with_map) {
			r.nmaps = 0;
			rig_map(&r, "0.0.0.0/0", "2001:db8:64::/96");
			r.f.map.has_prefix = false;
		} else {
			addrmap_init(&r.f.map, NULL, 0, NULL, NULL);
			r.f.map.has_prefix = true;
			ck_assert(prefix6_parse("2001:db8:64::/96",
			    &r.f.map.prefix));
		}
		for (size_t i = 0; i < N4; i++) {
			ip4_t first = range4(i).addr;
			ip4_t last = prefix4_last(range4(i));

			all_roles4(first - 1);
			all_roles4(first);
			all_roles4(last);
			all_roles4(last + 1);
		}
	}
}
END_TEST

/* RFC 6052 section 3.1, and how much of it is in force. */
START_TEST(well_known_prefix)
{
	static const enum wkpf_strict modes[] = { WKPF_NO, WKPF_PRIVATE,
	    WKPF_YES };

	for (unsigned m = 0; m < 3; m++) {
		rig_start(&r);
		r.f.own.addr4 = 0x09090909;
		addrmap_init(&r.f.map, NULL, 0, NULL, NULL);
		r.f.map.has_prefix = true;
		ck_assert(prefix6_parse("64:ff9b::/96", &r.f.map.prefix));
		r.f.map.wkpf_strict = modes[m];
		for (size_t i = 0; i < N4; i++)
			for (unsigned k = 0; k < 2; k++) {
				ip4_t a = k == 0 ? range4(i).addr :
				    prefix4_last(range4(i));
				bool refused = m > 0 &&
				    (wkp_of(a) == EXAMPLE ||
				    (m == 2 && wkp_of(a) == PRIVATE));
				struct ip6 a6 = { r.f.map.prefix.addr.hi, a };
				struct ip6 server = { a6.hi, SERVER4 };

				packet6(server, a6);
				becomes(is_never4(a) ? REASON_ILLEGAL_DST :
				    refused ? REASON_WKPF_DST : REASON_XLAT64);
				packet6(a6, server);
				becomes(is_never4(a) ? REASON_ILLEGAL_SRC :
				    refused ? REASON_WKPF_SRC : REASON_XLAT64);
				packet4(SERVER4, a);
				becomes(is_never4(a) ? illegal_dst4(a) :
				    refused ? REASON_WKPF_DST : REASON_XLAT46);
				packet4(a, SERVER4);
				becomes(is_never4(a) ? REASON_ILLEGAL_SRC :
				    refused ? REASON_WKPF_SRC : REASON_XLAT46);
			}
	}
}
END_TEST

/* A host in the range, with a map of its own. */
static void
all_roles6(struct ip6 a)
{
	static struct map map;
	struct lpm_slot slot4[8] = { { 0 } }, slot6[8] = { { 0 } };
	bool never = is_never6(a);

	map = (struct map){ { 0x07070707, 32 }, { a, 128 } };
	ck_assert_uint_le(lpm_slots(1), 8);
	addrmap_init(&r.f.map, &map, 1, slot4, slot6);
	ck_assert_uint_eq(addrmap_add(&r.f.map, 0), SIZE_MAX);
	r.f.map.has_prefix = true;
	r.f.map.prefix = (struct prefix6){ embedded(0), 96 };
	packet6(a, embedded(SERVER4));
	becomes(never ? REASON_ILLEGAL_SRC : REASON_XLAT64);
	packet6(embedded(SERVER4), a);
	becomes(never ? REASON_ILLEGAL_DST : REASON_XLAT64);
	packet4(0x07070707, SERVER4);
	becomes(never ? REASON_ILLEGAL_SRC : REASON_XLAT46);
	packet4(SERVER4, 0x07070707);
	becomes(never ? REASON_ILLEGAL_DST : REASON_XLAT46);
}

static struct ip6
next6(struct ip6 a, int step)
{
	struct ip6 b = { a.hi, a.lo + (uint64_t)(int64_t)step };

	if (step > 0 && b.lo == 0)
		b.hi++;
	if (step < 0 && a.lo == 0)
		b.hi--;
	return b;
}

START_TEST(packets6)
{
	rig_start(&r);
	for (size_t i = 0; i < N6; i++) {
		struct ip6 first = range6(i).addr, last = last6(range6(i));

		all_roles6(next6(first, -1));
		all_roles6(first);
		all_roles6(last);
		all_roles6(next6(last, 1));
	}
}
END_TEST

TESTS(special, rows, no_pool, packets4, well_known_prefix, packets6)
