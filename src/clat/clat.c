/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clat.c - look at the network, decide what should be, and make it so: each time
 * from the beginning, so that no order of events has to be thought of.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "address.h"
#include "clat.h"
#include "core/rfc6052.h"
#include "ra.h"
#include "report/log.h"
#include "rfc7050.h"

#define LOOK_AGAIN	60000	/* ms, though nothing was heard of changes */
#define LOOK_SOON	50	/* ms; changes come in bursts */
#define CHECK_AGAIN	250	/* ms, while an address is being checked */
#define FAILED_AGAIN	1000	/* ms, after something could not be made */
#define FAILED_MAX	60000	/* ms, as long as it cannot */
#define SOLICIT_AGAIN	4000	/* ms: RFC 4861, RTR_SOLICITATION_INTERVAL */
#define SOLICIT_MAX	3	/* MAX_RTR_SOLICITATIONS */
#define DNS_DELAY	3000	/* ms for router advertisements to come first */
#define ADVERTS_MAX	16	/* at once; packets come first */

#define ROOM		28	/* IPv6 and Fragment Header over IPv4's */

/* --- start and end -------------------------------------------------------- */

/* What the file says counts: RFC 9872 section 3 begins with it. */
static void
take_conf(struct clat *c, const struct conf *conf)
{
	snprintf(c->only, sizeof c->only, "%s", conf->clat.interface);
	c->force = conf->clat.force;
	c->has_delegated = conf->clat.has_prefix;
	c->delegated = conf->clat.prefix;
	c->own = conf->clat.finds_own4 ? 0 : conf->ipv4_addr;
	pref64_configured(&c->known, conf->clat.finds_prefix ? NULL :
	    &conf->prefix);
	c->has_addr = !conf->clat.finds_map;
	c->host = 0;
	if (c->has_addr) {
		c->addr = conf->maps[0].v6.addr;
		c->host = conf->maps[0].v4.addr;
	}
}

void
clat_reconfigure(struct clat *c, const struct conf *conf, mono_t now)
{
	take_conf(c, conf);
	c->look_at = now;
}

/*
 * A device that outlives us has the route of a start that crashed.  Whoever may not
 * take that away may not make one either, and is told at once.
 */
static bool
may_change(const struct clat *c, char *err, size_t errsize)
{
	if (uplink_default4(&c->up, c->tun, 0, 0, false) == 0)
		return true;
	snprintf(err, errsize, "clat: routes: %s%s", strerror(errno),
	    errno == EPERM ? " (needs CAP_NET_ADMIN)" : "");
	return false;
}

/* Ours by how it is made; where /etc/machine-id is missing, nobody can tell. */
static bool
is_ours(const void *arg, struct ip6 addr)
{
	const struct clat *c = arg;
	bool is = c->has_addr && ip6_eq(addr, c->addr);

	for (unsigned i = 0; i <= CANDIDATE_TRIES && !is; i++)
		is = ip6_eq(addr, clat_address(&c->key, addr, c->device, i));
	return is;
}

bool
clat_open(struct clat *c, const struct conf *conf, const char *device,
    const char *undo, char *err, size_t errsize)
{
	*c = (struct clat){ .phase = CLAT_STARTS, .device = device,
	    .key = clat_machine_key(), .solicit_at = INT64_MAX,
	    .forwarding.record = -1 };
	c->tun = if_nametoindex(device);
	take_conf(c, conf);
	question_open(&c->question, &c->key);
	if (!uplink_open(&c->up, err, errsize) || !may_change(c, err, errsize))
		return false;
	uplink_forget(&c->up, is_ours, c);
	return forwarding_open(&c->forwarding, undo, err, errsize);
}

static void	take_down(struct clat *);

void
clat_close(struct clat *c)
{
	if (c->phase == CLAT_OFF)
		return;
	take_down(c);
	candidate_forget(&c->candidate, &c->up);
	forwarding_close(&c->forwarding);
	question_close(&c->question);
	uplink_close(&c->up);
	c->phase = CLAT_OFF;
}

