/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wire.h - what packets look like on the wire, and how to read them safely.
 *
 * Every struct wire_* is made of octets only: alignment 1, no padding, network
 * byte order, usable at any address.  Multi-octet fields are octet arrays read
 * with be16()/be32() and written with put16()/put32(); everywhere else in the
 * program numbers are in host order.
 */
#ifndef LICHEN_WIRE_H
#define LICHEN_WIRE_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Bytes that are not consumed yet.  Copied by value; cannot overrun. */
struct cur {
	const uint8_t	*p;
	size_t		 n;
};

static inline struct cur
cur_of(const void *p, size_t n)
{
	return (struct cur){ p, n };
}

/* Consume n octets: their address, or NULL (nothing consumed) if fewer remain. */
static inline const void *
cur_take(struct cur *c, size_t n)
{
	const uint8_t *p = c->p;

	if (n > c->n)
		return NULL;
	c->p += n;
	c->n -= n;
	return p;
}

/* The first n octets, or all of them if there are fewer. */
static inline struct cur
cur_first(struct cur c, size_t n)
{
	return (struct cur){ c.p, n < c.n ? n : c.n };
}

/* What is left after the first n octets; empty if there are fewer. */
static inline struct cur
cur_after(struct cur c, size_t n)
{
	size_t k = n < c.n ? n : c.n;

	return (struct cur){ c.p + k, c.n - k };
}

static inline uint16_t
be16(const uint8_t b[2])
{
	return (uint16_t)(b[0] << 8 | b[1]);
}

static inline uint32_t
be32(const uint8_t b[4])
{
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 |
	    (uint32_t)b[2] << 8 | b[3];
}

static inline uint64_t
be64(const uint8_t b[8])
{
	return (uint64_t)be32(b) << 32 | be32(b + 4);
}

static inline void
put16(uint8_t b[2], uint16_t v)
{
	b[0] = (uint8_t)(v >> 8);
	b[1] = (uint8_t)v;
}

static inline void
put32(uint8_t b[4], uint32_t v)
{
	put16(b, (uint16_t)(v >> 16));
	put16(b + 2, (uint16_t)v);
}

static inline void
put64(uint8_t b[8], uint64_t v)
{
	put32(b, (uint32_t)(v >> 32));
	put32(b + 4, (uint32_t)v);
}

/* IP protocol numbers, IANA "Protocol Numbers". */
enum ipproto {
	PROTO_HOPOPT	= 0,
	PROTO_ICMP	= 1,
	PROTO_TCP	= 6,
	PROTO_UDP	= 17,
	PROTO_ROUTING	= 43,
	PROTO_FRAGMENT	= 44,
	PROTO_ESP	= 50,
	PROTO_AH	= 51,
	PROTO_ICMPV6	= 58,
	PROTO_NONE	= 59,
	PROTO_DSTOPTS	= 60,
	PROTO_MOBILITY	= 135,
	PROTO_HIP	= 139,
	PROTO_SHIM6	= 140,
};

/* IPv4 header, RFC 791 section 3.1. */
struct wire_ip4 {
	uint8_t	ver_ihl;	/* version 4, header length in 32-bit words */
	uint8_t	tos;
	uint8_t	len[2];		/* octets, header included */
	uint8_t	id[2];
	uint8_t	off[2];		/* flags and offset, IP4_* */
	uint8_t	ttl;
	uint8_t	proto;
	uint8_t	sum[2];
	uint8_t	src[4];
	uint8_t	dst[4];
};
static_assert(sizeof(struct wire_ip4) == 20, "RFC 791");

#define IP4_DF		0x4000
#define IP4_MF		0x2000
#define IP4_OFFMASK	0x1fff	/* in units of 8 octets */

/* IPv4 option types, RFC 791 section 3.1. */
#define IP4_OPT_END	0
#define IP4_OPT_NOP	1
#define IP4_OPT_LSRR	131
#define IP4_OPT_SSRR	137

/* IPv6 header, RFC 8200 section 3. */
struct wire_ip6 {
	uint8_t	ver_class_flow[4];
	uint8_t	payload_len[2];	/* octets after this header */
	uint8_t	next;
	uint8_t	hop_limit;
	uint8_t	src[16];
	uint8_t	dst[16];
};
static_assert(sizeof(struct wire_ip6) == 40, "RFC 8200");

