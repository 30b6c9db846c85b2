/* SPDX-License-Identifier: BSD-2-Clause */
/* tun_packets.c - packets and segments through the device and back. */
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <arpa/inet.h>

#include <linux/if_tun.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "kernel.h"
#include "../unit/pktbuild.h"
#include "../unit/suite.h"

#ifndef TUN_F_USO4	/* Linux 6.2 */
#define TUN_F_USO4	0x20
#define TUN_F_USO6	0x40
#endif

#define ALL_TCP	(TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN)

/*
 * The next packet with this transport, or *p empty after two seconds.  The kernel
 * sends some of its own accord (router solicitations and the like).
 */
static void
next(const struct tun *t, uint8_t proto, struct bytes *p, struct offload *o)
{
	static uint8_t room[TUN_HEAD + TUN_PACKET_MAX];
	struct pollfd poller = { .fd = t->fd, .events = POLLIN };
	struct cur packet;
	enum tun_status s;

	while (poll(&poller, 1, 2000) == 1) {
		while ((s = tun_read(t, room + TUN_HEAD, &packet, o)) ==
		    TUN_OK) {
			ck_assert_ptr_eq(packet.p, room + TUN_HEAD);
			memcpy(p->b, packet.p, packet.n);
			p->n = packet.n;
			if (p->b[p->b[0] >> 4 == 4 ? 9 : 6] == proto)
				return;
		}
		ck_assert_int_eq(s, TUN_AGAIN);
	}
	p->n = 0;
}

/* A socket of the kernel's, and its peer beyond the device. */
static int
udp_to_peer(int af, struct sockaddr_storage *peer)
{
	struct timeval two = { .tv_sec = 2 };
	struct sockaddr_in *s4 = (struct sockaddr_in *)peer;
	struct sockaddr_in6 *s6 = (struct sockaddr_in6 *)peer;
	int fd = socket(af, SOCK_DGRAM, 0);

	memset(peer, 0, sizeof *peer);
	peer->ss_family = (sa_family_t)af;
	if (af == AF_INET)
		inet_pton(af, "198.51.100.2", &s4->sin_addr);
	else
		inet_pton(af, "2001:db8:100::2", &s6->sin6_addr);
	s4->sin_port = htons(4000);	/* the same place in both */
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &two, sizeof two);
	ck_assert_int_ne(fd, -1);
	return fd;
}

static void
swap(uint8_t *a, uint8_t *b, size_t n)
{
	uint8_t was[16];

	memcpy(was, a, n);
	memcpy(a, b, n);
	memcpy(b, was, n);
}

/* The peer's answer: all sums stay right when both ends change places. */
static size_t
turn_round(struct bytes *p)
{
	size_t at = p->b[0] >> 4 == 4 ? 20 : 40;

	if (at == 20)
		swap(p->b + 12, p->b + 16, 4);
	else
		swap(p->b + 8, p->b + 24, 16);
	swap(p->b + at, p->b + at + 2, 2);
	return at;
}

/*
 * A datagram of n octets leaves through the device, and comes back in two parts.
 * partial: with a checksum that the kernel has to finish.
 */
static void
there_and_back(const struct tun *t, int af, size_t n, bool partial)
{
	static uint8_t sent[60000], got[60000];
	static struct bytes p;
	struct offload o;
	struct sockaddr_storage peer;
	size_t at;
	int fd = udp_to_peer(af, &peer);

	rnd_fill(sent, n);
	ck_assert_int_eq(sendto(fd, sent, n, 0, (struct sockaddr *)&peer,
	    sizeof peer), n);
	next(t, PROTO_UDP, &p, &o);
	ck_assert_uint_eq(p.n, (af == AF_INET ? 28 : 48) + n);
	ck_assert_ptr_null(wrong(&p));
	ck_assert_uint_eq(o.gso, GSO_NONE);
	ck_assert_uint_eq(o.flags, 0);
	at = turn_round(&p);
	if (partial) {
		uint32_t sum = plain_sum((uint32_t)(17 + 8 + n), p.b + at -
		    (af == AF_INET ? 8 : 32), af == AF_INET ? 8 : 32);

		put16(p.b + at + 6, (uint16_t)sum);
		o.flags = OFFLOAD_NEEDS_CSUM;
		o.csum_start = (uint16_t)at;
		o.csum_offset = 6;
	}
	ck_assert_int_eq(tun_write(t, &o, cur_of(p.b, at),
	    cur_of(p.b + at, p.n - at)), TUN_OK);
	ck_assert_int_eq(recv(fd, got, sizeof got, 0), n);
	ck_assert_mem_eq(got, sent, n);
	close(fd);
}

