/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * program.c - runs in the kernel, on every packet that is routed to lichen's TUN
 * device: a plain one, whose addresses are known, is translated at once as
 * core/forward would do it and comes in from the device; all others go on to the
 * daemon.  Whatever is in doubt is left to the daemon.
 *
 * Compiled for BPF.  Linux 6.6 (tcx); helpers that are not for GPL programs only.
 * It holds no state but times of use, counters and identifications.
 */
/*
 * No functions of their own, so that their loops have fixed ends: without CAP_PERFMON
 * kernels before 6.16 want reads to be safe down the wrong branch, too.
 */
#define inline	__attribute__((always_inline)) inline
#include "core/siphash.h"
#undef inline
#include "core/special.h"
#include "fastpath/layout.h"

#define INLINE	static inline __attribute__((always_inline))

/* --- the kernel's side ---------------------------------------------------- */

/* linux/bpf.h, struct __sk_buff: what we use of it. */
struct skb {
	uint32_t	len;
	uint32_t	pkt_type;
	uint32_t	mark;
	uint32_t	queue_mapping;
	uint32_t	protocol;
	uint32_t	vlan[3];
	uint32_t	priority;
	uint32_t	ingress_ifindex, ifindex;
	uint32_t	tc_index, cb[5], hash, tc_classid, data, data_end;
	uint32_t	napi_id, family, addresses[10], ports[2], data_meta;
	uint64_t	flow_keys, tstamp;
	uint32_t	wire_len, gso_segs;
	uint64_t	sk;
	uint32_t	gso_size;
};
_Static_assert(__builtin_offsetof(struct skb, gso_size) == 176,
    "linux/bpf.h");

/* Helpers by number: enum bpf_func_id. */
static void *(*const array_at)(const void *array, const uint32_t *index) =
    (void *)1;
static long (*const smp_processor_id)(void) = (void *)8;
static long (*const store_bytes)(struct skb *, uint32_t at, const void *from,
    uint32_t n, uint64_t flags) = (void *)9;
static long (*const l4_csum_replace)(struct skb *, uint32_t at, uint64_t from,
    uint64_t to, uint64_t flags) = (void *)11;
static long (*const redirect)(uint32_t ifindex, uint64_t flags) = (void *)23;
static long (*const load_bytes)(const struct skb *, uint32_t at, void *to,
    uint32_t n) = (void *)26;
static long (*const change_proto)(struct skb *, uint16_t proto,
    uint64_t flags) = (void *)31;
static int64_t (*const csum_update)(struct skb *, uint32_t) = (void *)40;
static int64_t (*const csum_level)(struct skb *, uint64_t) = (void *)135;
static uint64_t (*const ktime_coarse)(void) = (void *)160;

#define TO_DAEMON	(-1)		/* TCX_NEXT */
#define DROP		2		/* TCX_DROP */
#define TO_INGRESS	1		/* BPF_F_INGRESS */
#define PSEUDO_HEADER	0x10		/* BPF_F_PSEUDO_HDR */
#define NEVER_ZERO	0x20		/* BPF_F_MARK_MANGLED_0 */
#define LEVEL_QUERY	0		/* BPF_CSUM_LEVEL_QUERY */

/* Filled in when the program is loaded. */
extern const char control_array, map_array, map4_array, map6_array,
    lease_array, lease4_array, lease6_array, count_array, ident_array,
    held_array;

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define N16(v)	__builtin_bswap16(v)
#define N32(v)	__builtin_bswap32(v)
#define N64(v)	__builtin_bswap64(v)
#else
#define N16(v)	(v)
#define N32(v)	(v)
#define N64(v)	(v)
#endif

#define ETHERTYPE_IP4	0x0800
#define ETHERTYPE_IP6	0x86dd
#define PROTO_ICMP	1
#define PROTO_TCP	6
#define PROTO_UDP	17
#define PROTO_FRAGMENT	44
#define PROTO_ICMPV6	58

/* --- headers, as they are in the packet: in network order ------------------ */

struct ip4_header {
	uint8_t		ver_ihl, tos;
	uint16_t	len, id, off;
	uint8_t		ttl, proto;
	uint16_t	sum;
	uint32_t	src, dst;
};

struct ip6_header {
	uint32_t	ver_class_flow;
	uint16_t	payload_len;
	uint8_t		next, hop_limit;
	uint64_t	src[2], dst[2];
};

