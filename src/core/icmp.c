/* SPDX-License-Identifier: BSD-2-Clause */
#include "icmp.h"

#define NO_POINTER	0xff

/* RFC 7915 section 4.2, Destination Unreachable by code; type 0: no translation. */
static const struct {
	uint8_t	type, code;
} unreach46[16] = {
	[0]  = { ICMP6_UNREACH, 0 },		/* net */
	[1]  = { ICMP6_UNREACH, 0 },		/* host */
	[2]  = { ICMP6_PARAM_PROBLEM, 1 },	/* protocol */
	[3]  = { ICMP6_UNREACH, 4 },		/* port */
	[4]  = { ICMP6_TOO_BIG, 0 },		/* fragmentation needed */
	[5]  = { ICMP6_UNREACH, 0 },		/* source route failed */
	[6]  = { ICMP6_UNREACH, 0 },		/* net unknown */
	[7]  = { ICMP6_UNREACH, 0 },		/* host unknown */
	[8]  = { ICMP6_UNREACH, 0 },		/* source host isolated */
	[9]  = { ICMP6_UNREACH, 1 },		/* net prohibited */
	[10] = { ICMP6_UNREACH, 1 },		/* host prohibited */
	[11] = { ICMP6_UNREACH, 0 },		/* net and TOS */
	[12] = { ICMP6_UNREACH, 0 },		/* host and TOS */
	[13] = { ICMP6_UNREACH, 1 },		/* prohibited */
	[14] = { 0, 0 },			/* host precedence violation */
	[15] = { ICMP6_UNREACH, 1 },		/* precedence cutoff */
};

/* RFC 7915 section 5.2, Destination Unreachable by code: the IPv4 code. */
static const uint8_t unreach64[5] = {
	[0] = 1,	/* no route: host unreachable */
	[1] = 10,	/* prohibited: host prohibited */
	[2] = 1,	/* beyond scope: host unreachable */
	[3] = 1,	/* address unreachable: host unreachable */
	[4] = 3,	/* port: port */
};

/* RFC 7915 figure 3: octet of the IPv4 header to octet of the IPv6 header. */
static const uint8_t pointer46[20] = {
	0,					/* version, length */
	1,					/* TOS: traffic class */
	4, 4,					/* total length: payload length */
	NO_POINTER, NO_POINTER,			/* identification */
	NO_POINTER,				/* flags */
	NO_POINTER,				/* fragment offset */
	7,					/* TTL: hop limit */
	6,					/* protocol: next header */
	NO_POINTER, NO_POINTER,			/* header checksum */
	8, 8, 8, 8,				/* source */
	24, 24, 24, 24,				/* destination */
};

/* RFC 7915 figure 6, the other way. */
static const uint8_t pointer64[40] = {
	0,					/* version, traffic class */
	1,					/* traffic class, flow label */
	NO_POINTER, NO_POINTER,			/* flow label */
	2, 2,					/* payload length: total length */
	9,					/* next header: protocol */
	8,					/* hop limit: TTL */
	12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12,
	16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16,
};

/* RFC 1191 section 7.1, greatest first. */
static const uint16_t plateaus[] = {
	65535, 32000, 17914, 8166, 4352, 2002, 1492, 1006, 508, 296, 68,
};

static unsigned
max(unsigned a, unsigned b)
{
	return a > b ? a : b;
}

static unsigned
min(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* The greatest plateau below the length of the packet that was too big. */
static unsigned
plateau(unsigned len)
{
	for (unsigned i = 0; i < sizeof plateaus / sizeof plateaus[0]; i++)
		if (plateaus[i] < len)
			return plateaus[i];
	return IP4_MIN_MTU;
}

/*
 * RFC 7915 section 4.2, code 4.  Never under 1280: RFC 8201 section 4 makes
 * hosts ignore less, and what is under it is our own business to fragment.
 */
static uint32_t
mtu46(unsigned reported, uint16_t inner_len, unsigned mtu)
{
	if (reported == 0)
		reported = plateau(inner_len);
	return max(IP6_MIN_MTU, min(reported + 20, mtu));
}

/* What every IPv6 link takes, with the header of IPv4: less is never told. */
#define MTU64_MIN	(IP6_MIN_MTU - (unsigned)(sizeof(struct wire_ip6) - \
			    sizeof(struct wire_ip4)))

/*
 * RFC 7915 section 5.2, type 2: the Fragment Header is part of the difference.  RFC
 * 8201 section 4: an MTU under 1280 is a mistake or a forgery, which would have the
 * IPv4 host send in tiny pieces.
 */
