/* SPDX-License-Identifier: BSD-2-Clause */
#include <sys/socket.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "addr.h"

/* --- text to value -------------------------------------------------------- */

bool
ip4_parse(const char *s, ip4_t *out)
{
	uint8_t b[4];

	if (inet_pton(AF_INET, s, b) != 1)
		return false;
	*out = be32(b);
	return true;
}

bool
ip6_parse(const char *s, struct ip6 *out)
{
	uint8_t b[16];

	if (inet_pton(AF_INET6, s, b) != 1)
		return false;
	*out = ip6_read(b);
	return true;
}

/* One to three digits, the whole string, at most max. */
static bool
len_parse(const char *s, unsigned max, uint8_t *out)
{
	unsigned n = 0, digits = 0;

	for (; *s >= '0' && *s <= '9'; s++) {
		n = n * 10 + (unsigned)(*s - '0');
		if (++digits > 3)
			return false;
	}
	if (digits == 0 || *s != '\0' || n > max)
		return false;
	*out = (uint8_t)n;
	return true;
}

/* The address before the slash to addr, the length behind it to *len. */
static bool
split(const char *s, unsigned max, char addr[static ADDR_TEXT_MAX],
    uint8_t *len)
{
	size_t n = 0;

	while (s[n] != '\0' && s[n] != '/')
		n++;
	if (n >= ADDR_TEXT_MAX)
		return false;
	memcpy(addr, s, n);
	addr[n] = '\0';
	*len = (uint8_t)max;
	return s[n] == '\0' || len_parse(s + n + 1, max, len);
}

bool
prefix4_parse(const char *s, struct prefix4 *out)
{
	char addr[ADDR_TEXT_MAX];
	struct prefix4 p;

	if (!split(s, 32, addr, &p.len) || !ip4_parse(addr, &p.addr))
		return false;
	*out = p;
	return true;
}

bool
prefix6_parse(const char *s, struct prefix6 *out)
{
	char addr[ADDR_TEXT_MAX];
	struct prefix6 p;

	if (!split(s, 128, addr, &p.len) || !ip6_parse(addr, &p.addr))
		return false;
	*out = p;
	return true;
}

struct prefix4
prefix4_masked(struct prefix4 p)
{
	p.addr &= mask4(p.len);
	return p;
}

struct prefix6
prefix6_masked(struct prefix6 p)
{
	p.addr = ip6_and(p.addr, mask6(p.len));
	return p;
}

/* --- value to text -------------------------------------------------------- */

const char *
ip4_text(ip4_t a, char buf[static ADDR_TEXT_MAX])
{
	uint8_t b[4];

	put32(b, a);
	return inet_ntop(AF_INET, b, buf, ADDR_TEXT_MAX);
}

const char *
ip6_text(struct ip6 a, char buf[static ADDR_TEXT_MAX])
{
	uint8_t b[16];

	ip6_write(b, a);
	return inet_ntop(AF_INET6, b, buf, ADDR_TEXT_MAX);
}

static void
append_len(char *buf, uint8_t len)
{
	char *p = buf + strlen(buf);

	*p++ = '/';
	if (len >= 100)
		*p++ = (char)('0' + len / 100);
	if (len >= 10)
		*p++ = (char)('0' + len / 10 % 10);
	*p++ = (char)('0' + len % 10);
	*p = '\0';
}

const char *
prefix4_text(struct prefix4 p, char buf[static ADDR_TEXT_MAX])
{
	ip4_text(p.addr, buf);
	append_len(buf, p.len);
	return buf;
}

const char *
prefix6_text(struct prefix6 p, char buf[static ADDR_TEXT_MAX])
{
	ip6_text(p.addr, buf);
	append_len(buf, p.len);
	return buf;
}

/* --- what kind of address ------------------------------------------------- */

static const struct special4 rows4[] = {
#define X(first, len, packet, wkp, own, map, pool, name, rfc) \
	{ { first, len }, SPECIAL_##packet, SPECIAL_##own, SPECIAL_##map, \
	    SPECIAL_##pool, rfc, name },
	SPECIAL4(X)
#undef X
};

static const struct special6 rows6[] = {
#define X(hi, lo, len, packet, own, map, prefix, name, rfc) \
	{ { { hi, lo }, len }, SPECIAL_##packet, SPECIAL_##own, SPECIAL_##map, \
	    SPECIAL_##prefix, rfc, name },
	SPECIAL6(X)
#undef X
};

const struct special4 *
special4_of(struct prefix4 p)
{
	const struct special4 *found = NULL;

	for (size_t i = 0; i < sizeof rows4 / sizeof rows4[0]; i++)
		if (rows4[i].range.len <= p.len &&
		    prefix4_has(rows4[i].range, p.addr))
			found = &rows4[i];
	return found;
}

const struct special6 *
special6_of(struct prefix6 p)
{
	const struct special6 *found = NULL;

	for (size_t i = 0; i < sizeof rows6 / sizeof rows6[0]; i++)
		if (rows6[i].range.len <= p.len &&
		    prefix6_has(rows6[i].range, p.addr))
			found = &rows6[i];
	return found;
}

const struct special4 *
special4_no_pool(struct prefix4 p)
{
	for (size_t i = 0; i < sizeof rows4 / sizeof rows4[0]; i++)
		if (rows4[i].pool == SPECIAL_BAD &&
		    prefix4_overlap(rows4[i].range, p))
			return &rows4[i];
	return NULL;
}
