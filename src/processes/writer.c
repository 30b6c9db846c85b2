/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * writer.c - System calls: fork, pipe, waitpid, dup2, flock, close at the start; the
 * rest is work.c's.
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
#include "writer.h"

#define RESPAWN		1000	/* ms, for a writer that dies at once */
#define FDS		1024	/* descriptors that we may have inherited */

static bool
is_made(const struct writer_job *job, int fd)
{
	for (int i = 0; i < WRITER_MADE; i++)
		if (job->made[i]->dir == fd)
			return true;
	return false;
}

/* What the daemon tells its reader ends with the daemon, not with us. */
static void
let_go(const struct writer_job *job, int wake, int reports)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int log = sink_become_writer();
	int stats = job->stats_file->dir;

	for (int fd = 0; fd <= STDERR_FILENO && null != -1; fd++)
		if (fd != log)
			dup2(null, fd);
	for (int fd = STDERR_FILENO + 1; fd < FDS; fd++)
		if (fd != wake && fd != reports && fd != job->dir &&
		    fd != job->file && fd != stats && fd != log &&
		    !is_made(job, fd))
			close(fd);
}

/* Signals are for the daemon; whoever ends all of us at once ends it. */
static void
ignore_signals(void)
{
	static const int ignored[] = { SIGHUP, SIGINT, SIGTERM, SIGQUIT,
	    SIGPIPE };

	for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++)
		signal(ignored[i], SIG_IGN);
}

static void
enter_sandbox(const struct writer_job *job)
{
	struct sandbox s = { .who = SANDBOX_WRITER };
	char err[256];

	dirs_add(&s.write, job->dir);
	dirs_add(&s.write, job->stats_file->dir);
	for (int i = 0; i < WRITER_MADE; i++)
		dirs_add(&s.remove, job->made[i]->dir);
	/* That it fails the daemon finds out, too, and says. */
	(void)sandbox_start(&s, err, sizeof err);
}

static _Noreturn void
write_on(struct work *w)
{
	if (w->job->sandbox)
		enter_sandbox(w->job);
	w->sync_at = INT64_MAX;
	work(w);
	_exit(0);
}

/* One that dies has a next one, which goes on where it was. */
static _Noreturn void
keep_going(struct work *w)
{
	int status;
	pid_t pid;

	for (;;) {
		pid = fork();
		if (pid == 0)
			write_on(w);
		status = 1;
		if (pid != -1)
			(void)waitpid(pid, &status, 0);
		if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
			_exit(0);
		if (WIFEXITED(status) && WEXITSTATUS(status) == WORK_MOVED) {
			w->stay = !work_follow(w);
			continue;
		}
		work_report(w, REPORT_RESTARTED, WIFSIGNALED(status) ?
		    WTERMSIG(status) : 0);
		(void)poll(NULL, 0, RESPAWN);
	}
}

/* --- the daemon's end ----------------------------------------------------- */

void
writer_none(struct writer *w)
{
	*w = (struct writer){ .ring = NULL, .wake = -1, .reports = -1 };
}

static bool
open_pipes(int wake[2], int reports[2])
{
	if (pipe2(wake, O_CLOEXEC | O_NONBLOCK) == -1)
		return false;
	if (pipe2(reports, O_CLOEXEC | O_NONBLOCK) == 0)
		return true;
	close(wake[0]);
	close(wake[1]);
	return false;
}

static struct work *
begin_work(const struct writer_job *job, struct ring *ring, int wake,
    int reports)
{
	static struct work w;

	w = (struct work){
		.job = job,
		.ring = ring,
		.wake = wake,
		.reports = reports,
		.file = job->file,
		.sync_at = INT64_MAX,
	};
	return &w;
}

bool
writer_start(struct writer *w, const struct writer_job *job)
{
	int wake[2], reports[2];
	pid_t pid;

	writer_none(w);
	w->ring = ring_map();
	if (w->ring == NULL || !open_pipes(wake, reports)) {
		writer_close(w);
		return false;
	}
	w->wake = wake[1];
	w->reports = reports[0];
	/* Nobody waits for it, nor for the orphans that PID 1 is given. */
	signal(SIGCHLD, SIG_IGN);
	pid = fork();
	if (pid == 0) {
		signal(SIGCHLD, SIG_DFL);
		process_name("lichen-writer");
		job->forget(job->forget_arg);
		ignore_signals();
		let_go(job, wake[0], reports[1]);
		keep_going(begin_work(job, w->ring, wake[0], reports[1]));
	}
	close(wake[0]);
	close(reports[1]);
	if (pid != -1)
		return true;
	writer_close(w);
	return false;
}

bool
writer_send(void *writer, enum mail kind, const void *p, size_t n, size_t room)
{
	struct writer *w = writer;

	if (w->ring == NULL ||
	    !ring_put(w->ring, (uint8_t)kind, p, n, room))
		return false;
	if (ring_wants_wake(w->ring))
		(void)!write(w->wake, "", 1);
	return true;
}

uint32_t
writer_taken(void *writer)
{
	const struct writer *w = writer;

	return w->ring == NULL ? 0 : ring_begin(w->ring);
}

void
writer_wait(struct writer *w, uint32_t left, int ms)
{
	for (; w->ring != NULL && ring_used(w->ring) > left && ms > 0; ms--)
		(void)poll(NULL, 0, 1);
}

bool
writer_listen(struct writer *w, void (*f)(void *, struct report), void *arg)
{
	struct report r;
	ssize_t n;

	while ((n = read(w->reports, &r, sizeof r)) == (ssize_t)sizeof r)
		f(arg, r);
	return n != 0;
}

void
writer_close(struct writer *w)
{
	int saved = errno;

	if (w->wake != -1)
		close(w->wake);
	if (w->reports != -1)
		close(w->reports);
	if (w->ring != NULL)
		ring_unmap(w->ring);
	writer_none(w);
	errno = saved;
}
