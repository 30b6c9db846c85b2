/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * leases.c - System calls: mkdir, open, flock once; at the end poll.
 */
#include <sys/file.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "leases.h"
#include "report/log.h"
#include "system/plain-file.h"
#include "system/process.h"

#define RETRY		60000	/* ms, after a failure */
#define APPENDED_MIN	1000	/* lines that are no reason to write anew */
#define PIECE		256	/* leases between packets */
#define PATIENCE	2000	/* ms, for whoever has data-dir */
#define BEHIND		5	/* ms, for a writer that has enough to do */
#define STALLED		20	/* ms, after which it is not waited for */
#define SLOW		2000	/* ms, after which neither, at the end */
#define STEP		10	/* s; less is what NTP corrects slowly */

/* What must stay free in the ring for what is new, when old leases are sent. */
#define ROOM_FOR_NEW	(512 * 1024)

/* --- open and close ------------------------------------------------------- */

/* As mkdir -p.  Return whether the last one is new; false with errno if not. */
static bool
make_dirs(char *path)
{
	for (char *slash = strchr(path + 1, '/');
	    slash != NULL && slash[1] != '\0';
	    slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)mkdir(path, 0755);	/* the last one will tell */
		*slash = '/';
	}
	return mkdir(path, 0755) == 0;
}

/*
 * The writer of the one before us may not be done.  A file system without locks is
 * no reason not to start.
 */
static bool
lock_dir(const struct leases *l, const char *data_dir, char *err,
    size_t errsize)
{
	char who[32] = "";
	long pid;

	for (int ms = 0; flock(l->dir, LOCK_EX | LOCK_NB) == -1; ms += 20) {
		if (errno != EWOULDBLOCK)
			return true;
		if (ms < PATIENCE) {
			(void)poll(NULL, 0, 20);
			continue;
		}
		pid = lock_holder(l->dir);
		if (pid > 0)
			snprintf(who, sizeof who, ", process %ld", pid);
		snprintf(err, errsize, "data-dir %s: another lichen has it%s",
		    data_dir, who);
		return false;
	}
	return true;
}

static int64_t
offset_of(struct clocks now)
{
	return now.wall - now.mono / 1000;
}

bool
leases_open(struct leases *l, const char *data_dir, char *err, size_t errsize)
{
	size_t size;

	*l = (struct leases){
		.dir = -1,
		.file = -1,
		.save_at = INT64_MAX,
		.offset = offset_of(state_clocks()),
	};
	if (data_dir == NULL)
		return true;
	size = strlen(data_dir) + sizeof "/" STATE_FILE;
	l->name = malloc(size);
	if (l->name == NULL) {
		snprintf(err, errsize, "not enough memory");
		return false;
	}
	strcpy(l->name, data_dir);
	l->made_dir = make_dirs(l->name);
	if (!l->made_dir && errno != EEXIST) {
		snprintf(err, errsize, "data-dir %s: cannot create: %s",
		    data_dir, strerror(errno));
		return false;
	}
	strcat(l->name, "/" STATE_FILE);
	/* What was made just now must not be a link by now: it is given away. */
	l->dir = open(data_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC |
	    (l->made_dir ? O_NOFOLLOW : 0));
	if (l->dir == -1) {
		snprintf(err, errsize, "data-dir %s: cannot open: %s",
		    data_dir, strerror(errno));
		return false;
	}
	return lock_dir(l, data_dir, err, errsize);
}

void
leases_close(struct leases *l)
{
	if (l->dir != -1)
		close(l->dir);
	if (l->file != -1)
		close(l->file);
	free(l->name);
}

/* --- time ----------------------------------------------------------------- */

/* When a lease was last used, as the file has it. */
static int64_t
wall_of(const struct leases *l, mono_t last, struct clocks now)
{
	return now.wall + l->ahead - (now.mono - last) / 1000;
}

