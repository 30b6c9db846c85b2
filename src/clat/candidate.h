/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * candidate.h - the address that a CLAT would have, while the kernel finds out
 * whether it is somebody else's (RFC 4862 section 5.4).
 */
#ifndef LICHEN_CLAT_CANDIDATE_H
#define LICHEN_CLAT_CANDIDATE_H

#include <stdbool.h>

#include "core/addr.h"
#include "core/siphash.h"
#include "system/uplink.h"

#define CANDIDATE_TRIES	8	/* addresses that are somebody else's, in a row */

struct candidate {
	struct ip6	addr;
	unsigned	index;		/* of the interface that it is on */
	bool		chosen, checked;
	unsigned	tries;
};

enum candidate_state {
	CANDIDATE_OURS,
	CANDIDATE_CHECKING,	/* ask again in a moment */
	CANDIDATE_TAKEN,	/* so were the others; it begins anew */
	CANDIDATE_FAILED,	/* the interface does not take it: errno */
};

/*
 * An address in the /64 of facts->source, chosen anew when that or the interface is
 * another one.  device: the translator's.
 */
enum candidate_state candidate_check(struct candidate *, const struct uplink *,
		    const struct siphash_key *, const char *device,
		    const struct uplink_facts *);

/* Take it off its interface. */
void	candidate_forget(struct candidate *, const struct uplink *);

/* Are these of one /64? */
bool	candidate_same_net(struct ip6, struct ip6);

#endif
