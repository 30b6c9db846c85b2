/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Counters add up: packets of every kind, until every reason has been seen, and
 * after each of them what was read is what was accounted for.
 */
#include "pktbuild.h"
#include "suite.h"

static struct rig r;
static struct bytes p, inner;
static uint8_t data[70000], body[70000];
static struct quota_slot slot[1024];
static uint64_t seen[REASON_COUNT];

#define PICK(list)	list[rnd(sizeof list / sizeof list[0])]

static const char *const addr4[] = {
	"198.51.100.1", "198.51.100.1", "192.0.2.1", "192.0.2.1", "192.0.2.2",
	"192.0.2.254", "127.0.0.1", "224.0.0.1", "10.0.0.9", "203.0.113.5",
};
static const char *const addr6[] = {
	"2001:db8::1", "2001:db8::1", "2001:db8:64::198.51.100.1",
	"2001:db8:64::198.51.100.1", "2001:db8:64::192.0.2.2",
	"64:ff9b::198.51.100.1", "64:ff9b::10.0.0.9", "64:ff9b::192.0.2.2",
	"2001:db8::fe", "::1", "ff02::1", "2001:db8:5::7", "2001:db8:5::8",
	"2001:db8:6::7", "2001:db8:7::7", "2001:db8:8::7", "2001:db8:9::7",
};
static const uint8_t protocols[] = { 6, 17, 17, 17, 1, 1, 58, 58, 132, 60, 44, 0 };

/* --- a packet ------------------------------------------------------------- */

static size_t
transport(uint8_t proto, bool quote, size_t n)
{
	static const uint8_t types[] = { 0, 3, 8, 11, 12, 13, 1, 2, 3, 4,
	    128, 129, 135, 137 };

	if (proto == 6)
		return mk_tcp(body, 1, 2, data, n);
	if (proto == 17)
		return mk_udp(body, 1, 2, data, n);
	if (proto == 1 || proto == 58)
		return mk_icmp(body, PICK(types), (uint8_t)rnd(3), rnd(2000),
		    quote ? inner.b : data, quote ? inner.n : n);
	return n;
}

static void
make4(struct bytes *to, bool quote)
{
	static const uint8_t option[][4] = { { 1, 1, 1, 0 }, { 131, 3, 4, 0 },
	    { 7, 200, 1, 1 } };
	static const uint8_t route[8] = { 131, 7, 4, 1, 2, 3, 4, 0 };
	struct h4 h = {
		.ttl = rnd(16) ? 64 : 1,
		.off = rnd(8) ? 0x4000 : rnd(2) ? 0x2000 : (uint16_t)rnd(8192),
		.proto = PICK(protocols),
		.src = PICK(addr4),
		.dst = PICK(addr4),
	};
	size_t n = rnd(4) ? 8 + rnd(80) : rnd(32) ? rnd(1600) : 65000;

	if (rnd(8) == 0) {
		h.opt = PICK(option);
		h.opt_n = 4;
	} else if (rnd(16) == 0) {
		h.opt = route;
		h.opt_n = 8;
	}
	n = transport(h.proto, quote, n > 65000 ? 65000 : n);
	put_ip4(to, h, body, n);
}

static void
make6(struct bytes *to, bool quote)
{
	static const uint8_t kinds[] = { 0, 43, 44, 60 };
	uint8_t ext[16] = { 0 };
	struct h6 h = {
		.hop = rnd(16) ? 64 : 1,
		.next = PICK(protocols),
		.src = PICK(addr6),
		.dst = PICK(addr6),
	};
	size_t n = rnd(4) ? 8 + rnd(80) : rnd(1600);

	if (rnd(4) == 0) {
		h.ext = ext;
		h.ext_n = rnd(2) ? 8 : 16;
		h.ext_first = PICK(kinds);
		if (rnd(4) == 0) {	/* to the very end of a packet */
			ext[2] = 255;
			n = 8 * rnd(32);
		}
		ext[3] = (uint8_t)(rnd(3) ? 0 : rnd(16));
		ext[0] = h.ext_n == 8 ? h.next : PICK(kinds);
		ext[8] = h.next;
		ext[11] = (uint8_t)(rnd(3) ? 0 : rnd(16));
	}
	put_ip6(to, h, body, transport(h.next, quote, n));
}

static void
make(struct bytes *to, bool quote)
{
	if (rnd(2))
		make4(to, quote);
	else
		make6(to, quote);
	if (rnd(4))
		fix_sums(to);
}

