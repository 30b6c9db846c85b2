/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/frag.h"
#include "pktbuild.h"
#include "suite.h"

static struct rig r;
static struct bytes p, whole;
static uint8_t data[70000], body[70000];
static struct xlat_out piece;

static const struct h4 down = { .ttl = 64, .proto = 17,
    .src = "198.51.100.1", .dst = "192.0.2.1", .id = 0x1357 };

/*
 * Put the fragments together again by their own offsets, checking each against
 * RFC 8200 section 4.5, and compare with what was to be cut.
 */
static unsigned
reassemble(uint16_t mtu, uint16_t first_off, bool last_more, uint8_t proto)
{
	static uint8_t seen[70000];
	struct frag f;
	size_t net = r.o.out.head[6] == 44 ? 48 : 40, total = 0, next = 0;
	unsigned n = 0;
	uint32_t id = 0;
	bool more = true;

	frag_init(&f, &r.o.out);
	while (frag_next(&f, &piece)) {
		size_t len = piece.head_len + piece.tail.n, off;

		memcpy(body, piece.head, piece.head_len);
		if (piece.tail.n > 0)
			memcpy(body + piece.head_len, piece.tail.p,
			    piece.tail.n);
		ck_assert(more);
		ck_assert_uint_le(len, mtu);
		ck_assert_uint_eq(be16(body + 4), len - 40);
		ck_assert_uint_eq(body[6], 44);
		ck_assert_uint_eq(body[7], 63);
		ck_assert_mem_eq(body + 8, whole.b + 8, 32);
		ck_assert_uint_eq(body[40], proto);
		more = (be16(body + 42) & 1) != 0;
		off = (be16(body + 42) & 0xfff8u) - first_off;
		ck_assert_uint_eq(off, next);
		if (n++ == 0)
			id = be32(body + 44);
		ck_assert_uint_eq(be32(body + 44), id);
		if (more)
			ck_assert_uint_eq((len - 48) % 8, 0);
		/* as long as fits, but for the last */
		if (total + len - 48 < whole.n - net)
			ck_assert_uint_gt(len + 8, mtu);
		memcpy(seen + off, body + 48, len - 48);
		next = off + len - 48;
		total += len - 48;
	}
	ck_assert_int_eq(more, last_more);
	ck_assert_uint_eq(total, whole.n - net);
	ck_assert_mem_eq(seen, whole.b + net, total);
	return n;
}

static void
send_and_keep(enum reason want)
{
	ck_assert_str_eq(reason_name(rig_send(&r, &p)), reason_name(want));
	whole = r.out;
}

START_TEST(every_size)
{
	static const uint16_t mtus[] = { 1280, 1281, 1287, 1288, 1400, 1500 };

	for (unsigned m = 0; m < 6; m++)
		for (size_t n = 1200; n < 4000; n += 1 + rnd(40)) {
			rig_start(&r);
			r.f.set.mtu = 9000;
			r.f.set.offlink_mtu = mtus[m];
			for (size_t i = 0; i < n; i++)
				data[i] = (uint8_t)rnd(256);
			put_ip4(&p, down, body, mk_udp(body, 53, 1024, data,
			    n));
			fix_sums(&p);
			send_and_keep(REASON_XLAT46);
			ck_assert_int_eq(r.o.out.frag_mtu != 0,
			    whole.n > mtus[m]);
			if (r.o.out.frag_mtu == 0)
				continue;
			ck_assert_msg(wrong(&whole) == NULL, "%s",
			    wrong(&whole));
			ck_assert_uint_ge(reassemble(mtus[m], 0, false, 17),
			    2);
			/* RFC 7915 section 4.1: its name goes end to end */
			ck_assert_uint_eq(be32(piece.head + 44), 0x1357);
		}
}
END_TEST

/* A fragment that is too large for us is cut again and keeps its name. */
START_TEST(fragment_of_a_fragment)
{
	static const uint16_t offs[] = { 0x2000, 0x2064, 0x0064 };

	for (unsigned i = 0; i < 3; i++) {
		struct h4 h = down;

		rig_start(&r);
		h.off = offs[i];
		for (size_t k = 0; k < 1480; k++)
			data[k] = (uint8_t)rnd(256);
		put_ip4(&p, h, data, 1480);
		send_and_keep(REASON_XLAT46);
		ck_assert_uint_eq(r.o.out.frag_mtu, 1280);
		r.o.out.frag_id = 0;	/* its header says which it is */
		ck_assert_uint_eq(reassemble(1280,
		    (uint16_t)((offs[i] & 0x1fff) * 8), (offs[i] & 0x2000) != 0,
		    17), 2);
		ck_assert_uint_eq(be32(piece.head + 44), 0x1357);
	}
}
END_TEST

START_TEST(opaque_and_largest)
{
	struct h4 h = down;

	rig_start(&r);
	r.f.set.mtu = 65535;
	h.proto = 132;
	for (size_t k = 0; k < 65515; k++)
		data[k] = (uint8_t)rnd(256);
	put_ip4(&p, h, data, 65515);
	send_and_keep(REASON_XLAT46);
	ck_assert_uint_eq(reassemble(1280, 0, false, 132), 54);
}
END_TEST

/*
 * RFC 7915 section 4.1: 16 bits of IPv4, zeros above them, whatever is cut.  The
 * same packet again is the same again.
 */
START_TEST(every_identification)
{
	static const uint8_t protos[] = { 17, 6, 132 };

	for (unsigned i = 0; i < 65536; i += 1 + rnd(700)) {
		struct h4 h = down;
		struct frag f;

		rig_start(&r);
		h.id = (uint16_t)(i < 65000 ? i : 0xffff);
		h.proto = protos[rnd(3)];
		put_ip4(&p, h, body, h.proto == 17 ?
		    mk_udp(body, 53, 1024, data, 1400) : h.proto == 6 ?
		    mk_tcp(body, 80, 1024, data, 1400) : 1400);
		fix_sums(&p);
		for (unsigned again = 0; again < 2; again++) {
			send_and_keep(REASON_XLAT46);
			frag_init(&f, &r.o.out);
			while (frag_next(&f, &piece))
				ck_assert_uint_eq(be32(piece.head + 44),
				    h.id);
			ck_assert_uint_gt(f.done, 1280);
		}
	}
}
END_TEST

TESTS(frag, every_size, fragment_of_a_fragment, every_identification,
    opaque_and_largest)
