/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The translator against a model: RFC 7915 once more, octet by octet and as
 * simple as can be, for packets of every kind that it translates.
 */
#include "pktbuild.h"
#include "suite.h"

static struct rig r;
static struct bytes p, want;
static uint8_t random_octets[4096], body[4096];

/* --- the model ------------------------------------------------------------ */

/* 192.0.2.1 and .2 are 2001:db8::1 and ::2, the rest is in 2001:db8:64::/96. */
static void
address6(uint8_t to[16], const uint8_t v4[4])
{
	static const uint8_t mapped[3] = { 192, 0, 2 };
	static const uint8_t host[12] = { 0x20, 1, 0xd, 0xb8 };
	static const uint8_t prefix[12] = { 0x20, 1, 0xd, 0xb8, 0, 0x64 };

	memcpy(to + 12, v4, 4);
	if (memcmp(v4, mapped, 3) == 0 && (v4[3] == 1 || v4[3] == 2)) {
		memcpy(to, host, 12);
		memset(to + 12, 0, 3);
	} else {
		memcpy(to, prefix, 12);
	}
}

static void
address4(uint8_t to[4], const uint8_t v6[16])
{
	static const uint8_t mapped[3] = { 192, 0, 2 };

	memcpy(to, v6 + 12, 4);
	if (v6[5] != 0x64)
		memcpy(to, mapped, 3);
}

/* The field of a sum from which minus goes and to which plus comes: 1..65535. */
static void
adjust(uint8_t field[2], uint32_t minus, uint32_t plus)
{
	uint32_t sum = 65535u - be16(field);

	sum = (sum + plus % 65535 + 65535 - minus % 65535) % 65535;
	put16(field, (uint16_t)(65535 - sum));
}

/* Octets of a transport, in place.  sum4, sum6: of the addresses. */
static void
model_transport(uint8_t *t, size_t n, uint8_t proto, uint32_t minus,
    uint32_t plus, uint32_t icmp6, bool to6)
{
	static const uint8_t from4[256] = { [0] = 129, [8] = 128 };

	if (proto == 6 && n >= 18)
		adjust(t + 16, minus, plus);
	if (proto == 17 && n >= 8 && be16(t + 6) != 0)
		adjust(t + 6, minus, plus);
	if (proto != 1 || n < 8)
		return;
	if (to6) {
		adjust(t + 2, t[0] * 256u, from4[t[0]] * 256u + icmp6);
		t[0] = from4[t[0]];
	} else {
		adjust(t + 2, t[0] * 256u + icmp6, t[0] == 128 ? 0x800 : 0);
		t[0] = t[0] == 128 ? 8 : 0;
	}
}

/* n octets of an IPv4 packet, inside an error or not: what becomes of them. */
static size_t
model46(uint8_t *to, const uint8_t *b, size_t n, bool inner)
{
	size_t ihl = (b[0] & 15) * 4u, at = 40, left = n - ihl;
	unsigned off = be16(b + 6), len = be16(b + 2) - (unsigned)ihl;
	bool frag = (off & 0x3fff) != 0;
	uint8_t next = b[9] == 1 ? 58 : b[9];
	uint32_t sum4 = plain_sum(0, b + 12, 8), sum6;

	put32(to, 6u << 28 | (uint32_t)b[1] << 20);
	put16(to + 4, (uint16_t)(len + (frag ? 8 : 0)));
	to[6] = frag ? 44 : next;
	to[7] = (uint8_t)(b[8] - (inner ? 0 : 1));
	address6(to + 8, b + 12);
	address6(to + 24, b + 16);
	sum6 = plain_sum(0, to + 8, 32);
	if (frag) {
		to[40] = next;
		to[41] = 0;
		put16(to + 42, (uint16_t)((off & 0x1fff) << 3 |
		    (off >> 13 & 1)));
		put32(to + 44, be16(b + 4));
		at = 48;
	}
	memcpy(to + at, b + ihl, left);
	if ((off & 0x1fff) == 0)
		model_transport(to + at, left, b[9], sum4, sum6,
		    sum6 + 58 + len, true);
	return at + left;
}

