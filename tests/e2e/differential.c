/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * differential.c - the same packets to two translators that differ in `offload`
 * alone; what leaves behind the kernel's cut must be the same packets, in the same
 * order within each flow.
 *
 *	differential [-u] DEVICE MAC DEVICE MAC SECONDS [SEED]
 *
 * Each DEVICE leads to a router that sends everything back by it; MAC is its
 * address.  Sent are super-packets, streams that can be joined, unfinished
 * checksums (in tunnels, too), fragments, and what is wrong in some way, in bursts.
 * -u: in any order and with or without DF, as where some packets of a flow take the
 * fast path (src/fastpath/program.c says why).
 * TAP lines; exit status 0 if all was equal.
 *
 * Not compared: IPv4 identifications where no fragment has them; they must be
 * different ones where DF is clear.  Not sent: TCP without DF that would have to
 * be fragmented, which gets smaller segments instead if it comes in a super-packet;
 * what is answered with an error and has an unfinished checksum, which is quoted so
 * (as the kernel does).
 */
#include <sys/socket.h>

#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <net/if.h>

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/wire.h"

#ifndef VIRTIO_NET_HDR_GSO_UDP_L4
#define VIRTIO_NET_HDR_GSO_UDP_L4	5
#endif

#define FLOWS		10
#define OUT_MAX		8192	/* packets that come back from a burst */
#define DATA_MAX	65000
#define VNET		sizeof(struct virtio_net_hdr)
#define MTU		1480	/* of IPv4, so that IPv6 has room */

/* A packet as it leaves: device header, frame. */
static uint8_t frame[VNET + ETH_HLEN + 65600];
static uint8_t *const packet = frame + VNET + ETH_HLEN;
static size_t packet_len;
static struct virtio_net_hdr *const vnet = (void *)frame;

static uint8_t data[DATA_MAX];

/* One of the two translators. */
struct side {
	int		out, in;	/* sockets: to send, to receive */
	uint8_t		mac[2][ETH_ALEN];	/* ours, the router's */
	size_t		n;
	struct got {
		uint64_t	key;	/* what belongs to one flow */
		unsigned	order;
		uint16_t	len, id;
		bool		may_be_cut;	/* IPv4, DF clear, no fragment */
		uint8_t		*p;
	}		got[OUT_MAX];
	size_t		used;
	uint8_t		room[OUT_MAX * 1536];
};
static struct side side[2];

static uint64_t seed;
static bool no_udp_supers, unordered;
static unsigned long sent, compared, bursts, supers, tunnels;

static uint32_t
rnd(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 32) % below;
}

static void __attribute__((__noreturn__))
die(const char *what)
{
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(1);
}

/* --- building ------------------------------------------------------------- */

struct flow {
	bool		v4, tcp, df;
	uint8_t		tos, ttl, host, server, options;
	bool		hairpin;
	uint16_t	sport, dport, id, size;
	uint32_t	seq;
};
static struct flow flow[FLOWS];

static uint32_t
plain_sum(uint32_t sum, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i + 1 < n; i += 2)
		sum += be16(p + i);
	if (n % 2 != 0)
		sum += (uint32_t)p[n - 1] << 8;
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static const uint8_t host6[12] = { 0x20, 1, 0x0d, 0xb8 };
static const uint8_t prefix6[12] = { 0x20, 1, 0x0d, 0xb8, 0, 0x64 };

/* The header of a packet of f with n octets behind it; its length. */
static size_t
put_ip(uint8_t *b, const struct flow *f, uint8_t proto, size_t n)
{
	const uint8_t host4[4] = { 192, 0, 2, f->host };
	const uint8_t server4[4] = { 203, 0, 113, f->server };
	struct wire_ip4 *h4 = (void *)b;
	struct wire_ip6 *h6 = (void *)b;

	if (f->v4) {
		memset(h4, 0, sizeof *h4);
		h4->ver_ihl = 0x45;
		h4->tos = f->tos;
		put16(h4->len, (uint16_t)(sizeof *h4 + n));
		put16(h4->id, f->id);
		put16(h4->off, f->df ? IP4_DF : 0);
		h4->ttl = f->ttl;
		h4->proto = proto;
		memcpy(h4->src, server4, 4);
		memcpy(h4->dst, host4, 4);
		put16(h4->sum, (uint16_t)~plain_sum(0, b, sizeof *h4));
		return sizeof *h4;
	}
	put32(h6->ver_class_flow, 6u << 28 | (uint32_t)f->tos << 20 | f->host);
	put16(h6->payload_len, (uint16_t)n);
	h6->next = proto;
	h6->hop_limit = f->ttl;
	memcpy(h6->src, host6, 12);
	memcpy(h6->src + 12, (uint8_t[]){ 0, 0, 0, f->host }, 4);
	memcpy(h6->dst, prefix6, 12);
	memcpy(h6->dst + 12, f->hairpin ? host4 : server4, 4);
	if (f->hairpin)
		h6->dst[15] ^= 1;
	return sizeof *h6;
}

