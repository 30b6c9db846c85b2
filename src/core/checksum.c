/* SPDX-License-Identifier: BSD-2-Clause */
#include "checksum.h"

/*
 * 32-bit words into a 64-bit accumulator: folding a sum of 32-bit words gives
 * the same as folding the sum of their halves, and carries collect in the upper
 * half (RFC 1071 section 2).
 */
csum_t
csum_bytes(struct cur c)
{
	csum_t sum = 0;
	const uint8_t *p = c.p;
	size_t n = c.n;

	for (; n >= 4; p += 4, n -= 4)
		sum += be32(p);
	if (n >= 2) {
		sum += be16(p);
		p += 2;
		n -= 2;
	}
	if (n == 1)
		sum += (csum_t)p[0] << 8;
	return sum;
}

csum_t
csum_pseudo4(ip4_t src, ip4_t dst, uint8_t proto, uint32_t len)
{
	return csum_ip4(src) + csum_ip4(dst) + proto + len;
}

csum_t
csum_pseudo6(struct ip6 src, struct ip6 dst, uint8_t proto, uint32_t len)
{
	return csum_ip6(src) + csum_ip6(dst) + proto + len;
}
