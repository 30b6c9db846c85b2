/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pref64.h - the NAT64 prefixes that are known, from whom and until when, and which
 * of them is the one to use.  Times come in as arguments.
 */
#ifndef LICHEN_CLAT_PREF64_H
#define LICHEN_CLAT_PREF64_H

#include <stdbool.h>
#include <stdint.h>

#include "core/addr.h"
#include "core/pool.h"

#define PREF64_MAX	16	/* known at once; then the newest is replaced */

enum pref64_source {		/* the better first: RFC 9872 section 3 */
	PREF64_CONFIGURED,	/* tayga.conf */
	PREF64_RA,		/* RFC 8781 */
	PREF64_DNS,		/* RFC 7050 */
};

struct pref64 {
	struct prefix6		prefix;
	enum pref64_source	source;
	struct ip6		router;		/* RA: who said so */
	int			preference;	/* RA: of the router, RFC 4191 */
	mono_t			until;		/* INT64_MAX: for ever */
};

struct pref64_list {			/* in the order of hearing */
	struct pref64	p[PREF64_MAX];
	unsigned	n;
};

/* What tayga.conf says, instead of what it said before; NULL: nothing. */
void	pref64_configured(struct pref64_list *, const struct prefix6 *);

/*
 * A router advertises a prefix for so many seconds; 0 withdraws it, as far as this
 * router goes (RFC 8781 section 5).  One that no packet can be sent to, or that
 * means this link or host, is not taken (core/special.h).  True if something
 * other than a time changed.
 */
bool	pref64_advertised(struct pref64_list *, struct ip6 router, int preference,
	    struct prefix6, uint32_t lifetime, mono_t now);

/* What DNS knows, instead of what it knew before; n may be 0. */
void	pref64_resolved(struct pref64_list *, const struct prefix6 *, unsigned n,
	    uint32_t ttl, mono_t now);

/* The interface is another one, or was down: only what was configured stays. */
void	pref64_forget(struct pref64_list *);

/* Let go of those whose time is over; true if there were any. */
bool	pref64_expire(struct pref64_list *, mono_t now);

/* When pref64_expire() will have something to do; INT64_MAX: never. */
mono_t	pref64_due(const struct pref64_list *);

/*
 * The one to use, or NULL: the best source, of advertised ones that of the router
 * with the highest preference, then the one in use (current, which may be NULL),
 * so that a second router changes nothing, then the one heard first.
 */
const struct pref64 *pref64_best(const struct pref64_list *,
		    const struct prefix6 *current);

const char	*pref64_source_text(enum pref64_source);

#endif
