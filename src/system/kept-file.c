/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kept-file.c - System calls at run time: those of plain-file.c; fstatat, fstat,
 * fcntl, lseek.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kept-file.h"
#include "path.h"
#include "plain-file.h"

void
kept_file_close(struct kept_file *k)
{
	if (k->dir != -1)
		close(k->dir);
	if (k->file != -1)
		close(k->file);
	for (unsigned i = 0; i < k->nway; i++)
		close(k->way[i]);
	free(k->path);
	*k = (struct kept_file){ .dir = -1, .file = -1 };
}

bool
kept_file_open(struct kept_file *k, const char *path)
{
	*k = (struct kept_file){ .dir = -1, .file = -1 };
	if (path == NULL || path[0] != '/')
		return true;
	k->path = strdup(path);
	if (k->path == NULL)
		return false;
	k->dir = path_open_dir(path);
	k->file = plain_read(AT_FDCWD, path);
	k->nway = plain_way(AT_FDCWD, path, k->way, KEPT_WAY);
	return true;
}

/* Is the file of that name still the one that we hold? */
static bool
is_the_same(const struct kept_file *k)
{
	struct stat is, was;

	return k->file != -1 &&
	    fstatat(k->dir, path_name(k->path), &is, 0) == 0 &&
	    fstat(k->file, &was) == 0 && S_ISREG(was.st_mode) &&
	    is.st_dev == was.st_dev && is.st_ino == was.st_ino;
}

static int
open_name(const struct kept_file *k)
{
	return k->dir == -1 ? plain_read(AT_FDCWD, k->path) :
	    plain_read(k->dir, path_name(k->path));
}

bool
kept_file_by_name(const struct kept_file *k)
{
	int fd = k->path == NULL ? -1 : open_name(k);

	if (fd != -1)
		close(fd);
	return fd != -1 || k->path == NULL;
}

/* It may be readable for root only: then the descriptor is what we have. */
static int
open_kept(const struct kept_file *k)
{
	int fd = open_name(k);

	if (fd != -1 || (errno != EACCES && errno != EPERM))
		return fd;
	if (!is_the_same(k)) {
		errno = EACCES;
		return -1;
	}
	fd = fcntl(k->file, F_DUPFD_CLOEXEC, 0);
	if (fd != -1)
		lseek(fd, 0, SEEK_SET);
	return fd;
}

FILE *
kept_file_read(const struct kept_file *k)
{
	int fd = open_kept(k);
	FILE *f = fd == -1 ? NULL : fdopen(fd, "r");
	int saved = errno;

	if (fd != -1 && f == NULL)
		close(fd);
	errno = saved;
	return f;
}
