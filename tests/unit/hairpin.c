/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hairpinning, RFC 7757 section 4.2.2: what one IPv6 host sends to the IPv4
 * address of another.  2001:db8::1 is 192.0.2.1, 2001:db8::2 is 192.0.2.2.
 */
#include "core/rfc6052.h"
#include "scene.h"
#include "suite.h"

/* Overlapping maps and suffixes of unequal length. */
START_TEST(through_unequal_maps)
{
	struct h6 h = up6;

	rig_start(&r);
	rig_map(&r, "192.0.2.16/28", "2001:db8:80::/120");
	rig_map(&r, "192.0.2.21/32", "2001:db8:5::5");
	h.src = "2001:db8:80::3f";	/* 192.0.2.19, low bits ignored */
	h.dst = "2001:db8:64::192.0.2.21";
	fill(40);
	put_ip6(&p, h, body, mk_udp(body, 1, 2, data, 40));
	fix_sums(&p);
	translates(REASON_HAIRPIN);
	is_addr6(8, "2001:db8:64::192.0.2.19");
	is_addr6(24, "2001:db8:5::5");
	h.src = "2001:db8:5::5";
	h.dst = "2001:db8:64::192.0.2.22";
	put_ip6(&p, h, body, mk_udp(body, 1, 2, data, 40));
	fix_sums(&p);
	translates(REASON_HAIRPIN);
	is_addr6(8, "2001:db8:64::192.0.2.21");
	is_addr6(24, "2001:db8:80::60");
}
END_TEST

/* A fragment stays one on the way back, with what IPv4 keeps of its name. */
START_TEST(fragments)
{
	static const uint16_t offs[] = { 1, 800 | 1, 1600 };

	rig_start(&r);
	fill(1200);
	for (unsigned i = 0; i < 3; i++) {
		uint8_t ext[8] = { 132, 0, 0, 0, 0xde, 0xad, 0xab, 0xcd };
		struct h6 h = up6;

		put16(ext + 2, offs[i]);
		h.dst = "2001:db8:64::192.0.2.2";
		h.ext = ext;
		h.ext_n = 8;
		h.ext_first = 44;
		put_ip6(&p, h, data, 1200);
		translates(REASON_HAIRPIN);
		is_addr6(8, "2001:db8:64::192.0.2.1");
		is_addr6(24, "2001:db8::2");
		ck_assert_uint_eq(r.out.n, p.n);
		ck_assert_uint_eq(r.out.b[6], 44);
		ck_assert_uint_eq(r.out.b[40], 132);
		ck_assert_uint_eq(o16(42), offs[i]);
		ck_assert_uint_eq(be32(r.out.b + 44), 0xabcd);
		ck_assert_mem_eq(r.out.b + 48, data, 1200);
	}
}
END_TEST

/* What one host of the pool says to another, and the error that comes back. */
START_TEST(error_between_leases)
{
	char a1[ADDR_TEXT_MAX], a2[ADDR_TEXT_MAX];
	const char *const host[2] = { "2001:db8:5::1", "2001:db8:5::2" };
	ip4_t v4[2];
	struct h6 h = up6;

	rig_start(&r);
	rig_pool(&r, "10.0.0.0/24");
	for (unsigned i = 0; i < 2; i++) {
		h.src = host[i];
		put_ip6(&p, h, body, mk_udp(body, 1, 2, data, 40));
		fix_sums(&p);
		translates(REASON_XLAT64);
		v4[i] = r.o.event.addr;
	}
	ip6_text(rfc6052_embed(r.f.map.prefix, v4[0]), a1);
	ip6_text(rfc6052_embed(r.f.map.prefix, v4[1]), a2);
	h.src = host[0];
	h.dst = a2;
	put_ip6(&p, h, body, mk_udp(body, 1, 2, data, 40));
	fix_sums(&p);
	translates(REASON_HAIRPIN);
	is_addr6(8, a1);
	is_addr6(24, host[1]);
	/* the second host, and a router in between, complain about that */
	inner = r.out;
	for (unsigned i = 0; i < 2; i++) {
		h.src = i == 0 ? host[1] : "2001:db8:99::1";
		h.dst = a1;
		h.next = 58;
		put_ip6(&p, h, body, mk_icmp(body, i == 0 ? 1 : 3,
		    i == 0 ? 4 : 0, 0, inner.b, inner.n));
		fix_sums(&p);
		translates(REASON_HAIRPIN);
		is_addr6(8, i == 0 ? a2 : "2001:db8:64::192.0.2.254");
		is_addr6(24, host[0]);
		is_addr6(48 + 8, host[0]);
		is_addr6(48 + 24, a2);
		ck_assert_uint_eq(r.out.b[40], i == 0 ? 1 : 3);
		memcpy(p.b, r.out.b + 48, r.out.n - 48);
		p.n = r.out.n - 48;
		ck_assert_msg(wrong(&p) == NULL, "%s", wrong(&p));
	}
	ck_assert_uint_eq(r.pool.active.count, 2);	/* none for the router */
	rig_stop(&r);
}
END_TEST