/* Start of Hop-by-Hop, Destination Options and Routing: RFC 8200 section 4. */
struct wire_ext {
	uint8_t	next;
	uint8_t	len;		/* 8-octet units after the first */
	uint8_t	type;		/* Routing: routing type */
	uint8_t	segleft;	/* Routing: segments left */
	uint8_t	data[4];
};
static_assert(sizeof(struct wire_ext) == 8, "RFC 8200");

/* Fragment Header, RFC 8200 section 4.5. */
struct wire_frag {
	uint8_t	next;
	uint8_t	reserved;
	uint8_t	off[2];		/* offset << 3 | M */
	uint8_t	id[4];
};
static_assert(sizeof(struct wire_frag) == 8, "RFC 8200");

#define IP6_MF		0x0001
#define IP6_OFFMASK	0xfff8	/* masked value is the offset in octets */

struct wire_tcp {
	uint8_t	sport[2];
	uint8_t	dport[2];
	uint8_t	seq[4];
	uint8_t	ack[4];
	uint8_t	off;		/* data offset in words in the high nibble */
	uint8_t	flags;
	uint8_t	win[2];
	uint8_t	sum[2];
	uint8_t	urg[2];
};
static_assert(sizeof(struct wire_tcp) == 20, "RFC 9293");

struct wire_udp {
	uint8_t	sport[2];
	uint8_t	dport[2];
	uint8_t	len[2];
	uint8_t	sum[2];
};
static_assert(sizeof(struct wire_udp) == 8, "RFC 768");

/*
 * ICMP and ICMPv6 share this shape (RFC 792, RFC 4443 section 2.1).  `rest` is
 * the 32-bit word whose meaning depends on the type:
 *   echo: identifier, sequence      3/4: octets 2-3 next-hop MTU (RFC 1191)
 *   2/0 (v6): MTU                   12 (v4): octet 0 pointer; 4 (v6): pointer
 *   RFC 4884 length: octet 1 (v4, 32-bit words), octet 0 (v6, 64-bit words)
 */
struct wire_icmp {
	uint8_t	type;
	uint8_t	code;
	uint8_t	sum[2];
	uint8_t	rest[4];
};
static_assert(sizeof(struct wire_icmp) == 8, "RFC 792");

enum icmp4_type {
	ICMP4_ECHO_REPLY	= 0,
	ICMP4_UNREACH		= 3,
	ICMP4_SOURCE_QUENCH	= 4,
	ICMP4_REDIRECT		= 5,
	ICMP4_ECHO		= 8,
	ICMP4_TIME_EXCEEDED	= 11,
	ICMP4_PARAM_PROBLEM	= 12,
};

enum icmp6_type {
	ICMP6_UNREACH		= 1,
	ICMP6_TOO_BIG		= 2,
	ICMP6_TIME_EXCEEDED	= 3,
	ICMP6_PARAM_PROBLEM	= 4,
	ICMP6_ECHO		= 128,
	ICMP6_ECHO_REPLY	= 129,
	ICMP6_REDIRECT		= 137,
};

/* ICMP extension structure and the head of its objects: RFC 4884 section 7. */
struct wire_icmp_ext {
	uint8_t	version;	/* 2, in the high nibble */
	uint8_t	reserved;
	uint8_t	sum[2];		/* of structure and objects; 0: none */
};

struct wire_icmp_object {
	uint8_t	len[2];		/* octets, this head included */
	uint8_t	class;
	uint8_t	ctype;
};

#define ICMP_EXT_VERSION	2
#define ICMP_EXT_QUOTE_MIN	128	/* octets quoted before it: section 3 */

/* draft-ietf-intarea-extended-icmp-nodeid: an IPv6 address and nothing else. */
struct wire_node_id {
	struct wire_icmp_object	head;
	uint8_t			afi[2];
	uint8_t			reserved[2];
	uint8_t			addr[16];
};
static_assert(sizeof(struct wire_node_id) == 24, "extended-icmp-nodeid");

#define ICMP_CLASS_NODE_ID	5
#define NODE_ID_IP_ADDR		0x04	/* C-Type: bit 5 from the left */
#define AFI_IPV6		2

#define IP6_MIN_MTU	1280	/* RFC 8200 section 5 */
#define IP4_MIN_MTU	68	/* RFC 791 section 3.2 */

/* Longest ICMP error, octets: RFC 1812 section 4.3.2.3; RFC 4443 section 2.4 (c). */
#define ICMP4_ERROR_MAX	576
#define ICMP6_ERROR_MAX	IP6_MIN_MTU

#endif
