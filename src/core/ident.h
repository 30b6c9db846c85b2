/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ident.h - identifications for IPv4 packets with DF clear that had none (RFC
 * 6864).
 *
 * As in RFC 7739 section 5.3, a keyed hash of addresses and protocol picks a starting point and one of many
 * counters: no repeat for one flow before its counter comes round, and nothing
 * that one flow shows predicts another.
 */
#ifndef LICHEN_IDENT_H
#define LICHEN_IDENT_H

#include <stdint.h>

#include "addr.h"
#include "siphash.h"

#define IDENT_COUNTERS	4096

struct ident {
	struct siphash_key	key;
	uint32_t		counter[IDENT_COUNTERS];
};

/* The counters start as the hash of the key makes them. */
void		ident_init(struct ident *, struct siphash_key);

/*
 * Reserve n identifications in a row for a flow, n >= 1, and return the first.
 * (The kernel counts up one for each segment of a super-packet.)
 */
uint16_t	ident4(struct ident *, ip4_t src, ip4_t dst, uint8_t proto,
		    unsigned n);

#endif
