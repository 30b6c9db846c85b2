/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A packet through the core.  The first octet chooses settings; the next ten, if
 * it says so, are a virtio_net_hdr as linux/tun.c would have read it.  Checksums
 * that the translator looks at stop a blind mutation, so one setting mends them.
 */
#include <string.h>

#include "core/coalesce.h"
#include "core/frag.h"
#include "core/rewrite.h"
#include "core/segment.h"
#include "fuzz.h"

#define OPTIONS		0x80	/* first octet: an offload header follows */
#define NODE_ID		0x40
#define NO_PREFIX	0x20
#define WKPF		0x10
#define SMALL_MTU	0x08
#define MEND		0x04
#define MODE		0x03

static struct forward f;
static struct pool pool;
static struct map maps[2];
static struct lpm_slot slot4[8], slot6[8];
static struct coalesce coalesce;
static struct outcome o;
static struct xlat_out piece, fragment;
static uint64_t pool_mem[4096];

static void
set_up(uint8_t flags)
{
	memset(slot4, 0, sizeof slot4);
	memset(slot6, 0, sizeof slot6);
	MUST(pool_bytes(64) <= sizeof pool_mem);
	memset(pool_mem, 0, pool_bytes(64));
	maps[0] = (struct map){ { 0xc0000200, 24 },
	    { { UINT64_C(0x20010db800000000), 0 }, 64 } };
	maps[1] = (struct map){ { 0xc0000201, 32 },
	    { { UINT64_C(0x20010db800000000), 1 }, 128 } };
	addrmap_init(&f.map, maps, 2, slot4, slot6);
	for (size_t i = 0; i < 2; i++)
		MUST(addrmap_add(&f.map, i) == SIZE_MAX);
	pool_init(&pool, &(struct prefix4){ 0x0a000000, 26 }, 1,
	    (struct siphash_key){ { 1, 2 } }, pool_mem);
	f.map.pool = &pool;
	f.map.has_prefix = (flags & NO_PREFIX) == 0;
	f.map.prefix = (struct prefix6){ { UINT64_C(0x20010db800640000), 0 },
	    96 };
	if (flags & WKPF)
		f.map.prefix.addr.hi = UINT64_C(0x0064ff9b00000000);
	f.map.wkpf_strict = flags & WKPF ? WKPF_YES : WKPF_NO;
	f.own = (struct own_addrs){ 0xc00002fe,
	    { UINT64_C(0x20010db8ffff0000), 0xfe } };
	f.set = (struct xlat_set){
		.mtu = flags & SMALL_MTU ? 1280 : 1500,
		.offlink_mtu = 1280,
		.udp_cksum_mode = (enum udp_cksum_mode)((flags & MODE) % 3),
		.icmp_node_id = (flags & NODE_ID) != 0,
	};
	forward_init(&f, (struct siphash_key){ { 3, 4 } }, 0);
}

/* The checksums of an IPv4 header, and of ICMP after a header without more. */
static void
mend(uint8_t *b, size_t n)
{
	bool four = n > 0 && b[0] >> 4 == 4;
	size_t at = four ? 20 : 40;
	size_t header = four ? (b[0] & 15) * 4u : 40;
	csum_t sum = 0;

	if (n < at + 4 || header > n)
		return;
	if (four) {
		put16(b + 10, 0);
		put16(b + 10, csum_field(csum_bytes(cur_of(b, header))));
	} else
		sum = csum_bytes(cur_of(b + 8, 32)) + PROTO_ICMPV6 + n - at;
	if (four ? b[9] != PROTO_ICMP : b[6] != PROTO_ICMPV6)
		return;
	put16(b + at + 2, 0);
	put16(b + at + 2, csum_field(sum + csum_bytes(cur_of(b + at, n - at))));
}

static struct offload
read_offload(const uint8_t b[10])
{
	return (struct offload){
		.flags = b[0] & 3,
		.gso = b[1] & 0x7f,
		.ecn = (b[1] & 0x80) != 0,
		.hdr_len = be16(b + 2),
		.gso_size = be16(b + 4),
		.csum_start = be16(b + 6),
		.csum_offset = be16(b + 8),
	};
}

static size_t
field_len(const struct xlat_out *out)
{
	return out->head[0] >> 4 == 4 ? be16(out->head + 2) :
	    be16(out->head + 4) + 40u;
}

