/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trial.c - packets through the program in the kernel and through the core, before
 * any of the network's passes it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/checksum.h"
#include "core/rfc6052.h"
#include "core/rewrite.h"
#include "core/xlat.h"
#include "trial.h"

/* --- comparing ------------------------------------------------------------ */

static size_t
network_len(const uint8_t *p)
{
	return p[0] >> 4 == 4 ? sizeof(struct wire_ip4) :
	    sizeof(struct wire_ip6);
}

/* RFC 1071: an unfinished sum is the complement of a finished one. */
static void
complement_tcp(uint8_t *p, size_t n)
{
	size_t at = network_len(p) + offsetof(struct wire_tcp, sum);

	if (n < at + 2)
		return;
	p[at] = (uint8_t)~p[at];
	p[at + 1] = (uint8_t)~p[at + 1];
}

bool
trial_run(const struct loader *l, struct cur packet, uint16_t gso_size,
    enum loader_verdict *said, uint8_t out[static LOADER_PACKET_MAX],
    size_t *n)
{
	static uint8_t in[LOADER_PACKET_MAX];

	if (packet.n > sizeof in) {
		errno = E2BIG;
		return false;
	}
	if (packet.n > 0)
		memcpy(in, packet.p, packet.n);
	if (gso_size != 0)
		complement_tcp(in, packet.n);
	if (!loader_try(l, cur_of(in, packet.n), gso_size, said, out, n))
		return false;
	if (gso_size != 0)
		complement_tcp(out, *n);
	return true;
}

struct offload
trial_offload(const struct pkt *p, uint16_t gso_size)
{
	if (gso_size == 0)
		return (struct offload){ 0 };
	return (struct offload){
		.flags = OFFLOAD_NEEDS_CSUM,
		.gso = p->version == 4 ? GSO_TCP4 : GSO_TCP6,
		.gso_size = gso_size,
		.csum_start = (uint16_t)p->net_len,
		.csum_offset = offsetof(struct wire_tcp, sum),
	};
}

/* Identification and the checksum over it, from the one to the other. */
static const char *
settle_id(uint8_t *want, const uint8_t *got)
{
	struct wire_ip4 *w = (void *)want;
	const struct wire_ip4 *g = (const void *)got;

	if (want[0] >> 4 != 4 || (be16(w->off) & IP4_DF) != 0)
		return NULL;
	if (csum_fold(csum_bytes(cur_of(g, sizeof *g))) != 0xffff)
		return "header checksum";
	memcpy(w->id, g->id, sizeof w->id);
	memcpy(w->sum, g->sum, sizeof w->sum);
	return NULL;
}

const char *
trial_differs(const struct xlat_out *want, const uint8_t *got, size_t n,
    uint16_t gso_size)
{
	uint8_t head[XLAT_HEAD_MAX];
	const char *why;

	(void)gso_size;
	if (out_len(want) != n)
		return "length";
	memcpy(head, want->head, want->head_len);
	if ((why = settle_id(head, got)) != NULL)
		return why;
	if (memcmp(head, got, network_len(head)) != 0)
		return "network header";
	if (memcmp(head, got, want->head_len) != 0)
		return "transport header";
	if (want->tail.n > 0 &&
	    memcmp(want->tail.p, got + want->head_len, want->tail.n) != 0)
		return "payload";
	return NULL;
}

/* --- packets -------------------------------------------------------------- */

struct kind {
	const char	*name;
	uint8_t		 proto;		/* IPv4's number */
	uint16_t	 payload;	/* transport header included */
	uint16_t	 gso_size;
	bool		 df;
	bool		 left;		/* to the daemon */
	uint8_t		 ttl;
	bool		 fragment, options, no_sum;
};

