/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * problems.h - what keeps packets from flowing that no packet tells: one list, with
 * a cure in words for each.  Looked at when it starts, when the system says that
 * something changed, when somebody asks for --status, and now and then while
 * packets flow.  A line is logged when one appears and when it goes.
 */
#ifndef LICHEN_REPORT_PROBLEMS_H
#define LICHEN_REPORT_PROBLEMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf/conf.h"
#include "core/pool.h"
#include "system/netwatch.h"

enum problem {
	PROBLEM_DEVICE_DOWN,
	PROBLEM_IPV6_DISABLED,
	PROBLEM_SMALL_MTU,
	PROBLEM_ADDRESS_LOST,
	PROBLEM_ROUTE_LOST,
	PROBLEM_ROUTE_ELSEWHERE,
	PROBLEM_FORWARDING4,
	PROBLEM_FORWARDING6,
	PROBLEM_OWN4_IS_HOST,
	PROBLEM_OWN6_IS_HOST,
	PROBLEM_RP_FILTER,
	PROBLEM_NONE_FROM_IPV4,
	PROBLEM_NONE_FROM_IPV6,
	PROBLEM_COUNT
};

#define PROBLEM_TEXT	256		/* octets, the NUL included */

struct problem_state {
	bool	on;
	mono_t	since;
	char	text[PROBLEM_TEXT];	/* what is wrong, and the cure */
};

/* Packets one way since one came the other way. */
struct one_way {
	uint64_t	other;		/* counted when it last moved */
	uint64_t	mark;		/* this way then */
	mono_t		at;
};

struct problems {
	struct netwatch		watch;
	bool			changed;	/* or may have */
	bool			gave_up;	/* restoring: we may not */
	mono_t			last;		/* when we looked */
	mono_t			next;		/* do not look before */
	mono_t			again;		/* look then in any case */
	struct one_way		from4, from6;
	struct problem_state	state[PROBLEM_COUNT];
};

/* Packets that were translated, from the start on. */
struct problem_counts {
	uint64_t	xlat46, xlat64;
};

/* The stable name of a kind: letters, digits and _. */
const char	*problem_name(enum problem);

/* Before privileges go. */
void	problems_open(struct problems *, const char *device);
void	problems_close(struct problems *);

/*
 * Judge facts, and what the counters say at now: every state is set, and what
 * changed is logged.
 */
void	problems_judge(struct problems *, const struct conf *,
	    const struct net_facts *, const struct problem_counts *, mono_t now);

/* Look and judge at once; restore what is lost if we may. */
void	problems_look(struct problems *, const struct conf *,
	    const struct problem_counts *, mono_t now);

/* To wait for: a descriptor, or -1. */
int	problems_fd(const struct problems *);

/* It was readable. */
void	problems_changed(struct problems *);

/* Is it time to look?  And, if not, when will it be? */
bool	problems_due(struct problems *, mono_t now);
mono_t	problems_until(const struct problems *);

/* Somebody wants to know: look, but not more often than ten times a second. */
void	problems_asked(struct problems *, const struct conf *,
	    const struct problem_counts *, mono_t now);

#endif
