/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "address.h"
#include "report/log.h"

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

struct siphash_key
clat_machine_key(void)
{
	struct siphash_key key = { { 0x6c696368656e2063, 0x6c61742061646472 } };
	FILE *f = fopen("/etc/machine-id", "re");
	uint64_t a = 0, b = 0;

	if (f != NULL && fscanf(f, "%16" SCNx64 "%16" SCNx64, &a, &b) == 2) {
		key.k[0] ^= a;
		key.k[1] ^= b;
	} else {
		log_notice("clat: no /etc/machine-id: the address is another "
		    "one after each start");
		if (getrandom(&key, sizeof key, GRND_NONBLOCK) == -1)
			log_warn("getrandom");
	}
	if (f != NULL)
		fclose(f);
	return key;
}