static const struct kind kinds[] = {
	{ "short TCP", PROTO_TCP, 20, .ttl = 64 },
	{ "long TCP", PROTO_TCP, 1250, .ttl = 63, .df = true },
	{ "segmented TCP", PROTO_TCP, 2020, 1000, .ttl = 64, .df = true },
	{ "UDP", PROTO_UDP, 64, .ttl = 2 },
	{ "long UDP", PROTO_UDP, 1251, .ttl = 255, .df = true },
	{ "echo", PROTO_ICMP, 65, .ttl = 64 },
	{ "ESP", PROTO_ESP, 100, .ttl = 64 },
	{ "end of the hop limit", PROTO_UDP, 64, .ttl = 1, .left = true },
	{ "fragment", PROTO_UDP, 64, .ttl = 64, .left = true,
	    .fragment = true },
	{ "option", PROTO_UDP, 64, .ttl = 64, .left = true,
	    .options = true },
	{ "no UDP checksum", PROTO_UDP, 64, .ttl = 64, .left = true,
	    .no_sum = true },
	{ "segmented UDP", PROTO_UDP, 2008, 1000, .ttl = 64, .df = true,
	    .left = true },
};

struct flow {
	ip4_t		src4, dst4;
	struct ip6	src6, dst6;
};

#define PACKET_MAX	2200

/* Any octets will do but for those that say what they are; sums are as if right. */
static size_t
put_transport_octets(uint8_t *to, uint8_t version, const struct kind *k)
{
	for (size_t i = 0; i < k->payload; i++)
		to[i] = (uint8_t)(i * 7 + k->payload);
	if (k->proto == PROTO_TCP)
		to[offsetof(struct wire_tcp, off)] = 5 << 4;
	if (k->proto == PROTO_UDP)
		put16(to + offsetof(struct wire_udp, len), k->payload);
	if (k->no_sum)
		put16(to + offsetof(struct wire_udp, sum), 0);
	if (k->proto == PROTO_ICMP) {
		to[0] = version == 4 ? ICMP4_ECHO : ICMP6_ECHO_REPLY;
		to[1] = 0;
	}
	return k->payload;
}

static size_t
build4(uint8_t *to, const struct flow *f, const struct kind *k)
{
	struct wire_ip4 *h = (void *)to;
	size_t n = sizeof *h;

	if (k->options)
		for (; n < sizeof *h + 4; n++)
			to[n] = IP4_OPT_NOP;
	write_ip4(h, &(struct ip4_fields){
		.tos = 0xb9,
		.len = (uint16_t)(n + k->payload),
		.id = 0x1234,
		.off = (k->df ? IP4_DF : 0) | (k->fragment ? IP4_MF : 0),
		.ttl = k->ttl,
		.proto = k->proto,
		.src = f->src4,
		.dst = f->dst4,
	});
	h->ver_ihl = (uint8_t)(4 << 4 | n / 4);
	put16(h->sum, 0);
	put16(h->sum, csum_field(csum_bytes(cur_of(to, n))));
	return n + put_transport_octets(to + n, 4, k);
}

static size_t
build6(uint8_t *to, const struct flow *f, const struct kind *k)
{
	struct wire_ip6 *h = (void *)to;
	uint8_t next = k->proto == PROTO_ICMP ? PROTO_ICMPV6 : k->proto;
	size_t n = sizeof *h, ext = k->fragment || k->options ? 8 : 0;

	memset(to + n, 0, ext);
	if (ext > 0)
		to[n] = next;
	if (k->fragment)
		to[n + 3] = IP6_MF;
	write_ip6(h, &(struct ip6_fields){
		.tos = 0xb9,
		.hop_limit = k->ttl,
		.next = k->fragment ? PROTO_FRAGMENT :
		    k->options ? PROTO_DSTOPTS : next,
		.payload_len = (uint16_t)(ext + k->payload),
		.src = f->src6,
		.dst = f->dst6,
	});
	n += ext;
	return n + put_transport_octets(to + n, 6, k);
}

/* --- one packet ----------------------------------------------------------- */

/* What was left a moment ago holds nothing. */
static void
release_flows(const struct loader *l)
{
	memset(l->mem[FP_HELD], 0, l->size[FP_HELD]);
}

