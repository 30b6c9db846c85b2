/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "pktlog.h"

#define SECOND	1000		/* mono_t */

static const char *
addr_text(const struct pkt *p, bool src, char buf[static ADDR_TEXT_MAX])
{
	if (p->version == 4)
		return ip4_text(src ? p->src4 : p->dst4, buf);
	return ip6_text(src ? p->src6 : p->dst6, buf);
}

/* By name if it is one that people know. */
static const char *
proto_text(uint8_t proto, char buf[static 8])
{
	static const struct {
		uint8_t	proto;
		char	name[7];
	} names[] = {
		{ PROTO_ICMP, "icmp" }, { PROTO_TCP, "tcp" },
		{ PROTO_UDP, "udp" }, { PROTO_ICMPV6, "icmpv6" },
	};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (names[i].proto == proto)
			return names[i].name;
	snprintf(buf, 8, "%u", proto);
	return buf;
}

/* "sport=1 dport=2", or the ICMP type and code, or nothing. */
static const char *
detail(const struct pkt *p, char buf[static 48])
{
	const uint8_t *t = p->payload.p;

	buf[0] = '\0';
	switch (p->transport) {
	case TRANSPORT_TCP:
	case TRANSPORT_UDP:
		if (p->payload.n >= 4)
			snprintf(buf, 48, " sport=%u dport=%u", be16(t),
			    be16(t + 2));
		break;
	case TRANSPORT_ICMP_ECHO:
	case TRANSPORT_ICMP_ERROR:
	case TRANSPORT_ICMP_OTHER:
		if (p->payload.n >= 2)
			snprintf(buf, 48, " type=%u code=%u", t[0], t[1]);
		break;
	case TRANSPORT_OPAQUE:
		break;
	}
	return buf;
}

static void
write_line(const struct outcome *o)
{
	const struct pkt *p = &o->pkt;
	char src[ADDR_TEXT_MAX], dst[ADDR_TEXT_MAX], more[48], proto[8];
	const char *action = o->reason == REASON_ECHO ? "answered" :
	    o->send ? "rejected" : "dropped";

	if (p->version == 0) {
		log_event("packet=%s reason=%s text=\"%s\"", action,
		    reason_name(o->reason), reason_text(o->reason));
		return;
	}
	log_event("packet=%s reason=%s src=%s dst=%s proto=%s%s text=\"%s\"",
	    action, reason_name(o->reason), addr_text(p, true, src),
	    addr_text(p, false, dst), proto_text(p->proto, proto),
	    detail(p, more), reason_text(o->reason));
}

void
pktlog_flush(struct pktlog *l, mono_t now)
{
	if (now / SECOND == l->second)
		return;
	l->second = now / SECOND;
	memset(l->lines, 0, sizeof l->lines);
	if (!l->any_untold)
		return;
	l->any_untold = false;
	for (int r = 0; r < REASON_COUNT; r++) {
		if (l->untold[r] > 0)
			log_event("packet=suppressed reason=%s count=%" PRIu32,
			    reason_name((enum reason)r), l->untold[r]);
		l->untold[r] = 0;
	}
}

void
pktlog_packet(struct pktlog *l, const struct outcome *o, mono_t now)
{
	if ((l->classes & reason_log_class(o->reason)) == 0)
		return;
	pktlog_flush(l, now);
	if (l->lines[o->reason] < PKTLOG_RATE) {
		l->lines[o->reason]++;
		write_line(o);
		return;
	}
	l->untold[o->reason]++;
	l->any_untold = true;
	l->suppressed++;
}

void
pktlog_lease(const struct pktlog *l, const struct lease_event *e)
{
	static const char what[][10] = {
		[LEASE_EVENT_ASSIGNED] = "assigned",
		[LEASE_EVENT_RELEASED] = "released",
		[LEASE_EVENT_TAKEOVER] = "takeover",
	};
	char v4[ADDR_TEXT_MAX], v6[ADDR_TEXT_MAX], old[ADDR_TEXT_MAX];

	if ((l->classes & LOG_CLASS_DYN) == 0 || e->kind == LEASE_EVENT_NONE)
		return;
	log_event_timed("lease=%s ipv4=%s ipv6=%s%s%s", what[e->kind],
	    ip4_text(e->addr, v4), ip6_text(e->host, v6),
	    e->kind == LEASE_EVENT_TAKEOVER ? " previous=" : "",
	    e->kind == LEASE_EVENT_TAKEOVER ? ip6_text(e->previous, old) : "");
}