START_TEST(read_and_write)
{
	struct tun t = opened_up("x0", 100);

	for (int partial = 0; partial < 2; partial++) {
		there_and_back(&t, AF_INET, 5, partial);
		there_and_back(&t, AF_INET6, 5, partial);
	}
	run("ip link set x0 mtu 65535");
	there_and_back(&t, AF_INET, 60000, false);
	there_and_back(&t, AF_INET6, 60000, false);
}
END_TEST

/* What a kernel that knows no IFF_VNET_HDR makes of it. */
START_TEST(no_vnet_header)
{
	struct tun t = { .fd = foreign("v0", IFF_NO_PI), .name = "v0" };

	ck_assert_int_eq(fcntl(t.fd, F_SETFL, O_NONBLOCK), 0);
	bring_up("v0", 100);
	there_and_back(&t, AF_INET, 500, false);
	there_and_back(&t, AF_INET6, 500, false);
	tun_close(&t);
}
END_TEST

/* The device takes none of these, and goes on. */
START_TEST(write_refused)
{
	struct tun t = opened_up("e0", 100);
	struct offload none = { .gso = GSO_NONE }, bad = {
		.flags = OFFLOAD_NEEDS_CSUM, .csum_start = 50000,
		.csum_offset = 6,
	};
	static struct bytes p;
	struct cur packet;

	put_ip4(&p, (struct h4){ .ttl = 64, .proto = PROTO_UDP,
	    .src = "198.51.100.2", .dst = "198.51.100.1" },
	    "\1\2\3\4\0\10\0\0", 8);
	packet = cur_of(p.b, p.n);
	run("ip link set e0 down");
	ck_assert_int_eq(tun_write(&t, &none, packet, cur_of(NULL, 0)),
	    TUN_LOST);
	ck_assert_int_eq(errno, EIO);
	set_up("e0", 100);
	p.b[0] = 0x95;
	ck_assert_int_eq(tun_write(&t, &none, packet, cur_of(NULL, 0)),
	    TUN_LOST);
	ck_assert_int_eq(errno, EINVAL);
	p.b[0] = 0x45;
	ck_assert_int_eq(tun_write(&t, &bad, packet, cur_of(NULL, 0)),
	    TUN_LOST);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_int_eq(tun_write(&t, &none, cur_of(NULL, 0), cur_of(NULL, 0)),
	    TUN_LOST);
	there_and_back(&t, AF_INET, 100, false);
	there_and_back(&t, AF_INET6, 100, false);
}
END_TEST

/* --- segments ------------------------------------------------------------- */

struct kind {
	uint8_t		gso, ecn, proto;
	int		af;
};

static const struct kind kinds[] = {
	{ GSO_TCP4, 0, PROTO_TCP, AF_INET },
	{ GSO_TCP4, 1, PROTO_TCP, AF_INET },
	{ GSO_TCP6, 0, PROTO_TCP, AF_INET6 },
	{ GSO_TCP6, 1, PROTO_TCP, AF_INET6 },
	{ GSO_UDP, 0, PROTO_UDP, AF_INET },
	{ GSO_UDP, 0, PROTO_UDP, AF_INET6 },
};
#define KINDS	((int)(sizeof kinds / sizeof kinds[0]))

/* Three segments, 100, 100 and 50 octets, as one packet with a partial sum. */
static struct offload
super_packet(const struct kind *k, struct bytes *p)
{
	static const uint8_t data[250];
	uint8_t segment[300];
	size_t at = k->af == AF_INET ? 20 : 40;
	size_t addresses = k->af == AF_INET ? 8 : 32, n;
	struct offload o = {
		.flags = OFFLOAD_NEEDS_CSUM, .gso = k->gso, .ecn = k->ecn,
		.gso_size = 100, .csum_start = (uint16_t)at,
		.csum_offset = k->proto == PROTO_TCP ? 16 : 6,
	};

	n = k->proto == PROTO_TCP ? mk_tcp(segment, 1000, 2000, data, 250) :
	    mk_udp(segment, 1000, 2000, data, 250);
	o.hdr_len = (uint16_t)(at + n - 250);
	if (k->ecn)
		segment[13] |= 0x80;	/* CWR */
	if (k->af == AF_INET)
		put_ip4(p, (struct h4){ .ttl = 64, .proto = k->proto,
		    .src = "198.51.100.2", .dst = "198.51.101.2" }, segment, n);
	else
		put_ip6(p, (struct h6){ .hop = 64, .next = k->proto,
		    .src = "2001:db8:100::2", .dst = "2001:db8:101::2" },
		    segment, n);
	put16(p->b + at + o.csum_offset, (uint16_t)plain_sum(
	    (uint32_t)(k->proto + n), p->b + at - addresses, addresses));
	return o;
}

