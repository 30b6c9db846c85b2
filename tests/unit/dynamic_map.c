/* SPDX-License-Identifier: BSD-2-Clause */
#include <sys/resource.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "report/log.h"
#include "leases/dynamic-map.h"
#include "suite.h"

static const struct clocks now = { .mono = 50000000, .wall = 1700000000 };
static const struct siphash_key key = { { 5, 6 } };

struct fixture {
	struct pool	pool;
	void		*mem;
	char		dir[40];
	bool		removed;	/* dir is */
	int		fd;
};

/* All leases of a pool, as the writer writes them. */
static bool
state_save(const struct pool *p, int fd, struct clocks when)
{
	FILE *f = state_begin(fd);
	const struct lease *l;
	char line[STATE_LINE];
	uint32_t i = 0;
	ip4_t addr;

	if (f == NULL)
		return false;
	while ((l = pool_next(p, &i, &addr)) != NULL)
		fwrite(line, 1, state_line(line, addr, l->host, when.wall -
		    (when.mono - l->last) / 1000), f);
	return state_end(f, fd);
}

static struct state_found found;

static long
load_state(struct pool *p, int fd, struct clocks when)
{
	return state_load(p, fd, when, &found);
}

static void
start_pool(struct fixture *f)
{
	f->mem = calloc(1, pool_bytes(256));
	pool_init(&f->pool, &(struct prefix4){ 0xc0a8ff00, 24 }, 1, key, f->mem);
	pool_reserve(&f->pool, (struct prefix4){ 0xc0a8ff01, 32 });
}

static void
start(struct fixture *f)
{
	f->removed = false;
	start_pool(f);
	strcpy(f->dir, "/tmp/lichen-test-state.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(f->dir));
	f->fd = open(f->dir, O_RDONLY | O_DIRECTORY);
	ck_assert_int_ge(f->fd, 0);
}

static void
finish(struct fixture *f)
{
	unlinkat(f->fd, STATE_FILE, 0);
	ck_assert_int_eq(unlinkat(f->fd, STATE_TMP, 0), -1);
	close(f->fd);
	ck_assert_int_eq(rmdir(f->dir), f->removed ? -1 : 0);
	free(f->mem);
}

static void
put_file(struct fixture *f, const char *text, size_t n)
{
	int fd = openat(f->fd, STATE_FILE, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, n), (ssize_t)n);
	close(fd);
}

static const char *
get_file(struct fixture *f)
{
	static char buf[65536];
	int fd = openat(f->fd, STATE_FILE, O_RDONLY);
	ssize_t n;

	ck_assert_int_ge(fd, 0);
	n = read(fd, buf, sizeof buf - 1);
	ck_assert_int_ge(n, 0);
	buf[n] = '\0';
	close(fd);
	return buf;
}

static long
load(struct fixture *f, const char *text)
{
	put_file(f, text, strlen(text));
	return load_state(&f->pool, f->fd, now);
}

static bool
has(struct fixture *f, const char *addr, const char *host)
{
	ip4_t a;
	struct ip6 h, got;

	ck_assert(ip4_parse(addr, &a) && ip6_parse(host, &h));
	return pool_host(&f->pool, a, now.mono, false, &got) &&
	    ip6_eq(h, got);
}

START_TEST(missing_file)
{
	struct fixture f;

	start(&f);
	ck_assert_int_eq(load_state(&f.pool, f.fd, now), 0);
	finish(&f);
}
END_TEST

/* A file as TAYGA leaves it. */
START_TEST(tayga_file)
{
	struct fixture f;

	start(&f);
	ck_assert_int_eq(load(&f, "###\n### TAYGA dynamic map database\n###\n"
	    "# Last written: Tue Nov 14 22:13:20 2023\n\n"
	    "192.168.255.233\t2001:db8:1::2\t1699999990\n"
	    "192.168.255.7\t2001:db8:1::7\t1699990000\n"), 2);
	ck_assert(has(&f, "192.168.255.233", "2001:db8:1::2"));
	/* 10000 s unused: dormant, but kept */
	ck_assert(!has(&f, "192.168.255.7", "2001:db8:1::7"));
	ck_assert_uint_eq(f.pool.dormant.count, 1);
	ck_assert_int_eq(f.pool.lease[233].last, now.mono - 10000);
	finish(&f);
}
END_TEST

