/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * path.h - the two halves of an absolute path, for a file that will be reached by
 * its directory's descriptor once its path is out of reach.
 */
#ifndef LICHEN_SYSTEM_PATH_H
#define LICHEN_SYSTEM_PATH_H

#include <fcntl.h>
#include <stdbool.h>

/* How to open a directory to go through it, which may be all that we may. */
#ifndef O_SEARCH
#define O_SEARCH	O_PATH
#endif
#define PATH_SEARCH	(O_SEARCH | O_DIRECTORY | O_CLOEXEC)

/* What is behind the last slash, within path. */
const char	*path_name(const char *path);

/* The path of the directory that path is in, to be freed; NULL without memory. */
char		*path_dir(const char *path);

/* Open the directory that path is in; -1 with errno. */
int		 path_open_dir(const char *path);

/* Is it another directory than fd that has this path?  Not if none has. */
bool		 path_moved(const char *dir, int fd);

#endif