#define DF		0x4000
#define FRAGMENT	0x3fff		/* MF and the offset */

/* What is read of a transport header. */
union transport {
	uint32_t	word[5];
	struct {
		uint8_t		ports[4];
		uint16_t	len, sum;
	}		udp;
	struct {
		uint8_t		type, code;
		uint16_t	sum;
	}		icmp;
	struct {
		uint8_t		sport_to_ack[12];
		uint8_t		off, flags;
		uint16_t	win, sum, urg;
	}		tcp;
};

#define TCP_SUM		16		/* offsets of the checksums */
#define UDP_SUM		6

struct addr {				/* IPv6, host order */
	uint64_t	hi, lo;
};

/*
 * Both addresses of a packet in the other family, and the leases that they are of:
 * the index + 1, or 0, which looks up nothing.  (A pointer that may be NULL is not
 * kept: the kernels that are mentioned above would follow it down the wrong branch.)
 */
struct ends4 {
	uint32_t	src, dst, lease;
};
struct ends6 {
	struct addr	src, dst;
	uint32_t	src_lease, dst_lease;
};

/* What was learned of a packet besides its addresses. */
struct facts {
	uint32_t	payload;	/* after the network header, octets */
	uint32_t	segment;	/* the same of what is on the wire */
	uint32_t	segments;
	uint8_t		proto;		/* of the other family, already */
	uint8_t		ttl;		/* the new one */
	uint8_t		tos;
	uint8_t		echo;		/* new ICMP type */
	uint16_t	sum;		/* UDP and ICMP: the field */
	uint16_t	type_code;	/* ICMP: as it was */
};

/* --- checksums: sums of words in network order, as core/checksum ----------- */

INLINE uint32_t
fold(uint64_t s)
{
	s = (s & 0xffffffff) + (s >> 32);
	s = (s & 0xffffffff) + (s >> 32);
	s = (s & 0xffff) + (s >> 16);
	s = (s & 0xffff) + (s >> 16);
	return (uint32_t)s;
}

/* RFC 1624 equation 3; was and is are sums. */
INLINE uint16_t
update(uint16_t field, uint64_t was, uint64_t is)
{
	return (uint16_t)~fold((uint16_t)~field + (uint64_t)(fold(was) ^
	    0xffff) + fold(is));
}

INLINE uint64_t
sum6(const uint64_t a[2])
{
	return (a[0] >> 32) + (a[0] & 0xffffffff) + (a[1] >> 32) +
	    (a[1] & 0xffffffff);
}

/* --- addresses ------------------------------------------------------------ */

/* As core/addr makes them of the same tables. */
INLINE int
in4(uint32_t a, uint32_t first, uint32_t len)
{
	return ((a ^ first) >> ((32 - len) & 31)) == 0;
}

INLINE int
in6(uint64_t a_hi, uint64_t a_lo, uint64_t hi, uint64_t lo, uint32_t len)
{
	if (len <= 64)
		return ((a_hi ^ hi) >> ((64 - len) & 63)) == 0;
	return a_hi == hi && ((a_lo ^ lo) >> ((128 - len) & 63)) == 0;
}