nfds_t
clat_fds(const struct clat *c, struct pollfd p[static CLAT_FDS])
{
	return c->phase == CLAT_OFF ? 0 : uplink_fds(&c->up, p);
}

static mono_t
later(mono_t a, mono_t b)
{
	return a > b ? a : b;
}

/*
 * What was made in vain, and taken away again, is a change, too: only time brings
 * the next try.
 */
static mono_t
look_due(const struct clat *c)
{
	return c->phase == CLAT_FAILED ? later(c->look_at, c->retry_at) :
	    c->look_at;
}

mono_t
clat_due(const struct clat *c)
{
	if (c->phase == CLAT_OFF)
		return INT64_MAX;
	return mono_earlier(mono_earlier(look_due(c), c->solicit_at),
	    mono_earlier(c->question.due, pref64_due(&c->known)));
}

/* --- what the network says ------------------------------------------------ */

/* True if it says something new. */
static bool
take_advert(struct clat *c, const struct ra *ra, struct ip6 router, mono_t now)
{
	bool news = ra->mtu != 0 && ra->mtu != c->ra_mtu;

	if (news)
		c->ra_mtu = ra->mtu;
	for (unsigned i = 0; i < ra->n; i++)
		news = pref64_advertised(&c->known, router, ra->preference,
		    ra->pref64[i].prefix, ra->pref64[i].lifetime, now) || news;
	return news;
}

/* However fast they come, looks at the network are not more than changes have. */
static void
read_adverts(struct clat *c, mono_t now)
{
	uint8_t buf[UPLINK_DATAGRAM];
	struct ip6 router;
	unsigned index;
	struct cur icmp;
	struct ra ra;

	for (int i = 0; i < ADVERTS_MAX &&
	    uplink_advert(&c->up, buf, &icmp, &index, &router); i++) {
		if (index != c->facts.index || !ra_parse(icmp, &ra))
			continue;
		c->solicit_at = INT64_MAX;
		if (!take_advert(c, &ra, router, now))
			continue;
		c->look_at = mono_earlier(c->look_at, later(now, c->heard_at));
		if (now >= c->heard_at)
			c->heard_at = now + LOOK_SOON;
	}
}

static void
solicit(struct clat *c, mono_t now)
{
	uplink_solicit(&c->up, c->facts.index);
	c->solicited++;
	c->solicit_at = c->solicited < SOLICIT_MAX ? now + SOLICIT_AGAIN :
	    INT64_MAX;
}

/* Another interface, or none: what was heard on the old one is void. */
static void
change_uplink(struct clat *c, unsigned index, mono_t now)
{
	pref64_forget(&c->known);
	candidate_forget(&c->candidate, &c->up);
	c->failures = 0;
	c->ra_mtu = 0;
	c->solicited = 0;
	c->solicit_at = index == 0 ? INT64_MAX : now;
	question_at(&c->question, index == 0 ? INT64_MAX : now + DNS_DELAY);
}

static bool
heard_in(const struct pref64_list *l, enum pref64_source s)
{
	for (unsigned i = 0; i < l->n; i++)
		if (l->p[i].source == s)
			return true;
	return false;
}

/* DNS is asked where nothing better is known, and no longer: RFC 9872. */
static void
mind_question(struct clat *c, mono_t now)
{
	bool better = heard_in(&c->known, PREF64_CONFIGURED) ||
	    heard_in(&c->known, PREF64_RA);

	if (c->facts.index == 0 || better)
		question_at(&c->question, INT64_MAX);
	else if (c->question.due == INT64_MAX)
		question_at(&c->question, now);
}

const struct pref64 *
clat_prefix(const struct clat *c)
{
	return pref64_best(&c->known,
	    c->phase == CLAT_ON ? &c->now.prefix : NULL);
}

/* Where packets to the translator's other half will go; anywhere, until known. */
static struct ip6
towards(const struct clat *c)
{
	const struct pref64 *p = clat_prefix(c);

	return p != NULL ? rfc6052_embed(p->prefix, RFC7050_WKA1) :
	    (struct ip6){ (uint64_t)0x2000 << 48, 1 };
}

