/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The pump, with a device of its own: what is written, in how many pieces, and how
 * often the device is asked for more.
 */
#include <string.h>

#include "pktbuild.h"
#include "pump.h"
#include "suite.h"

#define QUEUE	64

/* The device: packets to be read, and what was written. */
static struct {
	struct bytes	in[QUEUE];
	unsigned	waiting, taken, reads, whole, parts;
	struct bytes	out;		/* the last one written */
} device;

static struct rig r;
static struct pump pump;
static struct pktlog quiet;
static struct tun tun;
static struct bytes p;
static uint8_t data[4000], body[5000];

enum tun_status
tun_read(const struct tun *t, uint8_t *buf, struct cur *packet,
    struct offload *offload)
{
	struct bytes *b = &device.in[device.taken];

	(void)t;
	device.reads++;
	if (device.taken == device.waiting)
		return TUN_AGAIN;
	device.taken++;
	memset(buf - TUN_HEAD, 0xee, TUN_HEAD);
	memcpy(buf, b->b, b->n);
	*packet = cur_of(buf, b->n);
	*offload = (struct offload){ .gso = GSO_NONE };
	return TUN_OK;
}

enum tun_status
tun_write_whole(const struct tun *t, const struct offload *offload,
    uint8_t *packet, size_t n)
{
	(void)t;
	(void)offload;
	memset(packet - TUN_HEAD, 0xdd, TUN_HEAD);
	memcpy(device.out.b, packet, n);
	device.out.n = n;
	device.whole++;
	ck_assert_msg(wrong(&device.out) == NULL, "%s", wrong(&device.out));
	return TUN_OK;
}

enum tun_status
tun_write_parts(const struct tun *t, const struct offload *offload,
    struct cur head, const struct cur *part, size_t parts)
{
	(void)t;
	(void)offload;
	memcpy(device.out.b, head.p, head.n);
	device.out.n = head.n;
	for (size_t i = 0; i < parts; i++) {
		if (part[i].n != 0)
			memcpy(device.out.b + device.out.n, part[i].p,
			    part[i].n);
		device.out.n += part[i].n;
	}
	device.parts++;
	return TUN_OK;
}

void
tun_no_super(struct tun *t, bool udp)
{
	(void)t;
	(void)udp;
	ck_abort();
}

static void
no_lease(void *arg, const struct lease_event *e)
{
	(void)arg;
	(void)e;
}

static void
start(void)
{
	memset(&device, 0, sizeof device);
	memset(&pump, 0, sizeof pump);
	rig_start(&r);
	pump_init(&pump, &tun, &r.f, &quiet, no_lease, NULL);
	rnd_fill(data, sizeof data);
}

static void
arrives(const struct bytes *b)
{
	device.in[device.waiting++] = *b;
}

/* So many batches of one packet each. */
static void
lone_batches(unsigned n)
{
	while (n-- > 0) {
		device.waiting = device.taken = 0;
		arrives(&p);
		ck_assert(pump_batch(&pump, 1));
		ck_assert_uint_eq(device.taken, 1);
	}
	device.waiting = device.taken = device.reads = 0;
}

static const struct h4 v4 = { .ttl = 64, .proto = 17, .src = "198.51.100.1",
    .dst = "192.0.2.1" };
static const struct h6 v6 = { .hop = 64, .next = 17, .src = "2001:db8::1",
    .dst = "2001:db8:64::198.51.100.1" };

static void
udp4(struct h4 h, size_t n)
{
	put_ip4(&p, h, body, mk_udp(body, 1000, 2000, data, n));
	fix_sums(&p);
}

static void
udp6(struct h6 h, size_t n)
{
	put_ip6(&p, h, body, mk_udp(body, 1000, 2000, data, n));
	fix_sums(&p);
}

/* p comes, and what the core makes of it leaves in one piece. */
static void
leaves_whole(void)
{
	struct bytes want;

	(void)rig_send(&r, &p);
	ck_assert(r.o.send);
	want = r.out;
	device.waiting = device.taken = device.whole = device.parts = 0;
	arrives(&p);
	ck_assert(pump_batch(&pump, r.now));
	ck_assert_uint_eq(device.whole, 1);
	ck_assert_uint_eq(device.parts, 0);
	same_but_id(&device.out, &want);
	ck_assert_uint_eq(device.out.n, want.n);
	ck_assert_mem_eq(device.out.b, want.b, want.n);
}

START_TEST(a_packet_is_written_in_one_piece)
{
	struct h4 df = v4;

	start();
	df.off = 0x4000;
	for (size_t n = 1; n < 1400; n += 133) {
		udp4(df, n);		/* grows by 20 */
		leaves_whole();
		udp6(v6, n);		/* shrinks */
		leaves_whole();
	}
	rig_stop(&r);
}
END_TEST

