/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keeper.h - a small process that gives the interface back what the kernel takes
 * away with a link that goes down, or with IPv6 on it: the addresses and routes that
 * the configuration asked for.  It alone keeps the privilege for that
 * (CAP_NET_ADMIN), and nobody but the kernel talks to it.  What somebody removed on
 * purpose stays removed: that is a problem to tell (report/problems.h).
 */
#ifndef LICHEN_PROCESSES_KEEPER_H
#define LICHEN_PROCESSES_KEEPER_H

#include <stdbool.h>

#include "conf/conf.h"
#include "system/privdrop.h"

struct keeper {
	int	life;		/* it ends when this is closed; -1: there is none */
};

/*
 * Begin, before privileges go, if the configuration asks for anything that can be
 * lost and the system tells when it is; sandbox: it gives up what it has no use for.
 * False: there can be none, which is logged.
 */
bool	keeper_start(struct keeper *, const struct conf *, const char *device,
	    const struct privs *, bool sandbox);
void	keeper_stop(struct keeper *);

#endif