static void
look(struct clat *c, mono_t now)
{
	unsigned was = c->facts.index;

	uplink_look(&c->up, c->only[0] == '\0' ? NULL : c->only, c->tun,
	    towards(c), &c->facts);
	if (c->facts.index != was)
		change_uplink(c, c->facts.index, now);
	c->look_at = now + LOOK_AGAIN;
}

/* --- what should be ------------------------------------------------------- */

/* The first of 192.0.0.1 to .7 that the host has not, other than this one. */
static ip4_t
free4(const struct clat *c, ip4_t other)
{
	for (unsigned n = 1; n < 8; n++)
		if ((c->facts.taken4 & 1u << n) == 0 &&
		    other != (IP4_CONTINUITY | n))
			return IP4_CONTINUITY | n;
	return IP4_CONTINUITY | 1;
}

static void
choose_address4(const struct clat *c, struct clat_setup *want)
{
	want->host = c->host != 0 ? c->host : free4(c, c->own);
	want->own = c->own != 0 ? c->own : free4(c, want->host);
}

static enum clat_phase
fail(struct clat *c, const char *what, int error)
{
	c->failed = (struct clat_failure){ what, error };
	return CLAT_FAILED;
}

static enum clat_phase
choose_address6(struct clat *c, struct clat_setup *want, mono_t now)
{
	if (c->has_delegated) {
		want->addr = clat_address(&c->key, c->delegated.addr,
		    c->device, 0);
		return CLAT_ON;
	}
	if (c->has_addr) {
		want->addr = c->addr;
		want->proxied = c->facts.has_source &&
		    candidate_same_net(c->addr, c->facts.source);
		return CLAT_ON;
	}
	if (!c->facts.has_source)
		return CLAT_NO_ADDRESS;
	switch (candidate_check(&c->candidate, &c->up, &c->key, c->device,
	    &c->facts)) {
	case CANDIDATE_OURS:
		break;
	case CANDIDATE_CHECKING:
		c->look_at = now + CHECK_AGAIN;
		return CLAT_CHECKING;
	case CANDIDATE_TAKEN:
		return fail(c, "an address on the interface", EADDRINUSE);
	case CANDIDATE_FAILED:
		return fail(c, "an address on the interface", errno);
	}
	want->addr = c->candidate.addr;
	want->proxied = true;
	return CLAT_ON;
}

static unsigned
mtu_of(const struct clat *c)
{
	unsigned mtu = c->facts.mtu;

	if (c->ra_mtu >= IP6_MIN_MTU && c->ra_mtu < mtu)
		mtu = c->ra_mtu;
	return (mtu < IP6_MIN_MTU ? IP6_MIN_MTU : mtu) - ROOM;
}

static enum clat_phase
decide(struct clat *c, struct clat_setup *want, mono_t now)
{
	const struct pref64 *p = clat_prefix(c);

	*want = (struct clat_setup){ .index = c->facts.index };
	if (c->facts.index == 0)
		return CLAT_NO_UPLINK;
	if (c->facts.native4 && !c->force)
		return CLAT_NATIVE;
	if (p == NULL)
		return CLAT_NO_PREFIX;
	want->prefix = p->prefix;
	want->mtu = mtu_of(c);
	choose_address4(c, want);
	return choose_address6(c, want, now);
}

/* --- making it so --------------------------------------------------------- */

static void
take_down(struct clat *c)
{
	setup_take_down(&c->now, &c->up, c->tun);
	c->now = (struct clat_setup){ 0 };
}

static void
tell(const struct clat *c)
{
	char text[CLAT_TEXT_MAX];

	if (c->phase == CLAT_FAILED)
		log_warnx("clat: %s", clat_text(c, text));
	else
		log_info("clat: %s", clat_text(c, text));
}

/* The longer it does not work, the less often it is tried. */
static void
rest(struct clat *c, mono_t now)
{
	c->retry_at = now + mono_rest(FAILED_AGAIN, FAILED_MAX, c->failures++);
	c->look_at = c->retry_at;
}

