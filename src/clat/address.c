/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>
#include <string.h>

#include "address.h"

/* Subnet-router anycast, Ethernet's of RFC 5453, reserved anycast (RFC 2526). */
static bool
is_reserved(uint64_t iid)
{
	return iid == 0 || iid >> 24 == 0x02005efffeu ||
	    (iid >= 0xfdffffffffffff80 && iid <= 0xfdffffffffffffff);
}

struct ip6
clat_address(const struct siphash_key *key, struct ip6 prefix,
    const char *device, unsigned tries)
{
	uint64_t words[5] = { prefix.hi, 0, 0, tries, 0 };

	strncpy((char *)(words + 1), device, 16);
	do {
		prefix.lo = siphash(key, words, 5);
		words[4]++;
	} while (is_reserved(prefix.lo));
	return prefix;
}
