/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stats-file.c - system calls: open, dup2, stat; unlinkat, openat, fchmod, write, close,
 * renameat.  No fsync: after a power failure nobody asks for old counters.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "stats-file.h"
#include "system/path.h"
#include "system/plain-file.h"

void
stats_file_open(struct stats_file *f, const char *path)
{
	*f = (struct stats_file){ .dir = -1, .due = INT64_MAX };
	if (path == NULL)
		return;
	f->path = strdup(path);
	if (f->path != NULL)
		f->name = path_name(f->path);
	if (f->path == NULL || asprintf(&f->tmp, "%s~", f->name) == -1) {
		f->tmp = NULL;
		log_warn("stats-file %s: is not written", path);
	} else if ((f->dir = path_open_dir(path)) == -1) {
		log_warn("stats-file %s: is not written, cannot open its "
		    "directory", path);
	} else {
		f->due = 0;
	}
}

void
stats_file_close(struct stats_file *f)
{
	if (f->dir != -1)
		close(f->dir);
	free(f->path);
	free(f->tmp);
	*f = (struct stats_file){ .dir = -1, .due = INT64_MAX };
}

/*
 * A new file, not one that somebody put there.  Readable for the exporter, which
 * is another user, whatever our umask.
 */
static bool
write_tmp(const struct stats_file *f, const char *text, size_t n)
{
	bool ok;
	int fd;

	fd = plain_create(f->dir, f->tmp, 0644);
	if (fd == -1)
		return false;
	errno = ENOSPC;		/* for a write that took only a part */
	ok = fchmod(fd, 0644) == 0 && write(fd, text, n) == (ssize_t)n;
	return close(fd) == 0 && ok;
}

bool
stats_file_moved(const struct stats_file *f)
{
	char *dir = f->dir == -1 ? NULL : path_dir(f->path);
	bool moved = dir != NULL && path_moved(dir, f->dir);

	free(dir);
	return moved;
}

bool
stats_file_follow(struct stats_file *f)
{
	int fd = path_open_dir(f->path);

	if (fd == -1)
		return false;
	dup2(fd, f->dir);
	close(fd);
	return true;
}

bool
stats_file_write(struct stats_file *f, const char *text, size_t n)
{
	int saved;

	if (write_tmp(f, text, n) &&
	    renameat(f->dir, f->tmp, f->dir, f->name) == 0)
		return true;
	saved = errno;
	unlinkat(f->dir, f->tmp, 0);
	errno = saved;
	return false;
}

/* What whoever reads the log has to do. */
static const char *
cure(int error)
{
	switch (error) {
	case EROFS:
		return " (a systemd unit needs ReadWritePaths= with its "
		    "directory)";
	case EACCES:
	case EPERM:
		return " (lichen's user must be allowed to write to its "
		    "directory)";
	default:
		return "";
	}
}

void
stats_file_result(struct stats_file *f, struct stats *s, int error)
{
	if (error == 0) {
		if (f->told != 0)
			log_notice("stats-file %s: is written again", f->path);
		f->told = 0;
		return;
	}
	s->file_errors++;
	errno = error;
	if (f->told != error)
		log_warn("stats-file %s: cannot write, the old one stays%s",
		    f->path, cure(error));
	f->told = error;
}

void
stats_file_work(struct stats_file *f, struct stats *s, unsigned interval,
    mono_t now)
{
	char text[STATS_TEXT_MAX];
	size_t n;

	if (f->dir == -1 || now < f->due)
		return;
	f->due = now + (mono_t)interval * 1000;
	n = stats_all(s, STATS_PROMETHEUS, text);
	if (f->hand_over == NULL)
		stats_file_result(f, s, stats_file_write(f, text, n) ? 0 :
		    errno);
	else if (!f->hand_over(f->hand_over_arg, text, n))
		stats_file_result(f, s, EAGAIN);
}