/* id: what a whole packet without DF got. */
static size_t
model64(uint8_t *to, const uint8_t *b, size_t n, bool inner, uint16_t id)
{
	size_t at = 40, left;
	unsigned len, off = 0;
	bool frag = false;
	uint8_t next = b[6];
	uint32_t sum4, sum6 = plain_sum(0, b + 8, 32);

	while (next == 0 || next == 43 || next == 44 || next == 60) {
		const uint8_t *x = b + at;

		if (next == 44) {
			frag = true;
			off = be16(x + 2);
			id = be16(x + 6);
		}
		at += next == 44 ? 8 : (x[1] + 1u) * 8;
		next = x[0];
	}
	left = n - at;
	len = be16(b + 4) + 40 - (unsigned)at;
	to[0] = 0x45;
	to[1] = (uint8_t)(be16(b) >> 4);
	put16(to + 2, (uint16_t)(len + 20));
	put16(to + 4, id);
	put16(to + 6, frag ? (uint16_t)(off >> 3 | (off & 1) << 13) :
	    len + 20 > 1260 ? 0x4000 : 0);
	to[8] = (uint8_t)(b[7] - (inner ? 0 : 1));
	to[9] = next == 58 ? 1 : next;
	to[10] = to[11] = 0;
	address4(to + 12, b + 8);
	address4(to + 16, b + 24);
	put16(to + 10, (uint16_t)~plain_sum(0, to, 20));
	sum4 = plain_sum(0, to + 12, 8);
	memcpy(to + 20, b + at, left);
	if (off >> 3 == 0)
		model_transport(to + 20, left, to[9], sum6, sum4,
		    sum6 + 58 + len, false);
	return 20 + left;
}

/* --- packets -------------------------------------------------------------- */

/* Ones' complement has two zeros: only UDP cares which. */
static void
one_zero(uint8_t *field)
{
	if (be16(field) == 0)
		put16(field, 0xffff);
}

/* at: of a packet, or of one that an error quotes. */
static void
normalise(struct bytes *b, size_t at)
{
	bool v4 = b->b[at] >> 4 == 4;
	uint8_t proto = b->b[at + (v4 ? 9 : 6)];

	if (proto == 44)
		proto = b->b[at + 40];
	at += v4 ? 20 : b->b[at + 6] == 44 ? 48 : 40;
	if (proto == 6 && b->n >= at + 18)
		one_zero(b->b + at + 16);
	if ((proto == 1 || proto == 58) && b->n >= at + 4)
		one_zero(b->b + at + 2);
}

static size_t
transport(uint8_t proto, bool v4, size_t n)
{
	static const uint8_t echo4[] = { 8, 0 }, echo6[] = { 128, 129 };
	unsigned k = rnd(2);

	for (size_t i = 0; i < n; i++)
		random_octets[i] = (uint8_t)rnd(256);
	switch (proto) {
	case 6:
		n = mk_tcp(body, (uint16_t)rnd(65536), 80, random_octets,
		    n + 40);
		body[12] = (uint8_t)((5 + rnd(11)) << 4);
		return n;
	case 17:
		return mk_udp(body, (uint16_t)rnd(65536), 53, random_octets,
		    n);
	case 1:
		return mk_icmp(body, v4 ? echo4[k] : echo6[k], 0,
		    rnd(1u << 30), random_octets, n);
	default:
		memcpy(body, random_octets, n);
		return n;
	}
}

static const uint8_t protos[] = { 6, 17, 1, 132, 50 };

/* Any IPv4 packet; up: from the host, as a router on the way quotes it. */
static void
any4(struct bytes *to, bool up)
{
	static const uint8_t opt[12] = { 1, 7, 7, 4 };
	struct h4 h = { .tos = (uint8_t)rnd(256), .ttl = (uint8_t)(2 +
	    rnd(254)), .id = (uint16_t)rnd(65536),
	    .proto = protos[rnd(sizeof protos)] };
	size_t n;

	h.src = up ? "192.0.2.1" : rnd(2) ? "198.51.100.1" : "192.0.2.77";
	h.dst = up ? "203.0.113.9" : rnd(2) ? "192.0.2.1" : "192.0.2.2";
	h.opt = opt;
	h.opt_n = rnd(3) == 0 ? 8 + 4 * rnd(2) : 0;
	h.off = rnd(2) ? 0x4000 : 0;
	n = transport(h.proto, true, rnd(1100));
	if ((h.proto != 1) && rnd(3) == 0) {
		h.off = (uint16_t)(h.off | (rnd(2) ? 0x2000 : 0) |
		    (rnd(2) ? rnd(4000) : 0));
		n = n / 8 * 8;
		if (n < 24)
			n = 24;
		/* nothing that stands for no checksum */
		body[6] |= 1;
	}
	put_ip4(to, h, body, n);
	if ((h.off & 0x3fff) == 0)
		fix_sums(to);
}

