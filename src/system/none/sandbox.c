/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sandbox-none.c - for systems without one, and for the sanitizers, which at exit
 * want to trace this process.
 */
#include <stdio.h>

#include "system/sandbox.h"

bool
sandbox_by_default(void)
{
	return true;
}

bool
sandbox_start(const struct sandbox *s, char *err, size_t errsize)
{
	(void)s;
	snprintf(err, errsize, "not in this build");
	return false;
}

bool
sandbox_has_walls(void)
{
	return false;
}