static uint32_t
mtu64(uint32_t reported, bool frag, unsigned mtu)
{
	unsigned less = sizeof(struct wire_ip6) - sizeof(struct wire_ip4) +
	    (frag ? sizeof(struct wire_frag) : 0);

	return max(MTU64_MIN + less, min(reported, mtu)) - less;
}

static bool
unreachable46(const struct wire_icmp *h, uint16_t inner_len, unsigned mtu,
    struct icmp_head *to)
{
	if (h->code >= sizeof unreach46 / sizeof unreach46[0] ||
	    unreach46[h->code].type == 0)
		return false;
	to->type = unreach46[h->code].type;
	to->code = unreach46[h->code].code;
	if (to->type == ICMP6_TOO_BIG)
		to->word = mtu46(be16(h->rest + 2), inner_len, mtu);
	else if (to->type == ICMP6_PARAM_PROBLEM)
		to->word = offsetof(struct wire_ip6, next);
	return true;
}

/* Code 1, a required option is missing, has no counterpart. */
static bool
parameter46(const struct wire_icmp *h, struct icmp_head *to)
{
	uint8_t pointer = h->rest[0];

	if (h->code != 0 && h->code != 2)
		return false;
	if (pointer >= sizeof pointer46 || pointer46[pointer] == NO_POINTER)
		return false;
	to->type = ICMP6_PARAM_PROBLEM;
	to->word = pointer46[pointer];
	return true;
}

/* RFC 4884 section 4: which ICMPv6 messages have a length, and where. */
static void
length_attribute6(struct icmp_head *to)
{
	if (to->type == ICMP6_UNREACH || to->type == ICMP6_TIME_EXCEEDED) {
		to->length_unit = 8;
		to->length_shift = 24;
	}
}

bool
icmp_error46(const struct wire_icmp *h, uint16_t inner_len, unsigned mtu,
    struct icmp_head *to)
{
	bool ok = false;

	*to = (struct icmp_head){ 0 };
	if (h->type == ICMP4_UNREACH) {
		ok = unreachable46(h, inner_len, mtu, to);
	} else if (h->type == ICMP4_TIME_EXCEEDED) {
		to->type = ICMP6_TIME_EXCEEDED;
		to->code = h->code;
		ok = true;
	} else if (h->type == ICMP4_PARAM_PROBLEM) {
		ok = parameter46(h, to);
	}
	length_attribute6(to);
	return ok;
}

static bool
unreachable64(const struct wire_icmp *h, struct icmp_head *to)
{
	if (h->code >= sizeof unreach64)
		return false;
	to->type = ICMP4_UNREACH;
	to->code = unreach64[h->code];
	return true;
}

static bool
parameter64(const struct wire_icmp *h, struct icmp_head *to)
{
	uint32_t pointer = be32(h->rest);

	if (h->code == 1) {		/* unrecognized next header */
		to->type = ICMP4_UNREACH;
		to->code = 2;
		return true;
	}
	if (h->code != 0 || pointer >= sizeof pointer64 ||
	    pointer64[pointer] == NO_POINTER)
		return false;
	to->type = ICMP4_PARAM_PROBLEM;
	to->word = (uint32_t)pointer64[pointer] << 24;
	return true;
}

bool
icmp_error64(const struct wire_icmp *h, bool inner_frag, unsigned mtu,
    struct icmp_head *to)
{
	/* RFC 4884 section 4: all three IPv4 messages that we write have it. */
	*to = (struct icmp_head){ .length_unit = 4, .length_shift = 16 };
	switch (h->type) {
	case ICMP6_UNREACH:
		return unreachable64(h, to);
	case ICMP6_TOO_BIG:
		to->type = ICMP4_UNREACH;
		to->code = 4;
		to->word = mtu64(be32(h->rest), inner_frag, mtu);
		return true;
	case ICMP6_TIME_EXCEEDED:
		to->type = ICMP4_TIME_EXCEEDED;
		to->code = h->code;
		return true;
	case ICMP6_PARAM_PROBLEM:
		return parameter64(h, to);
	default:
		return false;
	}
}

uint8_t
icmp_echo46(uint8_t type)
{
	return type == ICMP4_ECHO ? ICMP6_ECHO : ICMP6_ECHO_REPLY;
}

uint8_t
icmp_echo64(uint8_t type)
{
	return type == ICMP6_ECHO ? ICMP4_ECHO : ICMP4_ECHO_REPLY;
}
