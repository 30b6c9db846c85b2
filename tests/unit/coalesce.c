/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Joining: what the device cuts is exactly what would have been written packet
 * by packet, and the order within a flow is the order of reading.
 */
#include "core/coalesce.h"
#include "pktbuild.h"
#include "suite.h"

#define PACKETS	(COALESCE_PACKETS + 50)

static struct rig r;
static struct coalesce c;
static struct bytes room[PACKETS];	/* what was read stays where it is */
static uint8_t data[70000], body[70000];

/* What reached the wire, in order, with the flow that it belongs to. */
static struct {
	struct bytes	packet;
	unsigned	flow;
} expected[PACKETS], wire[PACKETS];
static unsigned nexpected, nwire, writes;

static void
start(bool tcp, bool udp)
{
	memset(&c, 0, sizeof c);
	c.tcp = tcp;
	c.udp = udp;
	nexpected = nwire = writes = 0;
	rig_start(&r);
	rnd_fill(data, sizeof data);
}

/* The flow of a packet: its ports. */
static unsigned
flow_of(const struct bytes *b)
{
	size_t at = b->b[0] >> 4 == 4 ? 20 : 40;

	return be16(b->b + at) + be16(b->b + at + 2) * 65536u;
}

static void
on_wire(const struct bytes *b)
{
	ck_assert_uint_lt(nwire, PACKETS);
	wire[nwire].packet = *b;
	wire[nwire++].flow = flow_of(b);
}

static void
write_one(const struct xlat_out *out)
{
	static struct bytes b;

	flatten(out, &b);
	if (out->offload.flags & OFFLOAD_NEEDS_CSUM)
		device_checksum(&b, &out->offload);
	on_wire(&b);
	writes++;
}

static void
flush(struct coalesce_flow *f)
{
	static struct xlat_out out, alone;
	static struct cur part[COALESCE_PARTS];
	static struct bytes b, seg, single;
	unsigned first = nwire;

	coalesce_finish(&c, f, &out, part);
	flatten(&out, &b);
	for (unsigned i = 0; i < f->count; i++) {
		memcpy(b.b + b.n, part[i].p, part[i].n);
		b.n += part[i].n;
	}
	ck_assert_uint_le(b.n, 65535);
	ck_assert_uint_le(f->count, COALESCE_PARTS);
	if (out.offload.gso == GSO_NONE) {
		if (out.offload.flags & OFFLOAD_NEEDS_CSUM)
			device_checksum(&b, &out.offload);
		ck_assert_uint_eq(f->count, 1);
		on_wire(&b);
	} else {
		bool is4 = b.b[0] >> 4 == 4;

		ck_assert_int_eq(out.offload.gso, b.b[is4 ? 9 : 6] == 17 ?
		    GSO_UDP : is4 ? GSO_TCP4 : GSO_TCP6);
		/* a packet in itself, lengths and checksum too */
		seg = b;
		device_checksum(&seg, &out.offload);
		ck_assert_msg(wrong(&seg) == NULL, "%s", wrong(&seg));
		if (out.offload.gso == GSO_UDP)
			ck_assert_uint_eq(be16(b.b + (is4 ? 24 : 44)),
			    b.n - (is4 ? 20 : 40));
		for (unsigned k = 0; device_segment(&b, &out.offload, k, &seg);
		    k++)
			on_wire(&seg);
	}
	ck_assert_uint_eq(nwire - first, f->count);
	/* the way out when a device refuses gives the very same */
	for (unsigned i = 0; i < f->count && f->count > 1; i++) {
		coalesce_part(f, i, part[i], &alone);
		flatten(&alone, &single);
		ck_assert_uint_eq(single.n, wire[first + i].packet.n);
		if ((single.b[6] & 0x40) != 0 && single.b[0] >> 4 == 4)
			same_but_id(&single, &wire[first + i].packet);
		ck_assert_mem_eq(single.b, wire[first + i].packet.b, single.n);
	}
	writes++;
	coalesce_clear(&c, f);
}

static void
flush_all(void)
{
	struct coalesce_flow *f;
	unsigned i = 0;

	while ((f = coalesce_next(&c, &i)) != NULL)
		flush(f);
}

