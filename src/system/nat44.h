/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nat44.h - rules for the system's packet filter: what lichen translates to
 * private IPv4 addresses leaves with the router's own.  One writer per operating
 * system, linux/nat44.c (nftables) and freebsd/nat44.c (pf).  They are printed,
 * never loaded.
 */
#ifndef LICHEN_NAT44_H
#define LICHEN_NAT44_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "conf/conf.h"

/*
 * Write the rules for a configuration; interface: where IPv4 leaves by, or NULL
 * for wherever it does.  Return false with a message in err if a name cannot be
 * written, or if the system needs an interface; nothing is written then.
 */
bool	nat44_write(const struct conf *, const char *interface, FILE *, char *err,
	    size_t errsize);

/*
 * What both need.  Ranges are private if all of their addresses are (RFC 1918, RFC
 * 6598, RFC 2544): the internet has no way back to them.  192.0.0.0/29 is not among
 * them: it is a CLAT's, and stays on its host.
 */
bool	nat44_is_private(struct prefix4);

/*
 * Call put for each of these ranges; first is true for the first one.  Return how
 * many there were.
 */
enum nat44_ranges {
	NAT44_INSIDE,	/* pools and maps that are private */
	NAT44_LEASES,	/* private pools in which there may be leases */
	NAT44_MAPPED	/* maps within these, whose addresses are nobody's lease */
};
size_t	nat44_ranges(const struct conf *, enum nat44_ranges,
	    void (*put)(FILE *, const char *range, bool first), FILE *);

/* The first lines: where it comes from, and which pools need none of it. */
void	nat44_head(const struct conf *, const char *interface, FILE *);

/* May a name stand between quotes, and is it one that an interface may have? */
bool	nat44_can_quote(const char *name);

#endif
