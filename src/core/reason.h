/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reason.h - why a packet ended as it did.  Every packet read ends with exactly
 * one reason; the counters add up to the packets read.
 *
 * One row a reason: identifier, stable name (counter, log, manual), the ICMP
 * answer it asks for, the `log` class it belongs to, and a sentence for people.
 */
#ifndef LICHEN_REASON_H
#define LICHEN_REASON_H

/* What to tell the sender; icmperr.c has the types and codes of both families. */
enum answer {
	ANSWER_NONE,		/* silence */
	ANSWER_NO_ROUTE,	/* 3/1 host unreachable; 1/0 no route */
	ANSWER_SOURCE,		/* 3/10 host prohibited; 1/5 source policy */
	ANSWER_PROTOCOL,	/* 3/2; 4/1 pointing at the next header */
	ANSWER_TTL,		/* 11/0; 3/0 */
	ANSWER_TOO_BIG,		/* 3/4; 2/0, with the MTU */
	ANSWER_SOURCE_ROUTE,	/* 3/5; IPv4 only */
	ANSWER_PARAMETER,	/* 4/0 with the pointer; IPv6 only */
};

/* The words of the `log` directive (dyn is about leases, not packets). */
enum log_class {
	LOG_CLASS_NONE	 = 0,
	LOG_CLASS_DROP	 = 1 << 0,
	LOG_CLASS_REJECT = 1 << 1,
	LOG_CLASS_ICMP	 = 1 << 2,
	LOG_CLASS_SELF	 = 1 << 3,
	LOG_CLASS_DYN	 = 1 << 4,
};

#define REASONS(X) \
/* sent */ \
X(XLAT46,	"xlat46",	NONE,	NONE,	"translated from IPv4 to IPv6") \
X(XLAT64,	"xlat64",	NONE,	NONE,	"translated from IPv6 to IPv4") \
X(HAIRPIN,	"hairpin",	NONE,	NONE,	"translated from IPv6 back to IPv6") \
X(ECHO,		"echo",		NONE,	SELF,	"echo request to our own address, answered") \
/* malformed */ \
X(BAD_VERSION,	"bad_version",	NONE,	DROP,	"neither IPv4 nor IPv6") \
X(TRUNCATED,	"truncated",	NONE,	DROP,	"ends inside its network header") \
X(BAD_LENGTH,	"bad_length",	NONE,	DROP,	"length fields contradict each other or the packet") \
X(BAD_CHECKSUM,	"bad_checksum",	NONE,	DROP,	"wrong IPv4 header checksum") \
X(BAD_OPTIONS,	"bad_options",	NONE,	DROP,	"malformed IPv4 options") \
X(BAD_EXT,	"bad_ext",	NONE,	DROP,	"misplaced or too many IPv6 extension headers") \
X(BAD_FRAGMENT,	"bad_fragment",	NONE,	DROP,	"fragment that cannot be part of a packet") \
X(FRAGMENT_EXT,	"fragment_ext",	NONE,	DROP,	"fragment with extension headers behind the Fragment Header") \
X(BAD_TRANSPORT,"bad_transport",NONE,	DROP,	"ends inside its transport header") \
X(BAD_ICMP_SUM,	"bad_icmp_sum",	NONE,	DROP,	"wrong ICMP checksum") \
X(BAD_OFFLOAD,	"bad_offload",	NONE,	DROP,	"offload header does not fit the packet") \
/* not to be translated */ \
X(SOURCE_ROUTE,	"source_route",	SOURCE_ROUTE, REJECT, "unexpired IPv4 source route") \
X(ROUTING_HDR,	"routing_header",PARAMETER, REJECT, "IPv6 routing header with segments left") \
X(ILLEGAL_SRC,	"illegal_src",	NONE,	DROP,	"source address must not be translated") \
X(ILLEGAL_DST,	"illegal_dst",	NONE,	DROP,	"destination address must not be translated") \
X(HOST_CHATTER,	"host_chatter",	NONE,	NONE,	"multicast of the host itself that stays on the link") \
X(PROTOCOL,	"protocol",	NONE,	DROP,	"protocol that means something else in the other family") \
X(ICMP_FRAGMENT,"icmp_fragment",NONE,	DROP,	"fragmented ICMP") \
X(ICMP_TYPE,	"icmp_type",	NONE,	ICMP,	"ICMP type or code without a translation") \
X(ICMP_NESTED,	"icmp_nested",	NONE,	ICMP,	"ICMP error about an ICMP error") \
X(ICMP_INNER,	"icmp_inner",	NONE,	ICMP,	"packet inside an ICMP error cannot be read") \
X(ICMP_INNER_ADDR,"icmp_inner_addr",NONE,ICMP,	"packet inside an ICMP error has an address without a mapping") \
X(UDP_ZERO,	"udp_zero",	NONE,	DROP,	"UDP without a checksum") \
X(UDP_ZERO_FRAG,"udp_zero_frag",NONE,	DROP,	"fragmented UDP without a checksum") \
/* addresses */ \
X(NO_DST,	"no_dst",	NO_ROUTE, REJECT, "destination has no mapping") \
X(NO_SRC,	"no_src",	SOURCE,	REJECT,	"source has no mapping") \
X(WKPF_DST,	"wkpf_dst",	NO_ROUTE, REJECT, "IPv4 destination that is not for the well-known prefix") \
X(WKPF_SRC,	"wkpf_src",	SOURCE,	REJECT,	"IPv4 source that is not for the well-known prefix") \
X(POOL_SOURCE,	"pool_source",	SOURCE,	REJECT,	"source may not have an address of the dynamic pool") \
X(POOL_LIMIT,	"pool_limit",	SOURCE,	REJECT,	"too many leases for the /64 of the source") \
X(POOL_FULL,	"pool_full",	SOURCE,	REJECT,	"no free address in the dynamic pool") \
/* limits */ \
X(TTL,		"ttl",		TTL,	REJECT,	"TTL or hop limit used up") \
X(TOO_BIG,	"too_big",	TOO_BIG, REJECT, "larger than the next link takes") \
X(OVERSIZE,	"oversize",	NONE,	DROP,	"longer than 65535 octets once translated") \
/* to ourselves */ \
X(SELF_ICMP,	"self_icmp",	NONE,	SELF,	"ICMP to our own address, not an echo request") \
X(SELF_PROTO,	"self_proto",	PROTOCOL, SELF,	"not ICMP, to our own address")

enum reason {
#define X(id, name, answer, class, text) REASON_##id,
	REASONS(X)
#undef X
	REASON_COUNT
};

/* Stable name, as in counters and logs. */
const char	*reason_name(enum reason);

/* A sentence for people. */
const char	*reason_text(enum reason);

enum answer	 reason_answer(enum reason);
enum log_class	 reason_log_class(enum reason);

#endif