/* One packet as the pump does it; it must have been put into room[i]. */
static void
send_packet(unsigned i, const struct offload *in)
{
	struct coalesce_flow *f;
	uint32_t hash;
	static struct bytes b;

	forward_packet(&r.f, cur_of(room[i].b, room[i].n), in, r.now, &r.o);
	if (!r.o.send)
		return;
	flatten(&r.o.out, &b);
	if (r.o.out.offload.flags & OFFLOAD_NEEDS_CSUM)
		device_checksum(&b, &r.o.out.offload);
	expected[nexpected].packet = b;
	expected[nexpected++].flow = flow_of(&b);
	f = coalesce_slot(&c, &r.o, &hash);
	if (f == NULL) {
		write_one(&r.o.out);
		return;
	}
	if (!coalesce_hold(&c, f, hash, &r.o, in)) {
		if (f->count != 0)
			flush(f);
		if (!coalesce_hold(&c, f, hash, &r.o, in)) {
			write_one(&r.o.out);
			return;
		}
	}
	ck_assert_uint_le(c.held, COALESCE_PACKETS);
	ck_assert_uint_le(c.starts, c.held);
	ck_assert_uint_ge(c.open, 1);
	if (f->closed)
		flush(f);
}

/* Each flow's packets: the same octets in the same order. */
static void
compare(void)
{
	ck_assert_uint_eq(nwire, nexpected);
	for (unsigned i = 0; i < nexpected; i++) {
		unsigned k, seen = 0, want = 0;

		for (k = 0; k < i; k++)
			want += expected[k].flow == expected[i].flow;
		for (k = 0; k < nwire; k++)
			if (wire[k].flow == expected[i].flow &&
			    seen++ == want)
				break;
		ck_assert_uint_lt(k, nwire);
		ck_assert_uint_eq(wire[k].packet.n, expected[i].packet.n);
		/* with DF an identification says nothing: RFC 6864 */
		if (wire[k].packet.b[0] >> 4 == 4 &&
		    (wire[k].packet.b[6] & 0x40) != 0)
			same_but_id(&wire[k].packet, &expected[i].packet);
		ck_assert_mem_eq(wire[k].packet.b, expected[i].packet.b,
		    wire[k].packet.n);
	}
}

static const struct h4 v4 = { .ttl = 64, .src = "198.51.100.1",
    .dst = "192.0.2.1", .off = 0x4000 };
static const struct h6 v6 = { .hop = 64, .src = "2001:db8::1",
    .dst = "2001:db8:64::198.51.100.1" };

static void
udp(unsigned i, bool is4, uint16_t port, size_t n)
{
	struct h4 g = v4;
	struct h6 h = v6;
	size_t len = mk_udp(body, port, 53, data + i, n);

	g.proto = h.next = 17;
	if (is4)
		put_ip4(&room[i], g, body, len);
	else
		put_ip6(&room[i], h, body, len);
	fix_sums(&room[i]);
}

static void
tcp(unsigned i, bool is4, uint16_t port, uint32_t seq, uint8_t flags, size_t n)
{
	struct h4 g = v4;
	struct h6 h = v6;
	size_t len = mk_tcp(body, port, 80, data + seq % 1000, n);

	put32(body + 4, seq);
	body[13] = flags;
	g.proto = h.next = 6;
	if (is4)
		put_ip4(&room[i], g, body, len);
	else
		put_ip6(&room[i], h, body, len);
	fix_sums(&room[i]);
}

static const struct offload none;
static const struct offload valid = { .flags = OFFLOAD_DATA_VALID };

START_TEST(datagrams_of_one_flow)
{
	for (unsigned v = 0; v < 2; v++)
		for (size_t n = 8; n < 1400; n += 97) {
			start(true, true);
			for (unsigned i = 0; i < 100; i++) {
				udp(i, v == 0, 1000, n);
				send_packet(i, &none);
			}
			flush_all();
			compare();
			ck_assert_uint_le(writes, n < 900 ? 2 : 3);
		}
}
END_TEST