static uint32_t
pseudo_sum(const uint8_t *b, uint8_t proto, size_t n)
{
	return b[0] >> 4 == 4 ? plain_sum((uint32_t)(proto + n), b + 12, 8) :
	    plain_sum((uint32_t)(proto + n), b + 8, 32);
}

static size_t
transport_len(const struct flow *f)
{
	return f->tcp ? sizeof(struct wire_tcp) + f->options :
	    sizeof(struct wire_udp);
}

/* Transport header and n octets of data; the checksum holds its pseudo-header. */
static size_t
put_segment(uint8_t *b, const struct flow *f, size_t n, uint8_t flags)
{
	size_t len = transport_len(f) + n;
	uint8_t proto = f->tcp ? PROTO_TCP : PROTO_UDP;
	size_t at = put_ip(b, f, proto, len);
	struct wire_tcp *tcp = (void *)(b + at);
	struct wire_udp *udp = (void *)(b + at);

	if (f->tcp) {
		memset(tcp, 0, sizeof *tcp);
		put16(tcp->sport, f->sport);
		put16(tcp->dport, f->dport);
		put32(tcp->seq, f->seq);
		put32(tcp->ack, 4711);
		tcp->off = (uint8_t)(transport_len(f) / 4 << 4);
		tcp->flags = flags;
		put16(tcp->win, 5000);
		memset(tcp + 1, 1, f->options);		/* no-operation */
		put16(tcp->sum, (uint16_t)pseudo_sum(b, proto, len));
	} else {
		put16(udp->sport, f->sport);
		put16(udp->dport, f->dport);
		put16(udp->len, (uint16_t)len);
		put16(udp->sum, (uint16_t)pseudo_sum(b, proto, len));
	}
	memcpy(b + at + transport_len(f), data + f->seq % 97, n);
	return at + len;
}

static size_t
net_len(const struct flow *f)
{
	return f->v4 ? sizeof(struct wire_ip4) : sizeof(struct wire_ip6);
}

static size_t
sum_offset(const struct flow *f)
{
	return f->tcp ? offsetof(struct wire_tcp, sum) :
	    offsetof(struct wire_udp, sum);
}

/* Finish what put_segment() left, of a packet of n octets at b. */
static void
finish_sum(uint8_t *b, const struct flow *f, size_t n)
{
	size_t at = net_len(f);
	uint16_t sum = (uint16_t)~plain_sum(0, b + at, n - at);

	put16(b + at + sum_offset(f), sum == 0 ? 0xffff : sum);
}

static void
leave_sum(const struct flow *f, size_t before)
{
	vnet->flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	vnet->csum_start = (uint16_t)(ETH_HLEN + before + net_len(f));
	vnet->csum_offset = (uint16_t)sum_offset(f);
}

/* --- receiving ------------------------------------------------------------ */

static uint64_t
mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * 0x9e3779b97f4a7c15;
	return h ^ h >> 29;
}

/* Fragments of one packet, or packets of the same ports, stay in order. */
static void
know(struct got *g)
{
	uint8_t *b = g->p;
	bool four = b[0] >> 4 == 4;
	size_t at = four ? 20 : 40;
	uint8_t proto = four ? b[9] : b[6];

	g->key = mix(proto, be32(b + at - 4));
	for (size_t i = four ? 12 : 8; i < at; i += 4)
		g->key = mix(g->key, be32(b + i));
	if (four ? (be16(b + 6) & ~IP4_DF) != 0 : proto == PROTO_FRAGMENT) {
		g->key = mix(g->key, four ? be16(b + 4) : be32(b + 44));
		return;
	}
	if (four) {			/* not to be compared */
		g->id = be16(b + 4);
		g->may_be_cut = be16(b + 6) == 0;
		put16(b + 4, 0);
		put16(b + 10, 0);
		if (unordered)
			put16(b + 6, 0);
	}
	if (proto == PROTO_TCP || proto == PROTO_UDP)
		g->key = mix(g->key, be32(b + at));
}

