/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The pump on a device that refuses the super-packets that it said it would take:
 * what reaches the wire is the same.
 */
#include <errno.h>
#include <unistd.h>

#include "core/rewrite.h"
#include "output.h"
#include "pktbuild.h"
#include "pump.h"
#include "suite.h"

#define QUEUE	64

static struct rig r;
static struct pump pump;
static struct pktlog quiet;
static struct tun tun;
static uint8_t data[70000], body[70000];

/* --- the device ----------------------------------------------------------- */

static struct bytes queue[QUEUE];
static struct offload queued[QUEUE];
static unsigned nqueue, nread;

static struct bytes wire[3000];
static unsigned nwire, refused, supers, asked_less[2];

static bool refuses_tcp, refuses_udp;
static unsigned refuse_once;		/* so many, of any kind */

enum tun_status
tun_read(const struct tun *t, uint8_t *buf, struct cur *packet,
    struct offload *offload)
{
	ck_assert_ptr_eq(t, &tun);
	if (nread == nqueue)
		return TUN_AGAIN;
	memcpy(buf, queue[nread].b, queue[nread].n);
	*packet = cur_of(buf, queue[nread].n);
	*offload = queued[nread++];
	return TUN_OK;
}

static bool
refuses(const struct offload *o)
{
	if (o->gso == GSO_NONE)
		return false;
	if (refuse_once > 0) {
		refuse_once--;
		return true;
	}
	return o->gso == GSO_UDP ? refuses_udp : refuses_tcp;
}

enum tun_status
tun_write_parts(const struct tun *t, const struct offload *o, struct cur head,
    const struct cur *part, size_t n)
{
	static struct bytes whole;

	ck_assert_ptr_eq(t, &tun);
	if (refuses(o)) {
		refused++;
		errno = EINVAL;
		return TUN_LOST;
	}
	memcpy(whole.b, head.p, head.n);
	whole.n = head.n;
	for (size_t i = 0; i < n; i++) {
		if (part[i].n > 0)
			memcpy(whole.b + whole.n, part[i].p, part[i].n);
		whole.n += part[i].n;
	}
	if (o->gso != GSO_NONE) {
		supers++;
		for (unsigned k = 0; device_segment(&whole, o, k,
		    &wire[nwire]); k++)
			nwire++;
		return TUN_OK;
	}
	if (offload_partial(o))
		device_checksum(&whole, o);
	ck_assert_msg(wrong(&whole) == NULL, "%s", wrong(&whole));
	wire[nwire++] = whole;
	return TUN_OK;
}

enum tun_status
tun_write_whole(const struct tun *t, const struct offload *o, uint8_t *packet,
    size_t n)
{
	struct cur all = cur_of(packet, n);

	return tun_write_parts(t, o, all, NULL, 0);
}

void
tun_no_super(struct tun *t, bool udp)
{
	ck_assert_ptr_eq(t, &tun);
	asked_less[udp]++;
	if (udp)
		t->cuts_udp = false;
	else
		t->cuts_tcp = false;
}

/* --- packets -------------------------------------------------------------- */

static void
on_lease(void *arg, const struct lease_event *e)
{
	(void)arg;
	(void)e;
	ck_abort();
}

static void
start(void)
{
	rig_start(&r);
	rnd_fill(data, sizeof data);
	memset(&pump, 0, sizeof pump);
	tun = (struct tun){ .fd = -1, .vnet = true, .cuts_tcp = true,
	    .cuts_udp = true };
	nqueue = nread = nwire = refused = supers = 0;
	asked_less[0] = asked_less[1] = 0;
	refuses_tcp = refuses_udp = false;
	refuse_once = 0;
	pump_init(&pump, &tun, &r.f, &quiet, on_lease, NULL);
}