START_TEST(segments_of_one_flow)
{
	for (unsigned v = 0; v < 2; v++) {
		uint32_t seq = 0xffff8000;

		start(true, true);
		for (unsigned i = 0; i < 100; i++) {
			size_t n = i == 70 ? 100 : 1000;

			tcp(i, v == 0, 1000, seq, i == 40 || i == 70 ? 0x18 :
			    0x10, n);
			seq += (uint32_t)n;
			send_packet(i, &none);
		}
		flush_all();
		compare();
		ck_assert_uint_eq(writes, 3);	/* a push ends one */
	}
}
END_TEST

/* Kernels make larger segments of what is cut so small. */
START_TEST(very_short_ones_are_not_joined)
{
	for (unsigned v = 0; v < 4; v++)
		for (size_t n = 1; n < 10; n++) {
			start(true, true);
			for (unsigned i = 0; i < 20; i++) {
				if (v & 2)
					tcp(i, v & 1, 1000, i * n, 0x10, n);
				else
					udp(i, v & 1, 1000, n);
				send_packet(i, &none);
			}
			flush_all();
			compare();
			ck_assert_uint_eq(writes, n < 8 ? 20 : 1);
		}
}
END_TEST

/* Without anything held longer than the device has something to read. */
START_TEST(lone_packets_are_as_they_came)
{
	start(true, true);
	udp(0, true, 1000, 100);
	send_packet(0, &none);
	flush_all();
	tcp(1, false, 1000, 5, 0x10, 100);
	send_packet(1, &none);
	flush_all();
	compare();
	ck_assert_uint_eq(writes, 2);
}
END_TEST

/* Each of these, between packets that could be joined, keeps its place. */
START_TEST(what_cannot_be_joined)
{
	for (unsigned what = 0; what < 14; what++) {
		for (unsigned v = 0; v < 2; v++) {
			uint32_t seq = 1000;

			start(true, true);
			for (unsigned i = 0; i < 30; i++) {
				bool odd = i % 10 == 5;
				size_t n = 200;
				struct bytes *b = &room[i];
				size_t at = v == 0 ? 20 : 40;

				if (odd && what == 0)
					n = 0;		/* a bare ACK */
				if (odd && what == 1)
					n = 300;
				if (odd && what == 2)
					seq += 77;	/* a hole */
				tcp(i, v == 0, 1000, seq, 0x10, n);
				seq += (uint32_t)n;
				if (odd && what == 3)
					b->b[at + 13] = 0x11;	/* FIN */
				if (odd && what == 4)
					b->b[at + 13] = 0x30;	/* URG */
				if (odd && what == 5)
					b->b[at + 13] = 0x90;	/* CWR */
				if (odd && what == 6)
					b->b[at + 11] ^= 1;	/* ack */
				if (odd && what == 7)
					b->b[at + 15] ^= 1;	/* window */
				if (odd && what == 8 && v == 0)
					b->b[1] ^= 4;		/* TOS */
				if (odd && what == 8 && v == 1)
					b->b[1] ^= 0x40;
				if (odd && what == 9)		/* TTL */
					b->b[v == 0 ? 8 : 7]--;
				if (odd && what == 10)
					b->b[at + 12] = 0x60;	/* options */
				if (odd && what == 11 && v == 0)
					b->b[6] = 0;		/* DF */
				if (odd && what == 12)
					b->b[at + 13] = 0x14;	/* RST */
				if (odd && what == 13)
					b->b[at + 19] = 9;	/* urgent */
				if (v == 0) {
					put16(b->b + 10, 0);
					put16(b->b + 10, (uint16_t)
					    ~plain_sum(0, b->b, 20));
				}
				fix_sums(b);
				send_packet(i, &none);
			}
			flush_all();
			compare();
			ck_assert_uint_le(writes, 8);
		}
	}
}
END_TEST

/* A damaged packet arrives damaged: RFC 1071 sums do not lie in the end. */
START_TEST(wrong_checksums_stay_wrong)
{
	unsigned bad = 0;

	start(true, true);
	for (unsigned i = 0; i < 100; i++) {
		udp(i, i % 2 == 0, (uint16_t)(1000 + i % 2), 64);
		if (i % 5 == 0)
			room[i].b[room[i].n - 1] ^= 0x10;
		send_packet(i, &none);
	}
	flush_all();
	compare();
	for (unsigned i = 0; i < nwire; i++)
		bad += wrong(&wire[i].packet) != NULL;
	ck_assert_uint_eq(bad, 20);
}
END_TEST

