/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dynamic-map.c - data-dir/dynamic.map, as it is read.  System calls: openat, fcntl
 * and fstat (also within stdio), read, close, clock_gettime.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "dynamic-map.h"
#include "report/log.h"
#include "system/plain-file.h"

#define NOTICES_MAX	10	/* lines about bad lines */
#define EPOCH_DIGITS	10	/* of a time, from 2001 to 2286 */

struct entry {
	ip4_t		addr;
	struct ip6	host;
	int64_t		wall;	/* last use, seconds since the epoch */
	mono_t		last;	/* the same, in our time */
	unsigned	line;
};

struct entries {
	struct entry	*e;
	size_t		 n, room;
	unsigned	 lines;	/* of the file */
	unsigned	 bad;	/* of them left out */
};

/* The latest time of those in the future, and of those before STATE_PLAUSIBLE. */
struct doubt {
	int64_t	future, past;
	size_t	n;
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

/* A kill or a full disk may end the file inside a line: its time is not whole. */
static bool
is_torn(const char *line)
{
	const char *end = line + strlen(line);
	size_t digits = 0;

	while (end > line && end[-1] >= '0' && end[-1] <= '9') {
		end--;
		digits++;
	}
	return digits < EPOCH_DIGITS;
}

/*
 * One line without its end, cut where it does not fit.  *bad: why it cannot be a
 * lease, or NULL.  Return false at the end of the file.
 */
static bool
read_line(FILE *f, char line[static STATE_LINE], const char **bad)
{
	size_t n = 0;
	int c;

	*bad = NULL;
	while ((c = getc_unlocked(f)) != EOF && c != '\n') {
		if (c == '\0')
			*bad = "NUL octet";
		else if (n < STATE_LINE - 1)
			line[n++] = (char)c;
		else
			*bad = "line too long";
	}
	line[n] = '\0';
	if (c == EOF && n > 0 && is_torn(line))
		*bad = "cut off";
	return c != EOF || n > 0 || *bad != NULL;
}

/* Oldest first; of the same age, in the order of the file. */
static int
by_age(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->last != y->last)
		return x->last < y->last ? -1 : 1;
	return x->line < y->line ? -1 : 1;
}

/* The one that counts first: the latest use, then the first line. */
static int
by_weight(const struct entry *x, const struct entry *y)
{
	if (x->wall != y->wall)
		return x->wall > y->wall ? -1 : 1;
	return x->line < y->line ? -1 : 1;
}

static int
by_addr(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->addr != y->addr)
		return x->addr < y->addr ? -1 : 1;
	return by_weight(x, y);
}

static int
by_host(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->host.hi != y->host.hi)
		return x->host.hi < y->host.hi ? -1 : 1;
	if (x->host.lo != y->host.lo)
		return x->host.lo < y->host.lo ? -1 : 1;
	return by_weight(x, y);
}

static bool
same_addr(const struct entry *x, const struct entry *y)
{
	return x->addr == y->addr;
}

static bool
same_host(const struct entry *x, const struct entry *y)
{
	return ip6_eq(x->host, y->host);
}

/*
 * Keep the first of those that are the same.  A lease that was used again is
 * appended again: nothing to tell about.
 */
static void
drop_same(struct entries *all, int (*order)(const void *, const void *),
    bool (*same)(const struct entry *, const struct entry *), const char *why)
{
	struct entry *e = all->e;
	size_t kept = 0;

	qsort(e, all->n, sizeof *e, order);
	for (size_t i = 0; i < all->n; i++) {
		const struct entry *was = kept == 0 ? NULL : &e[kept - 1];

		if (was == NULL || !same(was, &e[i]))
			e[kept++] = e[i];
		else if (!same_addr(was, &e[i]) || !same_host(was, &e[i]) ||
		    was->wall == e[i].wall)
			leave_out(all, e[i].line, why);
	}
	all->n = kept;
}

static void
drop_duplicates(struct entries *all)
{
	if (all->n == 0)
		return;
	drop_same(all, by_addr, same_addr,
	    "another lease of the address counts");
	drop_same(all, by_host, same_host, "another lease of the host counts");
}

/* Keep a line, or say what is wrong with it.  false: no memory. */
static bool
take_line(const struct pool *p, struct entries *all, char *line,
    unsigned number)
{
	struct entry e = { .line = number };

	/* Nobody makes us use memory without end. */
	if (all->n >= STATE_LINES * (size_t)p->size)
		drop_duplicates(all);
	if (!parse_entry(line, &e))
		leave_out(all, number, "want IPv4 address, IPv6 address, time");
	else if (!pool_has(p, e.addr))
		leave_out(all, number, "not in the pool");
	else
		return add_entry(all, e);
	return true;
}