/* Somebody set the clock: what the file says of ages is wrong from now on. */
static void
follow_clock(struct leases *l, struct clocks now)
{
	int64_t step = offset_of(now) - l->offset;

	if (step > -STEP && step < STEP)
		return;
	l->offset += step;
	if (now.wall >= STATE_PLAUSIBLE || step >= l->ahead)
		l->ahead = 0;
	else if (l->ahead > 0)
		l->ahead -= step;
	if (l->dir == -1)
		return;
	log_notice("the clock was set: the leases are written anew, as old as "
	    "they are");
	leases_save(l);
}

bool
leases_load(struct leases *l, struct pool *pool, char *err, size_t errsize)
{
	struct clocks now = state_clocks();
	struct state_found found;

	if (l->dir == -1)
		return true;
	if (state_load(pool, l->dir, now, &found) == -1) {
		snprintf(err, errsize, "%s: cannot read: %s", l->name,
		    plain_error(errno));
		return false;
	}
	l->lines = found.lines;
	l->ahead = found.ahead;
	/* If it fails, the writer fails too, and says so. */
	if (l->send == NULL)
		l->file = state_open(l->dir);
	return true;
}

/* --- writing -------------------------------------------------------------- */

static bool
send_mail(struct leases *l, enum mail kind, const void *p, size_t n,
    size_t room)
{
	return l->send != NULL && l->send(l->send_arg, kind, p, n, room);
}

static bool
send_lease(struct leases *l, enum mail kind, ip4_t addr, struct ip6 host,
    int64_t wall, size_t room)
{
	struct mail_lease m;

	memset(&m, 0, sizeof m);	/* all of it is sent */
	m.addr = addr;
	m.host = host;
	m.wall = wall;
	return send_mail(l, kind, &m, sizeof m, room);
}

/* Once, until it works again. */
static void
failed(struct leases *l, const char *what)
{
	if (!l->failing)
		log_warn("%s: cannot %s, what is there stays; trying again "
		    "every minute", l->name, what);
	l->failing = true;
}

/* Once likewise: leases are not in the file, until all of them are written. */
static void
fell_behind(struct leases *l, const char *why)
{
	if (!l->full && !l->failing)
		log_warnx("%s: %s, new leases are written later", l->name,
		    why);
	l->full = true;
}

static size_t
leases_of(const struct pool *pool)
{
	return pool->active.count + pool->dormant.count;
}

static void
save_by(struct leases *l, mono_t when)
{
	if (when < l->save_at)
		l->save_at = when;
}

void
leases_event(struct leases *l, const struct pool *pool,
    const struct lease_event *e)
{
	struct clocks now;

	if (l->dir == -1 || (e->kind != LEASE_EVENT_ASSIGNED &&
	    e->kind != LEASE_EVENT_TAKEOVER))
		return;
	now = state_clocks();
	/* So that the next start does not find more than it would read. */
	if (l->lines >= (STATE_LINES - 1) * (size_t)pool_size(pool)) {
		fell_behind(l, "it is too long and cannot be written anew");
		save_by(l, now.mono + RETRY);
		return;
	}
	if (send_lease(l, MAIL_LEASE, e->addr, e->host, wall_of(l, now.mono,
	    now), 0)) {
		l->lines++;
		return;
	}
	if (l->send != NULL)
		fell_behind(l, "the disk does not keep up");
	save_by(l, now.mono);
}

void
leases_save(struct leases *l)
{
	l->rewriting = false;
	l->save_at = 0;
}

static void
begin(struct leases *l)
{
	if (!send_mail(l, MAIL_BEGIN, NULL, 0, ROOM_FOR_NEW))
		return;
	l->rewriting = true;
	l->unconfirmed = false;
	l->next = 0;
	l->items = 0;
	l->save_at = INT64_MAX;
}

