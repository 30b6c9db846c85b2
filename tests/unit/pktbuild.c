/* SPDX-License-Identifier: BSD-2-Clause */
#include <sys/mman.h>
#include <sys/socket.h>

#include <arpa/inet.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pktbuild.h"
#include "suite.h"

/* --- writing -------------------------------------------------------------- */

static void
w16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static unsigned
r16(const uint8_t *p)
{
	return p[0] * 256u + p[1];
}

uint32_t
plain_sum(uint32_t sum, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		sum += i % 2 == 0 ? p[i] * 256u : p[i];
		sum = (sum & 0xffff) + (sum >> 16);
	}
	return sum;
}

void
put_ip4(struct bytes *to, struct h4 h, const void *payload, size_t n)
{
	size_t hl = 20 + h.opt_n;
	uint8_t *p = to->b;

	memset(p, 0, hl);
	p[0] = (uint8_t)(0x40 | hl / 4);
	p[1] = h.tos;
	w16(p + 2, (unsigned)(hl + n));
	w16(p + 4, h.id);
	w16(p + 6, h.off);
	p[8] = h.ttl;
	p[9] = h.proto;
	ck_assert_int_eq(inet_pton(AF_INET, h.src, p + 12), 1);
	ck_assert_int_eq(inet_pton(AF_INET, h.dst, p + 16), 1);
	if (h.opt_n > 0)
		memcpy(p + 20, h.opt, h.opt_n);
	w16(p + 10, ~plain_sum(0, p, hl));
	if (n > 0)
		memcpy(p + hl, payload, n);
	to->n = hl + n;
}

void
put_ip6(struct bytes *to, struct h6 h, const void *payload, size_t n)
{
	uint8_t *p = to->b;

	memset(p, 0, 40);
	p[0] = (uint8_t)(0x60 | h.tos >> 4);
	p[1] = (uint8_t)(h.tos << 4);
	w16(p + 4, (unsigned)(h.ext_n + n));
	p[6] = h.ext_n > 0 ? h.ext_first : h.next;
	p[7] = h.hop;
	ck_assert_int_eq(inet_pton(AF_INET6, h.src, p + 8), 1);
	ck_assert_int_eq(inet_pton(AF_INET6, h.dst, p + 24), 1);
	if (h.ext_n > 0)
		memcpy(p + 40, h.ext, h.ext_n);
	if (n > 0)
		memcpy(p + 40 + h.ext_n, payload, n);
	to->n = 40 + h.ext_n + n;
}

size_t
mk_udp(uint8_t *to, uint16_t sport, uint16_t dport, const void *data, size_t n)
{
	w16(to, sport);
	w16(to + 2, dport);
	w16(to + 4, (unsigned)(8 + n));
	w16(to + 6, 0);
	if (n > 0)
		memcpy(to + 8, data, n);
	return 8 + n;
}

size_t
mk_tcp(uint8_t *to, uint16_t sport, uint16_t dport, const void *data, size_t n)
{
	memset(to, 0, 20);
	w16(to, sport);
	w16(to + 2, dport);
	to[7] = 1;
	to[12] = 5 << 4;
	to[13] = 0x10;
	w16(to + 14, 1000);
	if (n > 0)
		memcpy(to + 20, data, n);
	return 20 + n;
}

size_t
mk_icmp(uint8_t *to, uint8_t type, uint8_t code, uint32_t rest,
    const void *data, size_t n)
{
	to[0] = type;
	to[1] = code;
	w16(to + 2, 0);
	w16(to + 4, rest >> 16);
	w16(to + 6, rest & 0xffff);
	if (n > 0)
		memcpy(to + 8, data, n);
	return 8 + n;
}

/* --- reading -------------------------------------------------------------- */

/* Where the transport starts and what it is; false for fragments. */
static bool
transport_of(const struct bytes *p, size_t *at, uint8_t *proto)
{
	if (p->b[0] >> 4 == 4) {
		*at = (p->b[0] & 15) * 4u;
		*proto = p->b[9];
		return (r16(p->b + 6) & 0x3fff) == 0;
	}
	*at = 40;
	*proto = p->b[6];
	while (*proto == 0 || *proto == 60 || *proto == 43 || *proto == 44) {
		/* Random octets may go on beyond the packet. */
		if (*at + 8 > p->n ||
		    (*proto == 44 && (r16(p->b + *at + 2) & 0xfff9) != 0))
			return false;
		*proto = p->b[*at];
		*at += p->b[6] == 44 && *at == 40 ? 8 :
		    (p->b[*at + 1] + 1u) * 8;
	}
	return true;
}

