/* SPDX-License-Identifier: BSD-2-Clause */
#include "checksum.h"

/* Words of the machine's byte order, as their halves: carries go nowhere. */
static csum_t
halves(uint64_t w)
{
	return (w & 0xffffffff) + (w >> 32);
}

static uint64_t
load8(const uint8_t *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof w);
	return w;
}

static uint32_t
load4(const uint8_t *p)
{
	uint32_t w;

	memcpy(&w, p, sizeof w);
	return w;
}

static uint16_t
load2(const uint8_t *p)
{
	uint16_t w;

	memcpy(&w, p, sizeof w);
	return w;
}

/* What is left, fewer than eight octets. */
static csum_t
last_words(struct cur c)
{
	csum_t sum = 0;
	uint8_t odd[2] = { 0 };

	if (c.n & 4) {
		sum += load4(c.p);
		c.p += 4;
	}
	if (c.n & 2) {
		sum += load2(c.p);
		c.p += 2;
	}
	if (c.n & 1) {
		odd[0] = *c.p;
		sum += load2(odd);
	}
	return sum;
}

/*
 * RFC 1071 section 2: the sum does not depend on the byte order that it is made
 * in, if the result is read in the same one, nor on the size of the words.
 */
csum_t
csum_bytes(struct cur c)
{
	csum_t sum = 0, more = 0;
	uint16_t native;
	uint8_t wire[2];

	for (; c.n >= 32; c = cur_after(c, 32)) {
		sum += halves(load8(c.p)) + halves(load8(c.p + 8));
		more += halves(load8(c.p + 16)) + halves(load8(c.p + 24));
	}
	for (; c.n >= 8; c = cur_after(c, 8))
		sum += halves(load8(c.p));
	native = csum_fold(sum + more + last_words(c));
	memcpy(wire, &native, sizeof wire);
	return be16(wire);
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