/* Everything that looks like a lease.  false: errno. */
static bool
read_entries(const struct pool *p, FILE *f, struct entries *all)
{
	char line[STATE_LINE];
	const char *bad;
	bool ok = true;

	for (unsigned number = 1; ok && read_line(f, line, &bad); number++) {
		char first = line[strspn(line, " \t\r")];

		all->lines = number;
		if (first == '#')
			continue;
		if (bad != NULL)
			leave_out(all, number, bad);
		else if (first != '\0')
			ok = take_line(p, all, line, number);
	}
	return ok && !ferror(f);
}

static bool
is_future(const struct entry *e, struct clocks now)
{
	return e->wall > now.wall;
}

static bool
is_past(const struct entry *e, struct clocks now)
{
	return e->wall < STATE_PLAUSIBLE && now.wall >= STATE_PLAUSIBLE;
}

static struct doubt
find_doubt(const struct entries *all, struct clocks now)
{
	struct doubt d = { 0, 0, 0 };

	for (size_t i = 0; i < all->n; i++) {
		const struct entry *e = &all->e[i];

		if (is_future(e, now) && e->wall > d.future)
			d.future = e->wall;
		if (is_past(e, now) && e->wall > d.past)
			d.past = e->wall;
		d.n += is_future(e, now) || is_past(e, now);
	}
	return d;
}

static int64_t
smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/*
 * Wall clock to monotonic.  A time in the future, or long past, means that the
 * clock was wrong when it was written, or is now: the lease is kept, as dormant,
 * and as old as it is among those.
 */
static mono_t
last_use(const struct pool *p, const struct entry *e, const struct doubt *d,
    struct clocks now)
{
	int64_t oldest = p->retention / 1000 + 1;
	mono_t dormant = now.mono - p->lifetime;

	if (is_future(e, now))
		return dormant - smaller(d->future - e->wall, oldest) * 1000;
	if (is_past(e, now) && p->lifetime < p->retention)
		return dormant - smaller((d->past - e->wall) * 1000,
		    p->retention - p->lifetime - 1);
	return now.mono - smaller(now.wall - e->wall, oldest) * 1000;
}

static void
restore(struct pool *p, struct entries *all, struct clocks now)
{
	struct doubt d;

	drop_duplicates(all);
	d = find_doubt(all, now);
	for (size_t i = 0; i < all->n; i++)
		all->e[i].last = last_use(p, &all->e[i], &d, now);
	if (all->n > 0)
		qsort(all->e, all->n, sizeof *all->e, by_age);
	for (size_t i = 0; i < all->n; i++) {
		const struct entry *e = &all->e[i];
		const char *why = pool_restore(p, e->addr, e->host, e->last,
		    now.mono);

		if (why != NULL)
			leave_out(all, e->line, why);
	}
	if (d.n > 0)
		log_notice("%s: %zu leases kept as dormant: the clock was "
		    "wrong when they were written, or is now", STATE_FILE, d.n);
	if (all->bad > NOTICES_MAX)
		log_notice("%s: %u lines ignored in all", STATE_FILE,
		    all->bad);
}

/* Where the clock is behind the file, times go on from those of the file. */
static int64_t
ahead(const struct entries *all, struct clocks now)
{
	int64_t latest = now.wall;

	if (now.wall >= STATE_PLAUSIBLE)
		return 0;
	for (size_t i = 0; i < all->n; i++)
		if (all->e[i].wall > latest)
			latest = all->e[i].wall;
	return smaller(latest, INT64_C(1) << 40) - now.wall;
}

long
state_load(struct pool *p, int dirfd, struct clocks now,
    struct state_found *found)
{
	int fd = plain_read_own(dirfd, STATE_FILE);
	FILE *f = fd == -1 ? NULL : fdopen(fd, "r");
	struct entries all = { 0 };
	uint32_t before = p->active.count + p->dormant.count;
	int error = 0;		/* which fclose() must not hide */

	*found = (struct state_found){ 0, 0 };
	if (fd == -1)
		return errno == ENOENT ? 0 : -1;
	if (f == NULL) {
		close(fd);
		errno = ENOMEM;
		return -1;
	}
	if (read_entries(p, f, &all))
		restore(p, &all, now);
	else
		error = errno != 0 ? errno : EIO;
	*found = (struct state_found){ all.lines, ahead(&all, now) };
	free(all.e);
	fclose(f);
	if (error != 0) {
		errno = error;
		return -1;
	}
	return (long)(p->active.count + p->dormant.count - before);
}