/* A translator with a private address: its errors get through all the same. */
START_TEST(error_from_a_private_translator)
{
	struct h6 h = up6;

	rig_start(&r);
	ck_assert(prefix6_parse("64:ff9b::/96", &r.f.map.prefix));
	r.f.map.wkpf_strict = WKPF_YES;
	r.f.own.addr4 = 0xc0a8ff01;	/* 192.168.255.1 */
	rig_map(&r, "8.8.4.1", "2001:db8:7::1");
	rig_map(&r, "8.8.4.2", "2001:db8:7::2");
	h.src = "2001:db8:7::1";
	h.dst = "64:ff9b::8.8.4.2";
	put_ip6(&p, h, body, mk_udp(body, 1, 2, data, 40));
	fix_sums(&p);
	translates(REASON_HAIRPIN);
	inner = r.out;
	h.src = "2001:db8:99::1";
	h.dst = "64:ff9b::8.8.4.1";
	h.next = 58;
	put_ip6(&p, h, body, mk_icmp(body, 2, 0, 1400, inner.b, inner.n));
	fix_sums(&p);
	translates(REASON_HAIRPIN);
	is_addr6(8, "2001:db8::fe");
	is_addr6(24, "2001:db8:7::1");
	ck_assert_uint_eq(be32(r.out.b + 44), 1400);
}
END_TEST

/* The router that complains is named on the way back, too. */
START_TEST(error_that_names_the_router)
{
	struct ip6 router;
	struct h6 h = up6;

	rig_start(&r);
	r.f.set.icmp_node_id = true;
	ck_assert(ip6_parse("2001:db8:99::1", &router));
	h.src = "2001:db8:64::192.0.2.1";
	h.dst = "2001:db8::2";
	put_ip6(&inner, h, body, mk_udp(body, 1, 2, data, 200));
	fix_sums(&inner);
	h.src = "2001:db8:99::1";
	h.dst = "2001:db8:64::192.0.2.1";
	h.next = 58;
	put_ip6(&p, h, body, mk_icmp(body, 3, 0, 0, inner.b, inner.n));
	fix_sums(&p);
	translates(REASON_HAIRPIN);
	is_addr6(8, "2001:db8:64::192.0.0.8");
	is_addr6(24, "2001:db8::1");
	/* 40 + 208 octets in words of 64 bits, then the object */
	ck_assert_uint_eq(r.out.b[44], 31);
	ck_assert_uint_eq(r.out.n, 48 + 248 + 28);
	ck_assert_uint_eq(plain_sum(0, r.out.b + 296, 28), 0xffff);
	ck_assert_uint_eq(be32(r.out.b + 300), 24u << 16 | 5 << 8 | 4);
	ck_assert(ip6_eq(ip6_read(r.out.b + 308), router));
}
END_TEST

TESTS(hairpin, through_unequal_maps, fragments,
    error_between_leases, error_from_a_private_translator,
    error_that_names_the_router)
