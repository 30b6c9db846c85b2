/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sandbox.c - capability mode, capsicum(4): from now on there are no
 * paths, only descriptors and what is found in directories that are open; no
 * connections, no processes, no other device.
 *
 * It costs something: syslogd(8) cannot be found again when it was restarted, and
 * a reload cannot read a file that the configuration did not name before.
 */
#include <sys/capsicum.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "system/sandbox.h"

bool
sandbox_by_default(void)
{
	return false;
}

bool
sandbox_start(const struct sandbox *s, char *err, size_t errsize)
{
	(void)s;		/* what is open is what it may use */
	if (cap_enter() == 0)
		return true;
	snprintf(err, errsize, "capsicum(4): %s", strerror(errno));
	return false;
}

/* What is outside has no name at all: ECAPMODE. */
bool
sandbox_has_walls(void)
{
	return false;
}
