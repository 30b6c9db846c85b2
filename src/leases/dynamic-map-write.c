/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dynamic-map-write.c - data-dir/dynamic.map, as it is written.  System calls: openat,
 * fcntl and fstat (also within stdio), geteuid, fchown, pread, write, lseek, ftruncate, fsync,
 * renameat, unlinkat, close.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "dynamic-map.h"
#include "report/log.h"
#include "system/plain-file.h"

/* --- save ----------------------------------------------------------------- */

static const char comment[] =
    "# Leases of the dynamic pool: IPv4 address, IPv6 address, "
    "last use (seconds since the epoch).\n"
    "# Written by the running daemon: stop it before editing.\n";

size_t
state_line(char line[static STATE_LINE], ip4_t addr, struct ip6 host,
    int64_t wall)
{
	char v4[ADDR_TEXT_MAX], v6[ADDR_TEXT_MAX];

	return (size_t)snprintf(line, STATE_LINE, "%s\t%s\t%" PRId64 "\n",
	    ip4_text(addr, v4), ip6_text(host, v6), wall < 0 ? 0 : wall);
}

/*
 * A file of root's becomes the directory's owner's: lichen that is run by hand once
 * must not leave what the service, another user, cannot write.  One that has a second
 * name may be anybody's.
 */
static void
give_to_owner(int fd, int dirfd)
{
	struct stat file, dir;

	if (geteuid() == 0 && fstat(dirfd, &dir) == 0 && dir.st_uid != 0 &&
	    fstat(fd, &file) == 0 && file.st_uid == 0 && file.st_nlink == 1 &&
	    fchown(fd, dir.st_uid, dir.st_gid) == -1)
		log_warn("%s: cannot give it to the owner of data-dir",
		    STATE_FILE);
}

/*
 * Always a new file: what was left there, or put there (a link to some other
 * file, a pipe), is not written to.
 */
FILE *
state_begin(int dirfd)
{
	FILE *f;
	int fd;

	fd = plain_create(dirfd, STATE_TMP, 0644);
	if (fd == -1)
		return NULL;
	give_to_owner(fd, dirfd);
	f = fdopen(fd, "w");
	if (f == NULL)
		close(fd);
	else
		fputs(comment, f);
	return f;
}

void
state_abandon(FILE *f, int dirfd)
{
	int saved = errno;

	fclose(f);
	unlinkat(dirfd, STATE_TMP, 0);
	errno = saved;
}

/* Some file systems have nothing to do for a directory, and say so: EINVAL. */
static bool
sync_dir(int dirfd)
{
	return fsync(dirfd) == 0 || errno == EINVAL;
}

bool
state_end(FILE *f, int dirfd)
{
	int saved;

	errno = EIO;		/* for a stdio error that did not set it */
	if (fflush(f) != 0 || ferror(f) || fsync(fileno(f)) != 0) {
		state_abandon(f, dirfd);
		return false;
	}
	if (fclose(f) == 0 &&
	    renameat(dirfd, STATE_TMP, dirfd, STATE_FILE) == 0)
		return sync_dir(dirfd);
	saved = errno;
	unlinkat(dirfd, STATE_TMP, 0);
	errno = saved;
	return false;
}

/* --- append --------------------------------------------------------------- */

/* All of it, or nothing: a part that was written is taken back. */
static bool
write_whole(int fd, const char *text, size_t n)
{
	off_t end = lseek(fd, 0, SEEK_END);
	ssize_t put = end == -1 ? -1 : write(fd, text, n);
	int saved = errno;

	if (put == (ssize_t)n)
		return true;
	if (put > 0) {
		saved = ENOSPC;
		if (ftruncate(fd, end) == -1)
			saved = errno;
	}
	errno = saved;
	return false;
}

/* What was cut off must not be taken for the begin of what follows. */
static bool
end_line(int fd, off_t size)
{
	char last;

	return size == 0 || (pread(fd, &last, 1, size - 1) == 1 &&
	    (last == '\n' || write_whole(fd, "\n", 1)));
}

int
state_open(int dirfd)
{
	int fd = plain_append(dirfd, STATE_FILE, 0644);
	struct stat st;
	int saved;

	if (fd == -1)
		return -1;
	if (fstat(fd, &st) == 0 && (st.st_size > 0 || write_whole(fd, comment,
	    sizeof comment - 1)) && end_line(fd, st.st_size)) {
		give_to_owner(fd, dirfd);
		return fd;
	}
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

bool
state_append(int fd, const char *lines, size_t n)
{
	return write_whole(fd, lines, n);
}
