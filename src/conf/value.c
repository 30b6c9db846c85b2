/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * value.c - what is right and wrong about one word.
 */
#include <stdio.h>
#include <string.h>

#include "core/pool.h"
#include "core/rfc6052.h"
#include "value.h"

/* A word before a colon that ends with one, as "64:ff9b::" does, is quoted. */
static const char *
shown(struct conf_parse *p, const char *s)
{
	size_t n = strlen(s);

	if (n == 0 || s[n - 1] != ':' || n + 3 > sizeof p->quoted)
		return s;
	snprintf(p->quoted, sizeof p->quoted, "\"%s\"", s);
	return p->quoted;
}

bool
conf_interface(struct conf_parse *p, const char *what, const char *s)
{
	if (strlen(s) > CONF_TUN_NAME_MAX)
		bad(p, "%s %s: longer than %d characters", what, s,
		    CONF_TUN_NAME_MAX);
	else if (strpbrk(s, "/:%\v\f") != NULL || strcmp(s, ".") == 0 ||
	    strcmp(s, "..") == 0)
		bad(p, "%s %s: not a name for an interface", what, s);
	else
		return true;
	return false;
}

/* An address with a length behind it was meant to be an address. */
static bool
without_length(struct conf_parse *p, const char *what, const char *s,
    const char *family, bool is_prefix)
{
	size_t n = strcspn(s, "/");

	if (is_prefix && s[n] == '/')
		bad(p, "%s %s: is one address, want it without %s", what, s,
		    s + n);
	else
		bad(p, "%s %s: not an %s address", what, shown(p, s), family);
	return false;
}

bool
conf_own4(struct conf_parse *p, const char *s, ip4_t *out)
{
	const struct special4 *r;
	struct prefix4 prefix;

	if (!ip4_parse(s, out))
		return without_length(p, "ipv4-addr", s, "IPv4",
		    prefix4_parse(s, &prefix));
	r = special4_of((struct prefix4){ *out, 32 });
	if (r != NULL && r->own == SPECIAL_BAD) {
		bad(p, "ipv4-addr %s: not the address of a single host, but "
		    "%s", shown(p, s), r->name);
		return false;
	}
	if (r != NULL && r->own == SPECIAL_WARN)
		warn(p, "ipv4-addr %s: %s, routers will not forward it", s,
		    r->name);
	return true;
}

bool
conf_own6(struct conf_parse *p, const char *s, struct ip6 *out)
{
	const struct special6 *r;
	struct prefix6 prefix;

	if (!ip6_parse(s, out))
		return without_length(p, "ipv6-addr", s, "IPv6",
		    prefix6_parse(s, &prefix));
	r = special6_of((struct prefix6){ *out, 128 });
	if (r == NULL || r->own != SPECIAL_BAD)
		return true;
	bad(p, "ipv6-addr %s: not the address of a single host, but %s",
	    shown(p, s), r->name);
	return false;
}

/* A prefix without host bits; else say which one it would be. */
bool
conf_prefix4(struct conf_parse *p, const char *what, const char *s,
    struct prefix4 *out)
{
	char text[ADDR_TEXT_MAX];
	struct prefix4 base;

	if (!prefix4_parse(s, out)) {
		bad(p, "%s %s: not an IPv4 prefix (192.0.2.0/24)", what, shown(p, s));
		return false;
	}
	base = prefix4_masked(*out);
	if (base.addr == out->addr)
		return true;
	bad(p, "%s %s: has bits set behind the prefix, want %s", what, s,
	    prefix4_text(base, text));
	return false;
}

bool
conf_prefix6(struct conf_parse *p, const char *what, const char *s,
    struct prefix6 *out)
{
	char text[ADDR_TEXT_MAX];
	struct prefix6 base;

	if (!prefix6_parse(s, out)) {
		bad(p, "%s %s: not an IPv6 prefix (2001:db8::/64)", what, shown(p, s));
		return false;
	}
	base = prefix6_masked(*out);
	if (ip6_eq(base.addr, out->addr))
		return true;
	bad(p, "%s %s: has bits set behind the prefix, want %s", what, s,
	    prefix6_text(base, text));
	return false;
}

/* RFC 4291 section 2.5.5: ::ffff:0:0/96 and ::/96 do. */
static bool
stays_in_host(struct prefix6 p)
{
	return p.len >= 64 && p.addr.hi == 0;
}

bool
conf_nat64_prefix(struct conf_parse *p, const char *s, struct prefix6 *out)
{
	const struct special6 *r;

	if (!prefix6_parse(s, out) || rfc6052_len_ok(out->len)) {
		if (!conf_prefix6(p, "prefix", s, out))
			return false;
	} else {
		bad(p, "prefix %s: length must be one of 32, 40, 48, 56, 64, "
		    "96", shown(p, s));
		return false;
	}
	r = special6_of(*out);
	if (r != NULL && r->prefix == SPECIAL_BAD) {
		bad(p, "prefix %s: is %s, never translated", shown(p, s), r->name);
		return false;
	}
	if (r != NULL && r->prefix == SPECIAL_WARN)
		warn(p, "prefix %s: is %s, never translated; want one of your "
		    "own or 64:ff9b::/96", shown(p, s), r->name);
	else if (stays_in_host(*out))
		warn(p, "prefix %s: hosts do not send to addresses in ::/64, "
		    "want one of your own or 64:ff9b::/96", shown(p, s));
	if (out->len == 96 && out->addr.lo >> 56 != 0)
		warn(p, "prefix %s: bits 64 to 71 are not zero, as RFC 6052 "
		    "section 2.2 wants them", shown(p, s));
	return true;
}