static uint32_t
pseudo_sum(const struct bytes *p, uint8_t proto, size_t len)
{
	uint8_t tail[8] = { 0, 0, 0, 0, 0, 0, 0, proto };
	bool v4 = p->b[0] >> 4 == 4;

	tail[1] = (uint8_t)(len >> 16);
	w16(tail + 2, (unsigned)len);
	if (v4 && proto == 1)
		return 0;		/* ICMPv4 has none */
	return plain_sum(plain_sum(0, p->b + (v4 ? 12 : 8), v4 ? 8 : 32),
	    tail, 8);
}

/* Offset of the checksum, or 0 if the protocol has none that we know. */
static size_t
sum_at(uint8_t proto)
{
	return proto == 6 ? 16 : proto == 17 ? 6 : proto == 1 || proto == 58 ?
	    2 : 0;
}

void
fix_sums(struct bytes *p)
{
	size_t at;
	uint8_t proto;
	unsigned sum;

	if (!transport_of(p, &at, &proto) || sum_at(proto) == 0 ||
	    p->n < at + sum_at(proto) + 2)
		return;
	w16(p->b + at + sum_at(proto), 0);
	sum = 0xffff & ~plain_sum(pseudo_sum(p, proto, p->n - at), p->b + at,
	    p->n - at);
	w16(p->b + at + sum_at(proto), sum == 0 && proto == 17 ? 0xffff : sum);
}

const char *
wrong(const struct bytes *p)
{
	size_t at;
	uint8_t proto;

	if (p->n < 20)
		return "too short";
	if (p->b[0] >> 4 == 4) {
		if (r16(p->b + 2) != p->n)
			return "total length";
		if (plain_sum(0, p->b, (p->b[0] & 15) * 4u) != 0xffff)
			return "header checksum";
	} else if (p->b[0] >> 4 != 6 || p->n < 40 ||
	    r16(p->b + 4) + 40 != p->n) {
		return "payload length";
	}
	if (!transport_of(p, &at, &proto) || sum_at(proto) == 0)
		return NULL;
	if (at + sum_at(proto) + 2 > p->n)
		return "transport header";
	if (proto == 17 && r16(p->b + at + 6) == 0)
		return "no UDP checksum";
	if (plain_sum(pseudo_sum(p, proto, p->n - at), p->b + at,
	    p->n - at) != 0xffff)
		return "transport checksum";
	return NULL;
}

