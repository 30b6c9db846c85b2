/* SPDX-License-Identifier: BSD-2-Clause */
#include <assert.h>

#include "core/rfc6052.h"
#include "ra.h"

#define ICMP6_ROUTER_ADVERT	134

/* RFC 4861 section 4.2. */
struct wire_ra {
	uint8_t	type;
	uint8_t	code;
	uint8_t	sum[2];
	uint8_t	hop_limit;
	uint8_t	flags;		/* RFC 4191: preference in 0x18 */
	uint8_t	lifetime[2];	/* seconds */
	uint8_t	reachable[4];
	uint8_t	retrans[4];
};
static_assert(sizeof(struct wire_ra) == 16, "RFC 4861");

/* RFC 4861 section 4.6. */
struct wire_nd_option {
	uint8_t	type;
	uint8_t	len;		/* of all of it, in units of 8 octets */
};

#define ND_OPT_MTU	5	/* RFC 4861 section 4.6.4 */
#define ND_OPT_PREF64	38	/* RFC 8781 section 4 */

struct wire_nd_mtu {
	uint8_t	type, len;
	uint8_t	reserved[2];
	uint8_t	mtu[4];
};
static_assert(sizeof(struct wire_nd_mtu) == 8, "RFC 4861");

struct wire_nd_pref64 {
	uint8_t	type, len;
	uint8_t	lifetime_plc[2]; /* units of 8 s << 3 | prefix length code */
	uint8_t	prefix[12];	/* the highest 96 bits */
};
static_assert(sizeof(struct wire_nd_pref64) == 16, "RFC 8781");

/* Prefix length codes, RFC 8781 section 4. */
static const uint8_t plc_len[] = { 96, 64, 56, 48, 40, 32 };

/* 01 is high, 11 low; 10 must be taken for medium (RFC 4191 section 2.2). */
static int
preference(uint8_t flags)
{
	switch (flags & 0x18) {
	case 0x08:
		return 1;
	case 0x18:
		return -1;
	default:
		return 0;
	}
}

/* An unknown code: the option is ignored, the others count. */
static void
take_pref64(struct ra *ra, const struct wire_nd_pref64 *o)
{
	uint16_t word = be16(o->lifetime_plc);
	unsigned plc = word & 7;
	struct prefix6 p = {
		.addr = { be64(o->prefix), (uint64_t)be32(o->prefix + 8) << 32 },
	};

	if (plc >= sizeof plc_len || ra->n == RA_PREF64_MAX)
		return;
	p.len = plc_len[plc];
	ra->pref64[ra->n++] = (struct ra_pref64){
		.prefix = prefix6_masked(p),
		.lifetime = word & 0xfff8u,	/* is in units of 8 s */
	};
}

static void
take_option(struct ra *ra, struct cur option)
{
	const struct wire_nd_option *head = (const void *)option.p;

	if (head->type == ND_OPT_PREF64 &&
	    option.n == sizeof(struct wire_nd_pref64))
		take_pref64(ra, (const void *)option.p);
	if (head->type == ND_OPT_MTU && option.n == sizeof(struct wire_nd_mtu))
		ra->mtu = be32(((const struct wire_nd_mtu *)
		    (const void *)option.p)->mtu);
}

bool
ra_parse(struct cur icmp, struct ra *ra)
{
	const struct wire_ra *head = cur_take(&icmp, sizeof *head);

	if (head == NULL || head->type != ICMP6_ROUTER_ADVERT ||
	    head->code != 0)
		return false;
	*ra = (struct ra){
		.preference = preference(head->flags),
		.lifetime = be16(head->lifetime),
	};
	while (icmp.n > 0) {
		struct cur option = cur_first(icmp, icmp.n < 2 ? 0 :
		    icmp.p[1] * 8u);

		if (option.n == 0 || option.n != icmp.p[1] * 8u)
			return false;
		icmp = cur_after(icmp, option.n);
		take_option(ra, option);
	}
	return true;
}
