/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * work.c - System calls: poll, read, write, stat, and those of dynamic-map-write.c,
 * stats-file.c and sink.c.
 *
 * Messages are released once what they said is with the kernel.  So whoever of us
 * is killed, and whenever, what the daemon has put into the ring gets written: by
 * us, or by the next writer.
 */
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "leases/dynamic-map.h"
#include "leases/mail.h"
#include "report/log.h"
#include "report/sink.h"
#include "system/path.h"
#include "system/process.h"
#include "system/sandbox.h"
#include "work.h"

#define SYNC_DELAY	1000	/* ms: many new leases, one fdatasync() */
#define CHECK		3000	/* ms: is the file still there? */

void
work_report(const struct work *w, enum report_kind kind, int error)
{
	struct report r = { kind, error };

	/* Who does not listen will see it in the file. */
	(void)!write(w->reports, &r, sizeof r);
}

/* --- dynamic.map ---------------------------------------------------------- */

static void
close_file(struct work *w)
{
	if (w->file != -1)
		close(w->file);
	w->file = -1;
	w->sync_at = INT64_MAX;
}

static void
not_appended(struct work *w)
{
	if (!w->failing)
		work_report(w, REPORT_NOT_APPENDED, errno);
	w->failing = true;
}

static bool
open_file(struct work *w)
{
	if (w->file == -1 && w->job->dir != -1)
		w->file = state_open(w->job->dir);
	return w->file != -1;
}

/* What was put into lines. */
static void
append(struct work *w)
{
	if (w->n == 0)
		return;
	if (!open_file(w) || !state_append(w->file, w->lines, w->n)) {
		not_appended(w);
	} else {
		w->failing = false;
		w->sync_at = mono_earlier(w->sync_at,
		    state_clocks().mono + SYNC_DELAY);
	}
	w->n = 0;
}

static void
sync_file(struct work *w)
{
	w->sync_at = INT64_MAX;
	if (fdatasync(w->file) == -1)
		not_appended(w);
}

static void
abandon(struct work *w)
{
	if (w->all != NULL)
		state_abandon(w->all, w->job->dir);
	w->all = NULL;
}

static void
begin(struct work *w)
{
	abandon(w);
	if (w->job->dir == -1)
		return;
	w->all = state_begin(w->job->dir);
	w->all_error = 0;
	if (w->all == NULL)
		work_report(w, REPORT_NOT_WRITTEN, errno);
}

/* What was appended meanwhile is in both. */
static void
end(struct work *w)
{
	FILE *all = w->all;

	append(w);
	w->all = NULL;
	if (all == NULL) {
		work_report(w, REPORT_AGAIN, 0);
		return;
	}
	if (w->all_error != 0) {
		state_abandon(all, w->job->dir);
		work_report(w, REPORT_NOT_WRITTEN, w->all_error);
		return;
	}
	if (!state_end(all, w->job->dir)) {
		work_report(w, REPORT_NOT_WRITTEN, errno);
		return;
	}
	close_file(w);
	if (open_file(w)) {
		w->failing = false;
		work_report(w, REPORT_WRITTEN, 0);
	} else {
		not_appended(w);
	}
}

static void
take_lease(struct work *w, enum mail kind, const struct mail_lease *m)
{
	char line[STATE_LINE];
	size_t n = state_line(line, m->addr, m->host, m->wall);

	if (w->all != NULL && w->all_error == 0 &&
	    fwrite(line, 1, n, w->all) != n)
		w->all_error = errno;
	if (kind == MAIL_LEASE) {
		memcpy(w->lines + w->n, line, n);
		w->n += n;
	}
}

/* --- what somebody took away ---------------------------------------------- */

static bool
same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/*
 * Other directories have those names now.  We cannot reach them from our sandbox, but
 * the process that starts writers can.
 */
static bool
is_elsewhere(const struct work *w)
{
	const struct writer_job *job = w->job;

	return job->dir_path != NULL && !w->stay &&
	    ((job->dir != -1 && path_moved(job->dir_path, job->dir)) ||
	    stats_file_moved(job->stats_file));
}

/* Is what we append to what others find under its name?  It may be hard to say. */
static bool
is_in_place(const struct work *w)
{
	struct stat is, was;

	if (fstat(w->file, &was) == -1)
		return true;
	if (fstatat(w->job->dir, STATE_FILE, &is, AT_SYMLINK_NOFOLLOW) == 0)
		return same_file(&is, &was);
	return errno != ENOENT && was.st_nlink > 0;
}