static const struct offload unfinished = { .flags = OFFLOAD_NEEDS_CSUM,
    .csum_start = 40, .csum_offset = 6 };

/* A datagram as a device leaves it: the pseudo-header's sum. */
static void
partial(unsigned i)
{
	uint8_t tail[4] = { 0, 17, 0, 108 };

	udp(i, false, 1000, 100);
	put16(room[i].b + 46, (uint16_t)plain_sum(plain_sum(0, room[i].b + 8,
	    32), tail, 4));
}

/* The device vouches for it, or will finish it: then nobody need look. */
START_TEST(trusted_checksums)
{
	start(true, true);
	for (unsigned i = 0; i < 50; i++) {
		partial(i);
		send_packet(i, &unfinished);
	}
	flush_all();
	compare();
	ck_assert_uint_eq(writes, 1);
	partial(0);			/* alone */
	send_packet(0, &unfinished);
	flush_all();
	compare();
	for (unsigned i = 0; i < nwire; i++)
		ck_assert_msg(wrong(&wire[i].packet) == NULL, "%s",
		    wrong(&wire[i].packet));
	start(true, true);
	for (unsigned i = 0; i < 50; i++) {
		udp(i, true, 1000, 100);
		send_packet(i, &valid);
	}
	flush_all();
	compare();
	ck_assert_uint_eq(writes, 1);
}
END_TEST

START_TEST(udp_without_checksum_is_not_joined)
{
	start(true, true);
	r.f.set.udp_cksum_mode = UDP_CKSUM_FWD;
	for (unsigned i = 0; i < 20; i++) {
		udp(i, true, 1000, 100);
		put16(room[i].b + 26, 0);
		send_packet(i, i < 10 ? &none : &valid);
	}
	flush_all();
	compare();
	ck_assert_uint_eq(writes, 20);
}
END_TEST

/* Octets behind the datagram: no cut would put them there. */
START_TEST(udp_length_of_its_own)
{
	start(true, true);
	for (unsigned i = 0; i < 10; i++) {
		udp(i, true, 1000, 100);
		put16(room[i].b + 24, 90);
		send_packet(i, &valid);
	}
	flush_all();
	compare();
	ck_assert_uint_eq(writes, 10);
}
END_TEST

START_TEST(only_what_the_device_cuts)
{
	start(true, false);
	for (unsigned i = 0; i < 10; i++) {
		udp(i, true, 1000, 100);
		send_packet(i, &none);
	}
	flush_all();
	compare();
	ck_assert_uint_eq(writes, 10);
	start(false, true);
	for (unsigned i = 0; i < 10; i++) {
		tcp(i, true, 1000, i * 100, 0x10, 100);
		send_packet(i, &none);
	}
	flush_all();
	compare();
	ck_assert_uint_eq(writes, 10);
}
END_TEST

/* Flows that take turns do not get in each other's way, if they are not many. */
START_TEST(interleaved_flows)
{
	start(true, true);
	for (unsigned i = 0; i < COALESCE_PACKETS; i++) {
		udp(i, true, (uint16_t)(1000 + i % 60), 50);
		send_packet(i, &none);
	}
	flush_all();
	compare();
	ck_assert_uint_le(writes, 90);
}
END_TEST

/* More flows than there are slots, and more than may begin. */
START_TEST(many_flows)
{
	start(true, true);
	for (unsigned i = 0; i < PACKETS; i++) {
		udp(i, i % 2 == 0, (uint16_t)(1000 + i), 50);
		send_packet(i, &none);
	}
	flush_all();
	compare();
	/* one slot over and over: what begins is counted, not what is open */
	start(true, true);
	for (unsigned i = 0; i < PACKETS; i++) {
		tcp(i, true, 1000, i * 1000, 0x10, 50);
		send_packet(i, &none);
	}
	flush_all();
	compare();
	ck_assert_uint_eq(c.starts, 0);
	nexpected = nwire = 0;
	udp(0, true, 1000, 50);
	send_packet(0, &none);
	ck_assert_uint_eq(c.starts, 1);
}
END_TEST