/* Anything may be wrong with it. */
static void
spoil(struct bytes *b)
{
	if (rnd(8) == 0)
		b->n = rnd((uint32_t)b->n + 1);
	if (rnd(8) == 0 && b->n > 0)
		b->b[rnd(b->n < 48 ? (uint32_t)b->n : 48)] = (uint8_t)rnd(256);
}

/* --- a translator --------------------------------------------------------- */

/* Other settings, and as little room as can be. */
static void
small_pool(void)
{
	static uint64_t mem[1024];
	static struct prefix6 source = { { 0x20010db800050000, 0 }, 48 };
	static struct lpm_slot source_slot[8];
	struct prefix4 range;

	ck_assert(prefix4_parse("203.0.113.4/30", &range));
	ck_assert_uint_le(pool_bytes(4), sizeof mem);
	memset(mem, 0, sizeof mem);
	pool_init(&r.pool, &range, 1, (struct siphash_key){ { 3, 4 } }, mem);
	memset(slot, 0, sizeof slot);
	quota_init(&r.pool.quota, rnd(3), 4, (struct siphash_key){ { 5, 6 } },
	    slot);
	r.f.map.pool = &r.pool;
	memset(source_slot, 0, sizeof source_slot);
	lpm_init6(&r.f.map.sources, source_slot, 1, &source, sizeof source);
	lpm_add6(&r.f.map.sources, 0);
	r.f.map.has_sources = rnd(2);
}

static void
another_rig(void)
{
	static const unsigned mtu[] = { 1280, 1500, 65535 };

	rig_start(&r);
	r.f.set.mtu = PICK(mtu);
	r.f.set.offlink_mtu = rnd(2) ? 1280 : r.f.set.mtu;
	r.f.set.udp_cksum_mode = (enum udp_cksum_mode)rnd(3);
	r.f.set.icmp_node_id = rnd(2);
	r.f.bucket.rate = r.f.too_big.rate = rnd(2) ? 0 : 100;
	r.f.bucket.burst = r.f.too_big.burst = 10;
	if (rnd(2)) {
		ck_assert(prefix6_parse("64:ff9b::/96", &r.f.map.prefix));
		r.f.map.wkpf_strict = (enum wkpf_strict)rnd(3);
	}
	small_pool();
}

static uint64_t
sum_of_reasons(void)
{
	uint64_t sum = 0;

	for (int i = 0; i < REASON_COUNT; i++)
		sum += r.f.count.reason[i];
	return sum;
}

static void
adds_up(uint64_t packets, uint64_t octets, uint64_t sent)
{
	const struct forward_counters *c = &r.f.count;

	ck_assert_uint_eq(sum_of_reasons(), packets);
	ck_assert_uint_eq(c->in4.packets + c->in6.packets +
	    c->in_other.packets, packets);
	ck_assert_uint_eq(c->in4.octets + c->in6.octets + c->in_other.octets,
	    octets);
	ck_assert_uint_eq(c->out4.packets + c->out6.packets, sent);
}


START_TEST(add_up)
{
	for (unsigned k = 0; k < 2000; k++) {
		uint64_t octets = 0, sent = 0;

		another_rig();
		for (unsigned i = 1; i <= 100; i++) {
			struct offload o = {
				.flags = rnd(32) ? 0 : OFFLOAD_NEEDS_CSUM,
			};
			uint64_t *count;

			inner.n = 0;
			make(&inner, false);
			make(&p, rnd(4) != 0 && inner.n < 1000);
			spoil(&p);
			r.now += rnd(50);
			forward_packet(&r.f, cur_of(p.b, p.n), &o, r.now,
			    &r.o);
			count = &r.f.count.reason[r.o.reason];
			ck_assert_uint_gt(*count, 0);
			seen[r.o.reason]++;
			octets += p.n;
			sent += r.o.send;
			adds_up(i, octets, sent);
		}
	}
	for (int i = 0; i < REASON_COUNT; i++)
		ck_assert_msg(seen[i] > 0, "no packet was %s",
		    reason_name((enum reason)i));
}
END_TEST

/* An octet that names no version is neither family's, and counts all the same. */
START_TEST(other_versions)
{
	rig_start(&r);
	for (unsigned i = 0; i < 256; i++) {
		p.b[0] = (uint8_t)i;
		p.n = 1;
		rig_send(&r, &p);
	}
	ck_assert_uint_eq(r.f.count.in4.packets, 16);
	ck_assert_uint_eq(r.f.count.in6.packets, 16);
	ck_assert_uint_eq(r.f.count.in_other.packets, 224);
	ck_assert_uint_eq(r.f.count.in_other.octets, 224);
	p.n = 0;
	rig_send(&r, &p);
	adds_up(257, 256, 0);
}
END_TEST

TESTS(counters, add_up, other_versions)
