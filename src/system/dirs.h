/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dirs.h - a few directories that are open.
 */
#ifndef LICHEN_SYSTEM_DIRS_H
#define LICHEN_SYSTEM_DIRS_H

#define DIRS_MAX	32

struct dirs {
	int		fd[DIRS_MAX];
	unsigned	n;
};

/* Add one, unless it is -1 or there is no room. */
static inline void
dirs_add(struct dirs *d, int fd)
{
	if (fd != -1 && d->n < DIRS_MAX)
		d->fd[d->n++] = fd;
}

#endif