/* May the second packet follow the first, had their flows the same hash? */
static bool
joins(void)
{
	struct coalesce_flow *f;
	uint32_t hash;

	forward_packet(&r.f, cur_of(room[0].b, room[0].n), &none, r.now, &r.o);
	ck_assert(r.o.send);
	f = coalesce_slot(&c, &r.o, &hash);
	ck_assert_ptr_nonnull(f);
	ck_assert(coalesce_hold(&c, f, hash, &r.o, &none));
	forward_packet(&r.f, cur_of(room[1].b, room[1].n), &none, r.now, &r.o);
	ck_assert(r.o.send);
	return coalesce_hold(&c, f, hash, &r.o, &none);
}

/* A stranger can find flows with the same hash. */
START_TEST(colliding_flows)
{
	for (unsigned v = 0; v < 4; v++)
		for (unsigned what = 0; what < 9; what++) {
			bool is4 = v % 2 == 0, is_tcp = v < 2;
			size_t at = is4 ? 20 : 40;
			uint8_t *b = room[1].b;

			start(true, true);
			rig_map(&r, "192.0.2.3", "2001:db8::3");
			for (unsigned i = 0; i < 2; i++) {
				if (is_tcp)
					tcp(i, is4, 1000, 7 + i * 1300, 0x10,
					    1300);
				else
					udp(i, is4, 1000, 1300);
			}
			if (what == 1)
				b[is4 ? 15 : 23] = 2;	/* source */
			if (what == 2)
				b[is4 ? 19 : 39] = 2;	/* destination */
			if (what == 3)
				b[at + 1] ^= 1;		/* ports */
			if (what == 4)
				b[at + 3] ^= 1;
			if (what == 5 && is_tcp)
				tcp(1, !is4, 1000, 1307, 0x10, 1300);
			else if (what == 5)
				udp(1, !is4, 1000, 1300);
			if (what == 6 && is_tcp)	/* the other protocol */
				udp(1, is4, 1000, 1300);
			else if (what == 6)
				tcp(1, is4, 1000, 0, 0x10, 1300);
			if (what == 7)
				b[1] ^= is4 ? 4 : 0x40;	/* TOS */
			if (what == 8)
				b[is4 ? 8 : 7]--;	/* TTL */
			if (is4 && what != 5) {
				put16(b + 10, 0);
				put16(b + 10, (uint16_t)~plain_sum(0, b, 20));
			}
			fix_sums(&room[1]);
			ck_assert_msg(joins() == (what == 0), "%u %u", v,
			    what);
		}
}
END_TEST

/* TCP options are as they were in every segment, or not joined. */
START_TEST(options)
{
	for (unsigned i = 20; i < 32; i++) {
		start(true, true);
		for (unsigned k = 0; k < 2; k++) {
			tcp(k, true, 1000, 7 + k * 88, 0x10, 100);
			room[k].b[32] = 0x80;		/* 12 octets of data */
			memset(room[k].b + 40, 1, 12);
			fix_sums(&room[k]);
		}
		ck_assert(joins());
		memset(&c, 0, sizeof c);
		c.tcp = true;
		room[1].b[20 + i] = 0;
		fix_sums(&room[1]);
		ck_assert(!joins());
	}
}
END_TEST

/* Without DF and with it, in IPv4. */
START_TEST(fragmentable_and_not)
{
	start(true, true);
	udp(0, false, 1000, 1300);
	udp(1, false, 1000, 1300);
	ck_assert(joins());
	start(true, true);
	udp(0, false, 1000, 1300);
	udp(1, false, 1000, 1000);
	ck_assert(!joins());
}
END_TEST