/*
 * Extension headers of 8 octets in any order and number, the Fragment Header among
 * them or not; Hop-by-Hop Options come first.
 */
static void
any6(struct bytes *to, bool up)
{
	uint8_t ext[8 * 12] = { 0 }, kinds[12], n_ext = 0;
	struct h6 h = { .tos = (uint8_t)rnd(256), .hop = (uint8_t)(2 +
	    rnd(254)), .next = protos[rnd(sizeof protos)] };
	bool frag = rnd(3) == 0, whole = true;
	size_t n = transport(h.next, false, rnd(1300));

	h.src = up ? "2001:db8::1" : "2001:db8:64::203.0.113.9";
	h.dst = up ? "2001:db8:64::198.51.100.1" : "2001:db8::2";
	if (h.next == 1)
		h.next = 58;
	if (rnd(4) == 0)
		kinds[n_ext++] = 0;
	for (unsigned i = rnd(3) == 0 ? rnd(8) : rnd(2); i-- > 0;)
		kinds[n_ext++] = rnd(2) ? 60 : 43;
	if (frag)
		kinds[n_ext++] = 44;
	whole = !frag || h.next == 58 || rnd(3) == 0;
	for (unsigned i = whole && rnd(4) == 0 ? 1 + rnd(2) : 0; i-- > 0;)
		kinds[n_ext++] = rnd(2) ? 60 : 43;
	for (unsigned i = 0; i < n_ext; i++) {
		uint8_t *x = ext + 8 * i;

		x[0] = i + 1u < n_ext ? kinds[i + 1] : h.next;
		if (kinds[i] != 44)
			continue;
		put32(x + 4, rnd(1u << 31) << 1);
		if (whole)
			continue;
		put16(x + 2, (uint16_t)(rnd(2) ? 1 : rnd(4000) << 3 |
		    rnd(2)));
		n = n / 8 * 8;
		if (n < 24)
			n = 24;
		body[6] |= 1;
		whole = be16(x + 2) == 0;
	}
	h.ext = ext;
	h.ext_n = 8u * n_ext;
	h.ext_first = n_ext > 0 ? kinds[0] : h.next;
	put_ip6(to, h, body, n);
	if (whole)
		fix_sums(to);
}

/* --- both, side by side --------------------------------------------------- */

static void
compare(size_t quote)
{
	normalise(&r.out, 0);
	normalise(&want, 0);
	if (quote > 0) {
		normalise(&r.out, quote);
		normalise(&want, quote);
	}
	ck_assert_uint_eq(r.out.n, want.n);
	for (size_t i = 0; i < want.n; i++)
		if (r.out.b[i] != want.b[i])
			ck_abort_msg("octet %zu of %zu: %02x, want %02x", i,
			    want.n, r.out.b[i], want.b[i]);
}

START_TEST(packets_46)
{
	rig_start(&r);
	r.f.set.offlink_mtu = 1500;
	for (unsigned i = 0; i < 20000; i++) {
		any4(&p, false);
		want.n = model46(want.b, p.b, p.n, false);
		ck_assert_str_eq(reason_name(rig_send(&r, &p)), "xlat46");
		compare(0);
	}
}
END_TEST

START_TEST(packets_64)
{
	rig_start(&r);
	for (unsigned i = 0; i < 20000; i++) {
		uint16_t id;

		any6(&p, true);
		ck_assert_str_eq(reason_name(rig_send(&r, &p)), "xlat64");
		id = be16(r.out.b + 6) & 0x4000 ? 0 : be16(r.out.b + 4);
		want.n = model64(want.b, p.b, p.n, false, id);
		compare(0);
	}
}
END_TEST

/* Types and codes with nothing behind them, and with a length attribute. */
static const struct { uint8_t t4, c4, t6, c6; } errors[] = {
	{ 3, 1, 1, 0 }, { 3, 3, 1, 4 }, { 11, 0, 3, 0 }, { 11, 1, 3, 1 },
	{ 3, 10, 1, 1 },
};

/*
 * The error around a translated quote of n octets at want.b + at + 8: padded to
 * unit, with the ext octets that stand at x, or nothing of this; max in all.
 */