START_TEST(bad_lines_are_left_out)
{
	static const char *const bad[] = {
		"nonsense\n",
		"192.168.255.9\n",
		"192.168.255.9\t2001:db8::9\n",
		"192.168.255.9\t2001:db8::9\tnow\n",
		"192.168.255.9\t2001:db8::9\t-5\n",
		"192.168.255.9\t2001:db8::9\t99999999999999999999999\n",
		"192.168.255.9\t2001:db8::9\t1699999990\tmore\n",
		"192.168.255.9\t::\t1699999990\n",
		"192.168.255.9\tff02::1\t1699999990\n",
		"192.168.255.9\tfe80::1\t1699999990\n",
		"2001:db8::9\t192.168.255.9\t1699999990\n",
		"10.0.0.9\t2001:db8::9\t1699999990\n",
		"192.168.255.0\t2001:db8::9\t1699999990\n",
		"192.168.255.1\t2001:db8::9\t1699999990\n",
		"192.168.255.5\t2001:db8::9\t1699999970\n",
		"192.168.255.9\t2001:db8::5\t1699999980\n",
	};
	char text[512];

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct fixture f;

		start(&f);
		snprintf(text, sizeof text, "192.168.255.5\t2001:db8::5\t"
		    "1699999980\n%s192.168.255.6\t2001:db8::6\t1699999995",
		    bad[i]);
		ck_assert_msg(load(&f, text) == 2, "%s", bad[i]);
		ck_assert(has(&f, "192.168.255.5", "2001:db8::5"));
		ck_assert(has(&f, "192.168.255.6", "2001:db8::6"));
		ck_assert_uint_eq(f.pool.active.count, 2);
		finish(&f);
	}
}
END_TEST

START_TEST(hostile_octets)
{
	static const char nul[] = "192.168.255.5\t2001:db8::5\0\t1699999980\n"
	    "192.168.255.6\t2001:db8::6\t1699999980\n";
	static const char last[] =
	    "\n192.168.255.6\t2001:db8::6\t1699999980";
	struct fixture f;
	char *huge = malloc(1 << 20);

	start(&f);
	put_file(&f, nul, sizeof nul - 1);
	ck_assert_int_eq(load_state(&f.pool, f.fd, now), 1);
	free(f.mem);
	start_pool(&f);
	memset(huge, '\t', 1 << 20);
	put_file(&f, huge, 1 << 20);
	ck_assert_int_eq(load_state(&f.pool, f.fd, now), 0);
	memset(huge, '7', 1 << 20);
	put_file(&f, huge, 1 << 20);
	ck_assert_int_eq(load_state(&f.pool, f.fd, now), 0);
	/* what comes after a long line, or a long comment, counts */
	huge[1000] = '\n';
	huge[1001] = '#';
	memcpy(huge + (1 << 20) - (sizeof last - 1), last, sizeof last - 1);
	put_file(&f, huge, 1 << 20);
	ck_assert_int_eq(load_state(&f.pool, f.fd, now), 1);
	free(huge);
	finish(&f);
}
END_TEST

/* The clock was wrong, then or now: the leases are kept, as dormant. */
START_TEST(times_in_the_future)
{
	struct fixture f;

	start(&f);
	ck_assert_int_eq(load(&f, "192.168.255.5\t2001:db8::5\t1800000000\n"
	    "192.168.255.6\t2001:db8::6\t1800000001\n"), 2);
	ck_assert_uint_eq(f.pool.dormant.count, 2);
	ck_assert_uint_eq(f.pool.active.count, 0);
	finish(&f);
}
END_TEST

static mono_t
last_of(struct fixture *f, unsigned n)
{
	return f->pool.lease[n].last - (now.mono - f->pool.lifetime);
}

/* They are as old as they were among themselves. */
START_TEST(ages_in_the_future)
{
	struct fixture f;

	start(&f);
	ck_assert_int_eq(load(&f, "192.168.255.5\t2001:db8::5\t1800000000\n"
	    "192.168.255.6\t2001:db8::6\t1800005000\n"
	    "192.168.255.7\t2001:db8::7\t1699999990\n"), 3);
	ck_assert(has(&f, "192.168.255.7", "2001:db8::7"));
	ck_assert_int_eq(last_of(&f, 5), -5000000);
	ck_assert_int_eq(last_of(&f, 6), 0);
	ck_assert_int_eq(found.ahead, 0);
	finish(&f);
}
END_TEST