/* The slot of the one packet in room[0], and whether it is held. */
static bool
is_held(const struct offload *in, struct coalesce_flow **f)
{
	uint32_t hash;

	forward_packet(&r.f, cur_of(room[0].b, room[0].n), in, r.now, &r.o);
	ck_assert(r.o.send);
	*f = coalesce_slot(&c, &r.o, &hash);
	return *f != NULL && coalesce_hold(&c, *f, hash, &r.o, in);
}

/* What is in pieces, or will be cut, or was joined already, or was not read. */
START_TEST(what_is_not_held)
{
	struct offload super = { .flags = OFFLOAD_NEEDS_CSUM, .csum_start = 40,
	    .csum_offset = 16, .gso = GSO_TCP6, .gso_size = 100 };
	uint8_t ext[8] = { 17, 0 };
	struct coalesce_flow *f;
	struct h6 h = v6;
	struct h4 g = v4;

	start(true, true);
	tcp(0, false, 1000, 7, 0x10, 1000);
	ck_assert(is_held(&none, &f));
	start(true, true);
	ck_assert(!is_held(&super, &f));
	/* to be fragmented */
	start(true, true);
	g.proto = 17;
	put_ip4(&room[0], g, body, mk_udp(body, 1000, 53, data, 1300));
	fix_sums(&room[0]);
	ck_assert(is_held(&none, &f));
	start(true, true);
	g.off = 0;
	put_ip4(&room[0], g, body, mk_udp(body, 1000, 53, data, 1300));
	fix_sums(&room[0]);
	ck_assert(!is_held(&none, &f));
	/* an atomic fragment, and a first one: behind what is held */
	h.ext = ext;
	h.ext_n = 8;
	h.ext_first = 44;
	h.next = 17;
	for (unsigned more = 0; more < 2; more++) {
		start(true, true);
		ext[3] = (uint8_t)more;
		put_ip6(&room[0], h, body, mk_udp(body, 1000, 53, data, 64));
		room[0].b[54] = 1;	/* it has a checksum */
		if (more == 0)
			fix_sums(&room[0]);
		ck_assert(!is_held(&valid, &f));
		ck_assert_ptr_nonnull(f);
	}
	ext[3] = 8;
	put_ip6(&room[0], h, body, mk_udp(body, 1000, 53, data, 64));
	ck_assert(!is_held(&valid, &f));
	ck_assert_ptr_null(f);
	/* hairpinned: what is sent lies where the next one will */
	h.ext_n = 0;
	h.dst = "2001:db8:64::192.0.2.2";
	put_ip6(&room[0], h, body, mk_udp(body, 1000, 53, data, 64));
	fix_sums(&room[0]);
	ck_assert(!is_held(&none, &f));
	ck_assert_int_eq(r.o.reason, REASON_HAIRPIN);
	ck_assert_ptr_null(f);
}
END_TEST

/* Headers of the same length in both families. */
START_TEST(families_alike)
{
	start(true, true);
	tcp(0, false, 1000, 7, 0x10, 100);	/* to IPv4: 20 + 40 octets */
	room[0].b[40 + 12] = 0xa0;
	fix_sums(&room[0]);
	tcp(1, true, 1000, 87, 0x10, 60);	/* to IPv6: 40 + 20 */
	ck_assert(!joins());
	ck_assert_uint_eq(r.o.out.head_len, 60);
	ck_assert_uint_eq(c.flow[c.started[0]].head_len, 60);
}
END_TEST

/* Who has not written yet what is closed cannot add to it. */
START_TEST(nothing_follows_what_is_closed)
{
	struct coalesce_flow *f = NULL;
	uint32_t hash;

	start(true, true);
	for (unsigned i = 0; i < 3; i++) {
		tcp(i, true, 1000, 7 + i * 100, i == 1 ? 0x18 : 0x10, 100);
		forward_packet(&r.f, cur_of(room[i].b, room[i].n), &none,
		    r.now, &r.o);
		f = coalesce_slot(&c, &r.o, &hash);
		ck_assert_ptr_nonnull(f);
		ck_assert_int_eq(coalesce_hold(&c, f, hash, &r.o, &none),
		    i < 2);
		ck_assert_int_eq(f->closed, i > 0);
	}
	ck_assert_uint_eq(f->count, 2);
}
END_TEST

