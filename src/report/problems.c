/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "problems.h"

#define SETTLE		200	/* ms: one change brings others */
#define PAUSE		1000	/* ms, at least, between two looks */
#define ASKED		100	/* ms, at least, for those who ask */
#define AGAIN		10000	/* ms, at most, while packets flow */
#define ONE_WAY_PACKETS	100
#define ONE_WAY_TIME	30000	/* ms */

const char *
problem_name(enum problem p)
{
	static const char *const names[] = {
		[PROBLEM_DEVICE_DOWN] = "device_down",
		[PROBLEM_IPV6_DISABLED] = "ipv6_disabled",
		[PROBLEM_SMALL_MTU] = "small_mtu",
		[PROBLEM_ADDRESS_LOST] = "address_lost",
		[PROBLEM_ROUTE_LOST] = "route_lost",
		[PROBLEM_ROUTE_ELSEWHERE] = "route_elsewhere",
		[PROBLEM_FORWARDING4] = "forwarding4",
		[PROBLEM_FORWARDING6] = "forwarding6",
		[PROBLEM_OWN4_IS_HOST] = "own4_is_host",
		[PROBLEM_OWN6_IS_HOST] = "own6_is_host",
		[PROBLEM_RP_FILTER] = "rp_filter",
		[PROBLEM_NONE_FROM_IPV4] = "none_from_ipv4",
		[PROBLEM_NONE_FROM_IPV6] = "none_from_ipv6",
	};

	return names[p];
}

/* --- words ---------------------------------------------------------------- */

struct words {
	char		text[PROBLEM_TEXT];
	size_t		n;
};

static void __attribute__((__format__(__printf__, 2, 3)))
say(struct words *w, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(w->text + w->n, sizeof w->text - w->n, fmt, ap);
	va_end(ap);
	if (n > 0)
		w->n += (size_t)n < sizeof w->text - w->n ? (size_t)n :
		    sizeof w->text - w->n - 1;
}

/* %d is the device, %p the address or prefix that it is about. */
static void
say_cure(struct words *w, const char *cure, const char *device, const char *what)
{
	say(w, ": ");
	for (; *cure != '\0'; cure++)
		if (cure[0] == '%' && (cure[1] == 'd' || cure[1] == 'p'))
			say(w, "%s", *++cure == 'd' ? device : what);
		else
			say(w, "%c", *cure);
}

static const char *
prefix_text(const struct conf_prefix *p, char buf[static ADDR_TEXT_MAX])
{
	return p->is6 ? prefix6_text(p->p6, buf) : prefix4_text(p->p4, buf);
}

/* --- what there is -------------------------------------------------------- */

struct judging {
	struct problems		*p;
	const struct conf	*c;
	const struct net_facts	*f;
	mono_t			 now;
};

/* The length of a text up to its cure; addresses have no space behind a colon. */
static int
without_cure(const char *text)
{
	const char *end = strstr(text, ": ");

	return end == NULL ? PROBLEM_TEXT : (int)(end - text);
}

static void
set(struct judging *j, enum problem kind, bool on, const struct words *w)
{
	struct problem_state *s = &j->p->state[kind];

	if (on && (!s->on || strcmp(s->text, w->text) != 0)) {
		memcpy(s->text, w->text, sizeof s->text);
		log_warnx("%s", s->text);
	}
	if (on && !s->on)
		s->since = j->now;
	if (!on && s->on)
		log_info("no longer: %.*s", without_cure(s->text), s->text);
	s->on = on;
}

static void
judge_device(struct judging *j)
{
	const struct net_facts *f = j->f;
	const char *name = j->p->watch.name;
	struct words w = { .n = 0 };

	say(&w, "%s is down", name);
	say_cure(&w, net_cures.down, name, "");
	/* A CLAT takes it up when it has found what it needs. */
	set(j, PROBLEM_DEVICE_DOWN, !f->up &&
	    !(j->c->clat.on && j->c->nmaps == 0), &w);

	w.n = 0;
	say(&w, "IPv6 is disabled on %s", name);
	say_cure(&w, net_cures.no_ipv6, name, "");
	set(j, PROBLEM_IPV6_DISABLED, f->no_ipv6, &w);

	w.n = 0;
	say(&w, "the mtu of %s is %u", name, f->mtu);
	say_cure(&w, net_cures.mtu, name, "");
	set(j, PROBLEM_SMALL_MTU, f->mtu < IP6_MIN_MTU, &w);
}

static void
judge_misfit(struct judging *j, enum problem kind, const struct net_misfit *m,
    const char *what, const char *cure)
{
	char text[ADDR_TEXT_MAX] = "";
	struct words w = { .n = 0 };

	if (m->n > 0) {
		say(&w, "%s", what);
		prefix_text(m->first, text);
		say(&w, " %s", text);
		if (m->n > 1)
			say(&w, " and %u more", m->n - 1);
	}
	switch (kind) {
	case PROBLEM_ROUTE_ELSEWHERE:
		say(&w, " lead%s to %s, not to %s", m->n == 1 ? "s" : "",
		    j->f->via, j->p->watch.name);
		break;
	case PROBLEM_ADDRESS_LOST:
		say(&w, " %s not on %s", m->n == 1 ? "is" : "are",
		    j->p->watch.name);
		break;
	default:
		say(&w, " %s no route to %s", m->n == 1 ? "has" : "have",
		    j->p->watch.name);
		break;
	}
	say_cure(&w, cure, j->p->watch.name, text);
	set(j, kind, m->n > 0, &w);
}