/* The packet in an error grows as well: by all that there is room for. */
START_TEST(errors_are_written_in_one_piece)
{
	static struct bytes inner;
	struct h4 h = v4;

	start();
	h.src = "192.0.2.1";
	h.dst = "198.51.100.1";
	h.off = 0x2000;			/* a first fragment: 8 more */
	put_ip4(&inner, h, body, mk_udp(body, 2000, 1000, data, 400));
	h = v4;
	h.proto = 1;
	put_ip4(&p, h, body, mk_icmp(body, 3, 3, 0, inner.b, inner.n));
	fix_sums(&p);
	leaves_whole();
	rig_stop(&r);
}
END_TEST

/* Each head is written over what was sent already. */
START_TEST(fragments_keep_their_data)
{
	size_t at, n;

	start();
	udp4(v4, 3000);
	arrives(&p);
	ck_assert(pump_batch(&pump, 1));
	ck_assert_uint_eq(device.parts, 0);
	ck_assert_uint_ge(device.whole, 3);
	/* The last of them, behind the heads of the others. */
	at = (size_t)((device.out.b[42] << 8 | device.out.b[43]) & ~7);
	n = device.out.n - 48;
	ck_assert_uint_eq(at + n, 3008);
	ck_assert_mem_eq(device.out.b + 48, data + at - 8, n);
	rig_stop(&r);
}
END_TEST

/* What came back lies elsewhere: nothing is written in front of that. */
START_TEST(hairpinned)
{
	static struct forward_counters before;
	struct h6 h = v6;

	start();
	h.dst = "2001:db8:64::192.0.2.2";
	udp6(h, 300);
	ck_assert_int_eq(rig_send(&r, &p), REASON_HAIRPIN);
	before = r.f.count;
	arrives(&p);
	ck_assert(pump_batch(&pump, 1));
	ck_assert_uint_eq(device.whole + device.parts, 1);
	ck_assert_msg(wrong(&device.out) == NULL, "%s", wrong(&device.out));
	ck_assert_uint_eq(device.out.n, p.n);
	ck_assert_mem_eq(device.out.b + 48, data, 300);
	before.in6.packets++;
	before.in6.octets += p.n;
	before.out6.packets++;
	before.out6.octets += p.n;
	before.reason[REASON_HAIRPIN]++;
	ck_assert_mem_eq(&before, &r.f.count, sizeof before);
	rig_stop(&r);
}
END_TEST

START_TEST(answers_without_a_tail)
{
	struct h6 h = v6;

	start();
	h.hop = 1;
	udp6(h, 30);
	arrives(&p);
	ck_assert(pump_batch(&pump, 1));
	ck_assert_uint_eq(device.whole + device.parts, 1);
	ck_assert_msg(wrong(&device.out) == NULL, "%s", wrong(&device.out));
	rig_stop(&r);
}
END_TEST

START_TEST(bursts_are_read_until_there_is_no_more)
{
	start();
	udp6(v6, 100);
	for (int i = 0; i < 5; i++)
		arrives(&p);
	ck_assert(pump_batch(&pump, 1));
	ck_assert_uint_eq(device.taken, 5);
	ck_assert_uint_eq(device.reads, 6);
	rig_stop(&r);
}
END_TEST

/* Where packets come alone, poll(2) tells that there is no other. */
START_TEST(lone_packets_cost_one_read)
{
	unsigned reads;

	start();
	udp6(v6, 100);
	lone_batches(20);
	for (int i = 0; i < 800; i++) {
		device.waiting = device.taken = 0;
		arrives(&p);
		ck_assert(pump_batch(&pump, 1));
		ck_assert_uint_eq(device.taken, 1);
	}
	reads = device.reads;
	ck_assert_uint_le(reads, 900);

	/* Batches that find nothing, woken by a timer, say nothing. */
	device.waiting = device.taken = 0;
	for (int i = 0; i < 20; i++)
		ck_assert(pump_batch(&pump, 1));
	lone_batches(1);

	/* A burst is found soon, and from then on each is read whole. */
	for (int i = 0; i < QUEUE; i++)
		arrives(&p);
	for (int i = 0; i < 9; i++)
		ck_assert(pump_batch(&pump, 1));
	ck_assert_uint_eq(device.taken, QUEUE);
	device.waiting = device.taken = device.reads = 0;
	arrives(&p);
	arrives(&p);
	ck_assert(pump_batch(&pump, 1));
	ck_assert_uint_eq(device.taken, 2);
	rig_stop(&r);
}
END_TEST

TESTS(pump, a_packet_is_written_in_one_piece, errors_are_written_in_one_piece,
    fragments_keep_their_data, hairpinned, answers_without_a_tail,
    bursts_are_read_until_there_is_no_more, lone_packets_cost_one_read)