/* What the routers say of their own accord. */
static bool
is_noise(const uint8_t *b)
{
	return b[0] >> 4 == 6 && (b[6] == 0 ||
	    (b[6] == PROTO_ICMPV6 && b[40] >= 130));
}

static void
receive(struct side *s)
{
	struct sockaddr_ll from;
	socklen_t len = sizeof from;
	struct got *g = &s->got[s->n];
	uint8_t *b = s->room + s->used;
	ssize_t n = recvfrom(s->in, b, 1536, MSG_TRUNC | MSG_DONTWAIT,
	    (struct sockaddr *)&from, &len);

	if (n < ETH_HLEN + 20 || from.sll_pkttype == PACKET_OUTGOING ||
	    (from.sll_protocol != htons(ETH_P_IP) &&
	    from.sll_protocol != htons(ETH_P_IPV6)) || is_noise(b + ETH_HLEN))
		return;
	if (n > 1536 || s->n == OUT_MAX - 1) {
		errno = EMSGSIZE;
		die("receive");
	}
	*g = (struct got){ .order = (unsigned)s->n++, .p = b + ETH_HLEN,
	    .len = (uint16_t)(n - ETH_HLEN) };
	s->used += 1536;
	know(g);
}

/* Until nothing came for so long. */
static void
receive_all(int ms)
{
	struct pollfd p[2] = { { .fd = side[0].in, .events = POLLIN },
	    { .fd = side[1].in, .events = POLLIN } };

	while (poll(p, 2, ms) > 0)
		for (int i = 0; i < 2; i++)
			if (p[i].revents != 0)
				receive(&side[i]);
}

/* --- sending -------------------------------------------------------------- */

static void
send_packet(void)
{
	struct ethhdr *eth = (void *)(frame + VNET);

	eth->h_proto = htons(packet[0] >> 4 == 4 ? ETH_P_IP : ETH_P_IPV6);
	for (int i = 0; i < 2; i++) {
		size_t n = VNET + ETH_HLEN + packet_len;

		memcpy(eth->h_source, side[i].mac[0], ETH_ALEN);
		memcpy(eth->h_dest, side[i].mac[1], ETH_ALEN);
		if (send(side[i].out, frame, n, 0) != (ssize_t)n) {
			if (errno != EINVAL ||
			    vnet->gso_type != VIRTIO_NET_HDR_GSO_UDP_L4)
				die("send");
			no_udp_supers = true;	/* Linux before 6.2 */
			break;
		}
	}
	sent++;
	receive_all(0);
	memset(vnet, 0, VNET);
}

/* IPv4 octets of headers and data: fragments of TCP are left out, see above. */
static size_t
largest_data(const struct flow *f)
{
	size_t all = !f->tcp || !f->v4 || f->df ? MTU : 1260;

	return all - sizeof(struct wire_ip4) - transport_len(f);
}

static void
send_super(struct flow *f)
{
	size_t size = f->size, n, most = DATA_MAX - 200;
	static const uint8_t flags[] = { 0x10, 0x18, 0x11, 0x50, 0x90, 0xd8 };
	uint8_t flag = flags[rnd(sizeof flags)];

	/* As many as UDP may have; too many would not fit the cable's queue. */
	if (most > 64 * size)
		most = 64 * size;
	/* Nobody sends such, and the kernel has its own idea of them. */
	if ((no_udp_supers && !f->tcp) || size < 8)
		return;
	if (rnd(3) != 0)
		most = most < 9000 ? most : 9000;
	n = size + 1 + rnd((uint32_t)(most - size));
	if (rnd(3) == 0 && n > 2 * size)
		n -= n % size;
	packet_len = put_segment(packet, f, n, flag);
	leave_sum(f, 0);
	vnet->gso_type = !f->tcp ? VIRTIO_NET_HDR_GSO_UDP_L4 : f->v4 ?
	    VIRTIO_NET_HDR_GSO_TCPV4 : VIRTIO_NET_HDR_GSO_TCPV6;
	if (f->tcp && (flag & 0x80) != 0)
		vnet->gso_type |= VIRTIO_NET_HDR_GSO_ECN;
	vnet->gso_size = (uint16_t)size;
	vnet->hdr_len = (uint16_t)(ETH_HLEN + net_len(f) + transport_len(f));
	send_packet();
	f->seq += (uint32_t)n;
	f->id = (uint16_t)(f->id + (n + size - 1) / size);
	supers++;
}