/* What the core makes of it, given its addresses. */
static bool
expect(const struct forward *f, const struct flow *flow, struct cur packet,
    uint16_t gso_size, struct xlat_out *out)
{
	const struct xlat_addrs4 a4 = { .src = flow->src4, .dst = flow->dst4 };
	const struct xlat_addrs6 a6 = { .src = flow->src6, .dst = flow->dst6 };
	struct pkt p, inner;
	struct offload offload;
	enum reason why;
	unsigned mtu;

	if (!pkt_parse(packet, &p, &why))
		return false;
	offload = trial_offload(&p, gso_size);
	return p.version == 4 ? xlat46(&f->set, &p, &offload, &inner, &a6,
	    out, &mtu) == REASON_XLAT46 : xlat64(&f->set, &p, &offload,
	    &inner, &a4, 0, out, &mtu) == REASON_XLAT64;
}

static bool
report(char *err, size_t errsize, uint8_t version, const struct kind *k,
    const char *what)
{
	snprintf(err, errsize, "the trial failed: IPv%d, %s: %s", version,
	    k->name, what);
	return false;
}

/* Longer ones are the daemon's if this device is narrow. */
static bool
is_left(const struct forward *f, uint8_t version, const struct kind *k)
{
	unsigned data = k->gso_size == 0 ? k->payload : 20u + k->gso_size;
	unsigned len = (unsigned)(version == 4 ? sizeof(struct wire_ip6) :
	    sizeof(struct wire_ip4)) + data;

	return k->left || len > f->set.mtu ||
	    (version == 4 && !k->df && len > f->set.offlink_mtu);
}

static bool
try_packet(const struct loader *l, const struct forward *f,
    const struct flow *flow, uint8_t version, const struct kind *k, char *err,
    size_t errsize)
{
	static uint8_t packet[PACKET_MAX], out[LOADER_PACKET_MAX];
	static struct xlat_out want;
	size_t n = version == 4 ? build4(packet, flow, k) :
	    build6(packet, flow, k);
	enum loader_verdict said;
	const char *differs;
	size_t got;

	release_flows(l);
	if (!trial_run(l, cur_of(packet, n), k->gso_size, &said, out, &got))
		return report(err, errsize, version, k, strerror(errno));
	if (is_left(f, version, k))
		return said == LOADER_TO_DAEMON || report(err, errsize,
		    version, k, "not left to the daemon");
	if (said != LOADER_TRANSLATED)
		return report(err, errsize, version, k, "not translated");
	if (!expect(f, flow, cur_of(packet, n), k->gso_size, &want))
		return report(err, errsize, version, k,
		    "the core translates it not");
	differs = trial_differs(&want, out, got, k->gso_size);
	return differs == NULL || report(err, errsize, version, k, differs);
}

/* --- addresses ------------------------------------------------------------ */

struct end {
	ip4_t		a4;
	struct ip6	a6;
	bool		lease;
};

#define ENDS_MAX	4

/* Is this pair of addresses translated to each other, both ways? */
static bool
is_end(const struct forward *f, const struct end *e)
{
	struct addrmap map = f->map;
	struct lease_event none;
	struct addr6 to6;
	struct addr4 to4;

	if (!ip4_is_unicast(e->a4) || !ip6_is_unicast(e->a6) ||
	    e->a4 == f->own.addr4 || ip6_eq(e->a6, f->own.addr6))
		return false;
	if (e->lease)
		return addrmap_map4(&map, e->a4) == NULL &&
		    addrmap_map6(&map, e->a6) == NULL &&
		    !(map.has_prefix && prefix6_has(map.prefix, e->a6));
	to6 = addrmap_6(&map, e->a4, ADDR_QUOTED, 0);
	to4 = addrmap_4(&map, e->a6, ADDR_QUOTED, 0, &none);
	return (to6.rule == ADDR_MAP || to6.rule == ADDR_PREFIX) &&
	    to6.rule == to4.rule && to4.addr == e->a4 &&
	    ip6_eq(to6.addr, e->a6);
}