/* A machine that did not know the time yet wrote them: nobody is 56 years old. */
START_TEST(ages_of_1970)
{
	struct fixture f;

	start(&f);
	ck_assert_int_eq(load(&f, "192.168.255.5\t2001:db8::5\t100\n"
	    "192.168.255.6\t2001:db8::6\t0\n"
	    "192.168.255.8\t2001:db8::8\t1500000000\n"
	    "192.168.255.7\t2001:db8::7\t1699000000\n"), 4);
	ck_assert_uint_eq(f.pool.dormant.count, 4);
	ck_assert_int_eq(last_of(&f, 8), 0);
	ck_assert_int_eq(last_of(&f, 5) - last_of(&f, 6), 0);
	ck_assert_uint_eq(f.pool.dormant.head, 5);
	ck_assert_uint_eq(f.pool.dormant.tail, 8);
	finish(&f);
}
END_TEST

/* It does not know the time now: nothing is written that is older than it was. */
START_TEST(the_clock_is_behind)
{
	static const struct clocks early = { .mono = 60000, .wall = 1060 };
	static const char text[] = "192.168.255.5\t2001:db8::5\t1699999000\n"
	    "192.168.255.6\t2001:db8::6\t1699990000\n";
	struct fixture f;

	start(&f);
	put_file(&f, text, strlen(text));
	ck_assert_int_eq(load_state(&f.pool, f.fd, early), 2);
	ck_assert_int_eq(found.ahead, 1699999000 - 1060);
	ck_assert_uint_eq(f.pool.dormant.head, 6);
	ck_assert_int_eq(f.pool.lease[5].last, 60000 - f.pool.lifetime);
	ck_assert_int_eq(f.pool.lease[6].last, 60000 - f.pool.lifetime -
	    9000000);
	finish(&f);
}
END_TEST

/* More lines than anybody needs: the newest of them still count. */
START_TEST(a_long_file)
{
	static char text[3000 * 64];
	struct fixture f;
	size_t n = 0;

	start(&f);
	for (int i = 0; i < 3000; i++)
		n += (size_t)snprintf(text + n, sizeof text - n,
		    "192.168.255.%d\t2001:db8::%x\t%d\n", i % 200 + 5, i,
		    1699990000 + i);
	ck_assert_int_eq(load(&f, text), 200);
	ck_assert_uint_eq(found.lines, 3000);
	ck_assert(has(&f, "192.168.255.204", "2001:db8::bb7"));
	finish(&f);
}
END_TEST

START_TEST(too_old_is_free)
{
	struct fixture f;

	start(&f);
	ck_assert_int_eq(load(&f, "192.168.255.5\t2001:db8::5\t1600000000\n"),
	    0);
	ck_assert_uint_eq(f.pool.dormant.count + f.pool.active.count, 0);
	finish(&f);
}
END_TEST

static void
make_leases(struct fixture *f, unsigned n)
{
	struct lease_event ev;
	ip4_t a;

	for (unsigned i = 0; i < n; i++)
		ck_assert(pool_lease(&f->pool,
		    (struct ip6){ UINT64_C(0x20010db800000000), 100 + i },
		    now.mono - (mono_t)(n - i) * 100000, &a, &ev));
}

START_TEST(there_and_back)
{
	struct fixture f, g;
	const struct lease *l;
	uint32_t i = 0;
	ip4_t a;

	start(&f);
	make_leases(&f, 200);
	while (pool_expire(&f.pool, now.mono, &(struct lease_event){ 0 }))
		;
	ck_assert_uint_gt(f.pool.dormant.count, 100);
	ck_assert(state_save(&f.pool, f.fd, now));
	start_pool(&g);
	ck_assert_int_eq(load_state(&g.pool, f.fd, now), 200);
	ck_assert_uint_eq(g.pool.active.count, f.pool.active.count);
	ck_assert_uint_eq(g.pool.dormant.count, f.pool.dormant.count);
	while ((l = pool_next(&f.pool, &i, &a)) != NULL) {
		const struct lease *m = &g.pool.lease[a & 255];

		ck_assert(ip6_eq(l->host, m->host));
		ck_assert_int_eq(l->state, m->state);
		ck_assert_int_eq(l->last, m->last);
	}
	/* the order of age too */
	ck_assert_uint_eq(f.pool.dormant.head, g.pool.dormant.head);
	ck_assert_uint_eq(f.pool.active.tail, g.pool.active.tail);
	free(g.mem);
	finish(&f);
}
END_TEST