/* Of a CLAT's host IPv4 begins and ends on the host itself. */
static bool
forwards4(const struct conf *c)
{
	bool all_here = c->clat.on || (c->npools == 0 && c->nmaps > 0);

	for (size_t i = 0; all_here && !c->clat.on && i < c->nmaps; i++) {
		bool here = false;

		for (size_t k = 0; k < c->tun_ip.n && !here; k++)
			here = !c->tun_ip.p[k].is6 && c->maps[i].v4.len == 32 &&
			    c->maps[i].v4.addr == c->tun_ip.p[k].p4.addr;
		all_here = here;
	}
	return !all_here;
}

static void
judge_forwarding(struct judging *j)
{
	const struct net_facts *f = j->f;
	struct words w = { .n = 0 };

	say(&w, "IPv4 forwarding is off");
	say_cure(&w, net_cures.forward4, j->p->watch.name, "");
	set(j, PROBLEM_FORWARDING4, f->no_forward4 && forwards4(j->c), &w);

	w.n = 0;
	say(&w, "IPv6 forwarding is off");
	say_cure(&w, net_cures.forward6, j->p->watch.name, "");
	set(j, PROBLEM_FORWARDING6, f->no_forward6, &w);

	w.n = 0;
	say(&w, "rp_filter drops ICMP errors from 192.0.0.8 (icmp-node-id)");
	say_cure(&w, net_cures.dummy, j->p->watch.name, "");
	set(j, PROBLEM_RP_FILTER, f->dummy_dropped, &w);
}

static void
judge_own(struct judging *j)
{
	static const char why[] = "%s-addr %s is an address of this host, "
	    "which answers for it and drops our ICMP errors: take another one";
	char text[ADDR_TEXT_MAX];
	struct words w = { .n = 0 };

	say(&w, why, "ipv4", ip4_text(j->c->ipv4_addr, text));
	set(j, PROBLEM_OWN4_IS_HOST, j->f->own4_is_host, &w);
	w.n = 0;
	say(&w, why, "ipv6", ip6_text(j->c->ipv6_addr, text));
	set(j, PROBLEM_OWN6_IS_HOST, j->f->own6_is_host, &w);
}

/* this: packets of the other family, whose answers are counted by other. */
static bool
is_one_way(struct one_way *o, uint64_t this, uint64_t other, mono_t now)
{
	if (other != o->other || o->at == 0)
		*o = (struct one_way){ other, this, now };
	return this - o->mark >= ONE_WAY_PACKETS && now - o->at >= ONE_WAY_TIME;
}

static void
judge_ways(struct judging *j, const struct problem_counts *n)
{
	struct words w = { .n = 0 };

	say(&w, "packets go to IPv4 and none comes back: no NAT44 for the "
	    "pool (lichen-router, lichen --nat44), no route back to it, or "
	    "a packet filter");
	set(j, PROBLEM_NONE_FROM_IPV4, is_one_way(&j->p->from4, n->xlat64,
	    n->xlat46, j->now), &w);
	w.n = 0;
	say(&w, "packets go to IPv6 and none comes back: no route of the IPv6 "
	    "hosts to the prefix, or a packet filter");
	set(j, PROBLEM_NONE_FROM_IPV6, is_one_way(&j->p->from6, n->xlat46,
	    n->xlat64, j->now), &w);
}

void
problems_judge(struct problems *p, const struct conf *c,
    const struct net_facts *f, const struct problem_counts *n, mono_t now)
{
	struct judging j = { p, c, f, now };

	judge_ways(&j, n);
	if (!f->looked)
		return;
	judge_device(&j);
	judge_misfit(&j, PROBLEM_ADDRESS_LOST, &f->address, "tun-ip",
	    net_cures.address);
	judge_misfit(&j, PROBLEM_ROUTE_LOST, &f->route, "tun-route",
	    net_cures.route);
	judge_misfit(&j, PROBLEM_ROUTE_ELSEWHERE, &f->elsewhere, "tun-route",
	    net_cures.elsewhere);
	judge_forwarding(&j);
	judge_own(&j);
}

/* --- when to look --------------------------------------------------------- */

void
problems_open(struct problems *p, const char *device)
{
	netwatch_open(&p->watch, device);
	p->again = INT64_MIN;
}

void
problems_close(struct problems *p)
{
	netwatch_close(&p->watch);
}

void
problems_look(struct problems *p, const struct conf *c,
    const struct problem_counts *n, mono_t now)
{
	struct net_facts f;

	if (p->changed)
		netwatch_drain(&p->watch);
	p->changed = false;
	p->last = now;
	p->next = now + PAUSE;
	p->again = now + AGAIN;
	netwatch_look(&p->watch, c, &f);
	if (f.looked && f.address.n + f.route.n > 0 && !p->gave_up) {
		p->gave_up = !netwatch_restore(&p->watch, c) &&
		    errno == EPERM;
		netwatch_look(&p->watch, c, &f);
		if (!p->gave_up && f.address.n + f.route.n == 0)
			log_info("%s: lost addresses and routes are there "
			    "again", p->watch.name);
	}
	problems_judge(p, c, &f, n, now);
}

/* Until the next look it is not waited for: routers have many changes. */
int
problems_fd(const struct problems *p)
{
	return p->changed ? -1 : p->watch.events;
}

void
problems_changed(struct problems *p)
{
	p->changed = true;
}

bool
problems_due(struct problems *p, mono_t now)
{
	if (p->changed && p->next < now + SETTLE - PAUSE)
		p->next = now + SETTLE;
	return p->changed ? now >= p->next : now >= p->again;
}

/* While nothing happens nothing is looked at, either. */
mono_t
problems_until(const struct problems *p)
{
	return p->changed ? p->next : INT64_MAX;
}

void
problems_asked(struct problems *p, const struct conf *c,
    const struct problem_counts *n, mono_t now)
{
	if (now - p->last >= ASKED)
		problems_look(p, c, n, now);
}