static void
send_single(struct flow *f, size_t n, bool partial, bool push)
{
	packet_len = put_segment(packet, f, n, push ? 0x18 : 0x10);
	if (partial)
		leave_sum(f, 0);
	else
		finish_sum(packet, f, packet_len);
	send_packet();
	f->seq += (uint32_t)n;
	f->id++;
}

/* A row that could be one super-packet. */
static void
send_row(struct flow *f)
{
	unsigned n = 1 + rnd(12);
	bool partial = rnd(3) == 0;

	while (n-- > 0)
		send_single(f, n == 0 && rnd(2) == 0 ? 1 + rnd(f->size) :
		    f->size, partial, n == 0 && rnd(2) == 0);
}

/* Wrong in some way, or at a limit. */
static void
send_odd(struct flow *f)
{
	struct flow g = *f;
	size_t at = net_len(f);

	switch (rnd(7)) {
	case 0:				/* a wrong checksum stays so */
		packet_len = put_segment(packet, f, f->size, 0x10);
		finish_sum(packet, f, packet_len);
		packet[packet_len - 1] ^= 1;
		send_packet();
		break;
	case 1:
		g.ttl = (uint8_t)(1 + rnd(2));
		send_single(&g, f->size, false, false);
		break;
	case 2:				/* no checksum */
		g.tcp = false;
		packet_len = put_segment(packet, &g, 1 + rnd(1000), 0);
		put16(packet + at + 6, 0);
		send_packet();
		break;
	case 3:				/* too long, or to be fragmented */
		g.df = rnd(2) != 0;
		g.tcp = false;
		send_single(&g, 1300 + rnd(140), !g.df && rnd(2), false);
		break;
	case 4:				/* a fragment */
		g.df = false;
		g.tcp = false;
		g.id = (uint16_t)rnd(65536);
		packet_len = put_segment(packet, &g, 800, 0);
		if (f->v4) {
			put16(packet + 6, IP4_MF);
			put16(packet + 10, 0);
			put16(packet + 10, (uint16_t)~plain_sum(0, packet, 20));
		} else {
			memmove(packet + 48, packet + 40, packet_len - 40);
			memcpy(packet + 40, (uint8_t[]){ 17, 0, 0, 1, 0, 0,
			    (uint8_t)rnd(256), (uint8_t)rnd(256) }, 8);
			packet[6] = PROTO_FRAGMENT;
			put16(packet + 4, (uint16_t)(packet_len - 40 + 8));
			packet_len += 8;
		}
		send_packet();
		break;
	case 5:				/* a transport that we do not know */
		packet_len = put_ip(packet, f, 132, 500) + 500;
		memcpy(packet + at, data, 500);
		send_packet();
		break;
	case 6:				/* no data, not in sequence */
		g.seq += rnd(3);
		send_single(&g, rnd(2), false, false);
		break;
	}
}

/* IP in IP, GRE or VXLAN without a checksum; the packet inside is unfinished. */
static void
send_tunnel(struct flow *f)
{
	static const struct {
		uint8_t	proto, shim;
	} kinds[] = { { 4, 0 }, { 41, 0 }, { 47, 4 }, { PROTO_UDP, 16 } };
	unsigned k = rnd(4);
	size_t shim = kinds[k].shim, at = net_len(f), n;
	struct flow inner = *f;
	uint8_t *b = packet + at + shim;

	inner.v4 = kinds[k].proto == 4 || (kinds[k].proto != 41 && rnd(2));
	inner.ttl = 9;
	n = put_segment(b, &inner, 1 + rnd(900), 0x10);
	put_ip(packet, f, kinds[k].proto, shim + n);
	memset(packet + at, 0, shim);
	if (kinds[k].proto == PROTO_UDP) {
		put16(packet + at, 1000);
		put16(packet + at + 2, 4789);
		put16(packet + at + 4, (uint16_t)(shim + n));
	}
	packet_len = at + shim + n;
	leave_sum(&inner, at + shim);
	send_packet();
	tunnels++;
}

