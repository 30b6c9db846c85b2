/* SPDX-License-Identifier: BSD-2-Clause */
/* path.c - System calls: open, stat, fstat. */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "path.h"

const char *
path_name(const char *path)
{
	return strrchr(path, '/') + 1;
}

char *
path_dir(const char *path)
{
	size_t n = (size_t)(path_name(path) - path);

	return strndup(path, n > 1 ? n - 1 : 1);
}

int
path_open_dir(const char *path)
{
	char *dir = path_dir(path);
	int fd = dir == NULL ? -1 :
	    open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int saved;

	if (fd == -1 && dir != NULL && errno == EACCES)
		fd = open(dir, PATH_SEARCH);
	saved = errno;
	free(dir);
	errno = saved;
	return fd;
}

bool
path_moved(const char *dir, int fd)
{
	struct stat is, was;

	return fstat(fd, &was) == 0 && stat(dir, &is) == 0 &&
	    (is.st_dev != was.st_dev || is.st_ino != was.st_ino);
}