/* n octets of the data from `at` on: a packet, or size not 0 a super-packet. */
static void
enqueue(bool tcp, size_t at, size_t n, size_t size)
{
	struct h6 h = { .hop = 64, .src = "2001:db8::1",
	    .dst = "2001:db8:64::198.51.100.1" };
	struct bytes *b = &queue[nqueue];
	struct offload *o = &queued[nqueue++];
	size_t len;

	*o = (struct offload){ 0 };
	h.next = tcp ? 6 : 17;
	if (tcp) {
		len = mk_tcp(body, 1024, 80, data + at, n);
		put32(body + 4, (uint32_t)at);
		body[13] = 0x10;
	} else {
		len = mk_udp(body, 1024, 53, data + at, n);
	}
	put_ip6(b, h, body, len);
	fix_sums(b);
	if (size == 0)
		return;
	*o = (struct offload){ .flags = OFFLOAD_NEEDS_CSUM,
	    .gso = tcp ? GSO_TCP6 : GSO_UDP, .gso_size = (uint16_t)size,
	    .csum_start = 40, .csum_offset = tcp ? 16 : 6 };
	put16(b->b + 40 + o->csum_offset, csum_fold(csum_pseudo6(
	    ip6_read(b->b + 8), ip6_read(b->b + 24), h.next,
	    (uint32_t)len)));
}

/* All of the data from 0 to n is on the wire, in order, packets of size octets. */
static void
arrived(bool tcp, size_t n, size_t size)
{
	size_t at = 0, header = 20 + (tcp ? 20 : 8);

	for (unsigned i = 0; i < nwire; i++) {
		size_t want = n - at < size ? n - at : size;

		ck_assert_msg(wrong(&wire[i]) == NULL, "%s", wrong(&wire[i]));
		ck_assert_uint_eq(wire[i].n, header + want);
		ck_assert_mem_eq(wire[i].b + header, data + at, want);
		if (tcp)
			ck_assert_uint_eq(be32(wire[i].b + 24), at);
		at += want;
	}
	ck_assert_uint_eq(at, n);
}

static void
batch(void)
{
	ck_assert(pump_batch(&pump, 0));
	ck_assert_uint_eq(nread, nqueue);
	nqueue = nread = 0;
	ck_assert_uint_eq(pump.count.write_errors, 0);
}

/* --- tests ---------------------------------------------------------------- */

START_TEST(super_packets_pass)
{
	for (int tcp = 0; tcp < 2; tcp++) {
		start();
		enqueue(tcp, 0, 30000, 1200);
		batch();
		arrived(tcp, 30000, 1200);
		ck_assert_uint_eq(supers, 1);
	}
}
END_TEST

/* Kernels of 2024 and later, some: the packets arrive all the same. */
static void
refused_come(void)
{
	for (int tcp = 0; tcp < 2; tcp++) {
		start();
		refuses_tcp = refuses_udp = true;
		for (unsigned i = 0; i < 20; i++)
			enqueue(tcp, i * 3000, 3000, 1000);
		batch();
		arrived(tcp, 60000, 1000);
		ck_assert_uint_eq(supers, 0);
		ck_assert_uint_eq(refused, PUMP_REFUSALS);
		/* asked for no more of this kind, once */
		ck_assert_uint_eq(asked_less[!tcp], 1);
		ck_assert_uint_eq(asked_less[tcp], 0);
		ck_assert_uint_eq(tun.cuts_tcp, !tcp);
	}
}

START_TEST(refused_as_they_come)
{
	ck_assert_str_eq(output_of(STDERR_FILENO, refused_come),
	    "lichen: the device refuses super-packets of UDP: "
	    "they are cut here, and no more are asked for\n"
	    "lichen: the device refuses super-packets of TCP: "
	    "they are cut here, and no more are asked for\n");
}
END_TEST

static void
refused_join(void)
{
	for (int tcp = 0; tcp < 2; tcp++) {
		start();
		refuses_tcp = tcp;
		refuses_udp = !tcp;
		for (unsigned n = 0; n < PUMP_REFUSALS + 2; n++) {
			for (unsigned i = 0; i < 5; i++)
				enqueue(tcp, n * 500 + i * 100, 100, 0);
			batch();
		}
		arrived(tcp, (PUMP_REFUSALS + 2) * 500, 100);
		ck_assert_uint_eq(supers, 0);
		ck_assert_uint_eq(refused, PUMP_REFUSALS);
		ck_assert_uint_eq(asked_less[!tcp], 1);
		ck_assert_uint_eq(pump.count.joined, 0);
		/* the other kind goes on */
		nwire = 0;
		for (unsigned i = 0; i < 5; i++)
			enqueue(!tcp, i * 100, 100, 0);
		batch();
		arrived(!tcp, 500, 100);
		ck_assert_uint_eq(supers, 1);
	}
}

