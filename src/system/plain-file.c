/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plain-file.c - System calls: openat, fstat, unlinkat, close; for links fstatat,
 * readlinkat, geteuid.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "path.h"
#include "plain-file.h"

#define LINKS_MAX	16		/* one after the other */
#define SAFELY		(O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC)

static int
close_with(int fd, int error)
{
	close(fd);
	errno = error;
	return -1;
}

/* /dev/null says that there is nothing, and nobody waits for it. */
static bool
is_null(const struct stat *st)
{
	struct stat null;

	return S_ISCHR(st->st_mode) && stat("/dev/null", &null) == 0 &&
	    S_ISCHR(null.st_mode) && null.st_rdev == st->st_rdev;
}

/* fd if it is a regular file, with one name only if we may write to it. */
static int
plain(int fd, bool writing)
{
	struct stat st;

	if (fd == -1) {
		if (errno == EMLINK)		/* FreeBSD's for a link */
			errno = ELOOP;
		return -1;
	}
	if (fstat(fd, &st) == -1)
		return close_with(fd, errno);
	if (!S_ISREG(st.st_mode) && (writing || !is_null(&st)))
		return close_with(fd, S_ISDIR(st.st_mode) ? EISDIR : EINVAL);
	if (writing && st.st_nlink > 1)
		return close_with(fd, ELOOP);
	return fd;
}

int
plain_read_own(int dir, const char *name)
{
	return plain(openat(dir, name, O_RDONLY | SAFELY), false);
}

int
plain_append(int dir, const char *name, mode_t mode)
{
	return plain(openat(dir, name, O_RDWR | O_APPEND | O_CREAT | SAFELY,
	    mode), true);
}

int
plain_create(int dir, const char *name, mode_t mode)
{
	unlinkat(dir, name, 0);
	return openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | SAFELY, mode);
}

bool
plain_made(struct plain_made *m, int dir, const char *name)
{
	struct stat st;

	*m = (struct plain_made){ .dir = dir };
	if (dir == -1 || fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == -1 ||
	    (m->name = strdup(name)) == NULL) {
		plain_forget(m);
		return false;
	}
	m->dev = st.st_dev;
	m->ino = st.st_ino;
	m->made = st.st_mtim;
	return true;
}

void
plain_remove(const struct plain_made *m)
{
	struct stat st;

	if (m->dir != -1 &&
	    fstatat(m->dir, m->name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    st.st_dev == m->dev && st.st_ino == m->ino &&
	    st.st_mtim.tv_sec == m->made.tv_sec &&
	    st.st_mtim.tv_nsec == m->made.tv_nsec)
		unlinkat(m->dir, m->name, 0);
}

void
plain_forget(struct plain_made *m)
{
	int saved = errno;

	if (m->dir != -1)
		close(m->dir);
	free(m->name);
	*m = (struct plain_made){ .dir = -1 };
	errno = saved;
}

int
plain_rewrite(int dir, const char *name)
{
	int fd = plain(openat(dir, name, O_WRONLY | SAFELY), true);

	return fd == -1 || ftruncate(fd, 0) == 0 ? fd : close_with(fd, errno);
}

/* --- links ---------------------------------------------------------------- */

static bool
is_ours(const struct stat *st)
{
	return st->st_uid == 0 || st->st_uid == geteuid();
}

/* Cut path behind its last slash: how many octets are left, 0 for none. */
static size_t
dir_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? 0 : (size_t)(slash - path) + 1;
}

/* The directory that path is in. */
static bool
parent_of(const char *path, char parent[static PATH_MAX])
{
	size_t n = dir_part(path);

	if (n + 2 > PATH_MAX)
		return false;
	memcpy(parent, path, n);
	memcpy(parent + n, ".", 2);
	return true;
}

static bool
stat_parent(int dir, const char *path, struct stat *st)
{
	char parent[PATH_MAX];

	return parent_of(path, parent) && fstatat(dir, parent, st, 0) == 0;
}

/*
 * Kubernetes mounts directories that anybody may write to, were they not read-only:
 * their owner counts, and that of the link.
 */
bool
plain_is_our_link(int dir, const char *path)
{
	struct stat st;

	return fstatat(dir, path, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISLNK(st.st_mode) && is_ours(&st) &&
	    stat_parent(dir, path, &st) && is_ours(&st);
}

bool
plain_is_our_dir(int dir, const char *path)
{
	struct stat st;

	return stat_parent(dir, path, &st) && is_ours(&st) &&
	    (st.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/* Where the link leads to takes the place of its path. */
static bool
follow(int dir, char path[static PATH_MAX])
{
	char to[PATH_MAX];
	ssize_t got = readlinkat(dir, path, to, sizeof to - 1);
	size_t n = got > 0 && to[0] == '/' ? 0 : dir_part(path);

	if (got <= 0)
		return false;
	if (n + (size_t)got >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return false;
	}
	memcpy(path + n, to, (size_t)got);
	path[n + (size_t)got] = '\0';
	return true;
}

int
plain_read(int dir, const char *path)
{
	char at[PATH_MAX];
	int fd;

	if (strlen(path) >= sizeof at) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(at, path);
	for (int links = 0; links <= LINKS_MAX; links++) {
		fd = plain_read_own(dir, at);
		if (fd != -1 || errno != ELOOP)
			return fd;
		if (!plain_is_our_link(dir, at))
			break;
		if (!follow(dir, at))
			return -1;
	}
	errno = ELOOP;
	return -1;
}

unsigned
plain_way(int dir, const char *path, int way[], unsigned max)
{
	char at[PATH_MAX], parent[PATH_MAX];
	unsigned n = 0;

	if (strlen(path) >= sizeof at)
		return 0;
	strcpy(at, path);
	do {
		if (!parent_of(at, parent))
			break;
		way[n] = openat(dir, parent, PATH_SEARCH);
		n += way[n] != -1;
	} while (n < max && plain_is_our_link(dir, at) && follow(dir, at));
	return n;
}

FILE *
plain_fopen(int dir, const char *path)
{
	int fd = plain_read(dir, path);
	FILE *f = fd == -1 ? NULL : fdopen(fd, "r");

	if (fd != -1 && f == NULL)
		close_with(fd, errno);
	return f;
}

const char *
plain_error(int error)
{
	switch (error) {
	case EINVAL:
		return "not a regular file";
	case ELOOP:
		return "a link, which another user may have made";
	default:
		return strerror(error);
	}
}