struct cur
guarded(const void *data, size_t n)
{
	static uint8_t *map;
	const size_t room = 80 * 4096;
	uint8_t *at;

	if (map == NULL) {
		map = mmap(NULL, room + 4096, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		ck_assert(map != MAP_FAILED);
		ck_assert_int_eq(mprotect(map + room, 4096, PROT_NONE), 0);
	}
	ck_assert_uint_le(n, room);
	at = map + room - n;
	if (n > 0)
		memcpy(at, data, n);
	return cur_of(at, n);
}

/* --- the device's part, done independently -------------------------------- */

void
flatten(const struct xlat_out *out, struct bytes *to)
{
	to->n = out->head_len + out->tail.n;
	memcpy(to->b, out->head, out->head_len);
	if (out->tail.n > 0)
		memcpy(to->b + out->head_len, out->tail.p, out->tail.n);
}

/* Finish a checksum as the kernel does: sum from csum_start, put at offset. */
void
device_checksum(struct bytes *b, const struct offload *o)
{
	uint32_t sum = plain_sum(0, b->b + o->csum_start,
	    b->n - o->csum_start);
	uint16_t field = (uint16_t)~sum;

	put16(b->b + o->csum_start + o->csum_offset, field == 0 ? 0xffff :
	    field);
}

/* Segment k of a super-packet, complete with checksums. */
bool
device_segment(const struct bytes *b, const struct offload *o, unsigned k,
    struct bytes *to)
{
	size_t hdr = o->hdr_len, at = o->csum_start;
	size_t from = hdr + (size_t)k * o->gso_size, n;
	bool tcp = o->gso != GSO_UDP, last;

	if (from >= b->n)
		return false;
	n = b->n - from < o->gso_size ? b->n - from : o->gso_size;
	last = from + n == b->n;
	memcpy(to->b, b->b, hdr);
	memcpy(to->b + hdr, b->b + from, n);
	to->n = hdr + n;
	if (at == 20) {
		put16(to->b + 2, (uint16_t)to->n);
		put16(to->b + 4, (uint16_t)(be16(b->b + 4) + k));
		put16(to->b + 10, 0);
		put16(to->b + 10, (uint16_t)~plain_sum(0, to->b, 20));
	} else {
		put16(to->b + 4, (uint16_t)(to->n - 40));
	}
	if (tcp) {
		put32(to->b + at + 4, be32(b->b + at + 4) + k * o->gso_size);
		if (!last)
			to->b[at + 13] &= (uint8_t)~0x09;
		if (k > 0)
			to->b[at + 13] &= (uint8_t)~0x80;
	} else {
		put16(to->b + at + 4, (uint16_t)(to->n - at));
	}
	fix_sums(to);
	return true;
}

/* What single packets have and segments need not: an IPv4 identification. */
void
same_but_id(struct bytes *a, struct bytes *b)
{
	ck_assert_uint_eq(a->n, b->n);
	if (a->b[0] >> 4 == 4) {
		memset(a->b + 4, 0, 2);
		memset(b->b + 4, 0, 2);
		memset(a->b + 10, 0, 2);
		memset(b->b + 10, 0, 2);
	}
	ck_assert_mem_eq(a->b, b->b, a->n);
}

/* --- the translator under test -------------------------------------------- */

static void
rig_tables(struct rig *r)
{
	struct addrmap old = r->f.map;

	memset(r->slot4, 0, sizeof r->slot4);
	memset(r->slot6, 0, sizeof r->slot6);
	addrmap_init(&r->f.map, r->map, r->nmaps, r->slot4, r->slot6);
	for (size_t i = 0; i < r->nmaps; i++)
		ck_assert(addrmap_add(&r->f.map, i) == SIZE_MAX);
	r->f.map.pool = old.pool;
	r->f.map.has_prefix = old.has_prefix;
	r->f.map.prefix = old.prefix;
	r->f.map.wkpf_strict = old.wkpf_strict;
}

void
rig_map(struct rig *r, const char *v4, const char *v6)
{
	struct map *m = &r->map[r->nmaps++];

	ck_assert(prefix4_parse(v4, &m->v4) && prefix6_parse(v6, &m->v6));
	rig_tables(r);
}

void
rig_start(struct rig *r)
{
	memset(r, 0, sizeof *r);
	r->f.map.has_prefix = true;
	ck_assert(prefix6_parse("2001:db8:64::/96", &r->f.map.prefix));
	rig_map(r, "192.0.2.1", "2001:db8::1");
	rig_map(r, "192.0.2.2", "2001:db8::2");
	ck_assert(ip4_parse("192.0.2.254", &r->f.own.addr4));
	ck_assert(ip6_parse("2001:db8::fe", &r->f.own.addr6));
	r->f.set = (struct xlat_set){ .mtu = 1500, .offlink_mtu = 1280 };
	r->now = 1000000;
	forward_init(&r->f, (struct siphash_key){ { 1, 2 } }, r->now);
}

void
rig_pool(struct rig *r, const char *range)
{
	struct prefix4 p;

	ck_assert(prefix4_parse(range, &p));
	r->pool_mem = calloc(1, pool_bytes(~mask4(p.len) + 1));
	pool_init(&r->pool, &p, 1, (struct siphash_key){ { 3, 4 } }, r->pool_mem);
	r->f.map.pool = &r->pool;
}

void
rig_stop(struct rig *r)
{
	free(r->pool_mem);
}

enum reason
rig_send(struct rig *r, const struct bytes *p)
{
	struct cur in = guarded(p->b, p->n);
	struct offload none = { 0 };

	forward_packet(&r->f, in, &none, r->now, &r->o);
	/* The input is never modified. */
	ck_assert(p->n == 0 || memcmp(in.p, p->b, p->n) == 0);
	r->out.n = 0;
	if (!r->o.send)
		return r->o.reason;
	ck_assert_uint_le(r->o.out.head_len, XLAT_HEAD_MAX);
	r->out.n = r->o.out.head_len + r->o.out.tail.n;
	memcpy(r->out.b, r->o.out.head, r->o.out.head_len);
	if (r->o.out.tail.n > 0)
		memcpy(r->out.b + r->o.out.head_len, r->o.out.tail.p,
		    r->o.out.tail.n);
	return r->o.reason;
}

void
rig_expect(struct rig *r, const struct bytes *p, enum reason want)
{
	ck_assert_str_eq(reason_name(rig_send(r, p)), reason_name(want));
}

void
rig_translates(struct rig *r, const struct bytes *p, enum reason want)
{
	const char *why;

	rig_expect(r, p, want);
	why = wrong(&r->out);
	ck_assert_msg(why == NULL, "%s", why);
}

uint32_t
rnd(uint32_t below)
{
	static uint64_t state = 20261121;

	state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)(state >> 33) % below;
}

void
rnd_fill(uint8_t *to, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] = (uint8_t)rnd(256);
}