START_TEST(format)
{
	struct fixture f;

	start(&f);
	ck_assert_ptr_null(pool_restore(&f.pool, 0xc0a8ff05,
	    (struct ip6){ UINT64_C(0x20010db800000000), 5 },
	    now.mono - 7000, now.mono));
	ck_assert(state_save(&f.pool, f.fd, now));
	ck_assert_ptr_nonnull(strstr(get_file(&f),
	    "\n192.168.255.5\t2001:db8::5\t1699999993\n"));
	finish(&f);
}
END_TEST

/* Out of room: the old file stays, the new one leaves no trace. */
START_TEST(full_disk)
{
	struct fixture f;
	struct rlimit limit, was;

	start(&f);
	put_file(&f, "old\n", 4);
	make_leases(&f, 200);
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &was), 0);
	limit = was;
	limit.rlim_cur = 4096;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	ck_assert(!state_save(&f.pool, f.fd, now));
	ck_assert_int_eq(errno, EFBIG);
	ck_assert_str_eq(get_file(&f), "old\n");
	ck_assert_int_eq(faccessat(f.fd, STATE_TMP, F_OK, 0), -1);
	/* room again */
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &was), 0);
	ck_assert(state_save(&f.pool, f.fd, now));
	ck_assert_ptr_nonnull(strstr(get_file(&f), "192.168.255."));
	finish(&f);
}
END_TEST

/* Full from the first octet on. */
START_TEST(no_room_at_all)
{
	struct rlimit limit, was;
	struct fixture f;

	start(&f);
	put_file(&f, "old\n", 4);
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &was), 0);
	limit = was;
	limit.rlim_cur = 0;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	ck_assert(!state_save(&f.pool, f.fd, now));
	ck_assert_int_eq(errno, EFBIG);
	ck_assert_str_eq(get_file(&f), "old\n");
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &was), 0);
	finish(&f);
}
END_TEST

START_TEST(directory_in_the_way)
{
	struct fixture f;

	start(&f);
	make_leases(&f, 3);
	/* of the file itself: the rename fails */
	ck_assert_int_eq(mkdirat(f.fd, STATE_FILE, 0755), 0);
	ck_assert(!state_save(&f.pool, f.fd, now));
	ck_assert_int_eq(errno, EISDIR);
	ck_assert_int_eq(faccessat(f.fd, STATE_TMP, F_OK, 0), -1);
	ck_assert_int_eq(unlinkat(f.fd, STATE_FILE, AT_REMOVEDIR), 0);
	/* of the temporary one */
	put_file(&f, "old\n", 4);
	ck_assert_int_eq(mkdirat(f.fd, STATE_TMP, 0755), 0);
	ck_assert(!state_save(&f.pool, f.fd, now));
	ck_assert_int_eq(errno, EEXIST);
	ck_assert_str_eq(get_file(&f), "old\n");
	ck_assert_int_eq(unlinkat(f.fd, STATE_TMP, AT_REMOVEDIR), 0);
	finish(&f);
}
END_TEST

START_TEST(removed_directory)
{
	struct fixture f;

	start(&f);
	make_leases(&f, 3);
	ck_assert_int_eq(rmdir(f.dir), 0);
	f.removed = true;
	ck_assert(!state_save(&f.pool, f.fd, now));
	ck_assert_int_eq(errno, ENOENT);
	finish(&f);
}
END_TEST