INLINE int
is_unicast4(uint32_t a)
{
#define X(first, len, packet, ...) \
	if (SPECIAL_##packet && in4(a, first, len)) \
		return 0;
	SPECIAL4(X)
#undef X
	return 1;
}

INLINE int
is_unicast6(uint64_t a_hi, uint64_t a_lo)
{
#define X(hi, lo, len, packet, ...) \
	if (SPECIAL_##packet && in6(a_hi, a_lo, hi, lo, len)) \
		return 0;
	SPECIAL6(X)
#undef X
	return 1;
}

/* RFC 6052 section 3.1, wkpf-strict: which of these are not for the prefix. */
INLINE int
is_refused(const struct fp_control *c, uint32_t a)
{
	if (c->wkpf_strict == 0)
		return 0;
#define X(first, len, packet, wkp, ...) \
	if (SPECIAL_##wkp == SPECIAL_EXAMPLE && in4(a, first, len)) \
		return 1;
	SPECIAL4(X)
#undef X
	if (c->wkpf_strict == 1)
		return 0;
#define X(first, len, packet, wkp, ...) \
	if (SPECIAL_##wkp == SPECIAL_PRIVATE && in4(a, first, len)) \
		return 1;
	SPECIAL4(X)
#undef X
	return 0;
}

INLINE uint32_t
mask4(uint32_t len)
{
	return len == 0 ? 0 : 0xffffffff << ((32 - len) & 31);
}

INLINE uint64_t
mask64(uint32_t len)
{
	return len == 0 ? 0 : len >= 64 ? ~0ULL : ~0ULL << ((64 - len) & 63);
}

/* RFC 6052 section 2.2. */
INLINE struct addr
embed(const struct fp_control *c, uint32_t a)
{
	uint32_t len = c->prefix_len, in_hi = len < 64 ? 64 - len : 0;
	struct addr r = { c->prefix_hi, c->prefix_lo };

	if (len == 96) {
		r.lo |= a;
		return r;
	}
	if (in_hi != 0)
		r.hi |= (uint64_t)a >> ((32 - in_hi) & 63);
	r.lo = ((uint64_t)a << (in_hi & 63) & 0xffffffff) << 24;
	return r;
}

INLINE uint32_t
extract(const struct fp_control *c, struct addr a)
{
	uint32_t len = c->prefix_len, in_hi = len < 64 ? 64 - len : 0;
	uint64_t rest = a.lo >> 24 & 0xffffffff;

	if (len == 96)
		return (uint32_t)a.lo;
	return (uint32_t)((in_hi == 0 ? 0 : a.hi << ((32 - in_hi) & 63)) |
	    rest >> (in_hi & 63));
}

INLINE int
in_prefix(const struct fp_control *c, struct addr a)
{
	return c->has_prefix && (a.hi & c->mask_hi) == c->prefix_hi &&
	    (a.lo & c->mask_lo) == c->prefix_lo;
}

INLINE int
in_range(const struct fp_range *r, uint32_t a)
{
	return a >= r->first && a <= r->last;
}

/* Without a branch: the verifier follows them all. */
INLINE int
in_any(const struct fp_range *range, uint32_t a)
{
	uint64_t in = 0;

#pragma unroll
	for (uint32_t i = 0; i < FP_RANGES; i++)
		in |= ~(((uint64_t)a - range[i].first) |
		    ((uint64_t)range[i].last - a)) >> 63;
	return in != 0;
}

INLINE int
in_pool(const struct fp_control *c, uint32_t a)
{
	if (c->ranges <= 1)
		return c->ranges == 1 && in_range(&c->range[0], a);
	return in_any(c->range, a);
}

/* --- buckets -------------------------------------------------------------- */

INLINE uint64_t
look(const struct fp_bucket *b, uint32_t tag)
{
	uint64_t found = 0;

	for (uint32_t i = 0; i < FP_BUCKET; i++) {
		uint64_t differ = b->tag[i] ^ tag;

		/* Hide that this is a comparison. */
		__asm__("" : "+r"(differ));
		found |= (0 - ((differ - 1) >> 63)) & b->entry[i];
	}
	return found;
}

/* The index + 1 of what has this hash, perhaps, or 0. */
INLINE uint32_t
find(const void *buckets, uint32_t mask, uint64_t hash)
{
	uint32_t a = FP_BUCKET_A(hash) & mask, b = FP_BUCKET_B(hash) & mask;
	const struct fp_bucket *first = array_at(buckets, &a);
	const struct fp_bucket *second = array_at(buckets, &b);

	if (!first || !second)
		return 0;
	return (uint32_t)(look(first, FP_TAG(hash)) |
	    look(second, FP_TAG(hash)));
}

/* --- maps: RFC 7757 ------------------------------------------------------- */

/* RFC 7757 section 3.3: the suffix of one stands right behind the other. */
INLINE struct addr
map_to6(const struct fp_map *m, uint32_t a)
{
	uint32_t suffix = a & ~mask4(m->len4), n = m->len6;
	uint64_t left = m->len4 >= 32 ? 0 :
	    (uint64_t)suffix << ((32 + m->len4) & 63);
	struct addr r = { m->hi, m->lo };

	if (n < 64)
		r.hi |= left >> (n & 63);
	if (n > 0 && n < 64)
		r.lo |= left << ((64 - n) & 63);
	if (n >= 64 && n < 128)
		r.lo |= left >> ((n - 64) & 63);
	return r;
}

INLINE uint32_t
map_to4(const struct fp_map *m, struct addr a)
{
	uint32_t n = m->len6;
	uint64_t left = 0;

	if (n == 0)
		left = a.hi;
	else if (n < 64)
		left = a.hi << (n & 63) | a.lo >> ((64 - n) & 63);
	else if (n < 128)
		left = a.lo << ((n - 64) & 63);
	return m->addr | ((uint32_t)(left >> 32) >> (m->len4 & 31) &
	    ~mask4(m->len4));
}

/* entry: index + 1; 0, and what is beyond the end, finds none. */
INLINE const struct fp_map *
map_at(uint32_t entry)
{
	uint32_t at = entry - 1;

	return array_at(&map_array, &at);
}

/* By the map with the longest prefix: 1, or 0 if there is none. */
INLINE int
mapped6(const struct fp_control *c, uint32_t a, struct addr *out)
{
	for (uint32_t i = 0; i < FP_LENGTHS && i < c->lengths4; i++) {
		uint32_t len = c->length4 >> i * 8 & 0xff, k = a & mask4(len);
		const struct fp_map *m = map_at(find(&map4_array, c->map_mask,
		    fp_hash4(k, len, c->seed)));

		if (m && m->addr == k && m->len4 == len) {
			*out = map_to6(m, a);
			return 1;
		}
	}
	return 0;
}

INLINE int
mapped4(const struct fp_control *c, struct addr a, uint32_t *out)
{
	for (uint32_t i = 0; i < FP_LENGTHS && i < c->lengths6; i++) {
		uint32_t len = c->length6 >> i * 8 & 0xff;
		uint64_t hi = a.hi & mask64(len);
		uint64_t lo = len <= 64 ? 0 : a.lo & mask64(len - 64);
		const struct fp_map *m = map_at(find(&map6_array, c->map_mask,
		    fp_hash6(hi, lo, len, c->seed)));

		if (m && m->hi == hi && m->lo == lo && m->len6 == len) {
			*out = map_to4(m, a);
			return 1;
		}
	}
	return 0;
}

/* --- leases --------------------------------------------------------------- */

INLINE uint64_t
now_ms(void)
{
	return ktime_coarse() / 1000000;
}

INLINE struct fp_lease *
lease_at(uint32_t entry)
{
	uint32_t at = entry - 1;

	return array_at(&lease_array, &at);
}

INLINE int
in_force(const struct fp_control *c, const struct fp_lease *l)
{
	return l->active &&
	    (int64_t)(now_ms() - l->used) < (int64_t)c->lifetime;
}

INLINE int
leased4(const struct fp_control *c, struct addr host, uint32_t *out,
    uint32_t *lease)
{
	const struct siphash_key key = { { c->key[0], c->key[1] } };
	const uint64_t words[2] = { host.hi, host.lo };
	const struct fp_lease *l;

	*lease = find(&lease6_array, c->lease_mask, siphash(&key, words, 2));
	l = lease_at(*lease);
	if (!l || l->hi != host.hi || l->lo != host.lo || !in_force(c, l))
		return 0;
	*out = l->addr;
	return 1;
}

INLINE int
leased6(const struct fp_control *c, uint32_t addr, struct addr *out,
    uint32_t *lease)
{
	const struct siphash_key key = { { c->key[0], c->key[1] } };
	const uint64_t word = addr;
	const struct fp_lease *l;

	*lease = find(&lease4_array, c->lease_mask, siphash(&key, &word, 1));
	l = lease_at(*lease);
	if (!l || l->addr != addr || !in_force(c, l))
		return 0;
	out->hi = l->hi;
	out->lo = l->lo;
	return 1;
}

/* A packet keeps it alive; that it did is written down now and then. */
INLINE void
touch(uint32_t lease)
{
	struct fp_lease *l = lease_at(lease);
	uint64_t now;

	if (!l)
		return;
	now = now_ms();
	if ((int64_t)(now - l->used) >= FP_USED_MS)
		l->used = now;
}

/* --- one address of a packet: core/addrmap --------------------------------- */

/* IPv4 to IPv6, either role: what is in the pool has a lease or is left. */
INLINE int
to6(const struct fp_control *c, uint32_t a, struct addr *out,
    uint32_t *lease)
{
	if (mapped6(c, a, out))
		return 1;
	if (in_pool(c, a))
		return leased6(c, a, out, lease);
	if (!c->has_prefix || is_refused(c, a))
		return 0;
	*out = embed(c, a);
	return 1;
}

/*
 * A destination written with the prefix must not be ourselves, nor a host on the
 * IPv6 side: hairpinning is the daemon's.
 */
INLINE int
dst_to4(const struct fp_control *c, struct addr a, uint32_t *out)
{
	struct addr host = { 0, 0 };

	if (mapped4(c, a, out))
		return is_unicast4(*out);
	if (!in_prefix(c, a))
		return 0;
	*out = extract(c, a);
	if (!is_unicast4(*out) || *out == c->own4 || is_refused(c, *out) ||
	    in_pool(c, *out))
		return 0;
	return !mapped6(c, *out, &host);
}

INLINE int
src_to4(const struct fp_control *c, struct addr a, uint32_t *out,
    uint32_t *lease)
{
	if (mapped4(c, a, out))
		return is_unicast4(*out);
	if (!in_prefix(c, a))
		return c->ranges != 0 && leased4(c, a, out, lease);
	*out = extract(c, a);
	return is_unicast4(*out) && !is_refused(c, *out);
}

/* --- transport ------------------------------------------------------------ */

/*
 * Segments on the wire, and what routers see of them.  Of super-packets only TCP
 * ones whose checksum is left to do: a list of packets as the receiver found them
 * has been verified, and says so; others may be tunnels.
 */
INLINE int
read_segments(struct skb *skb, const union transport *t, struct facts *x)
{
	uint32_t header, size = skb->gso_size;

	x->segment = x->payload;
	x->segments = 1;
	if (size == 0)
		return 1;
	if (x->proto != PROTO_TCP || csum_level(skb, LEVEL_QUERY) >= 0)
		return 0;
	header = (uint32_t)(t->tcp.off >> 4) * 4;
	if (header < 20)
		header = 20;
	if (x->payload <= header)
		return 0;
	if (header + size < x->payload)
		x->segment = header + size;
	x->segments = (x->payload - header + size - 1) / size;
	return 1;
}

/* TCP, UDP with a checksum, ICMP echo, and what is forwarded as it is. */
INLINE int
read_transport(struct skb *skb, uint32_t at, int version, uint8_t proto,
    struct facts *x)
{
	union transport t = { { 0 } };

	x->proto = proto;
	if (proto == PROTO_TCP) {
		if (x->payload < 20 || load_bytes(skb, at, &t, 20) < 0)
			return 0;
		return read_segments(skb, &t, x);
	}
	if (proto == PROTO_UDP) {
		if (x->payload < 8 || load_bytes(skb, at, &t, 8) < 0)
			return 0;
		x->sum = t.udp.sum;
		return x->sum != 0 && read_segments(skb, &t, x);
	}
	if (proto == (version == 4 ? PROTO_ICMP : PROTO_ICMPV6)) {
		uint8_t request = version == 4 ? 8 : 128;
		uint8_t reply = version == 4 ? 0 : 129;

		if (x->payload < 8 || load_bytes(skb, at, &t, 8) < 0)
			return 0;
		if (t.icmp.type != request && t.icmp.type != reply)
			return 0;
		if (version == 4)
			x->echo = t.icmp.type == request ? 128 : 129;
		else
			x->echo = t.icmp.type == request ? 8 : 0;
		x->proto = version == 4 ? PROTO_ICMPV6 : PROTO_ICMP;
		x->sum = t.icmp.sum;
		x->type_code = (uint16_t)t.word[0];
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
		x->type_code = (uint16_t)(t.word[0] >> 16);
#endif
		return read_segments(skb, &t, x);
	}
	/*
	 * ICMP of the other family, and headers of IPv6 itself: Hop-by-Hop, Routing,
	 * Fragment, Destination Options.
	 */
	if (proto == 0 || proto == PROTO_ICMP || proto == 43 || proto == 44 ||
	    proto == PROTO_ICMPV6 || proto == 60)
		return 0;
	return read_segments(skb, &t, x);
}

/*
 * A UDP checksum that is left to do holds the pseudo-header's sum; in a tunnel
 * the one inside may be left, and this one is complete though the kernel calls
 * the packet partial.  So only what looks partial is the kernel's to tell.
 */
INLINE int
finish_udp(struct skb *skb, uint32_t at, const struct facts *x, uint64_t was,
    uint64_t is, uint64_t pseudo_was)
{
	uint16_t sum;

	if (fold(pseudo_was) == x->sum)
		return l4_csum_replace(skb, at + UDP_SUM, 0, fold(is) +
		    (fold(was) ^ 0xffff), PSEUDO_HEADER | NEVER_ZERO) == 0;
	sum = update(x->sum, was, is);
	if (sum == 0)
		sum = 0xffff;
	return store_bytes(skb, at + UDP_SUM, &sum, sizeof sum, 0) == 0;
}

/*
 * at: where the transport header is now.  was, is: sums of the addresses;
 * with6: of the IPv6 ones.
 */
INLINE int
finish_transport(struct skb *skb, uint32_t at, int version,
    const struct facts *x, uint64_t was, uint64_t is)
{
	uint64_t rest = (uint64_t)N32(x->payload) + N32(PROTO_ICMPV6);
	uint16_t head[2];

	if (x->proto == PROTO_TCP)
		return l4_csum_replace(skb, at + TCP_SUM, 0, fold(is) +
		    (fold(was) ^ 0xffff), PSEUDO_HEADER) == 0;
	if (x->proto == PROTO_UDP)
		return finish_udp(skb, at, x, was, is,
		    was + N32(x->payload) + N32(PROTO_UDP));
	if (x->proto != (version == 4 ? PROTO_ICMPV6 : PROTO_ICMP))
		return 1;
	/* ICMPv6 has a pseudo-header, ICMP has none. */
	head[0] = N16((uint16_t)(N16(x->type_code) & 0xff) |
	    (uint16_t)(x->echo << 8));
	if (version == 4)
		head[1] = update(x->sum, x->type_code, head[0] + is + rest);
	else
		head[1] = update(x->sum, x->type_code + was + rest, head[0]);
	return store_bytes(skb, at, head, sizeof head, 0) == 0;
}

/* --- order ---------------------------------------------------------------- */

/* Whatever goes from one host to another with the same protocol is a flow. */
INLINE uint32_t
flow_of(const struct fp_control *c, uint64_t src, uint64_t dst, uint8_t proto)
{
	return (uint32_t)fp_hash6(src ^ c->key[0], dst, proto, c->seed) &
	    (FP_FLOWS - 1);
}

/* ICMP messages are no flow. */
INLINE int
hold(uint32_t flow, uint8_t proto)
{
	uint64_t *held = array_at(&held_array, &flow);

	if (held && proto != PROTO_ICMP && proto != PROTO_ICMPV6)
		*held = now_ms();
	return TO_DAEMON;
}

INLINE int
is_held(uint32_t flow)
{
	const uint64_t *held = array_at(&held_array, &flow);

	return !held || (*held != 0 && now_ms() - *held < FP_HOLD_MS);
}

/* --- to the other side ---------------------------------------------------- */

INLINE int
unchanged(const struct fp_control *c, uint32_t generation)
{
	uint64_t word = 0;

	/* A full barrier: what was read is of this generation. */
	__sync_fetch_and_add(&word, 1);
	return *(const volatile uint32_t *)&c->generation == generation;
}

/* As a trip through the daemon has it, nothing that was set before counts. */
INLINE int
come_in(struct skb *skb)
{
	skb->mark = 0;
	skb->priority = 0;
	return (int)redirect(skb->ifindex, TO_INGRESS);
}

INLINE int
lost(struct fp_count *n)
{
	n->lost++;
	return DROP;
}

/* --- IPv6 to IPv4: RFC 7915 section 5 -------------------------------------- */

/*
 * Longest packet that routers may fragment: section 5.1.  Of a super-packet all
 * segments have what the full ones have: a short last one, which the daemon cuts off
 * to clear its DF, follows them down a path that is wide enough for them, and must
 * not be overtaken on a detour.
 */
#define DF_CLEAR_MAX	1260

/* RFC 6864, RFC 7739 section 5.3: as core/ident. */
INLINE int
take_id(const struct fp_control *c, uint32_t src, uint32_t dst, uint8_t proto,
    uint32_t n, uint16_t *id)
{
	const struct siphash_key key = { { c->key[0], c->key[1] } };
	const uint64_t flow[2] = { (uint64_t)src << 32 | dst, proto };
	uint64_t h = siphash(&key, flow, 2);
	uint32_t at = (uint32_t)(h >> 32) & (FP_IDENTS - 1);
	uint64_t *counter = array_at(&ident_array, &at);

	if (!counter)
		return 0;
	*id = (uint16_t)(h + __sync_fetch_and_add(counter, n));
	return 1;
}

INLINE int
read6(struct skb *skb, const struct fp_control *c, struct ip6_header *h,
    struct facts *x)
{
	uint32_t len = skb->len - c->link_header;

	if (load_bytes(skb, c->link_header, h, sizeof *h) < 0)
		return 0;
	x->payload = N16(h->payload_len);
	x->ttl = (uint8_t)(h->hop_limit - 1);
	x->tos = (uint8_t)(N32(h->ver_class_flow) >> 20);
	if (c->set_tos)
		x->tos = c->tos;
	if (N32(h->ver_class_flow) >> 28 != 6 || h->hop_limit <= 1 ||
	    len != sizeof *h + x->payload ||
	    sizeof(struct ip4_header) + x->payload > 65535)
		return 0;
	return read_transport(skb, c->link_header + sizeof *h, 6, h->next, x) &&
	    sizeof(struct ip4_header) + x->segment <= c->mtu;
}

INLINE uint32_t
flow6(const struct fp_control *c, const struct ip6_header *h, uint8_t proto)
{
	return flow_of(c, h->src[0] + 3 * h->src[1],
	    h->dst[0] + 3 * h->dst[1], proto);
}

/* Not one to be translated here: nor are those behind it. */
INLINE int
leave6(const struct skb *skb, const struct fp_control *c,
    const struct ip6_header *h)
{
	uint8_t proto = h->next;

	if (proto == PROTO_FRAGMENT)
		(void)load_bytes(skb, c->link_header + sizeof *h, &proto, 1);
	return hold(flow6(c, h, proto), proto);
}

INLINE int
ends64(const struct fp_control *c, const struct ip6_header *h,
    struct ends4 *e)
{
	struct addr src = { N64(h->src[0]), N64(h->src[1]) };
	struct addr dst = { N64(h->dst[0]), N64(h->dst[1]) };

	if (!is_unicast6(src.hi, src.lo) || !is_unicast6(dst.hi, dst.lo) ||
	    (dst.hi == c->own6_hi && dst.lo == c->own6_lo))
		return 0;
	return dst_to4(c, dst, &e->dst) &&
	    src_to4(c, src, &e->src, &e->lease);
}

INLINE int
header64(const struct fp_control *c, const struct facts *x,
    const struct ends4 *e, struct ip4_header *h)
{
	const uint32_t *w = (const uint32_t *)h;
	uint16_t id = 0, off = DF;

	if (sizeof *h + x->segment <= DF_CLEAR_MAX) {
		off = 0;
		if (!take_id(c, e->src, e->dst, x->proto, x->segments, &id))
			return 0;
	}
	*h = (struct ip4_header){
		.ver_ihl = 4 << 4 | sizeof *h / 4,
		.tos = x->tos,
		.len = N16((uint16_t)(sizeof *h + x->payload)),
		.id = N16(id),
		.off = N16(off),
		.ttl = x->ttl,
		.proto = x->proto,
		.src = N32(e->src),
		.dst = N32(e->dst),
	};
	h->sum = (uint16_t)~fold((uint64_t)w[0] + w[1] + w[2] + w[3] + w[4]);
	return 1;
}

INLINE int
xlat64(struct skb *skb, const struct fp_control *c, uint32_t generation,
    struct fp_count *n)
{
	struct ip6_header h;
	struct ip4_header to;
	struct ends4 e = { 0, 0, 0 };
	struct facts x = { 0 };

	if (!read6(skb, c, &h, &x))
		return leave6(skb, c, &h);
	if (is_held(flow6(c, &h, h.next)) || !ends64(c, &h, &e) ||
	    !header64(c, &x, &e, &to) || !unchanged(c, generation))
		return TO_DAEMON;
	if (change_proto(skb, N16(ETHERTYPE_IP4), 0) < 0)
		return TO_DAEMON;
	if (store_bytes(skb, c->link_header, &to, sizeof to, 0) < 0 ||
	    !finish_transport(skb, c->link_header + sizeof to, 6, &x,
	    sum6(h.src) + sum6(h.dst), (uint64_t)to.src + to.dst))
		return lost(n);
	touch(e.lease);
	n->packets64++;
	n->octets64 += sizeof h + x.payload;
	return come_in(skb);
}

/* --- IPv4 to IPv6: RFC 7915 section 4 -------------------------------------- */

/* Off-link, without DF, it would be fragmented; with DF, the sender told. */
INLINE int
fits(const struct fp_control *c, int df, uint32_t len)
{
	return len <= c->mtu && (df || len <= c->offlink_mtu);
}

INLINE int
read4(struct skb *skb, const struct fp_control *c, struct ip4_header *h,
    struct facts *x)
{
	const uint32_t *w = (const uint32_t *)h;
	uint32_t len = skb->len - c->link_header, off;

	if (load_bytes(skb, c->link_header, h, sizeof *h) < 0)
		return 0;
	off = N16(h->off);
	x->ttl = (uint8_t)(h->ttl - 1);
	x->tos = c->set_tos ? c->tos : h->tos;
	if (h->ver_ihl != (4 << 4 | sizeof *h / 4) || h->ttl <= 1 ||
	    (off & FRAGMENT) != 0 || len != N16(h->len) ||
	    len < sizeof *h || len + 20 > 65535 ||
	    fold((uint64_t)w[0] + w[1] + w[2] + w[3] + w[4]) != 0xffff)
		return 0;
	x->payload = len - sizeof *h;
	return read_transport(skb, c->link_header + sizeof *h, 4, h->proto, x) &&
	    fits(c, (off & DF) != 0, sizeof(struct ip6_header) + x->segment);
}

INLINE uint32_t
flow4(const struct fp_control *c, const struct ip4_header *h)
{
	return flow_of(c, h->src, h->dst, h->proto);
}

INLINE int
ends46(const struct fp_control *c, const struct ip4_header *h,
    struct ends6 *e)
{
	uint32_t src = N32(h->src), dst = N32(h->dst);

	if (!is_unicast4(src) || !is_unicast4(dst) || dst == c->own4)
		return 0;
	return to6(c, dst, &e->dst, &e->dst_lease) &&
	    to6(c, src, &e->src, &e->src_lease);
}

INLINE int
xlat46(struct skb *skb, const struct fp_control *c, uint32_t generation,
    struct fp_count *n)
{
	struct ip4_header h;
	struct ip6_header to;
	struct ends6 e = { { 0, 0 }, { 0, 0 }, 0, 0 };
	struct facts x = { 0 };

	if (!read4(skb, c, &h, &x))
		return hold(flow4(c, &h), h.proto);
	if (is_held(flow4(c, &h)) || !ends46(c, &h, &e) ||
	    !unchanged(c, generation))
		return TO_DAEMON;
	to = (struct ip6_header){
		.ver_class_flow = N32((uint32_t)6 << 28 |
		    (uint32_t)x.tos << 20),
		.payload_len = N16((uint16_t)x.payload),
		.next = x.proto,
		.hop_limit = x.ttl,
		.src = { N64(e.src.hi), N64(e.src.lo) },
		.dst = { N64(e.dst.hi), N64(e.dst.lo) },
	};
	if (change_proto(skb, N16(ETHERTYPE_IP6), 0) < 0)
		return TO_DAEMON;
	if (store_bytes(skb, c->link_header, &to, sizeof to, 0) < 0 ||
	    !finish_transport(skb, c->link_header + sizeof to, 4, &x,
	    (uint64_t)h.src + h.dst, sum6(to.src) + sum6(to.dst)))
		return lost(n);
	touch(e.src_lease);
	touch(e.dst_lease);
	n->packets46++;
	n->octets46 += sizeof h + x.payload;
	return come_in(skb);
}

/* --- one packet ----------------------------------------------------------- */

/*
 * Packets that the router forwards, or sends itself, never come with the sum of
 * all their octets (CHECKSUM_COMPLETE): the stack has given it up.  Other programs
 * may send such ones here; they are the daemon's.
 */
INLINE int
is_summed_up(struct skb *skb)
{
	return csum_update(skb, 0) >= 0;
}

int	fast_path(struct skb *);

int
fast_path(struct skb *skb)
{
	uint32_t zero = 0, cpu = (uint32_t)smp_processor_id();
	const struct fp_control *c = array_at(&control_array, &zero);
	struct fp_count *n = array_at(&count_array, &cpu);
	uint32_t generation;

	if (!c || !n)
		return TO_DAEMON;
	generation = *(const volatile uint32_t *)&c->generation;
	if (generation == 0 || is_summed_up(skb))
		return TO_DAEMON;
	if (skb->protocol == N16(ETHERTYPE_IP6))
		return xlat64(skb, c, generation, n);
	if (skb->protocol == N16(ETHERTYPE_IP4))
		return xlat46(skb, c, generation, n);
	return TO_DAEMON;
}
