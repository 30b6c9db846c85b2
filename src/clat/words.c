/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * words.c - how a CLAT is, for people.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "clat.h"

/* What to do about it, where that can be said. */
static const char *
cure(const struct clat_failure *f)
{
	switch (f->error) {
	case EPERM:
		return " (needs CAP_NET_ADMIN)";
	case EACCES:
	case EINVAL:
		return " (is IPv6 disabled there? sysctl disable_ipv6)";
	default:
		return "";
	}
}

static void
waits_for(const struct clat *c, char buf[static CLAT_TEXT_MAX])
{
	static const char text[][72] = {
		[CLAT_OFF] = "off",
		[CLAT_STARTS] = "starting",
		[CLAT_NO_UPLINK] = "waiting for an interface with IPv6",
		[CLAT_NATIVE] = "the network has IPv4: nothing to do",
		[CLAT_NO_PREFIX] = "waiting for a NAT64 prefix, by router "
		    "advertisement or DNS",
		[CLAT_NO_ADDRESS] = "waiting for a global IPv6 address on the "
		    "interface",
		[CLAT_CHECKING] = "checking that nobody else has the address",
		[CLAT_ON] = "",
	};

	if (c->phase == CLAT_FAILED)
		snprintf(buf, CLAT_TEXT_MAX, "cannot make %s: %s%s, will try "
		    "again", c->failed.what, strerror(c->failed.error),
		    cure(&c->failed));
	else if (c->phase == CLAT_NO_PREFIX && c->question.nservers == 0)
		snprintf(buf, CLAT_TEXT_MAX, "waiting for a NAT64 prefix, by "
		    "router advertisement (no resolvers in /etc/resolv.conf)");
	else if (c->phase == CLAT_NO_UPLINK && c->only[0] != '\0')
		snprintf(buf, CLAT_TEXT_MAX, "waiting for interface %s",
		    c->only);
	else
		snprintf(buf, CLAT_TEXT_MAX, "%s", text[c->phase]);
}

const char *
clat_text(const struct clat *c, char buf[static CLAT_TEXT_MAX])
{
	char prefix[ADDR_TEXT_MAX], addr[ADDR_TEXT_MAX], host[ADDR_TEXT_MAX];
	const struct pref64 *p = clat_prefix(c);

	if (c->phase != CLAT_ON || p == NULL)
		waits_for(c, buf);
	else
		snprintf(buf, CLAT_TEXT_MAX, "%s on %s by %s, %s is %s, "
		    "mtu %u", prefix6_text(c->now.prefix, prefix),
		    c->facts.name, pref64_source_text(p->source),
		    ip4_text(c->now.host, host), ip6_text(c->now.addr, addr),
		    c->now.mtu);
	return buf;
}

/* Until when a prefix counts. */
static const char *
time_left(const struct pref64 *p, mono_t now, char buf[static 32])
{
	if (p->until == INT64_MAX)
		return "";
	snprintf(buf, 32, ", for %" PRId64 " s more", (p->until - now) / 1000);
	return buf;
}

const char *
clat_lines(const struct clat *c, mono_t now, char buf[static CLAT_TEXT_MAX])
{
	char prefix[ADDR_TEXT_MAX], addr[ADDR_TEXT_MAX], host[ADDR_TEXT_MAX],
	    own[ADDR_TEXT_MAX], left[32];
	const struct pref64 *p = clat_prefix(c);
	char why[CLAT_TEXT_MAX];

	buf[0] = '\0';
	if (c->phase == CLAT_ON && p != NULL)
		snprintf(buf, CLAT_TEXT_MAX, "state translating\n"
		    "prefix %s by %s%s\ninterface %s, mtu %u\n"
		    "address %s is %s\ntranslator %s\n",
		    prefix6_text(c->now.prefix, prefix),
		    pref64_source_text(p->source), time_left(p, now, left),
		    c->facts.name, c->now.mtu, ip4_text(c->now.host, host),
		    ip6_text(c->now.addr, addr), ip4_text(c->now.own, own));
	else if (c->phase != CLAT_OFF) {
		waits_for(c, why);
		snprintf(buf, CLAT_TEXT_MAX, "state %.500s\n", why);
	}
	return buf;
}
