/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reload.h - read the configuration again, long after the privileges to do so are
 * gone: directories and files are held open from the start.
 */
#ifndef LICHEN_RELOAD_H
#define LICHEN_RELOAD_H

#include <stdbool.h>

#include "leases/dynamic-map.h"

struct daemon;

/* A file to be read again. */
struct kept_file {
	char	*path;	/* absolute; NULL: none */
	int	dir;	/* that it is in; -1 if that could not be opened */
	int	file;	/* as it was; -1 if it could not be opened */
};

struct reload {
	struct kept_file	conf, map;
};

/*
 * Hold these files; map_file may be NULL.  A file that cannot be held is opened
 * by its path later.  Return false if there is no memory.
 */
bool	reload_keep(struct reload *, const char *conf, const char *map_file);
void	reload_free(struct reload *);

/*
 * Read the files again, build tables beside those in use, moving packets all the
 * while, and swap.  On any error, which is logged, everything stays.
 */
void	reload(struct daemon *);

#endif