/* Host bits do no harm here: TAYGA ignores them, and files are full of them. */
static bool
map_side4(struct conf_parse *p, const char *s, struct prefix4 *out)
{
	char text[ADDR_TEXT_MAX];
	const struct special4 *r;
	ip4_t was;

	if (!prefix4_parse(s, out)) {
		bad(p, "map %s: not an IPv4 prefix (192.0.2.0/24)", shown(p, s));
		return false;
	}
	was = out->addr;
	*out = prefix4_masked(*out);
	if (out->addr != was)
		warn(p, "map %s: has bits set behind the prefix, taken as %s",
		    shown(p, s), prefix4_text(*out, text));
	r = special4_of(*out);
	if (r != NULL && r->map == SPECIAL_BAD) {
		bad(p, "map %s: is %s, never translated", shown(p, s), r->name);
		return false;
	}
	if (r != NULL && r->map == SPECIAL_WARN)
		warn(p, "map %s: is %s, never translated", shown(p, s), r->name);
	return true;
}

static bool
map_side6(struct conf_parse *p, const char *s, struct prefix6 *out)
{
	char text[ADDR_TEXT_MAX];
	const struct special6 *r;
	struct ip6 was;

	if (!prefix6_parse(s, out)) {
		bad(p, "map %s: not an IPv6 prefix (2001:db8::/64)", shown(p, s));
		return false;
	}
	was = out->addr;
	*out = prefix6_masked(*out);
	if (!ip6_eq(out->addr, was))
		warn(p, "map %s: has bits set behind the prefix, taken as %s",
		    shown(p, s), prefix6_text(*out, text));
	r = special6_of(*out);
	if (r == NULL && out->len == 127)	/* :: and ::1 */
		r = special6_of((struct prefix6){ out->addr, 128 });
	if (r != NULL && r->map == SPECIAL_BAD) {
		bad(p, "map %s: is %s, never translated", shown(p, s), r->name);
		return false;
	}
	if (r != NULL && r->map == SPECIAL_WARN)
		warn(p, "map %s: is %s, never translated", shown(p, s), r->name);
	else if (stays_in_host(*out))
		warn(p, "map %s: hosts do not send to addresses in ::/64",
		    shown(p, s));
	return true;
}

/* RFC 7757; a large range may cover what is never translated. */
bool
conf_map(struct conf_parse *p, const char *v4, const char *v6, struct map *m)
{
	bool ok4, ok6;

	if (prefix6_parse(v4, &m->v6) && prefix4_parse(v6, &m->v4)) {
		bad(p, "map %s %s: the sides are exchanged, want \"map %s "
		    "%s\"", v4, v6, v6, v4);
		return false;
	}
	ok4 = map_side4(p, v4, &m->v4);
	ok6 = map_side6(p, v6, &m->v6);
	if (!ok4 || !ok6)
		return false;
	if (32 - m->v4.len <= 128 - m->v6.len)
		return true;
	bad(p, "map %s %s: %d bits of IPv4 do not fit behind /%d, want /%d or "
	    "shorter", v4, shown(p, v6), 32 - m->v4.len, m->v6.len, 96 + m->v4.len);
	return false;
}

bool
conf_pool(struct conf_parse *p, const char *s, struct prefix4 *out)
{
	const struct special4 *r;

	if (!conf_prefix4(p, "dynamic-pool", s, out))
		return false;
	r = special4_no_pool(*out);
	if (out->len < POOL_LEN_MIN)
		bad(p, "dynamic-pool %s: more than the %u addresses that all "
		    "pools together may have, want /%d to /%d", shown(p, s),
		    (unsigned)POOL_SIZE_MAX, POOL_LEN_MIN, POOL_LEN_MAX);
	else if (out->len > POOL_LEN_MAX)
		bad(p, "dynamic-pool %s: nothing to lease, the first address "
		    "never is; want /%d to /%d", shown(p, s), POOL_LEN_MIN,
		    POOL_LEN_MAX);
	else if (r != NULL)
		bad(p, "dynamic-pool %s: has addresses that are never "
		    "translated (%s)", shown(p, s), r->name);
	else
		return true;
	return false;
}

bool
conf_source(struct conf_parse *p, const char *s, struct prefix6 *out)
{
	const struct special6 *r;

	if (!conf_prefix6(p, "dynamic-source", s, out))
		return false;
	r = special6_of(*out);
	if (r == NULL || !r->never)
		return true;
	bad(p, "dynamic-source %s: is %s, never translated", shown(p, s),
	    r->name);
	return false;
}

bool
conf_tun_ip(struct conf_parse *p, const char *s, struct conf_prefix *out)
{
	bool one;

	out->is6 = strchr(s, ':') != NULL;
	if (!(out->is6 ? prefix6_parse(s, &out->p6) :
	    prefix4_parse(s, &out->p4))) {
		bad(p, "tun-ip %s: not an address, with /length or without "
		    "(192.168.255.2/32)", shown(p, s));
		return false;
	}
	/* A link-local address is fine for an interface. */
	one = out->is6 ? ip6_is_unicast(out->p6.addr) ||
	    out->p6.addr.hi >> 54 == 0xfe80 >> 6 :
	    ip4_is_unicast(out->p4.addr) || out->p4.addr >> 16 == 0xa9fe;
	if (!one)
		bad(p, "tun-ip %s: not the address of a single host", shown(p, s));
	return one;
}

bool
conf_tun_route(struct conf_parse *p, const char *s, struct conf_prefix *out)
{
	out->is6 = strchr(s, ':') != NULL;
	return out->is6 ? conf_prefix6(p, "tun-route", s, &out->p6) :
	    conf_prefix4(p, "tun-route", s, &out->p4);
}