static void
check_file(struct work *w)
{
	w->check_at = state_clocks().mono + CHECK;
	if (is_elsewhere(w)) {
		abandon(w);
		if (w->sync_at != INT64_MAX)
			sync_file(w);
		_exit(WORK_MOVED);
	}
	if (w->file == -1 || is_in_place(w))
		return;
	close_file(w);
	work_report(w, REPORT_GONE, 0);
}

/* --- messages ------------------------------------------------------------- */

static void
write_stats(struct work *w, size_t n)
{
	int error = stats_file_write(w->job->stats_file,
	    (const char *)w->message, n) ? 0 : errno;

	work_report(w, REPORT_STATS, error);
}

static void
take(struct work *w, uint8_t kind, size_t n)
{
	struct mail_lease lease;

	switch ((enum mail)kind) {
	case MAIL_LEASE:
	case MAIL_ITEM:
		if (n != sizeof lease)
			break;
		memcpy(&lease, w->message, sizeof lease);
		take_lease(w, (enum mail)kind, &lease);
		break;
	case MAIL_BEGIN:
		begin(w);
		break;
	case MAIL_END:
		end(w);
		break;
	case MAIL_LOG:
		sink_put((const char *)w->message, n);
		break;
	case MAIL_REMOVE:
		for (int i = 0; i < WRITER_MADE; i++)
			plain_remove(w->job->made[i]);
		break;
	case MAIL_STATS:
		write_stats(w, n);
		break;
	}
}

/* false: there was nothing to take. */
static bool
take_some(struct work *w)
{
	uint32_t at = ring_begin(w->ring);
	uint8_t kind;
	size_t n;
	int i = 0;

	while (i < WORK_BATCH && ring_take(w->ring, &at, &kind, w->message, &n)) {
		take(w, kind, n);
		i++;
	}
	append(w);
	ring_release(w->ring, at);
	return i > 0;
}

/* --- the loop ------------------------------------------------------------- */

/* true: the daemon is no more.  Returns when there may be something to do. */
static bool
wait_for_mail(struct work *w, mono_t due)
{
	struct pollfd p = { .fd = w->wake, .events = POLLIN };
	mono_t now = state_clocks().mono;
	char wake[64];

	if (!ring_sleep(w->ring))
		return false;
	(void)poll(&p, 1, due <= now ? 0 : (int)(due - now));
	ring_awake(w->ring);
	return (p.revents & (POLLIN | POLLHUP)) != 0 &&
	    read(w->wake, wake, sizeof wake) == 0;
}

/*
 * Say at the start what cannot be done.  A file that is not ours, in a directory that
 * is, is replaced.
 */
static void
look_around(struct work *w)
{
	FILE *all;

	if (w->job->dir == -1) {
		work_report(w, REPORT_READY, 0);
		return;
	}
	all = state_begin(w->job->dir);
	if (all == NULL)
		work_report(w, REPORT_NOT_WRITTEN, errno);
	else
		state_abandon(all, w->job->dir);
	/* The writer before us may have put another one there. */
	if (w->file != -1 && !is_in_place(w))
		close_file(w);
	if (open_file(w))
		work_report(w, REPORT_READY, 0);
	else if (all != NULL)
		work_report(w, REPORT_AGAIN, 0);
	else
		not_appended(w);
}

void
work(struct work *w)
{
	bool over = false;
	mono_t now, due;

	look_around(w);
	while (take_some(w) || !over) {
		now = state_clocks().mono;
		if (now >= w->sync_at)
			sync_file(w);
		if (now >= w->check_at)
			check_file(w);
		due = mono_earlier(mono_earlier(w->sync_at, w->check_at),
		    sink_work(now));
		if (!over && ring_used(w->ring) == 0)
			over = wait_for_mail(w, due);
	}
	abandon(w);
	if (w->sync_at != INT64_MAX)
		sync_file(w);
	log_close();
}

bool
work_follow(struct work *w)
{
	const struct writer_job *job = w->job;
	int fd = -1;

	if (job->dir != -1 && path_moved(job->dir_path, job->dir)) {
		fd = open(job->dir_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd == -1 || flock(fd, LOCK_EX | LOCK_NB) == -1) {
			work_report(w, REPORT_DIR_GONE, errno);
			if (fd != -1)
				close(fd);
			return false;
		}
		dup2(fd, job->dir);
		close(fd);
		close_file(w);
		work_report(w, REPORT_DIR_NEW, 0);
	}
	return !stats_file_moved(job->stats_file) ||
	    stats_file_follow(job->stats_file);
}
