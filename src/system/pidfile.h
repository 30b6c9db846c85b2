/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pidfile.h - the process id in a file, written while we may, removed at the end if
 * we still may.
 */
#ifndef LICHEN_SYSTEM_PIDFILE_H
#define LICHEN_SYSTEM_PIDFILE_H

#include <stdbool.h>
#include <stddef.h>

struct pidfile {
	int	dir;		/* that it is in; -1: there is none */
	char	*name;
};

/*
 * Write our process id to path (NULL: nowhere); a relative one is in the directory
 * data_dir, or where we are if that is -1.  It is a new file: whoever owns
 * data-dir may have put something there, and we may still be root.  Return false
 * with a message in err.
 */
bool	pidfile_write(struct pidfile *, const char *path, int data_dir,
	    char *err, size_t errsize);
void	pidfile_remove(struct pidfile *);

#endif