/* A piece of them.  false: there was no room. */
static bool
send_some(struct leases *l, const struct pool *pool, struct clocks now)
{
	const struct lease *lease;
	ip4_t addr;

	for (int i = 0; i < PIECE; i++) {
		if (!pool_seek(pool, &l->next)) {
			if (!send_mail(l, MAIL_END, NULL, 0, ROOM_FOR_NEW))
				return false;
			l->rewriting = false;
			l->unconfirmed = true;
			l->lines = l->items;
			return true;
		}
		lease = pool_at(pool, l->next, &addr);
		if (!send_lease(l, MAIL_ITEM, addr, lease->host,
		    wall_of(l, lease->last, now), ROOM_FOR_NEW))
			return false;
		l->items++;
		l->next++;
	}
	return true;
}

mono_t
leases_work(struct leases *l, const struct pool *pool, struct clocks now)
{
	follow_clock(l, now);
	if (l->dir == -1 || l->send == NULL || pool == NULL)
		return INT64_MAX;
	if (!l->rewriting && !l->failing &&
	    l->lines > APPENDED_MIN + 2 * leases_of(pool))
		save_by(l, now.mono);
	if (!l->rewriting && now.mono >= l->save_at)
		begin(l);
	if (l->rewriting)
		return send_some(l, pool, now) ? now.mono : now.mono + BEHIND;
	if (now.mono >= l->save_at)
		return now.mono + BEHIND;
	/* In use, a lease gets older in the file: not as old as to be free. */
	save_by(l, now.mono + pool->lifetime / 2);
	return l->save_at;
}

/* --- the writer ----------------------------------------------------------- */

static void
try_later(struct leases *l)
{
	l->rewriting = l->unconfirmed = false;
	l->save_at = state_clocks().mono + RETRY;
}

static void
written(struct leases *l)
{
	if (l->failing || l->full)
		log_notice("%s: written", l->name);
	l->failing = l->full = l->unconfirmed = false;
}

void
leases_report(struct leases *l, struct report r)
{
	errno = r.error;
	switch ((enum report_kind)r.kind) {
	case REPORT_READY:
	case REPORT_STATS:
		break;
	case REPORT_WRITTEN:
		written(l);
		break;
	case REPORT_NOT_WRITTEN:
	case REPORT_NOT_APPENDED:
		failed(l, r.kind == REPORT_NOT_WRITTEN ? "write it anew" :
		    "append to it");
		try_later(l);
		break;
	case REPORT_AGAIN:
		leases_save(l);
		break;
	case REPORT_GONE:
		log_warnx("%s: was taken away, it is written anew", l->name);
		leases_save(l);
		break;
	case REPORT_DIR_NEW:
		log_warnx("%s: is in another directory now, it is written "
		    "there", l->name);
		leases_save(l);
		break;
	case REPORT_DIR_GONE:
		failed(l, "use the directory that has that name now");
		break;
	case REPORT_RESTARTED:
		log_errx("the writer died%s, another one takes over",
		    r.error == SIGKILL ? " by SIGKILL" : "");
		leases_save(l);
		break;
	}
}

void
leases_no_writer(struct leases *l)
{
	l->send = NULL;
	if (l->dir != -1)
		log_errx("%s: nobody is there to write it: leases made from "
		    "now on are lost at the end; restart lichen", l->name);
}

void
leases_end(struct leases *l, const struct pool *pool,
    uint32_t (*taken)(void *))
{
	struct clocks now = state_clocks();
	mono_t moved = now.mono, over = now.mono + SLOW, due;
	uint32_t was, is;

	if (l->dir == -1 || pool == NULL || l->send == NULL || l->failing)
		return;
	leases_save(l);
	l->unconfirmed = false;
	was = taken(l->send_arg);
	while (!l->unconfirmed && now.mono - moved < STALLED &&
	    now.mono < over) {
		due = leases_work(l, pool, now);
		if (!l->unconfirmed && due > now.mono)
			(void)poll(NULL, 0, 1);
		now = state_clocks();
		is = taken(l->send_arg);
		if (is != was)
			moved = now.mono;
		was = is;
	}
}
