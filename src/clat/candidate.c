/* SPDX-License-Identifier: BSD-2-Clause */
#include "address.h"
#include "candidate.h"
#include "report/log.h"

/* What is checked has been taken off already: the CLAT answers for it. */
void
candidate_forget(struct candidate *a, const struct uplink *up)
{
	if (a->chosen && !a->checked)
		uplink_drop_address(up, a->index, a->addr);
	a->chosen = a->checked = false;
}

bool
candidate_same_net(struct ip6 a, struct ip6 b)
{
	return a.hi == b.hi;
}

static bool
choose(struct candidate *a, const struct uplink *up,
    const struct siphash_key *key, const char *device,
    const struct uplink_facts *facts)
{
	candidate_forget(a, up);
	if (a->index != facts->index)
		a->tries = 0;
	a->index = facts->index;
	a->addr = clat_address(key, facts->source, device, a->tries);
	a->chosen = uplink_try_address(up, a->index, a->addr) == 0;
	return a->chosen;
}

/* True if there is another one to try. */
static bool
give_up(struct candidate *a, const struct uplink *up, const char *name)
{
	char text[ADDR_TEXT_MAX];

	log_warnx("clat: %s is somebody else's on %s",
	    ip6_text(a->addr, text), name);
	candidate_forget(a, up);
	a->tries = a->tries < CANDIDATE_TRIES ? a->tries + 1 : 0;
	return a->tries > 0;
}

enum candidate_state
candidate_check(struct candidate *a, const struct uplink *up,
    const struct siphash_key *key, const char *device,
    const struct uplink_facts *facts)
{
	if ((!a->chosen || a->index != facts->index ||
	    !candidate_same_net(a->addr, facts->source)) &&
	    !choose(a, up, key, device, facts))
		return CANDIDATE_FAILED;
	if (a->checked)
		return CANDIDATE_OURS;
	switch (uplink_address(up, a->index, a->addr)) {
	case UPLINK_ADDRESS:
		uplink_drop_address(up, a->index, a->addr);
		a->checked = true;
		return CANDIDATE_OURS;
	case UPLINK_DUPLICATE:
		if (!give_up(a, up, facts->name))
			return CANDIDATE_TAKEN;
		return choose(a, up, key, device, facts) ? CANDIDATE_CHECKING :
		    CANDIDATE_FAILED;
	case UPLINK_NO_ADDRESS:		/* somebody took it off */
		a->chosen = false;
		break;
	case UPLINK_TENTATIVE:
		break;
	}
	return CANDIDATE_CHECKING;
}
