/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/siphash.h"
#include "suite.h"

/*
 * Key and data are the octets 0, 1, 2 ...: the values that an independent
 * SipHash-1-3 gives, which has SipHash-2-4's published vectors right with the
 * other numbers of rounds.
 */
START_TEST(vectors)
{
	static const uint64_t want[] = {
		UINT64_C(0xabac0158050fc4dc), UINT64_C(0x369095118d299a8e),
		UINT64_C(0xcc4fdd1a7d908b66), UINT64_C(0xf464aeb267349c8c),
		UINT64_C(0x81157b6c16a7b60d), UINT64_C(0xc1d2363299e41531),
	};
	const struct siphash_key key = { { UINT64_C(0x0706050403020100),
	    UINT64_C(0x0f0e0d0c0b0a0908) } };
	uint64_t words[5];

	for (unsigned i = 0; i < 5; i++)
		words[i] = UINT64_C(0x0706050403020100) +
		    i * UINT64_C(0x0808080808080808);
	for (unsigned n = 0; n <= 5; n++)
		ck_assert_msg(siphash(&key, words, n) == want[n], "%u", n);
}
END_TEST

TESTS(siphash, vectors)