static void
finish(size_t at, size_t n, unsigned unit, const uint8_t *x, size_t ext,
    size_t max)
{
	uint8_t *icmp = want.b + at;
	size_t room = max - at - 8 - ext;

	memset(icmp, 0, 8);
	if (ext == 0 && n > room)
		n = room;
	if (ext > 0) {
		size_t padded = n < 128 ? 128 : (n + unit - 1) / unit * unit;

		if (padded > room)
			padded = n = room / unit * unit;
		memset(icmp + 8 + n, 0, padded - n);
		memcpy(icmp + 8 + padded, x, ext);
		icmp[unit == 4 ? 5 : 4] = (uint8_t)(padded / unit);
		n = padded + ext;
	}
	want.n = at + 8 + n;
}

START_TEST(errors_46)
{
	static struct bytes in;
	uint8_t q[2000];

	rig_start(&r);
	for (unsigned i = 0; i < 20000; i++) {
		struct h4 h = { .ttl = 9, .proto = 1, .src = "203.0.113.9",
		    .dst = "192.0.2.1", .tos = (uint8_t)rnd(256) };
		unsigned k = rnd(5);
		size_t least, n, quoted, ext = rnd(3) ? 0 : 4 * (1 + rnd(20));

		any4(&in, true);
		least = (in.b[0] & 15) * 4u + 8;
		n = least + rnd((uint32_t)(in.n < 900 ? in.n : 900));
		if (n > in.n)
			n = in.n;
		quoted = n;
		memcpy(q, in.b, n);
		if (ext > 0) {		/* 128 or more, of 32 bits each */
			quoted = n < 128 ? 128 : n / 4 * 4;
			n = n < 128 ? n : quoted;
			memset(q + n, 0, quoted - n);
			memset(q + quoted, 0x5a, ext);
		}
		put_ip4(&p, h, body, mk_icmp(body, errors[k].t4, errors[k].c4,
		    ext > 0 ? (uint32_t)quoted / 4 << 16 : 0, q,
		    quoted + ext));
		fix_sums(&p);
		ck_assert_str_eq(reason_name(rig_send(&r, &p)), "xlat46");
		/* padding is quoted like the rest, and declared length rules */
		if (quoted > be16(in.b + 2))
			quoted = be16(in.b + 2);
		model46(want.b, p.b, 28, false);
		finish(40, model46(want.b + 48, q, quoted, true), 8,
		    q + (p.n - 28 - ext), ext, 1280);
		put16(want.b + 4, (uint16_t)(want.n - 40));
		want.b[40] = errors[k].t6;
		want.b[41] = errors[k].c6;
		fix_sums(&want);
		compare(48);
	}
}
END_TEST

START_TEST(errors_64)
{
	static struct bytes in;
	uint8_t q[2000];

	rig_start(&r);
	for (unsigned i = 0; i < 20000; i++) {
		struct h6 h = { .hop = 9, .next = 58, .src = "2001:db8::2",
		    .dst = "2001:db8:64::203.0.113.9",
		    .tos = (uint8_t)rnd(256) };
		unsigned k = rnd(5);
		size_t n, quoted, ext = rnd(3) ? 0 : 4 * (1 + rnd(20));

		any6(&in, false);
		n = 40 + 88 + 8 + rnd(900);
		if (n > in.n)
			n = in.n;
		quoted = n;
		memcpy(q, in.b, n);
		if (ext > 0) {
			quoted = n < 128 ? 128 : n / 8 * 8;
			n = n < 128 ? n : quoted;
			memset(q + n, 0, quoted - n);
			memset(q + quoted, 0x5a, ext);
		}
		put_ip6(&p, h, body, mk_icmp(body, errors[k].t6, errors[k].c6,
		    ext > 0 ? (uint32_t)quoted / 8 << 24 : 0, q,
		    quoted + ext));
		fix_sums(&p);
		ck_assert_str_eq(reason_name(rig_send(&r, &p)), "xlat64");
		if (quoted > be16(in.b + 4) + 40u)
			quoted = be16(in.b + 4) + 40u;
		model64(want.b, p.b, 48, false, be16(r.out.b + 4));
		finish(20, model64(want.b + 28, q, quoted, true, 0), 4,
		    q + (p.n - 48 - ext), ext, 576);
		want.b[20] = errors[k].t4;
		want.b[21] = errors[k].c4;
		put16(want.b + 2, (uint16_t)want.n);
		put16(want.b + 10, 0);
		put16(want.b + 10, (uint16_t)~plain_sum(0, want.b, 20));
		fix_sums(&want);
		compare(28);
	}
}
END_TEST

TESTS(model, packets_46, packets_64, errors_46, errors_64)
