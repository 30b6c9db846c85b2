/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link.h - what becomes of the device's interface while it is used: another name,
 * another MTU, another network namespace.  Asked of the descriptor, since by then
 * its name may be that of another interface.  One implementation per operating
 * system, linux/link.c and freebsd/link.c.
 */
#ifndef LICHEN_SYSTEM_LINK_H
#define LICHEN_SYSTEM_LINK_H

#include <stdbool.h>

#include "tun.h"

struct link {
	int		fd;		/* of the device; not ours to close */
	int		ask;		/* a socket to ask through; -1: none */
	char		name[IFNAMSIZ];
	unsigned	mtu;		/* octets; 0: not known */
	unsigned	index;
	int		where;		/* which network namespace */
};

/*
 * Begin, while the device is where it was opened and we may ask: no privilege is
 * needed, but where it goes is followed only with CAP_NET_BROADCAST.  Without a
 * socket, which is logged, the MTU stays unknown.
 */
void	link_open(struct link *, const struct tun *);
void	link_close(struct link *);

/*
 * Name and MTU as they are now.  What cannot be known any more stays as it was:
 * where a device is to which we may not follow it, it has the MTU that it had.
 */
void	link_look(struct link *);

/* To poll(2) for: readable when it is time to look.  -1: nothing will tell. */
int	link_events(const struct link *);

/* It is in another network namespace than we are, as far as we know. */
bool	link_is_away(const struct link *);

#endif
