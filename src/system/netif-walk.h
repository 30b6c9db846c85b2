/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netif-walk.h - what netif_configure() is made of, per operating system.
 */
#ifndef LICHEN_SYSTEM_NETIF_WALK_H
#define LICHEN_SYSTEM_NETIF_WALK_H

#include <stdbool.h>
#include <stddef.h>

#include "conf/conf.h"

struct netif_target {
	const char	*name;		/* of the interface */
	unsigned	 index;
	int		 fd;		/* to ask through, if there is one */
	ip4_t		 peer;		/* the translator's own address */
};

/* 0, or -1 with errno; what is there already is fine. */
struct netif_steps {
	int		 (*up)(const struct netif_target *);
	int		 (*add_address)(const struct netif_target *,
			    const struct conf_prefix *);
	int		 (*add_route)(const struct netif_target *,
			    const struct conf_prefix *);
	/* What errno may mean, in parentheses, or "". */
	const char	*(*hint)(int error, bool is6);
};

/* False with a message in err: which step failed, for which prefix or NULL. */
bool	netif_fail(const struct netif_steps *, const char *step,
	    const struct conf_prefix *, char *err, size_t errsize);

/* All that the configuration asks for, as in netif_configure(). */
bool	netif_apply(const struct netif_steps *, const struct netif_target *,
	    const struct conf *, char *err, size_t errsize);

/* Each address and route, whatever becomes of the others.  False with errno. */
bool	netif_add_all(const struct netif_steps *, const struct netif_target *,
	    const struct conf *);

#endif
