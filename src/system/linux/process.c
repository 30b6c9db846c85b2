/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * process.c - system calls: prctl; openat, read, fstat.
 *
 * proc_locks(5): "1: FLOCK ADVISORY WRITE PID MAJOR:MINOR:INODE 0 EOF".
 * Some file systems have another device there than stat(2) says; the inode will do.
 */
#include <sys/prctl.h>
#include <sys/stat.h>

#include <stdio.h>

#include "system/process.h"

void
process_name(const char *name)
{
	(void)prctl(PR_SET_NAME, name);
}

long
lock_holder(int fd)
{
	FILE *f = fopen("/proc/locks", "re");
	unsigned long long inode;
	char line[160];
	struct stat st;
	long pid = 0, p;

	if (f == NULL)
		return 0;
	while (pid == 0 && fstat(fd, &st) == 0 &&
	    fgets(line, sizeof line, f) != NULL)
		if (sscanf(line, "%*s FLOCK %*s %*s %ld %*x:%*x:%llu", &p,
		    &inode) == 2 && inode == st.st_ino)
			pid = p;
	fclose(f);
	return pid > 0 ? pid : 0;
}
