/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rfc7050.h - the NAT64 prefix by DNS: a DNS64 answers a question for the AAAA
 * records of ipv4only.arpa, which has none, with its prefix and one of two
 * well-known IPv4 addresses in it.
 */
#ifndef LICHEN_CLAT_RFC7050_H
#define LICHEN_CLAT_RFC7050_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/addr.h"
#include "core/wire.h"

#define RFC7050_NAME		"ipv4only.arpa"
#define RFC7050_WKA1		0xc00000aau	/* 192.0.0.170 */
#define RFC7050_WKA2		0xc00000abu	/* 192.0.0.171 */
#define RFC7050_PREFIXES	8	/* of one answer; more are left out */
#define RFC7050_QUERY_MAX	64	/* octets */

/* The question; returns its length in octets. */
size_t	rfc7050_query(uint8_t buf[static RFC7050_QUERY_MAX], uint16_t id);

enum rfc7050_answer {
	RFC7050_FOUND,		/* at least one prefix */
	RFC7050_NONE,		/* an answer, and there is no DNS64 */
	RFC7050_FAILED,		/* a server that could not answer: ask another */
	RFC7050_OTHER,		/* no answer to this question: wait on */
};

struct rfc7050_result {
	struct prefix6	prefix[RFC7050_PREFIXES];
	unsigned	n;
	uint32_t	ttl;	/* seconds: the least of the records' */
};

/* What a datagram says about the question with that id. */
enum rfc7050_answer rfc7050_parse(struct cur message, uint16_t id,
		    struct rfc7050_result *);

/*
 * The prefixes in these addresses, RFC 7050 section 3: where a well-known address
 * stands at more than one of the places that RFC 6052 allows, only those count at
 * which another address has the other one.  Returns how many, in prefix[], each
 * once.
 */
unsigned rfc7050_prefixes(const struct ip6 *, size_t n,
	    struct prefix6 prefix[static RFC7050_PREFIXES]);

#endif