/* Through the kernel's forwarding, from one device to another that takes them. */
START_TEST(segments_uncut)
{
	const struct kind *k = &kinds[_i];
	struct tun in = opened_up("s0", 100), out = opened_up("s1", 101);
	static struct bytes sent, got;
	struct offload o, seen;
	unsigned features = k->gso == GSO_UDP ?
	    TUN_F_CSUM | TUN_F_USO4 | TUN_F_USO6 : ALL_TCP;

	run("sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1");
	if (ioctl(out.fd, TUNSETOFFLOAD, features) == -1) {
		/* Linux before 6.2 has no segmentation of UDP here. */
		ck_assert_uint_eq(k->gso, GSO_UDP);
		ck_assert_int_eq(errno, EINVAL);
		return;
	}
	o = super_packet(k, &sent);
	ck_assert_int_eq(tun_write(&in, &o, cur_of(sent.b, o.hdr_len),
	    cur_of(sent.b + o.hdr_len, sent.n - o.hdr_len)), TUN_OK);
	next(&out, k->proto, &got, &seen);
	ck_assert_uint_eq(got.n, sent.n);
	ck_assert_uint_eq(seen.flags, OFFLOAD_NEEDS_CSUM);
	ck_assert_uint_eq(seen.gso, o.gso);
	ck_assert_uint_eq(seen.ecn, o.ecn);
	ck_assert_uint_eq(seen.gso_size, 100);
	ck_assert_uint_eq(seen.csum_start, o.csum_start);
	ck_assert_uint_eq(seen.csum_offset, o.csum_offset);
	ck_assert_mem_eq(got.b + o.csum_start, sent.b + o.csum_start,
	    sent.n - o.csum_start);
}
END_TEST

/* As we open devices: complete packets, one by one. */
START_TEST(segments_cut)
{
	static const size_t payload[] = { 100, 100, 50 };
	const struct kind *k = &kinds[_i];
	struct tun in = opened_up("s0", 100), out = opened_up("s1", 101);
	static struct bytes p;
	struct offload o, seen;

	run("sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1");
	o = super_packet(k, &p);
	if (tun_write(&in, &o, cur_of(p.b, o.hdr_len),
	    cur_of(p.b + o.hdr_len, p.n - o.hdr_len)) != TUN_OK) {
		ck_assert_uint_eq(k->gso, GSO_UDP);	/* before 6.2 */
		ck_assert_int_eq(errno, EINVAL);
		return;
	}
	for (int i = 0; i < 3; i++) {
		next(&out, k->proto, &p, &seen);
		ck_assert_uint_eq(p.n, o.hdr_len + payload[i]);
		ck_assert_ptr_null(wrong(&p));
		ck_assert_uint_eq(seen.flags, 0);
		ck_assert_uint_eq(seen.gso, GSO_NONE);
	}
}
END_TEST

/* Asked for no more of one kind: those come cut, the others as before. */
START_TEST(no_super)
{
	const struct kind *k = &kinds[_i / 2];
	bool udp = _i % 2, cut = udp == (k->gso == GSO_UDP);
	struct tun in = opened_up("s0", 100), out = opened_up("s1", 101);
	static struct bytes sent, got;
	struct offload o, seen;

	run("sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1");
	tun_offload(&out);
	if (!out.cuts_udp)
		return;			/* Linux before 6.2 */
	tun_no_super(&out, udp);
	ck_assert_int_eq(out.cuts_udp, !udp);
	ck_assert_int_eq(out.cuts_tcp, udp);
	o = super_packet(k, &sent);
	ck_assert_int_eq(tun_write(&in, &o, cur_of(sent.b, o.hdr_len),
	    cur_of(sent.b + o.hdr_len, sent.n - o.hdr_len)), TUN_OK);
	next(&out, k->proto, &got, &seen);
	ck_assert_uint_eq(seen.gso, cut ? GSO_NONE : k->gso);
	ck_assert_uint_eq(got.n, cut ? o.hdr_len + 100u : sent.n);
}
END_TEST

int
main(void)
{
	const TTest *const single[] = {
		read_and_write, no_vnet_header, write_refused,
	};
	Suite *s = suite_create("packets");
	TCase *tc = tcase_create("packets");
	SRunner *sr;
	int failed;

	tcase_set_timeout(tc, 30);
	for (size_t i = 0; i < sizeof single / sizeof single[0]; i++)
		tcase_add_test(tc, single[i]);
	tcase_add_loop_test(tc, segments_uncut, 0, KINDS);
	tcase_add_loop_test(tc, segments_cut, 0, KINDS);
	tcase_add_loop_test(tc, no_super, 0, 2 * KINDS);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_set_fork_status(sr, CK_FORK);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