static void
add_end(const struct forward *f, struct end *list, unsigned *n, struct end e)
{
	if (*n < ENDS_MAX && is_end(f, &e))
		list[(*n)++] = e;
}

/* By the prefix two, by a map one, as if by a lease one. */
static unsigned
find_ends(const struct forward *f, struct end list[static ENDS_MAX])
{
	static const ip4_t global[] = { 0x01020304, 0x08090a0b };
	const struct addrmap *map = &f->map;
	unsigned n = 0;

	for (unsigned i = 0; i < 2 && map->has_prefix; i++)
		add_end(f, list, &n, (struct end){ .a4 = global[i],
		    .a6 = rfc6052_embed(map->prefix, global[i]) });
	if (map->nmaps > 0) {
		const struct map *m = &map->map[0];
		ip4_t a4 = m->v4.addr | (global[0] & ~mask4(m->v4.len));

		add_end(f, list, &n, (struct end){ .a4 = a4,
		    .a6 = map_to6(m, a4) });
	}
	if (map->pool != NULL)
		add_end(f, list, &n, (struct end){
		    .a4 = map->pool->range[0].prefix.addr + 1,
		    .a6 = { 0x20010db800000001, 0x464 }, .lease = true });
	return n;
}

/* Whatever is written with the prefix must not come right back. */
static bool
is_flow(const struct forward *f, const struct end *src, const struct end *dst)
{
	struct addrmap map = f->map;

	return !dst->lease && !(map.has_prefix &&
	    prefix6_has(map.prefix, dst->a6) &&
	    addrmap_6(&map, dst->a4, ADDR_QUOTED, 0).rule != ADDR_PREFIX) &&
	    src != dst;
}

static bool
try_pair(const struct loader *l, const struct forward *f,
    const struct end *src, const struct end *dst, char *err, size_t errsize)
{
	const struct flow flow = { src->a4, dst->a4, src->a6, dst->a6 };

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		if (src != dst && !try_packet(l, f, &flow, 4, &kinds[i], err,
		    errsize))
			return false;
		if (is_flow(f, src, dst) && !try_packet(l, f, &flow, 6,
		    &kinds[i], err, errsize))
			return false;
	}
	return true;
}

/* A configuration that translates nothing yet: as if it had a prefix. */
static bool
trial_made_up(struct shared *t, const struct forward *f, mono_t now,
    char *err, size_t errsize)
{
	struct forward *as_if;
	bool good;

	if (f->map.has_prefix)
		return true;
	as_if = malloc(sizeof *as_if);
	if (as_if == NULL) {
		snprintf(err, errsize, "not enough memory");
		return false;
	}
	*as_if = *f;
	as_if->map.has_prefix = true;
	as_if->map.prefix = (struct prefix6){ { 0x20010db800640000, 0 }, 96 };
	as_if->map.wkpf_strict = WKPF_NO;
	good = trial(t, as_if, now, err, errsize);
	free(as_if);
	return good;
}

bool
trial(struct shared *t, const struct forward *f, mono_t now,
    char *err, size_t errsize)
{
	struct end list[ENDS_MAX];
	unsigned n = find_ends(f, list);
	bool good = true;

	if (n < 2)
		return trial_made_up(t, f, now, err, errsize);

	shared_settings(t, f);
	shared_link_header(t, true);
	if (!shared_maps(t, &f->map, NULL, err, errsize))
		return false;
	for (unsigned i = 0; i < n; i++)
		if (list[i].lease && !shared_publish(t, list[i].a4,
		    list[i].a6, now, now))
			good = false;
	shared_on(t);
	for (unsigned i = 0; i < n; i++)
		for (unsigned k = 0; good && k < n; k++)
			good = try_pair(&t->loader, f, &list[i], &list[k],
			    err, errsize);
	shared_off(t);
	shared_link_header(t, false);
	release_flows(&t->loader);
	shared_forget_leases(t);
	memset(t->loader.mem[FP_COUNTS], 0, t->loader.size[FP_COUNTS]);
	return good;
}