static void
new_flow(struct flow *f)
{
	*f = (struct flow){
		.v4 = rnd(2), .tcp = rnd(2), .df = rnd(2),
		.tos = (uint8_t)(rnd(2) ? 0 : rnd(256)),
		.ttl = (uint8_t)(rnd(9) ? 64 : 5 + rnd(250)),
		.host = (uint8_t)(1 + rnd(4)), .server = (uint8_t)(1 + rnd(3)),
		.sport = (uint16_t)(1024 + rnd(8)),
		.dport = (uint16_t)(80 + rnd(3)),
		.id = (uint16_t)rnd(65536), .seq = rnd(1u << 31) * 2,
	};
	f->hairpin = !f->v4 && rnd(8) == 0;
	f->options = (uint8_t)(rnd(3) ? 12 : rnd(11) * 4);
	f->size = (uint16_t)(1 + rnd((uint32_t)largest_data(f)));
	if (rnd(3) != 0)
		f->size = (uint16_t)(largest_data(f) -
		    rnd((uint32_t)largest_data(f) / 3));
}

static void
send_burst(void)
{
	unsigned n = 3 + rnd(15);

	for (int i = 0; i < FLOWS; i++)
		if (rnd(4) == 0 || bursts == 0)
			new_flow(&flow[i]);
	while (n-- > 0) {
		struct flow *f = &flow[rnd(FLOWS)];
		unsigned what = rnd(10);

		if (what < 2)
			send_super(f);
		else if (what < 7)
			send_row(f);
		else if (what < 9)
			send_odd(f);
		else
			send_tunnel(f);
	}
	bursts++;
}

/* --- comparing ------------------------------------------------------------- */

static int
by_flow(const void *a, const void *b)
{
	const struct got *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	if (unordered && x->len != y->len)
		return x->len < y->len ? -1 : 1;
	if (unordered)
		return memcmp(x->p, y->p, x->len);
	return x->order < y->order ? -1 : 1;
}

static void
show(const char *what, const struct got *g)
{
	printf("# %s:", what);
	for (size_t i = 0; g != NULL && i < g->len && i < 80; i++)
		printf("%s%02x", i % 4 == 0 ? " " : "", g->p[i]);
	printf("%s\n", g == NULL ? " nothing" : "");
}

/*
 * A sum of ones' complement has two zeros, and who finishes one may write either: the
 * kernel writes 0xffff, the core 0 where it is not UDP's.
 */
static bool
two_zeros(const uint8_t *a, const uint8_t *b)
{
	return be16(a) + be16(b) == 0xffff && (be16(a) == 0 || be16(b) == 0);
}

static bool
same(const struct got *a, const struct got *b)
{
	size_t i = 0;

	if (a->len != b->len)
		return false;
	while (i < a->len && a->p[i] == b->p[i])
		i++;
	if (i == a->len)
		return true;
	return i % 2 == 0 && i + 2 <= a->len && two_zeros(a->p + i, b->p + i) &&
	    memcmp(a->p + i + 2, b->p + i + 2, a->len - i - 2) == 0;
}

/* The first difference, or NULL. */
static const char *
compare(void)
{
	struct side *a = &side[0], *b = &side[1];
	size_t i = 0;

	qsort(a->got, a->n, sizeof a->got[0], by_flow);
	qsort(b->got, b->n, sizeof b->got[0], by_flow);
	while (i < a->n && i < b->n && same(&a->got[i], &b->got[i]))
		i++;
	if (i == a->n && i == b->n)
		return NULL;
	printf("# packets %zu and %zu; number %zu is different\n", a->n, b->n,
	    i);
	show("first", i < a->n ? &a->got[i] : NULL);
	show("second", i < b->n ? &b->got[i] : NULL);
	return "different packets";
}

