/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * question.h - asking DNS for ipv4only.arpa: whom, when, and when again.  The
 * resolvers are those of resolv.conf(5), read anew for each question.
 */
#ifndef LICHEN_CLAT_QUESTION_H
#define LICHEN_CLAT_QUESTION_H

#include <stdbool.h>

#include "core/pool.h"
#include "core/siphash.h"
#include "pref64.h"
#include "system/kept-file.h"
#include "system/uplink.h"

#define RESOLVERS	3	/* as libc has it */

struct question {
	struct kept_file	resolv_conf;
	struct sockaddr_in6	server[RESOLVERS];
	unsigned		nservers, asked;	/* servers */
	int			trouble;	/* errno of resolv.conf; 0 */
	bool			waiting;
	uint16_t		id;
	uint64_t		count;
	struct siphash_key	key;
	unsigned		failures;	/* in a row */
	mono_t			due;		/* INT64_MAX: nothing to ask */
};

void	question_open(struct question *, const struct siphash_key *);
void	question_close(struct question *);

/* Ask at this time, and then whenever an answer is old; INT64_MAX: no more. */
void	question_at(struct question *, mono_t);

/* Send what is due, or go on to the next server; index: the uplink's. */
void	question_work(struct question *, const struct uplink *, unsigned index,
	    mono_t now);

/* Take answers; true if they changed what is known. */
bool	question_read(struct question *, const struct uplink *,
	    struct pref64_list *, mono_t now);

/*
 * The servers of a resolv.conf: returns how many.  An IPv4 address as
 * ::ffff:0:0/96; a scope, as in fe80::1%eth0, is left out.
 */
unsigned question_servers(FILE *, struct sockaddr_in6 [static RESOLVERS]);

#endif
