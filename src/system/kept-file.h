/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kept-file.h - read a file again, long after the privileges to do so are gone:
 * its directory and the file itself are held open from the start.
 */
#ifndef LICHEN_SYSTEM_KEPT_FILE_H
#define LICHEN_SYSTEM_KEPT_FILE_H

#include <stdbool.h>
#include <stdio.h>

#define KEPT_WAY	8

struct kept_file {
	char	*path;	/* absolute; NULL: none */
	int	dir;	/* that it is in; -1 if that could not be opened */
	int	file;	/* as it was; -1 if it could not be opened */
	int	way[KEPT_WAY];	/* directories that its links lead through */
	unsigned nway;
};

/*
 * Hold this file; path may be NULL.  A file that cannot be held is opened by its
 * path later.  Return false if there is no memory.
 */
bool	kept_file_open(struct kept_file *, const char *path);
void	kept_file_close(struct kept_file *);

/* Can it be opened by its name, if there is one, as who we are now? */
bool	kept_file_by_name(const struct kept_file *);

/*
 * From its beginning: the file that has this name now, or the one that is held if
 * it is the same and only the way to it is closed.  The caller closes it; NULL:
 * errno.
 */
FILE	*kept_file_read(const struct kept_file *);

#endif
