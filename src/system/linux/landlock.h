/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * landlock.h - landlock(7): which files can be reached, and no connections.
 */
#ifndef LICHEN_SYSTEM_LINUX_LANDLOCK_H
#define LICHEN_SYSTEM_LINUX_LANDLOCK_H

#include <stdbool.h>

#include "system/dirs.h"

/*
 * Nothing by a name but in these directories, for these purposes; no TCP, no signals to others, no
 * abstract sockets of others, as far as the kernel knows these.  No new privileges
 * must be set.  Return false if it has no Landlock, or we may not use it.
 */
bool	landlock_start(const struct dirs *read, const struct dirs *write,
	    const struct dirs *remove);

#endif