static bool
same_failure(const struct clat_failure *a, const struct clat_failure *b)
{
	return a->what == b->what && a->error == b->error;
}

/*
 * True if the host is as wanted.  What somebody took away is made again; of a proxy
 * neighbour nobody is told when it goes.
 */
static bool
make_so(struct clat *c, const struct clat_setup *want, bool was_on)
{
	const struct clat_setup old = c->now;
	bool on_host = was_on && setup_same_on_host(&old, want);

	if (on_host && setup_same_translated(&old, want) &&
	    old.mtu == want->mtu && !c->lost) {
		if (want->proxied)
			uplink_proxy(&c->up, want->index, want->addr, true);
		return true;
	}
	if (!on_host)
		take_down(c);
	c->lost = false;
	c->now = *want;
	return setup_make(want, &c->up, c->tun, &c->failed);
}

/* The network renumbers: the old address is as good until the new one is ours. */
static bool
goes_on(const struct clat *c, const struct clat_setup *want)
{
	return c->phase == CLAT_ON && c->now.index == want->index &&
	    c->now.proxied && prefix6_eq(c->now.prefix, want->prefix);
}

/* True if what is translated is another thing now. */
static bool
follow(struct clat *c, mono_t now)
{
	const enum clat_phase was = c->phase;
	const struct clat_failure failed = c->failed;
	const struct clat_setup old = c->now;
	struct clat_setup want;
	enum clat_phase phase = decide(c, &want, now);

	if (phase == CLAT_CHECKING && goes_on(c, &want))
		return false;
	c->phase = phase;
	if (c->phase == CLAT_ON && !make_so(c, &want, was == CLAT_ON))
		c->phase = CLAT_FAILED;
	if (c->phase != CLAT_ON)
		take_down(c);
	if (c->phase == CLAT_FAILED)
		rest(c, now);
	else if (c->phase == CLAT_ON)
		c->failures = 0;
	if (c->phase != was || (c->phase == CLAT_ON &&
	    !setup_same_translated(&old, &c->now)) || (c->phase == CLAT_FAILED &&
	    !same_failure(&failed, &c->failed)))
		tell(c);
	return (was == CLAT_ON) != (c->phase == CLAT_ON) ||
	    !setup_same_translated(&old, &c->now);
}

bool
clat_work(struct clat *c, bool came, mono_t now)
{
	bool again = false;

	if (c->phase == CLAT_OFF)
		return false;
	if (came) {
		if (uplink_changed(&c->up, c->tun, c->facts.index, &c->lost))
			c->look_at = mono_earlier(c->look_at, now + LOOK_SOON);
		read_adverts(c, now);
		again = question_read(&c->question, &c->up, &c->known, now);
	}
	if (pref64_expire(&c->known, now) || again)
		c->look_at = now;
	if (now >= c->solicit_at)
		solicit(c, now);
	if (now < look_due(c)) {
		question_work(&c->question, &c->up, c->facts.index, now);
		return false;
	}
	look(c, now);
	mind_question(c, now);
	question_work(&c->question, &c->up, c->facts.index, now);
	return follow(c, now);
}

void
clat_merge(const struct clat *c, struct conf *conf)
{
	bool on = c->phase == CLAT_ON;

	if (conf->clat.finds_prefix) {
		conf->has_prefix = on;
		conf->prefix = c->now.prefix;
	}
	if (conf->clat.finds_own4 && on)
		conf->ipv4_addr = c->now.own;
	if (conf->clat.finds_map && conf->maps != NULL) {
		conf->nmaps = on ? 1 : 0;
		conf->maps[0] = (struct map){ { c->now.host, 32 },
		    { c->now.addr, 128 } };
	}
	if (conf->clat.finds_own6) {
		conf->has_ipv6_addr = on;
		if (on)
			conf->ipv6_addr = rfc6052_embed(conf->prefix,
			    conf->ipv4_addr);
	}
}
