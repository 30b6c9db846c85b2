/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * forwarding.h - make a router of a host, as far as a CLAT needs it: IPv6 is
 * forwarded, neighbour solicitations are answered for addresses behind it, and
 * router advertisements go on to be obeyed.  All of it is undone at the end, or, if
 * there was none, at the next start.
 */
#ifndef LICHEN_SYSTEM_FORWARDING_H
#define LICHEN_SYSTEM_FORWARDING_H

#include <stdbool.h>
#include <stddef.h>

#define FORWARDING_SETTINGS	1024	/* at most: two for each interface */

struct forwarding {
	struct forwarding_setting {
		int	fd;		/* open for writing, to undo it */
		char	was;		/* '0', '1' ... */
	}		 s[FORWARDING_SETTINGS];
	unsigned	 n;
	int		record;		/* a file that tells what was; -1: none */
};

/*
 * Undo what the file says, if it is there, then change what has to be, and write it
 * down.  The file's directory is made if it can be; where the file cannot be
 * written nobody undoes it after a crash.  Return false with a message in err if
 * forwarding is off and stays so.
 */
bool	forwarding_open(struct forwarding *, const char *undo, char *err,
	    size_t errsize);

/* As it was.  Works in the sandbox, with CAP_NET_ADMIN. */
void	forwarding_close(struct forwarding *);

#endif