/* Anything that goes out: its length is what it says, its header sums up. */
static void
check_out(const struct xlat_out *out)
{
	size_t len = out->head_len + out->tail.n;

	MUST(out->head_len >= 20 && out->head_len <= XLAT_HEAD_MAX);
	MUST(out->split != 0 || field_len(out) == len);
	if (out->head[0] >> 4 == 4)
		MUST(out->split != 0 || csum_fold(csum_bytes(cur_of(out->head,
		    20))) == 0xffff);
	else
		MUST(out->head[0] >> 4 == 6);
	if (out->offload.flags & OFFLOAD_NEEDS_CSUM)
		MUST(out->offload.csum_start + out->offload.csum_offset + 2u <=
		    out->head_len);
}

/* RFC 7915 section 5.1.1 drops what section 4.1 may write: a fragment of AH. */
static bool
fragment_of_ah(const uint8_t *b)
{
	return b[0] >> 4 == 6 && b[6] == PROTO_FRAGMENT && b[40] == PROTO_AH;
}

/* And it parses. */
static void
check_parses(const struct xlat_out *out)
{
	static uint8_t flat[70000];
	struct pkt p;
	enum reason why;

	if (out->split != 0 || fragment_of_ah(out->head))
		return;
	memcpy(flat, out->head, out->head_len);
	if (out->tail.n > 0)
		memcpy(flat + out->head_len, out->tail.p, out->tail.n);
	MUST(pkt_parse(cur_of(flat, out->head_len + out->tail.n), &p, &why));
}

static void
cut_up(const struct xlat_out *out)
{
	struct frag fr;
	size_t n = 0;

	if (out->frag_mtu == 0)
		return;
	frag_init(&fr, out);
	while (frag_next(&fr, &fragment)) {
		check_out(&fragment);
		MUST(fragment.head_len + fragment.tail.n <= out->frag_mtu);
		MUST(++n < 100);
	}
}

static void
check_pieces(const struct xlat_out *out)
{
	struct segment s;
	size_t n = 0;

	if (out->split == 0) {
		cut_up(out);
		return;
	}
	segment_init(&s, out);
	while (segment_next(&s, &piece)) {
		check_out(&piece);
		cut_up(&piece);
		MUST(++n <= 65535);
	}
}

static void
join(const struct offload *in)
{
	static struct cur part[COALESCE_PARTS];
	struct coalesce_flow *flow;
	uint32_t hash;
	unsigned i = 0;

	coalesce.tcp = coalesce.udp = true;
	flow = coalesce_slot(&coalesce, &o, &hash);
	if (flow == NULL || !coalesce_hold(&coalesce, flow, hash, &o, in))
		return;
	coalesce_hold(&coalesce, flow, hash, &o, in);
	while ((flow = coalesce_next(&coalesce, &i)) != NULL) {
		coalesce_finish(&coalesce, flow, &piece, part);
		MUST(field_len(&piece) == piece.head_len + flow->octets);
		coalesce_part(flow, 0, part[0], &piece);
		check_out(&piece);
		coalesce_clear(&coalesce, flow);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static uint8_t bytes[65600], copy[sizeof bytes];
	struct offload offload = { 0 };
	struct cur in;
	uint8_t flags;

	if (n == 0 || n > sizeof bytes)
		return 0;
	/* At the very end, so that a reader beyond it is seen. */
	in = cur_of(bytes + sizeof bytes - n, n);
	memcpy(bytes + sizeof bytes - n, data, n);
	flags = *(const uint8_t *)cur_take(&in, 1);
	if (flags & OPTIONS) {
		if (in.n < 10)
			return 0;
		offload = read_offload(cur_take(&in, 10));
	}
	if (flags & MEND)
		mend(bytes + sizeof bytes - in.n, in.n);
	set_up(flags);
	(void)offload_finish_inner(bytes + sizeof bytes - in.n, in.n, &offload);
	memcpy(copy, in.p, in.n);
	/* Twice: a lease made by the first is there for the second. */
	for (int i = 0; i < 2; i++) {
		forward_packet(&f, in, &offload, i * 1000, &o);
		MUST(memcmp(copy, in.p, in.n) == 0);
		MUST(f.count.reason[o.reason] > 0);
		if (!o.send)
			continue;
		check_out(&o.out);
		check_parses(&o.out);
		check_pieces(&o.out);
		join(&offload);
	}
	return 0;
}
