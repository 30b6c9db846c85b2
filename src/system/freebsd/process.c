/* SPDX-License-Identifier: BSD-2-Clause */
#include <sys/types.h>

#include <unistd.h>

#include "system/process.h"

void
process_name(const char *name)
{
	setproctitle("-%s", name);
}

long
lock_holder(int fd)
{
	(void)fd;
	return 0;
}
