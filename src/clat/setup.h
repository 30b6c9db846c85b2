/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setup.h - what a CLAT makes on its host, and takes away again.
 */
#ifndef LICHEN_CLAT_SETUP_H
#define LICHEN_CLAT_SETUP_H

#include <stdbool.h>

#include "core/addr.h"
#include "system/uplink.h"

/* What is set up on the host, and translated. */
struct clat_setup {
	unsigned	index;		/* of the uplink; 0: nothing is */
	struct prefix6	prefix;
	struct ip6	addr;		/* translated from and to */
	bool		proxied;	/* somebody has to answer for it */
	ip4_t		host, own;	/* 192.0.0.1 and 192.0.0.2, or others */
	unsigned	mtu;		/* octets, of the IPv4 route */
};

struct clat_failure {
	const char	*what;		/* could not be made */
	int		error;		/* errno */
};

/* Each part replaces what it made before.  False: failure says which, and why. */
bool	setup_make(const struct clat_setup *, const struct uplink *,
	    unsigned tun, struct clat_failure *);

void	setup_take_down(const struct clat_setup *, const struct uplink *,
	    unsigned tun);

/* On the host; what is translated besides is no reason to take it down. */
bool	setup_same_on_host(const struct clat_setup *, const struct clat_setup *);
bool	setup_same_translated(const struct clat_setup *,
	    const struct clat_setup *);

#endif
