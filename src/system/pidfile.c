/* SPDX-License-Identifier: BSD-2-Clause */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pidfile.h"

#define DIR_FLAGS	(O_RDONLY | O_DIRECTORY | O_CLOEXEC)

/*
 * The directory of a path below dir, which may be somebody else's: no link on the
 * way leads out of it.  Cuts the path up.
 */
static int
open_below(int dir, char *path, char **name)
{
	int at = openat(dir, ".", DIR_FLAGS), next;
	char *slash;

	for (; at != -1 && (slash = strchr(path, '/')) != NULL;
	    path = slash + 1) {
		*slash = '\0';
		next = openat(at, *path == '\0' ? "." : path,
		    DIR_FLAGS | O_NOFOLLOW);
		close(at);
		at = next;
	}
	*name = path;
	return at;
}

/* The directory of any other path, as who wrote it wants it. */
static int
open_parent(char *path, char **name)
{
	char *slash = strrchr(path, '/');

	*name = slash == NULL ? path : slash + 1;
	if (slash == NULL)
		return open(".", DIR_FLAGS);
	*slash = '\0';
	return open(slash == path ? "/" : path, DIR_FLAGS);
}

/*
 * Not in the place of a device, and not of a link that somebody meant: whoever
 * says /dev/stdout shall not lose it.
 */
static bool
may_replace(int dir, const char *name)
{
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == -1 ||
	    S_ISREG(st.st_mode))
		return true;
	errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
	return S_ISLNK(st.st_mode) && !plain_is_our_link(dir, name);
}

/* Without the right to replace a file, it may do to write to it. */
static int
create(int dir, const char *name)
{
	int fd;

	if (!may_replace(dir, name))
		return -1;
	fd = plain_create(dir, name, 0644);
	if (fd == -1 && (errno == EEXIST || errno == EACCES ||
	    errno == EPERM))
		fd = plain_rewrite(dir, name);
	return fd;
}

static bool
write_id(int fd)
{
	char text[32];
	int n = snprintf(text, sizeof text, "%ld\n", (long)getpid());
	bool ok;

	if (fd == -1)
		return false;
	errno = ENOSPC;
	ok = write(fd, text, (size_t)n) == n;
	return close(fd) == 0 && ok;
}

static void
close_quietly(int fd)
{
	int saved = errno;

	close(fd);
	errno = saved;
}

bool
pidfile_write(struct plain_made *f, const char *path, int data_dir, char *err,
    size_t errsize)
{
	char *copy, *name;
	bool ok = false;
	int dir = -1;

	*f = (struct plain_made){ .dir = -1 };
	if (path == NULL)
		return true;
	copy = strdup(path);
	if (copy != NULL) {
		dir = path[0] == '/' || data_dir == -1 ?
		    open_parent(copy, &name) :
		    open_below(data_dir, copy, &name);
		ok = dir != -1 && write_id(create(dir, name));
	}
	if (!ok && dir != -1)
		close_quietly(dir);
	ok = ok && plain_made(f, dir, name);
	if (!ok)
		snprintf(err, errsize, "pidfile %s: %s", path,
		    plain_error(errno));
	free(copy);
	return ok;
}
