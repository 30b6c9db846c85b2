/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dynamic-map.c - data-dir/dynamic.map.  System calls: openat, fcntl and fstat (also
 * within stdio), geteuid, fchown, read, pread, write, lseek, ftruncate, fsync,
 * renameat, unlinkat, close, clock_gettime.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "dynamic-map.h"
#include "report/log.h"
#include "system/plain-file.h"

#define NOTICES_MAX	10	/* lines about bad lines */
#define LINES_PER_LEASE	8	/* appended ones included */
#define EPOCH_DIGITS	10	/* of a time, from 2001 to 2286 */
#define LINE_SIZE	256	/* octets; a lease needs less than half */

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
read_line(FILE *f, char line[static LINE_SIZE], const char **bad)
{
	size_t n = 0;
	int c;

	*bad = NULL;
	while ((c = getc_unlocked(f)) != EOF && c != '\n') {
		if (c == '\0')
			*bad = "NUL octet";
		else if (n < LINE_SIZE - 1)
			line[n++] = (char)c;
		else
			*bad = "line too long";
	}
	line[n] = '\0';
	if (c == EOF && n > 0 && is_torn(line))
		*bad = "cut off";
	return c != EOF || n > 0 || *bad != NULL;
}

/* Keep a line, or say what is wrong with it.  false: no memory. */
static bool
take_line(const struct pool *p, struct entries *all, char *line,
    unsigned number)
{
	struct entry e = { .line = number };

	if (!parse_entry(line, &e))
		leave_out(all, number, "want IPv4 address, IPv6 address, time");
	else if (!pool_has(p, e.addr))
		leave_out(all, number, "not in the pool");
	else if (all->n >= LINES_PER_LEASE * (size_t)p->size)
		leave_out(all, number, "more leases than addresses");
	else
		return add_entry(all, e);
	return true;
}

/* Everything that looks like a lease.  false: errno. */
static bool
read_entries(const struct pool *p, FILE *f, struct entries *all)
{
	char line[LINE_SIZE];
	const char *bad;
	bool ok = true;

	for (unsigned number = 1; ok && read_line(f, line, &bad); number++) {
		char first = line[strspn(line, " \t\r")];

		if (first == '#')
			continue;
		if (bad != NULL)
			leave_out(all, number, bad);
		else if (first != '\0')
			ok = take_line(p, all, line, number);
	}
	return ok && !ferror(f);
}

/* Oldest first; of the same age, in the order of the file. */
static int
by_age(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->wall != y->wall)
		return x->wall < y->wall ? -1 : 1;
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

/*
 * Wall clock to monotonic.  A time in the future means that the clock was wrong
 * when it was written, or is now: the lease is kept, as dormant.
 */
static mono_t
last_use(const struct pool *p, const struct entry *e, struct clocks now)
{
	int64_t limit = p->retention / 1000 + 1;
	int64_t age;

	if (e->wall > now.wall)
		return now.mono - p->lifetime;
	age = now.wall - e->wall;
	return now.mono - (age < limit ? age : limit) * 1000;
}

static void
restore(struct pool *p, struct entries *all, struct clocks now)
{
	if (all->n > 0) {
		drop_same(all, by_addr, same_addr,
		    "another lease of the address counts");
		drop_same(all, by_host, same_host,
		    "another lease of the host counts");
		qsort(all->e, all->n, sizeof *all->e, by_age);
	}
	for (size_t i = 0; i < all->n; i++) {
		const struct entry *e = &all->e[i];
		const char *why = pool_restore(p, e->addr, e->host,
		    last_use(p, e, now), now.mono);

		if (why != NULL)
			leave_out(all, e->line, why);
	}
	if (all->bad > NOTICES_MAX)
		log_notice("%s: %u lines ignored in all", STATE_FILE,
		    all->bad);
}

long
state_load(struct pool *p, int dirfd, struct clocks now)
{
	int fd = plain_read_own(dirfd, STATE_FILE);
	FILE *f = fd == -1 ? NULL : fdopen(fd, "r");
	struct entries all = { 0 };
	uint32_t before = p->active.count + p->dormant.count;
	int error = 0;		/* which fclose() must not hide */

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
	free(all.e);
	fclose(f);
	if (error != 0) {
		errno = error;
		return -1;
	}
	return (long)(p->active.count + p->dormant.count - before);
}

/* --- save ----------------------------------------------------------------- */

static const char comment[] =
    "# Leases of the dynamic pool: IPv4 address, IPv6 address, "
    "last use (seconds since the epoch).\n"
    "# Written by the running daemon: stop it before editing.\n";

/* Return the length. */
static size_t
lease_line(char line[static LINE_SIZE], ip4_t addr, struct ip6 host,
    int64_t when)
{
	char v4[ADDR_TEXT_MAX], v6[ADDR_TEXT_MAX];

	return (size_t)snprintf(line, LINE_SIZE, "%s\t%s\t%" PRId64 "\n",
	    ip4_text(addr, v4), ip6_text(host, v6), when < 0 ? 0 : when);
}

/* All of it on disk, or false with errno. */
static bool
write_all(FILE *f, const struct pool *p, struct clocks now)
{
	const struct lease *l;
	char line[LINE_SIZE];
	uint32_t i = 0;
	ip4_t addr;

	fputs(comment, f);
	while ((l = pool_next(p, &i, &addr)) != NULL)
		fwrite(line, 1, lease_line(line, addr, l->host,
		    now.wall - (now.mono - l->last) / 1000), f);
	return fflush(f) == 0 && !ferror(f) && fsync(fileno(f)) == 0;
}

/*
 * A file of root's becomes the directory's owner's: lichen that is run by hand once
 * must not leave what the service, another user, cannot write.
 */
static void
give_to_owner(int fd, int dirfd)
{
	struct stat file, dir;

	if (geteuid() == 0 && fstat(dirfd, &dir) == 0 && dir.st_uid != 0 &&
	    fstat(fd, &file) == 0 && file.st_uid == 0 &&
	    fchown(fd, dir.st_uid, dir.st_gid) == -1)
		log_warn("%s: cannot give it to the owner of data-dir",
		    STATE_FILE);
}

/*
 * Always a new file: what was left there, or put there (a link to some other
 * file, a pipe), is not written to.
 */
static bool
write_tmp(const struct pool *p, int dirfd, struct clocks now)
{
	FILE *f;
	bool ok;
	int fd;

	fd = plain_create(dirfd, STATE_TMP, 0644);
	if (fd == -1)
		return false;
	give_to_owner(fd, dirfd);
	f = fdopen(fd, "w");
	if (f == NULL) {
		close(fd);
		return false;
	}
	errno = EIO;		/* for a stdio error that did not set it */
	ok = write_all(f, p, now);
	return fclose(f) == 0 && ok;
}

/* Some file systems have nothing to do for a directory, and say so: EINVAL. */
static bool
sync_dir(int dirfd)
{
	return fsync(dirfd) == 0 || errno == EINVAL;
}

bool
state_save(const struct pool *p, int dirfd, struct clocks now)
{
	int saved;

	if (write_tmp(p, dirfd, now) &&
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
state_append(int fd, ip4_t addr, struct ip6 host, struct clocks now)
{
	char line[LINE_SIZE];

	return write_whole(fd, line, lease_line(line, addr, host, now.wall));
}
