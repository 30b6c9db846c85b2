/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pidfile.h - the process id in a file, written while we may, and removed at the end
 * by who still may.
 */
#ifndef LICHEN_SYSTEM_PIDFILE_H
#define LICHEN_SYSTEM_PIDFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "plain-file.h"

/*
 * Write our process id to path (NULL: nowhere); a relative one is in the directory
 * data_dir, or where we are if that is -1.  It is a new file: whoever owns
 * data-dir may have put something there, and we may still be root.  Return false
 * with a message in err.
 */
bool	pidfile_write(struct plain_made *, const char *path, int data_dir,
	    char *err, size_t errsize);

#endif