/* Our own error about a packet is no packet of its flow. */
START_TEST(own_errors_are_not_held)
{
	uint32_t hash;

	start(true, true);
	for (unsigned i = 0; i < 4; i++) {
		if (i < 2)
			tcp(i, i == 0, 1000, 7, 0x10, 100);
		else
			udp(i, i == 2, 1000, 100);
		room[i].b[i % 2 == 0 ? 8 : 7] = 1;
		if (i % 2 == 0) {
			put16(room[i].b + 10, 0);
			put16(room[i].b + 10, (uint16_t)~plain_sum(0,
			    room[i].b, 20));
		}
		forward_packet(&r.f, cur_of(room[i].b, room[i].n), &none,
		    r.now, &r.o);
		ck_assert_int_eq(r.o.reason, REASON_TTL);
		ck_assert(r.o.send);
		ck_assert_ptr_null(coalesce_slot(&c, &r.o, &hash));
	}
}
END_TEST

/* Anything in any order. */
START_TEST(random_mixtures)
{
	for (unsigned round = 0; round < 300; round++) {
		uint32_t seq[40];
		unsigned flows = 1 + rnd(40);
		size_t size = 1 + rnd(1200);

		start(rnd(8) != 0, rnd(8) != 0);
		for (unsigned i = 0; i < 40; i++)
			seq[i] = rnd(1u << 31);
		for (unsigned i = 0; i < 200; i++) {
			unsigned k = rnd(flows);
			size_t n = rnd(6) == 0 ? rnd(1200) : size;

			if (k % 2 == 0) {
				tcp(i, k % 4 == 0, (uint16_t)(1000 + k),
				    seq[k], rnd(20) == 0 ? 0x18 :
				    rnd(40) == 0 ? 0x11 : 0x10, n);
				seq[k] += (uint32_t)n;
			} else {
				udp(i, k % 4 == 1, (uint16_t)(1000 + k), n);
			}
			if (rnd(30) == 0)
				room[i].b[room[i].n - 1] ^= 1;
			if (rnd(50) == 0)
				flush_all();
			send_packet(i, &none);
		}
		flush_all();
		compare();
	}
}
END_TEST

/* No two of the packets of these hosts have the same identification. */
static void
ids_differ(void)
{
	static bool used[65536];

	memset(used, 0, sizeof used);
	for (unsigned k = 0; k < nwire; k++) {
		uint16_t id = be16(wire[k].packet.b + 4);

		ck_assert(!used[id]);
		used[id] = true;
	}
}

/*
 * Flows between the same two hosts share a counter of identifications: with
 * numbers to take from they are joined all the same.
 */
START_TEST(flows_of_the_same_hosts)
{
	for (unsigned v = 0; v < 2; v++) {
		start(true, true);
		c.ident = v == 0 ? NULL : &r.f.ident;
		for (unsigned i = 0; i < 240; i++) {
			udp(i, false, (uint16_t)(1000 + i % 8), 100);
			send_packet(i, &none);
		}
		flush_all();
		ck_assert_uint_eq(writes, v == 0 ? 240 : 8);
		ids_differ();
		for (unsigned k = 0; v == 1 && k < nwire; k++)
			same_but_id(&wire[k].packet,
			    &expected[k % 30 * 8 + k / 30].packet);
		for (unsigned k = 0; v == 1 && k < nwire; k++)
			ck_assert_mem_eq(wire[k].packet.b,
			    expected[k % 30 * 8 + k / 30].packet.b,
			    wire[k].packet.n);
		if (v == 0)
			compare();
	}
}
END_TEST

TESTS(coalesce, flows_of_the_same_hosts, datagrams_of_one_flow, segments_of_one_flow,
    very_short_ones_are_not_joined, lone_packets_are_as_they_came, what_cannot_be_joined,
    wrong_checksums_stay_wrong, trusted_checksums,
    udp_without_checksum_is_not_joined, udp_length_of_its_own, only_what_the_device_cuts,
    interleaved_flows, many_flows, colliding_flows, options, fragmentable_and_not, what_is_not_held,
    families_alike, nothing_follows_what_is_closed, own_errors_are_not_held,
    random_mixtures)
