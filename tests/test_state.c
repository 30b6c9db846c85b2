/* SPDX-License-Identifier: BSD-2-Clause */
#include <sys/resource.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "log.h"
#include "state.h"
#include "suite.h"

static const struct clocks now = { .mono = 50000000, .wall = 1700000000 };
static const struct siphash_key key = { { 5, 6 } };

struct fixture {
	struct pool	pool;
	void		*mem;
	char		dir[40];
	int		fd;
};

static void
start_pool(struct fixture *f)
{
	f->mem = calloc(1, pool_bytes(24));
	pool_init(&f->pool, (struct prefix4){ 0xc0a8ff00, 24 }, key, f->mem);
	pool_reserve(&f->pool, (struct prefix4){ 0xc0a8ff01, 32 });
}

static void
start(struct fixture *f)
{
	start_pool(f);
	strcpy(f->dir, "/tmp/test_state.XXXXXX");
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
	rmdir(f->dir);
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
	return state_load(&f->pool, f->fd, now);
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
	ck_assert_int_eq(state_load(&f.pool, f.fd, now), 0);
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
		"192.168.255.5\t2001:db8::9\t1699999990\n",
		"192.168.255.9\t2001:db8::5\t1699999990\n",
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
	struct fixture f;
	char *huge = malloc(1 << 20);

	start(&f);
	put_file(&f, nul, sizeof nul - 1);
	ck_assert_int_eq(state_load(&f.pool, f.fd, now), 1);
	free(f.mem);
	start_pool(&f);
	memset(huge, '\t', 1 << 20);
	put_file(&f, huge, 1 << 20);
	ck_assert_int_eq(state_load(&f.pool, f.fd, now), 0);
	memset(huge, '7', 1 << 20);
	put_file(&f, huge, 1 << 20);
	ck_assert_int_eq(state_load(&f.pool, f.fd, now), 0);
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

START_TEST(too_old_is_free)
{
	struct fixture f;

	start(&f);
	load(&f, "192.168.255.5\t2001:db8::5\t1600000000\n"
	    "192.168.255.6\t2001:db8::6\t0\n");
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
	ck_assert_int_eq(state_load(&g.pool, f.fd, now), 200);
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
	struct rlimit limit = { 4096, 4096 };

	start(&f);
	put_file(&f, "old\n", 4);
	make_leases(&f, 200);
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	ck_assert(!state_save(&f.pool, f.fd, now));
	ck_assert_int_eq(errno, EFBIG);
	ck_assert_str_eq(get_file(&f), "old\n");
	finish(&f);
}
END_TEST

START_TEST(removed_directory)
{
	struct fixture f;

	start(&f);
	make_leases(&f, 3);
	ck_assert_int_eq(rmdir(f.dir), 0);
	ck_assert(!state_save(&f.pool, f.fd, now));
	ck_assert_int_eq(errno, ENOENT);
	finish(&f);
}
END_TEST

/* What stands in the way of the temporary file is not followed or kept. */
START_TEST(symlink_in_the_way)
{
	struct fixture f;

	start(&f);
	make_leases(&f, 3);
	put_file(&f, "old\n", 4);
	ck_assert_int_eq(symlinkat("/tmp/test_state.victim", f.fd,
	    STATE_TMP), 0);
	ck_assert(state_save(&f.pool, f.fd, now));
	ck_assert_int_eq(access("/tmp/test_state.victim", F_OK), -1);
	ck_assert_ptr_nonnull(strstr(get_file(&f), "192.168.255."));
	finish(&f);
}
END_TEST

TESTS(state, missing_file, tayga_file, bad_lines_are_left_out, hostile_octets,
    times_in_the_future, too_old_is_free, there_and_back, format, full_disk,
    removed_directory, symlink_in_the_way)
