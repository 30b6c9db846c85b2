/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * address.h - the IPv6 address that a CLAT translates from: one of its own, always
 * the same on a network, and not to be guessed (RFC 7217).
 */
#ifndef LICHEN_CLAT_ADDRESS_H
#define LICHEN_CLAT_ADDRESS_H

#include "core/addr.h"
#include "core/siphash.h"

/*
 * In the /64 of prefix; tries: how many others of it were somebody else's
 * (RFC 7217 section 6).  device: the translator's, so that two have two.  Never a
 * reserved interface identifier (RFC 5453).
 */
struct ip6	clat_address(const struct siphash_key *, struct ip6 prefix,
		    const char *device, unsigned tries);

/*
 * The same on this machine at every start, and nobody else's: from its id, which is
 * not to be told, but a hash is.
 */
struct siphash_key clat_machine_key(void);

#endif