START_TEST(refused_when_joined)
{
	ck_assert_str_eq(output_of(STDERR_FILENO, refused_join),
	    "lichen: the device refuses super-packets of UDP: "
	    "they are cut here, and no more are asked for\n"
	    "lichen: the device refuses super-packets of TCP: "
	    "they are cut here, and no more are asked for\n");
}
END_TEST

/* One that it does not like is no reason: nobody could slow us down with it. */
static void
refused_sometimes(void)
{
	start();
	for (unsigned i = 0; i < 60; i++) {
		if (i % PUMP_REFUSALS == 0)
			refuse_once = PUMP_REFUSALS - 1;
		enqueue(true, i * 1000, 1000, 500);
		batch();
	}
	arrived(true, 60000, 500);
	ck_assert_uint_gt(refused, 50);
	ck_assert_uint_eq(asked_less[0], 0);
	ck_assert(tun.cuts_tcp);
	ck_assert_uint_eq(supers, 7);
}

START_TEST(refused_once)
{
	ck_assert_str_eq(output_of(STDERR_FILENO, refused_sometimes), "");
}
END_TEST

/* Pieces of one that is too long for IPv4, and its short last segment. */
static void
refused_pieces(void)
{
	size_t n = 65535 - 20, size = 1400;

	start();
	refuses_tcp = true;
	enqueue(true, 0, n, size);
	batch();
	arrived(true, n, size);
	ck_assert_uint_eq(be16(wire[0].b + 6), 0x4000);
	ck_assert_uint_eq(be16(wire[nwire - 1].b + 6), 0);
}

START_TEST(refused_in_pieces)
{
	ck_assert_str_eq(output_of(STDERR_FILENO, refused_pieces), "");
}
END_TEST

/* Kernels may cut in pieces of eight what is to be cut in smaller ones. */
START_TEST(very_short_segments)
{
	for (int tcp = 0; tcp < 2; tcp++)
		for (size_t size = 1; size < 10; size++) {
			start();
			enqueue(tcp, 0, 60, size);
			batch();
			arrived(tcp, 60, size);
			ck_assert_uint_eq(supers, size >= 8);
		}
}
END_TEST

/* What is held does not wait for all that a deep queue has. */
START_TEST(a_batch_is_bounded)
{
	start();
	for (unsigned i = 0; i < QUEUE; i++)
		enqueue(true, 0, 50000, 1000);
	ck_assert(pump_batch(&pump, 0));
	ck_assert_uint_eq(nread, PUMP_OCTETS / (40 + 20 + 50000) + 1);
	ck_assert_uint_eq(supers, nread);
}
END_TEST

/* What was left unfinished inside of a tunnel is finished before. */
START_TEST(inner_checksum)
{
	static struct bytes inner;
	struct h6 h = { .hop = 64, .next = 47, .src = "2001:db8::1",
	    .dst = "2001:db8:64::198.51.100.1" };
	struct h4 g = { .ttl = 64, .proto = 17, .src = "10.0.0.1",
	    .dst = "10.0.0.2" };
	uint16_t right;

	start();
	put_ip4(&inner, g, body, mk_udp(body, 1, 2, data, 500));
	fix_sums(&inner);
	right = be16(inner.b + 26);
	put16(inner.b + 26, csum_fold(csum_pseudo4(0x0a000001, 0x0a000002,
	    17, 508)));
	memcpy(body, (uint8_t[]){ 0, 0, 8, 0 }, 4);
	memcpy(body + 4, inner.b, inner.n);
	put_ip6(&queue[0], h, body, 4 + inner.n);
	queued[0] = (struct offload){ .flags = OFFLOAD_NEEDS_CSUM,
	    .csum_start = 40 + 4 + 20, .csum_offset = 6 };
	nqueue = 1;
	batch();
	ck_assert_uint_eq(nwire, 1);
	ck_assert_uint_eq(wire[0].n, 20 + 4 + inner.n);
	ck_assert_uint_eq(be16(wire[0].b + 20 + 4 + 26), right);
	ck_assert_mem_eq(wire[0].b + 20 + 4 + 28, data, 500);
}
END_TEST

TESTS(refused, super_packets_pass, refused_as_they_come, refused_when_joined,
    refused_once, refused_in_pieces, very_short_segments, a_batch_is_bounded,
    inner_checksum)
