/* SPDX-License-Identifier: BSD-2-Clause */
#include <assert.h>
#include <string.h>

#include "core/rfc6052.h"
#include "rfc7050.h"

/* --- prefixes in addresses ------------------------------------------------ */

static const uint8_t lengths[] = { 32, 40, 48, 56, 64, 96 };
#define LENGTHS	(sizeof lengths / sizeof lengths[0])

static struct prefix6
first_bits(struct ip6 a, uint8_t len)
{
	return prefix6_masked((struct prefix6){ .addr = a, .len = len });
}

/* The well-known address that stands behind a prefix of this length, or 0. */
static ip4_t
wka_at(struct ip6 a, uint8_t len)
{
	struct prefix6 p = first_bits(a, len);
	ip4_t v4 = rfc6052_extract(p, a);

	/* Bits 64 to 71 are zero: RFC 6052 section 2.2. */
	if (len != 96 && (a.lo >> 56) != 0)
		return 0;
	return v4 == RFC7050_WKA1 || v4 == RFC7050_WKA2 ? v4 : 0;
}

/* Has another of the addresses the other well-known address there? */
static bool
confirmed(const struct ip6 *a, size_t n, struct prefix6 p, ip4_t wka)
{
	ip4_t other = wka == RFC7050_WKA1 ? RFC7050_WKA2 : RFC7050_WKA1;

	for (size_t i = 0; i < n; i++)
		if (prefix6_has(p, a[i]) && wka_at(a[i], p.len) == other)
			return true;
	return false;
}

static unsigned
add_once(struct prefix6 *prefix, unsigned n, struct prefix6 p)
{
	for (unsigned i = 0; i < n; i++)
		if (prefix6_eq(prefix[i], p))
			return n;
	if (n < RFC7050_PREFIXES)
		prefix[n++] = p;
	return n;
}

unsigned
rfc7050_prefixes(const struct ip6 *a, size_t n,
    struct prefix6 prefix[static RFC7050_PREFIXES])
{
	unsigned found = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned places = 0;

		for (size_t k = 0; k < LENGTHS; k++)
			places += wka_at(a[i], lengths[k]) != 0;
		for (size_t k = 0; k < LENGTHS; k++) {
			struct prefix6 p = first_bits(a[i], lengths[k]);
			ip4_t wka = wka_at(a[i], p.len);

			if (wka != 0 &&
			    (places == 1 || confirmed(a, n, p, wka)))
				found = add_once(prefix, found, p);
		}
	}
	return found;
}

/* --- messages ------------------------------------------------------------- */

/* RFC 1035 section 4.1.1. */
struct wire_dns {
	uint8_t	id[2];
	uint8_t	flags[2];
	uint8_t	questions[2], answers[2], authorities[2], additionals[2];
};
static_assert(sizeof(struct wire_dns) == 12, "RFC 1035");

#define DNS_RESPONSE	0x8000
#define DNS_TC		0x0200
#define DNS_RD		0x0100		/* CD stays clear: RFC 7050 section 3 */
#define DNS_RCODE	0x000f
#define RCODE_NXDOMAIN	3

#define TYPE_AAAA	28
#define CLASS_IN	1

#define ADDRESSES_MAX	32	/* of one answer */

/* The name, type AAAA, class IN. */
static const uint8_t question[] = "\x08" "ipv4only" "\x04" "arpa" "\0"
    "\0\x1c" "\0\x01";
#define QUESTION_LEN	(sizeof question - 1)

/* EDNS, RFC 6891: 1232 octets fit wherever IPv6 does. */
static const uint8_t edns[] = "\0" "\0\x29" "\x04\xd0" "\0\0\0\0" "\0";
#define EDNS_LEN	sizeof edns

static_assert(sizeof(struct wire_dns) + QUESTION_LEN + EDNS_LEN <=
    RFC7050_QUERY_MAX, "it fits");
static_assert(EDNS_LEN == 11, "RFC 6891: no options");

size_t
rfc7050_query(uint8_t buf[static RFC7050_QUERY_MAX], uint16_t id)
{
	struct wire_dns *head = (void *)buf;

	memset(buf, 0, sizeof *head);
	put16(head->id, id);
	put16(head->flags, DNS_RD);
	put16(head->questions, 1);
	put16(head->additionals, 1);
	memcpy(buf + sizeof *head, question, QUESTION_LEN);
	memcpy(buf + sizeof *head + QUESTION_LEN, edns, EDNS_LEN);
	return sizeof *head + QUESTION_LEN + EDNS_LEN;
}

static uint8_t
lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

/* Servers may write the name back in other letters. */
static bool
take_question(struct cur *c)
{
	const uint8_t *q = cur_take(c, QUESTION_LEN);

	for (size_t i = 0; q != NULL && i < QUESTION_LEN; i++)
		if (lower(q[i]) != question[i])
			return false;
	return q != NULL;
}

/* Over a name, RFC 1035 section 4.1.4: labels, then nothing or a pointer. */
static bool
skip_name(struct cur *c)
{
	const uint8_t *len;

	while ((len = cur_take(c, 1)) != NULL && *len != 0) {
		if ((*len & 0xc0) == 0xc0)
			return cur_take(c, 1) != NULL;
		if (*len > 63 || cur_take(c, *len) == NULL)
			return false;
	}
	return len != NULL;
}

struct record {
	uint16_t	type, class;
	uint32_t	ttl;
	struct cur	data;
};

static bool
take_record(struct cur *c, struct record *r)
{
	const uint8_t *fixed;

	if (!skip_name(c) || (fixed = cur_take(c, 10)) == NULL)
		return false;
	r->type = be16(fixed);
	r->class = be16(fixed + 2);
	r->ttl = be32(fixed + 4);
	r->data.n = be16(fixed + 8);
	r->data.p = cur_take(c, r->data.n);
	return r->data.p != NULL;
}

/* Whatever the server calls the owner of a AAAA record: there may be aliases. */
static bool
take_answers(struct cur *c, unsigned answers, struct rfc7050_result *out)
{
	struct ip6 a[ADDRESSES_MAX];
	struct record r;
	size_t n = 0;

	out->ttl = UINT32_MAX;
	for (; answers > 0; answers--) {
		if (!take_record(c, &r))
			return false;
		if (r.type != TYPE_AAAA || r.class != CLASS_IN ||
		    r.data.n != 16 || n == ADDRESSES_MAX)
			continue;
		a[n++] = ip6_read(r.data.p);
		if (r.ttl < out->ttl)
			out->ttl = r.ttl;
	}
	out->n = rfc7050_prefixes(a, n, out->prefix);
	return true;
}

enum rfc7050_answer
rfc7050_parse(struct cur c, uint16_t id, struct rfc7050_result *out)
{
	const struct wire_dns *head = cur_take(&c, sizeof *head);
	unsigned rcode;

	*out = (struct rfc7050_result){ 0 };
	if (head == NULL || be16(head->id) != id ||
	    (be16(head->flags) & DNS_RESPONSE) == 0 ||
	    be16(head->questions) != 1 || !take_question(&c))
		return RFC7050_OTHER;
	rcode = be16(head->flags) & DNS_RCODE;
	if (rcode == RCODE_NXDOMAIN)
		return RFC7050_NONE;
	if (rcode != 0 || !take_answers(&c, be16(head->answers), out))
		return RFC7050_FAILED;
	if (out->n > 0)
		return RFC7050_FOUND;
	/* What was cut off may have been the prefix. */
	return (be16(head->flags) & DNS_TC) != 0 ? RFC7050_FAILED :
	    RFC7050_NONE;
}
