/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * state.c - data-dir/dynamic.map.  System calls: openat, read, write, fsync,
 * renameat, unlinkat, close.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "state.h"

#define NOTICES_MAX	10	/* lines about bad lines */

struct entry {
	ip4_t		addr;
	struct ip6	host;
	int64_t		wall;	/* last use, seconds since the epoch */
	unsigned	line;
};

struct entries {
	struct entry	*e;
	size_t		 n, room;
	unsigned	 bad;	/* lines left out */
};

struct clocks
state_clocks(void)
{
	struct timespec mono, wall;

	clock_gettime(CLOCK_MONOTONIC, &mono);
	clock_gettime(CLOCK_REALTIME, &wall);
	return (struct clocks){
		.mono = (mono_t)mono.tv_sec * 1000 + mono.tv_nsec / 1000000,
		.wall = wall.tv_sec,
	};
}

/* --- load ----------------------------------------------------------------- */

static void
leave_out(struct entries *all, unsigned line, const char *why)
{
	if (++all->bad <= NOTICES_MAX)
		log_notice("%s:%u: ignored: %s", STATE_FILE, line, why);
}

/* Seconds since the epoch: digits only, the whole string. */
static bool
parse_time(const char *s, int64_t *out)
{
	char *end;

	if (*s < '0' || *s > '9')
		return false;
	errno = 0;
	*out = strtoll(s, &end, 10);
	return errno == 0 && *end == '\0';
}

static bool
parse_entry(char *line, struct entry *e)
{
	char *save;
	const char *v4 = strtok_r(line, " \t\r\n", &save);
	const char *v6 = strtok_r(NULL, " \t\r\n", &save);
	const char *when = strtok_r(NULL, " \t\r\n", &save);

	return when != NULL && strtok_r(NULL, " \t\r\n", &save) == NULL &&
	    ip4_parse(v4, &e->addr) && ip6_parse(v6, &e->host) &&
	    parse_time(when, &e->wall);
}

static bool
add_entry(struct entries *all, struct entry e)
{
	if (all->n == all->room) {
		size_t room = all->room == 0 ? 64 : all->room * 2;
		struct entry *p = realloc(all->e, room * sizeof *p);

		if (p == NULL)
			return false;
		all->e = p;
		all->room = room;
	}
	all->e[all->n++] = e;
	return true;
}

static bool
is_comment(const char *line)
{
	line += strspn(line, " \t\r\n");
	return *line == '\0' || *line == '#';
}

/* Everything that looks like a lease.  false: errno. */
static bool
read_entries(FILE *f, struct entries *all)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t n;
	bool ok = true;

	for (unsigned number = 1; ok && (n = getline(&line, &size, f)) != -1;
	    number++) {
		struct entry e = { .line = number };

		if (strlen(line) != (size_t)n)
			leave_out(all, number, "NUL octet");
		else if (is_comment(line))
			continue;
		else if (!parse_entry(line, &e))
			leave_out(all, number,
			    "want IPv4 address, IPv6 address, time");
		else
			ok = add_entry(all, e);
	}
	free(line);
	return ok && !ferror(f);
}

static int
by_age(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return (x->wall > y->wall) - (x->wall < y->wall);
}

/*
 * Wall clock to monotonic.  A time in the future means that the clock was wrong
 * when it was written, or is now: the lease is kept, as dormant.
 */
static mono_t
last_use(const struct pool *p, const struct entry *e, struct clocks now)
{
	int64_t age = now.wall - e->wall;
	int64_t limit = p->retention / 1000 + 1;

	if (age < 0)
		return now.mono - p->lifetime;
	return now.mono - (age < limit ? age : limit) * 1000;
}

static long
restore(struct pool *p, struct entries *all, struct clocks now)
{
	long restored = 0;

	if (all->n > 0)
		qsort(all->e, all->n, sizeof *all->e, by_age);
	for (size_t i = 0; i < all->n; i++) {
		const struct entry *e = &all->e[i];
		const char *why = pool_restore(p, e->addr, e->host,
		    last_use(p, e, now), now.mono);

		if (why != NULL)
			leave_out(all, e->line, why);
		else
			restored++;
	}
	if (all->bad > NOTICES_MAX)
		log_notice("%s: %u lines ignored in all", STATE_FILE,
		    all->bad);
	return restored;
}

long
state_load(struct pool *p, int dirfd, struct clocks now)
{
	int fd = openat(dirfd, STATE_FILE, O_RDONLY | O_CLOEXEC);
	struct entries all = { 0 };
	long n = -1;
	FILE *f;

	if (fd == -1)
		return errno == ENOENT ? 0 : -1;
	f = fdopen(fd, "r");
	if (f == NULL) {
		close(fd);
		return -1;
	}
	if (read_entries(f, &all))
		n = restore(p, &all, now);
	free(all.e);
	fclose(f);
	return n;
}

/* --- save ----------------------------------------------------------------- */

static void
write_lease(FILE *f, const struct lease *l, ip4_t addr, struct clocks now)
{
	char v4[ADDR_TEXT_MAX], v6[ADDR_TEXT_MAX];
	int64_t when = now.wall - (now.mono - l->last) / 1000;

	fprintf(f, "%s\t%s\t%" PRId64 "\n", ip4_text(addr, v4),
	    ip6_text(l->host, v6), when < 0 ? 0 : when);
}

/* All of it on disk, or false with errno. */
static bool
write_all(FILE *f, const struct pool *p, struct clocks now)
{
	const struct lease *l;
	uint32_t i = 0;
	ip4_t addr;

	fputs("# Leases of the dynamic pool: IPv4 address, IPv6 address, "
	    "last use (seconds since the epoch).\n"
	    "# Written by the running daemon: stop it before editing.\n", f);
	while ((l = pool_next(p, &i, &addr)) != NULL)
		write_lease(f, l, addr, now);
	return fflush(f) == 0 && !ferror(f) && fsync(fileno(f)) == 0;
}

static bool
write_tmp(const struct pool *p, int dirfd, struct clocks now)
{
	int fd = openat(dirfd, STATE_TMP, O_WRONLY | O_CREAT | O_TRUNC |
	    O_NOFOLLOW | O_CLOEXEC, 0644);
	FILE *f;
	bool ok;

	if (fd == -1)
		return false;
	f = fdopen(fd, "w");
	if (f == NULL) {
		close(fd);
		return false;
	}
	errno = EIO;		/* for a stdio error that did not set it */
	ok = write_all(f, p, now);
	return fclose(f) == 0 && ok;
}

bool
state_save(const struct pool *p, int dirfd, struct clocks now)
{
	int saved;

	if (write_tmp(p, dirfd, now) &&
	    renameat(dirfd, STATE_TMP, dirfd, STATE_FILE) == 0)
		return fsync(dirfd) == 0;
	saved = errno;
	unlinkat(dirfd, STATE_TMP, 0);
	errno = saved;
	return false;
}
