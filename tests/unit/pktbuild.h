/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pktbuild.h - packets for tests, written and judged independently of the core:
 * own header writers, own checksum, own verifier.
 */
#ifndef TESTS_PKTBUILD_H
#define TESTS_PKTBUILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/forward.h"

/* A packet being built or received. */
struct bytes {
	size_t	n;
	uint8_t	b[70000];
};

/* IPv4 header; len and checksum are filled in. */
struct h4 {
	uint8_t		tos, ttl, proto;
	uint16_t	id, off;		/* off: flags and offset/8 */
	const char	*src, *dst;
	const void	*opt;			/* multiple of 4 octets */
	size_t		opt_n;
};

/* IPv6 header; ext is put between it and the payload. */
struct h6 {
	uint8_t		tos, hop, next;		/* next: of the payload */
	const char	*src, *dst;
	const void	*ext;			/* complete extension headers */
	size_t		ext_n;
	uint8_t		ext_first;		/* next header of the fixed one */
};

void	put_ip4(struct bytes *, struct h4, const void *payload, size_t n);
void	put_ip6(struct bytes *, struct h6, const void *payload, size_t n);

/*
 * Transport headers before n octets of payload, checksums zero: fix_sums() puts
 * them in once the packet is whole.
 */
size_t	mk_udp(uint8_t *to, uint16_t sport, uint16_t dport, const void *, size_t n);
size_t	mk_tcp(uint8_t *to, uint16_t sport, uint16_t dport, const void *, size_t n);
size_t	mk_icmp(uint8_t *to, uint8_t type, uint8_t code, uint32_t rest,
	    const void *, size_t n);
void	fix_sums(struct bytes *);

/* The plain Internet checksum of a run of octets, added to sum. */
uint32_t plain_sum(uint32_t sum, const uint8_t *, size_t n);

/*
 * What is wrong with a whole packet: lengths, header checksum, transport
 * checksum; NULL if nothing is.  Fragments are not looked into.
 */
const char *wrong(const struct bytes *);

/* A copy that ends at an unreadable page. */
struct cur guarded(const void *, size_t n);

/*
 * What a device does with a packet of ours: put head and tail together, finish a
 * checksum, cut segment k (false: there is none).
 */
void	flatten(const struct xlat_out *, struct bytes *);
void	device_checksum(struct bytes *, const struct offload *);
bool	device_segment(const struct bytes *, const struct offload *, unsigned k,
	    struct bytes *);

/* Equal, but for an IPv4 identification; clears it in both. */
void	same_but_id(struct bytes *, struct bytes *);

/* A translator under test. */
struct rig {
	struct forward	f;
	struct map	map[8];
	size_t		nmaps;
	struct lpm_slot	slot4[32], slot6[32];
	struct pool	pool;
	void		*pool_mem;
	struct outcome	o;
	struct bytes	out;		/* what was sent, flat */
	mono_t		now;
};

/*
 * Prefix 2001:db8:64::/96; 192.0.2.1 and 2001:db8::1 to .9 and ::9 mapped to each
 * other; own 192.0.2.254 and 2001:db8::fe; MTU 1500, off-link MTU 1280.
 */
void	rig_start(struct rig *);
void	rig_map(struct rig *, const char *v4, const char *v6);
void	rig_pool(struct rig *, const char *range);
void	rig_stop(struct rig *);

/* One packet through it: the reason, and *out and o. */
enum reason rig_send(struct rig *, const struct bytes *);

/* The same, and it must end so; what goes out must be sound. */
void	rig_expect(struct rig *, const struct bytes *, enum reason);
void	rig_translates(struct rig *, const struct bytes *, enum reason);

/* Random numbers that are the same in every run. */
uint32_t rnd(uint32_t below);
void	rnd_fill(uint8_t *, size_t n);

#endif