/* What was left as the temporary file is not followed, written to or kept. */
START_TEST(leftovers_in_the_way)
{
	struct fixture f;
	struct stat st;

	start(&f);
	make_leases(&f, 3);
	ck_assert_int_eq(symlinkat("victim", f.fd, STATE_TMP), 0);
	ck_assert(state_save(&f.pool, f.fd, now));
	ck_assert_int_eq(faccessat(f.fd, "victim", F_OK, 0), -1);
	ck_assert_ptr_nonnull(strstr(get_file(&f), "192.168.255."));

	put_file(&f, "victim\n", 7);
	ck_assert_int_eq(renameat(f.fd, STATE_FILE, f.fd, "victim"), 0);
	ck_assert_int_eq(linkat(f.fd, "victim", f.fd, STATE_TMP, 0), 0);
	ck_assert(state_save(&f.pool, f.fd, now));
	ck_assert_int_eq(fstatat(f.fd, "victim", &st, 0), 0);
	ck_assert_int_eq(st.st_size, 7);
	ck_assert_int_eq(unlinkat(f.fd, "victim", 0), 0);

	ck_assert_int_eq(mkfifoat(f.fd, STATE_TMP, 0600), 0);
	ck_assert(state_save(&f.pool, f.fd, now));
	ck_assert_ptr_nonnull(strstr(get_file(&f), "192.168.255."));
	finish(&f);
}
END_TEST

/* Neither hangs nor counts as an empty file, which a save would replace. */
START_TEST(not_a_regular_file)
{
	struct fixture f;

	start(&f);
	ck_assert_int_eq(mkfifoat(f.fd, STATE_FILE, 0600), 0);
	ck_assert_int_eq(load_state(&f.pool, f.fd, now), -1);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_int_eq(unlinkat(f.fd, STATE_FILE, 0), 0);
	ck_assert_int_eq(symlinkat("/dev/zero", f.fd, STATE_FILE), 0);
	ck_assert_int_eq(load_state(&f.pool, f.fd, now), -1);
	ck_assert_int_eq(unlinkat(f.fd, STATE_FILE, 0), 0);
	ck_assert_int_eq(mkdirat(f.fd, STATE_FILE, 0755), 0);
	ck_assert_int_eq(load_state(&f.pool, f.fd, now), -1);
	ck_assert_int_eq(errno, EISDIR);
	ck_assert_int_eq(unlinkat(f.fd, STATE_FILE, AT_REMOVEDIR), 0);
	finish(&f);
}
END_TEST

/* Cut anywhere, a file gives some of its leases, each to its own host. */
START_TEST(truncated_file)
{
	static char text[4096];
	const struct lease *l;
	struct fixture f, g;
	long before = 0;
	ip4_t a;

	start(&f);
	make_leases(&f, 20);
	ck_assert(state_save(&f.pool, f.fd, now));
	strcpy(text, get_file(&f));
	for (size_t n = 0; n <= strlen(text); n++) {
		uint32_t i = 0;
		long got;

		start_pool(&g);
		put_file(&f, text, n);
		got = load_state(&g.pool, f.fd, now);
		ck_assert_int_ge(got, before);
		before = got;
		while ((l = pool_next(&g.pool, &i, &a)) != NULL)
			if (!ip6_eq(l->host, f.pool.lease[a & 255].host))
				ck_abort_msg("cut at %zu", n);
		free(g.mem);
	}
	ck_assert_int_eq(before, 20);
	finish(&f);
}
END_TEST

/* The latest use counts; of the same use the first line. */
START_TEST(several_lines_for_one)
{
	struct fixture f;

	start(&f);
	ck_assert_int_eq(load(&f,
	    "192.168.255.9\t2001:db8::9\t1699999990\n"
	    "192.168.255.9\t2001:db8::a\t1699999995\n"
	    "192.168.255.10\t2001:db8::b\t1699999995\n"
	    "192.168.255.10\t2001:db8::c\t1699999995\n"
	    "192.168.255.12\t2001:db8::d\t1699999999\n"
	    "192.168.255.11\t2001:db8::d\t1699999995\n"
	    "192.168.255.13\t2001:db8::e\t1699999991\n"
	    "192.168.255.13\t2001:db8::e\t1699999994\n"), 4);
	ck_assert(has(&f, "192.168.255.9", "2001:db8::a"));
	ck_assert(has(&f, "192.168.255.10", "2001:db8::b"));
	ck_assert(has(&f, "192.168.255.12", "2001:db8::d"));
	ck_assert(has(&f, "192.168.255.13", "2001:db8::e"));
	ck_assert_int_eq(f.pool.lease[13].last, now.mono - 6000);
	finish(&f);
}
END_TEST

