/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rfc6052.h - IPv4 addresses embedded in IPv6 addresses, RFC 6052 section 2.2.
 */
#ifndef LICHEN_RFC6052_H
#define LICHEN_RFC6052_H

#include <stdbool.h>

#include "addr.h"

/* 64:ff9b::/96, RFC 6052 section 2.1.  64:ff9b:1::/48 (RFC 8215) is not it. */
bool	rfc6052_is_wkp(struct prefix6);

/* One of 32, 40, 48, 56, 64, 96. */
bool	rfc6052_len_ok(unsigned len);

/*
 * The prefix must have a length that rfc6052_len_ok() takes and no host bits.
 * Embedding writes bits 64 to 71 and the suffix as zero; extracting ignores
 * them.  Extracting assumes that the prefix has the address (prefix6_has).
 */
struct ip6	rfc6052_embed(struct prefix6, ip4_t);
ip4_t		rfc6052_extract(struct prefix6, struct ip6);

#endif
