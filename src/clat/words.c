/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * words.c - how a CLAT is, for people.
 */
#include <inttypes.h>
#include <stdio.h>

#include "clat.h"

static const char *
waits_for(const struct clat *c)
{
	switch (c->phase) {
	case CLAT_OFF:
	case CLAT_ON:
		break;
	case CLAT_NO_UPLINK:
		return "waiting for an interface with IPv6";
	case CLAT_NATIVE:
		return "the network has IPv4: nothing to do";
	case CLAT_NO_PREFIX:
		return "waiting for a NAT64 prefix, by router advertisement "
		    "or DNS";
	case CLAT_NO_ADDRESS:
		return "waiting for a global IPv6 address on the interface";
	case CLAT_CHECKING:
		return "checking that nobody else has the address";
	case CLAT_FAILED:
		return "something could not be set up, see the log";
	}
	return "off";
}

const char *
clat_text(const struct clat *c, char buf[static CLAT_TEXT_MAX])
{
	char prefix[ADDR_TEXT_MAX], addr[ADDR_TEXT_MAX], host[ADDR_TEXT_MAX];
	const struct pref64 *p = clat_prefix(c);

	if (c->phase != CLAT_ON || p == NULL)
		snprintf(buf, CLAT_TEXT_MAX, "%s", waits_for(c));
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

	buf[0] = '\0';
	if (c->phase == CLAT_ON && p != NULL)
		snprintf(buf, CLAT_TEXT_MAX, "state translating\n"
		    "prefix %s by %s%s\ninterface %s, mtu %u\n"
		    "address %s is %s\ntranslator %s\n",
		    prefix6_text(c->now.prefix, prefix),
		    pref64_source_text(p->source), time_left(p, now, left),
		    c->facts.name, c->now.mtu, ip4_text(c->now.host, host),
		    ip6_text(c->now.addr, addr), ip4_text(c->now.own, own));
	else if (c->phase != CLAT_OFF)
		snprintf(buf, CLAT_TEXT_MAX, "state %s\n", waits_for(c));
	return buf;
}