static void
append(struct fixture *f, unsigned n, bool works)
{
	int fd = state_open(f->fd);
	char line[STATE_LINE];

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(state_append(fd, line, state_line(line,
	    0xc0a8ff00 + n, (struct ip6){ UINT64_C(0x20010db800000000), n },
	    now.wall)), works);
	close(fd);
}

START_TEST(append_to_nothing)
{
	struct fixture f;

	start(&f);
	append(&f, 5, true);
	append(&f, 6, true);
	ck_assert_int_eq(get_file(&f)[0], '#');
	ck_assert_ptr_nonnull(strstr(get_file(&f),
	    "\n192.168.255.5\t2001:db8::5\t1700000000\n"
	    "192.168.255.6\t2001:db8::6\t1700000000\n"));
	ck_assert_int_eq(load_state(&f.pool, f.fd, now), 2);
	finish(&f);
}
END_TEST

/*
 * A file that ends inside a line: neither that line nor the next is mistaken.  Where
 * it is the time that is torn, who has which address is known.
 */
START_TEST(append_to_a_torn_line)
{
	static const char *const torn[] = { "192.168.255.9", "192.168.255.9\t2",
		"192.168.255.9\t2001:db8::9\t", "192.168.255.9\t2001:db8::9\t17",
		"192.168.255.9\t2001:db8::9\t169999999" };
	struct fixture f;

	for (size_t i = 0; i < sizeof torn / sizeof torn[0]; i++) {
		start(&f);
		ck_assert_int_eq(load(&f, torn[i]), 0);
		append(&f, 5, true);
		ck_assert_int_eq(load_state(&f.pool, f.fd, now), i < 3 ? 1 : 2);
		ck_assert_uint_eq(f.pool.active.count, 1);
		ck_assert(has(&f, "192.168.255.5", "2001:db8::5"));
		finish(&f);
	}
	/* only the end of the last line is missing */
	start(&f);
	ck_assert_int_eq(load(&f, "192.168.255.9\t2001:db8::9\t1699999999"), 1);
	append(&f, 5, true);
	ck_assert_ptr_nonnull(strstr(get_file(&f), "1699999999\n192"));
	finish(&f);
}
END_TEST

START_TEST(append_without_room)
{
	struct fixture f;
	struct rlimit limit, was;
	size_t n;

	start(&f);
	append(&f, 5, true);
	n = strlen(get_file(&f));
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &was), 0);
	limit = was;
	for (rlim_t more = 0; more < 20; more++) {
		limit.rlim_cur = n + more;
		ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
		append(&f, 6, false);
		ck_assert_uint_eq(strlen(get_file(&f)), n);
	}
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &was), 0);
	append(&f, 6, true);
	ck_assert_int_eq(load_state(&f.pool, f.fd, now), 2);
	finish(&f);
}
END_TEST

START_TEST(append_only_to_a_file)
{
	struct fixture f;

	start(&f);
	ck_assert_int_eq(symlinkat("elsewhere", f.fd, STATE_FILE), 0);
	ck_assert_int_eq(state_open(f.fd), -1);
	ck_assert_int_eq(unlinkat(f.fd, STATE_FILE, 0), 0);
	ck_assert_int_eq(mkfifoat(f.fd, STATE_FILE, 0600), 0);
	ck_assert_int_eq(state_open(f.fd), -1);
	finish(&f);
}
END_TEST

/* Lines that a load of text writes to the log. */
static unsigned
count_notices(struct fixture *f, const char *text, const char *last)
{
	FILE *log = tmpfile();
	int err = dup(STDERR_FILENO);
	char line[256] = "";
	unsigned n = 0;

	ck_assert_ptr_nonnull(log);
	fflush(stderr);
	ck_assert_int_ge(dup2(fileno(log), STDERR_FILENO), 0);
	load(f, text);
	fflush(stderr);
	ck_assert_int_ge(dup2(err, STDERR_FILENO), 0);
	close(err);
	rewind(log);
	while (fgets(line, sizeof line, log) != NULL)
		n++;
	ck_assert_msg(strstr(line, last) != NULL, "%s", line);
	fclose(log);
	return n;
}