static int
by_id(const void *a, const void *b)
{
	const struct got *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

/* RFC 6864: of one pair of hosts, without DF, all different. */
static const char *
ids_repeat(struct side *s)
{
	qsort(s->got, s->n, sizeof s->got[0], by_id);
	for (size_t i = 0; i < s->n; i++)
		for (size_t k = i + 1; k < s->n &&
		    s->got[k].id == s->got[i].id; k++) {
			const uint8_t *x = s->got[i].p, *y = s->got[k].p;

			if (s->got[i].may_be_cut && s->got[k].may_be_cut &&
			    x[9] == y[9] && x[9] != PROTO_ICMP &&
			    memcmp(x + 12, y + 12, 8) == 0)
				return "one identification twice";
		}
	return NULL;
}

static void
clear(void)
{
	for (int i = 0; i < 2; i++)
		side[i].n = side[i].used = 0;
}

/* --- main ----------------------------------------------------------------- */

static int
packet_socket(const char *device, int protocol)
{
	struct sockaddr_ll a = { .sll_family = AF_PACKET,
	    .sll_protocol = htons((uint16_t)protocol),
	    .sll_ifindex = (int)if_nametoindex(device) };
	int fd = socket(AF_PACKET, SOCK_RAW, htons((uint16_t)protocol));
	int size = 64 << 20;

	if (fd == -1 || a.sll_ifindex == 0 ||
	    bind(fd, (struct sockaddr *)&a, sizeof a) == -1)
		die(device);
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) ==
	    -1)
		die("SO_RCVBUFFORCE");
	return fd;
}

static void
open_side(struct side *s, const char *device, const char *mac)
{
	int one = 1;
	struct sockaddr_ll a;
	socklen_t len = sizeof a;
	unsigned b[ETH_ALEN];

	s->in = packet_socket(device, ETH_P_ALL);
	s->out = packet_socket(device, 0);
	if (setsockopt(s->out, SOL_PACKET, PACKET_VNET_HDR, &one,
	    sizeof one) == -1 ||
	    getsockname(s->in, (struct sockaddr *)&a, &len) == -1)
		die(device);
	memcpy(s->mac[0], a.sll_addr, ETH_ALEN);
	if (sscanf(mac, "%x:%x:%x:%x:%x:%x", &b[0], &b[1], &b[2], &b[3], &b[4],
	    &b[5]) != ETH_ALEN)
		die(mac);
	for (int i = 0; i < ETH_ALEN; i++)
		s->mac[1][i] = (uint8_t)b[i];
}

int
main(int argc, char **argv)
{
	const char *bad = NULL;
	time_t end;

	if (argc > 1 && strcmp(argv[1], "-u") == 0) {
		unordered = true;
		argv++;
		argc--;
	}
	if (argc < 6) {
		fprintf(stderr, "usage: differential [-u] device mac device mac "
		    "seconds [seed]\n");
		return 2;
	}
	open_side(&side[0], argv[1], argv[2]);
	open_side(&side[1], argv[3], argv[4]);
	end = time(NULL) + atoi(argv[5]);
	seed = argc > 6 ? strtoull(argv[6], NULL, 10) : (uint64_t)end;
	printf("# seed %llu\n", (unsigned long long)seed);
	seed = mix(seed, 1) | 1;
	for (size_t i = 0; i < sizeof data; i++)
		data[i] = (uint8_t)rnd(256);
	receive_all(100);
	while (bad == NULL && time(NULL) < end) {
		clear();
		send_burst();
		receive_all(5);
		if (side[0].n != side[1].n)	/* late, on a busy machine? */
			receive_all(1000);
		compared += side[0].n;
		if ((bad = compare()) == NULL &&
		    (bad = ids_repeat(&side[0])) == NULL)
			bad = ids_repeat(&side[1]);
	}
	printf("# %lu packets sent in %lu bursts, %lu of them super-packets, "
	    "%lu of tunnels; %lu came back\n", sent, bursts, supers, tunnels,
	    compared);
	printf("%sok 1 - %s\n", bad == NULL ? "" : "not ",
	    bad == NULL ? "the same packets" : bad);
	/* Of a super-packet several, of a wrong one none. */
	printf("%sok 2 - more came back than was sent\n", compared > sent ? "" : "not ");
	printf("1..2\n");
	return bad != NULL || compared <= sent;
}
