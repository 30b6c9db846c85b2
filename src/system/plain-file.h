/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plain-file.h - open files that another user may have put there.  Nothing here
 * waits (a pipe may have no other end), nothing is read or written but a regular
 * file (and /dev/null, which is read as an empty one), and a link leads nowhere:
 *
 *	plain_read() follows a link that only root or we ourselves can have made,
 *	one that belongs to one of us in a directory that does: how NixOS, Debian's
 *	alternatives and Kubernetes lay out /etc.  Whoever else could make a link
 *	could have us read what only we may, and print it as a wrong line.
 *
 *	The others follow none.
 *
 * This is about the last name of a path; the directories before it are as whoever
 * wrote the path wants them.  dir is a directory's descriptor or AT_FDCWD.  Errors:
 * -1 or NULL with errno, for plain_error().
 */
#ifndef LICHEN_SYSTEM_PLAIN_FILE_H
#define LICHEN_SYSTEM_PLAIN_FILE_H

#include <sys/types.h>

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

/* Read; the descriptor is close-on-exec. */
int	plain_read(int dir, const char *path);
FILE	*plain_fopen(int dir, const char *path);

/*
 * Open the directories of path, and of each link that plain_read() follows from it:
 * up to max of them, in this order.  Return how many.
 */
unsigned plain_way(int dir, const char *path, int way[], unsigned max);

/* Read, and no link whosesoever: what we wrote ourselves. */
int	plain_read_own(int dir, const char *name);

/*
 * Read, and write at the end; it is made if need be.  A file with a second name is
 * refused: somebody's other one may be anywhere.
 */
int	plain_append(int dir, const char *name, mode_t mode);

/* Write a new file: what has this name loses it, unless that is a directory. */
int	plain_create(int dir, const char *name, mode_t mode);

/* Write, from the beginning, a file that is there; as plain_append(). */
int	plain_rewrite(int dir, const char *name);

/*
 * Is it a link that plain_read() would follow?  And can nobody but root and us
 * make or replace anything in the directory of path?
 */
bool	plain_is_our_link(int dir, const char *path);
bool	plain_is_our_dir(int dir, const char *path);

/* Something that we made, and take away at the end. */
struct plain_made {
	int	dir;		/* that it is in; -1: there is none */
	char	*name;
	dev_t	dev;		/* which it is: another one may get its name, */
	ino_t	ino;		/* and its number */
	struct timespec	made;
};

/*
 * Remember what has this name in dir, which is ours to close from now on.  false:
 * it is not there, or there is no memory.
 */
bool	plain_made(struct plain_made *, int dir, const char *name);

/* Remove it, if it is still that; and forget it. */
void	plain_remove(const struct plain_made *);
void	plain_forget(struct plain_made *);

/* As strerror(3): for EINVAL and ELOOP it says what is meant here. */
const char *plain_error(int error);

#endif
