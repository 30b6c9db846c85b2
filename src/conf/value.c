/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * value.c - what is right and wrong about one word.
 */
#include <string.h>

#include "core/pool.h"
#include "core/rfc6052.h"
#include "value.h"

#define NEVER4	"0/8, 127/8, 224/4 and 255.255.255.255"
#define NEVER6	"unspecified, loopback, multicast and link-local"

bool
conf_tun_name(struct conf_parse *p, const char *s)
{
	if (strlen(s) > CONF_TUN_NAME_MAX)
		bad(p, "tun-device %s: longer than %d characters", s,
		    CONF_TUN_NAME_MAX);
	else if (strpbrk(s, "/:%\v\f") != NULL || strcmp(s, ".") == 0 ||
	    strcmp(s, "..") == 0)
		bad(p, "tun-device %s: not a name for an interface", s);
	else
		return true;
	return false;
}

bool
conf_own4(struct conf_parse *p, const char *s, ip4_t *out)
{
	if (!ip4_parse(s, out)) {
		bad(p, "ipv4-addr %s: not an IPv4 address", s);
		return false;
	}
	if (!ip4_is_unicast(*out)) {
		bad(p, "ipv4-addr %s: not the address of a single host "
		    "(" NEVER4 " are not)", s);
		return false;
	}
	if (*out >> 16 == 0xa9fe)
		warn(p, "ipv4-addr %s: link-local, routers will not "
		    "forward it", s);
	return true;
}

bool
conf_own6(struct conf_parse *p, const char *s, struct ip6 *out)
{
	if (!ip6_parse(s, out))
		bad(p, "ipv6-addr %s: not an IPv6 address", s);
	else if (!ip6_is_unicast(*out))
		bad(p, "ipv6-addr %s: not the address of a single host "
		    "(" NEVER6 " are not)", s);
	else
		return true;
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
		bad(p, "%s %s: not an IPv4 prefix (192.0.2.0/24)", what, s);
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
		bad(p, "%s %s: not an IPv6 prefix (2001:db8::/64)", what, s);
		return false;
	}
	base = prefix6_masked(*out);
	if (ip6_eq(base.addr, out->addr))
		return true;
	bad(p, "%s %s: has bits set behind the prefix, want %s", what, s,
	    prefix6_text(base, text));
	return false;
}

/* Is there no address in it that could be translated?  See ip4_is_unicast(). */
static bool
is_never4(struct prefix4 r)
{
	return !ip4_is_unicast(r.addr) &&
	    (r.len >= 8 || (r.len >= 4 && r.addr >> 28 == 0xe));
}

static bool
is_never6(struct prefix6 r)
{
	return !ip6_is_unicast(r.addr) && (r.len >= 127 ||
	    (r.len >= 8 && r.addr.hi >> 56 == 0xff) ||
	    (r.len >= 10 && r.addr.hi >> 54 == 0xfe80 >> 6));
}

bool
conf_nat64_prefix(struct conf_parse *p, const char *s, struct prefix6 *out)
{
	if (!prefix6_parse(s, out) || rfc6052_len_ok(out->len)) {
		if (!conf_prefix6(p, "prefix", s, out))
			return false;
	} else {
		bad(p, "prefix %s: length must be one of 32, 40, 48, 56, 64, "
		    "96", s);
		return false;
	}
	if (is_never6(*out)) {
		bad(p, "prefix %s: never translated (" NEVER6 ")", s);
		return false;
	}
	/* RFC 4291 section 2.5.5: ::ffff:0:0/96 and ::/96 stay in the host. */
	if (out->addr.hi == 0)
		warn(p, "prefix %s: hosts do not send to addresses in ::/64, "
		    "want one of your own or 64:ff9b::/96", s);
	if (out->len == 96 && out->addr.lo >> 56 != 0)
		warn(p, "prefix %s: bits 64 to 71 are not zero, as RFC 6052 "
		    "section 2.2 wants them", s);
	return true;
}

/* RFC 7757; a large range may cover what is never translated. */
bool
conf_map(struct conf_parse *p, const char *v4, const char *v6, struct map *m)
{
	bool ok4 = conf_prefix4(p, "map", v4, &m->v4);
	bool ok6 = conf_prefix6(p, "map", v6, &m->v6);

	if (!ok4 || !ok6)
		return false;
	if (is_never4(m->v4))
		bad(p, "map %s: never translated (" NEVER4 ")", v4);
	else if (is_never6(m->v6))
		bad(p, "map %s: never translated (" NEVER6 ")", v6);
	else if (32 - m->v4.len > 128 - m->v6.len)
		bad(p, "map %s %s: %d bits of IPv4 do not fit behind /%d, "
		    "want /%d or shorter", v4, v6, 32 - m->v4.len, m->v6.len,
		    96 + m->v4.len);
	else
		return true;
	return false;
}

bool
conf_pool(struct conf_parse *p, const char *s, struct prefix4 *out)
{
	if (!conf_prefix4(p, "dynamic-pool", s, out))
		return false;
	if (out->len < POOL_LEN_MIN || out->len > POOL_LEN_MAX)
		bad(p, "dynamic-pool %s: length must be %d to %d", s,
		    POOL_LEN_MIN, POOL_LEN_MAX);
	/* No /8 or longer is in 0/8, 127/8 or 224/4 with a part of it only. */
	else if (!ip4_is_unicast(out->addr) || !ip4_is_unicast(prefix4_last(*out)))
		bad(p, "dynamic-pool %s: has addresses that are never "
		    "translated (" NEVER4 ")", s);
	else
		return true;
	return false;
}

bool
conf_source(struct conf_parse *p, const char *s, struct prefix6 *out)
{
	if (!conf_prefix6(p, "dynamic-source", s, out))
		return false;
	if (!is_never6(*out))
		return true;
	bad(p, "dynamic-source %s: never translated (" NEVER6 ")", s);
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
		    "(192.168.255.2/32)", s);
		return false;
	}
	/* A link-local address is fine for an interface. */
	one = out->is6 ? ip6_is_unicast(out->p6.addr) ||
	    out->p6.addr.hi >> 54 == 0xfe80 >> 6 : ip4_is_unicast(out->p4.addr);
	if (!one)
		bad(p, "tun-ip %s: not the address of a single host", s);
	return one;
}

bool
conf_tun_route(struct conf_parse *p, const char *s, struct conf_prefix *out)
{
	out->is6 = strchr(s, ':') != NULL;
	return out->is6 ? conf_prefix6(p, "tun-route", s, &out->p6) :
	    conf_prefix4(p, "tun-route", s, &out->p4);
}
