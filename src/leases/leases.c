/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * leases.c - System calls at run time: those of dynamic-map.c, and fdatasync.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "leases.h"
#include "report/log.h"
#include "system/plain-file.h"

#define SYNC_DELAY	1000	/* ms: many new leases, one fdatasync() */
#define RETRY		60000	/* ms, after a failure */
#define APPENDED_MIN	1000	/* lines that are no reason to write anew */

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

bool
leases_open(struct leases *l, const char *data_dir, char *err, size_t errsize)
{
	size_t size;

	*l = (struct leases){
		.dir = -1,
		.file = -1,
		.sync_at = INT64_MAX,
		.save_at = INT64_MAX,
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
	return true;
}

void
leases_close(struct leases *l)
{
	if (l->file != -1)
		close(l->file);
	if (l->dir != -1)
		close(l->dir);
	free(l->name);
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

static void
open_file(struct leases *l)
{
	l->file = state_open(l->dir);
	if (l->file == -1)
		failed(l, "open for writing");
}

bool
leases_load(struct leases *l, struct pool *pool, char *err, size_t errsize)
{
	if (l->dir == -1)
		return true;
	if (state_load(pool, l->dir, state_clocks()) == -1) {
		snprintf(err, errsize, "%s: cannot read: %s", l->name,
		    plain_error(errno));
		return false;
	}
	open_file(l);
	/* Where only a new file can be written: as soon as there is a need. */
	l->save_at = l->file == -1 ? 0 : INT64_MAX;
	return true;
}

void
leases_event(struct leases *l, const struct lease_event *e)
{
	struct clocks now;

	if (l->dir == -1 || (e->kind != LEASE_EVENT_ASSIGNED &&
	    e->kind != LEASE_EVENT_TAKEOVER))
		return;
	now = state_clocks();
	if (l->file != -1 && state_append(l->file, e->addr, e->host, now)) {
		l->appended++;
		if (l->sync_at == INT64_MAX)
			l->sync_at = now.mono + SYNC_DELAY;
		return;
	}
	if (l->file != -1)
		failed(l, "write");
	if (l->save_at == INT64_MAX)
		l->save_at = now.mono + SYNC_DELAY;
}

void
leases_save(struct leases *l, const struct pool *pool, struct clocks now)
{
	if (l->dir == -1 || pool == NULL)
		return;
	l->sync_at = INT64_MAX;
	/* In use, a lease gets older in the file: not as old as to be free. */
	l->save_at = now.mono + pool->lifetime / 2;
	if (!state_save(pool, l->dir, now)) {
		failed(l, "write");
		l->save_at = now.mono + RETRY;
		return;
	}
	if (l->file != -1)
		close(l->file);
	l->appended = 0;
	open_file(l);
	if (l->file == -1)
		return;
	if (l->failing)
		log_notice("%s: written", l->name);
	l->failing = false;
}

static void
sync_file(struct leases *l, mono_t now)
{
	l->sync_at = INT64_MAX;
	if (fdatasync(l->file) == 0)
		return;
	failed(l, "write");
	l->save_at = now + RETRY;
}

mono_t
leases_work(struct leases *l, const struct pool *pool, struct clocks now)
{
	if (l->dir == -1 || pool == NULL)
		return INT64_MAX;
	if (now.mono >= l->save_at || l->appended > APPENDED_MIN +
	    pool->active.count + pool->dormant.count)
		leases_save(l, pool, now);
	else if (now.mono >= l->sync_at)
		sync_file(l, now.mono);
	else if (l->save_at == INT64_MAX)
		l->save_at = now.mono + pool->lifetime / 2;
	return l->save_at < l->sync_at ? l->save_at : l->sync_at;
}