/* Run once by root, it leaves what the service can go on with. */
START_TEST(owner_of_the_directory)
{
	struct fixture f;
	struct stat st;
	int fd;

	if (geteuid() != 0)
		return;
	start(&f);
	if (fchown(f.fd, 12345, 12346) == 0) {
		fd = state_open(f.fd);
		ck_assert_int_eq(fstat(fd, &st), 0);
		ck_assert_uint_eq(st.st_uid, 12345);
		ck_assert_uint_eq(st.st_gid, 12346);
		close(fd);
		ck_assert(state_save(&f.pool, f.fd, now));
		ck_assert_int_eq(fstatat(f.fd, STATE_FILE, &st, 0), 0);
		ck_assert_uint_eq(st.st_uid, 12345);
		ck_assert_uint_eq(st.st_gid, 12346);
	}
	finish(&f);
}
END_TEST

START_TEST(notices_are_bounded)
{
	static char text[16 * 1000 + 1];
	struct fixture f;

	start(&f);
	for (size_t i = 0; i < sizeof text - 1; i++)
		text[i] = i % 16 == 15 ? '\n' : 'x';
	ck_assert_uint_eq(count_notices(&f, text, "1000 lines"), 11);
	ck_assert_uint_eq(count_notices(&f, "# fine\n\n"
	    "192.168.255.6 2001:db8::6\n", STATE_FILE ":3: "), 1);
	ck_assert_uint_eq(count_notices(&f, "10.0.0.1\t2001:db8::6\t5\n",
	    "not in the pool"), 1);
	finish(&f);
}
END_TEST

START_TEST(restored_oldest_first)
{
	struct fixture f;

	start(&f);
	ck_assert_int_eq(load(&f,
	    "192.168.255.7\t2001:db8::7\t1699999900\n"
	    "192.168.255.5\t2001:db8::5\t1699999800\n"
	    "192.168.255.5\t2001:db8::9\t1699999950\n"
	    "192.168.255.6\t2001:db8::6\t1699000000\n"
	    "192.168.255.8\t2001:db8::8\t1699000001\n"
	    "192.168.255.9\t2001:db8::a\t1800000000\n"), 5);
	ck_assert_uint_eq(f.pool.active.head, 7);
	ck_assert_uint_eq(f.pool.active.tail, 5);
	ck_assert_uint_eq(f.pool.dormant.head, 6);
	ck_assert_uint_eq(f.pool.dormant.tail, 9);
	finish(&f);
}
END_TEST

/* The largest pool costs what is leased, not what it could lease. */
START_TEST(large_idle_pool)
{
	struct fixture f;
	struct rusage before, after;
	struct lease_event ev;
	ip4_t a;

	start(&f);
	free(f.mem);
	f.mem = calloc(1, pool_bytes(1 << 24));
	ck_assert_ptr_nonnull(f.mem);
	pool_init(&f.pool, &(struct prefix4){ 0x0a000000, 8 }, 1, key, f.mem);
	ck_assert(pool_lease(&f.pool, (struct ip6){ UINT64_C(0x2001) << 48, 1 },
	    now.mono, &a, &ev));
	ck_assert_int_eq(getrusage(RUSAGE_SELF, &before), 0);
	ck_assert(state_save(&f.pool, f.fd, now));
	ck_assert_int_eq(getrusage(RUSAGE_SELF, &after), 0);
	/* of some 180000 pages */
	ck_assert_int_lt(after.ru_minflt - before.ru_minflt, 1000);
	finish(&f);
}
END_TEST

TESTS(state, missing_file, tayga_file, bad_lines_are_left_out, hostile_octets,
    times_in_the_future, ages_in_the_future, ages_of_1970,
    the_clock_is_behind, a_long_file, too_old_is_free, there_and_back, format, full_disk,
    no_room_at_all, removed_directory, directory_in_the_way,
    leftovers_in_the_way, not_a_regular_file, truncated_file,
    several_lines_for_one, append_to_nothing, append_to_a_torn_line,
    append_without_room, append_only_to_a_file,
    owner_of_the_directory, notices_are_bounded, restored_oldest_first, large_idle_pool)
