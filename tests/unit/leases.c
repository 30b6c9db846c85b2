/* SPDX-License-Identifier: BSD-2-Clause */
/* What the writer is told, and when: with a clock that we set, and a writer that is us. */
#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "leases/leases.h"
#include "suite.h"

#define HOSTS	1000

static const struct siphash_key key = { { 7, 8 } };

static struct leases l;
static struct pool pool;
static void *mem;
static char dir[40];
static struct clocks now;

/* What came. */
static unsigned appended, begun, items, ended;
static bool deaf;		/* nothing is taken */
static int64_t wall[65536];	/* of the last item or lease of an address */

static bool
take(void *arg, enum mail kind, const void *message, size_t n, size_t room)
{
	struct mail_lease m;

	(void)room;
	ck_assert_ptr_eq(arg, &pool);
	if (deaf)
		return false;
	switch (kind) {
	case MAIL_BEGIN:
		begun++;
		items = 0;
		break;
	case MAIL_LEASE:
	case MAIL_ITEM:
		ck_assert_uint_eq(n, sizeof m);
		memcpy(&m, message, sizeof m);
		wall[m.addr & 0xffff] = m.wall;
		if (kind == MAIL_LEASE)
			appended++;
		else
			items++;
		break;
	case MAIL_END:
		ended++;
		break;
	case MAIL_LOG:
	case MAIL_STATS:
	case MAIL_REMOVE:
		ck_abort_msg("not for leases");
	}
	return true;
}

static void
start(const char *text)
{
	char err[256], path[80];
	FILE *f;

	mem = calloc(1, pool_bytes(65536));
	pool_init(&pool, &(struct prefix4){ 0x0a010000, 16 }, 1, key, mem);
	strcpy(dir, "/tmp/lichen-test-leases.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/%s", dir, STATE_FILE);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
	ck_assert_msg(leases_open(&l, dir, err, sizeof err), "%s", err);
	ck_assert_msg(leases_load(&l, &pool, err, sizeof err), "%s", err);
	unlink(path);
	rmdir(dir);
	l.send = take;
	l.send_arg = &pool;
	now = state_clocks();
}

static void
finish(void)
{
	leases_close(&l);
	free(mem);
}

static void
make_leases(unsigned n)
{
	struct lease_event e;
	ip4_t a;

	for (unsigned i = 0; i < n; i++) {
		ck_assert(pool_lease(&pool, (struct ip6){
		    UINT64_C(0x20010db800000000), 1 + i }, now.mono, &a, &e));
		leases_event(&l, &pool, &e);
	}
}

/* Let it work until it has nothing to do at once. */
static unsigned
work(void)
{
	unsigned calls = 1;

	for (; leases_work(&l, &pool, now) <= now.mono; calls++)
		ck_assert_uint_lt(calls, 10000);
	return calls;
}

START_TEST(new_leases_and_all_of_them)
{
	start("");
	work();
	make_leases(HOSTS);
	ck_assert_uint_eq(appended, HOSTS);
	work();
	ck_assert_uint_eq(begun, 0);
	leases_save(&l);
	/* In pieces. */
	ck_assert_uint_gt(work(), 3);
	ck_assert_uint_eq(begun, 1);
	ck_assert_uint_eq(items, HOSTS);
	ck_assert_uint_eq(ended, 1);
	/* They get older while they are used; written anew in time. */
	now.mono += pool.lifetime / 2 + 1000;
	now.wall += pool.lifetime / 2000 + 1;
	work();
	ck_assert_uint_eq(ended, 2);
	finish();
}
END_TEST

/* The clock is set, forwards and backwards: nobody gets older or younger by it. */
START_TEST(the_clock_is_set)
{
	static const int64_t steps[] = { 56 * 365 * INT64_C(86400),
		-3600, -20 * 365 * INT64_C(86400), 11 };
	int64_t age = 0;

	start("");
	make_leases(10);
	work();
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
		unsigned before = ended;

		now.mono += 60000;
		now.wall += 60 + steps[i];
		age += 60;
		work();
		ck_assert_uint_eq(ended, before + 1);
		for (unsigned a = 0; a < 65536; a++)
			if (wall[a] != 0)
				ck_assert_int_eq(wall[a], now.wall - age);
	}
	/* What NTP does slowly is no reason to write. */
	now.mono += 1000;
	now.wall += 3;
	begun = 0;
	work();
	ck_assert_uint_eq(begun, 0);
	finish();
}
END_TEST

/* It does not take anything: told once, and all of it is written when it does. */
START_TEST(a_writer_that_is_behind)
{
	start("");
	work();
	deaf = true;
	make_leases(HOSTS);
	ck_assert_int_gt(leases_work(&l, &pool, now), now.mono);
	ck_assert(l.full);
	deaf = false;
	now = state_clocks();	/* as leases_event() has asked for it */
	work();
	ck_assert_uint_eq(items, HOSTS);
	ck_assert_uint_eq(appended, 0);
	leases_report(&l, (struct report){ REPORT_WRITTEN, 0 });
	ck_assert(!l.full);
	finish();
}
END_TEST

/* It cannot be written anew: tried once a minute, and the file has an end. */
START_TEST(a_directory_that_is_not_ours)
{
	unsigned tries = 0;

	start("");
	leases_report(&l, (struct report){ REPORT_NOT_WRITTEN, 13 });
	now = state_clocks();
	for (int s = 0; s < 600; s++) {
		unsigned before = begun;

		now.mono += 1000;
		now.wall++;
		work();
		if (begun > before) {
			tries++;
			leases_report(&l,
			    (struct report){ REPORT_NOT_WRITTEN, 13 });
			/* It asks the real clock when that was. */
			l.save_at = now.mono + 60000;
		}
	}
	ck_assert_uint_ge(tries, 9);
	ck_assert_uint_le(tries, 11);
	for (unsigned i = 0; i < STATE_LINES * pool_size(&pool) / 1000; i++) {
		struct lease_event e;

		make_leases(1000);
		now.mono += pool.lifetime + 1000;
		while (pool_expire(&pool, now.mono, &e))
			;
	}
	ck_assert_uint_le(appended, (STATE_LINES - 1) * pool_size(&pool));
	ck_assert_uint_gt(appended, pool_size(&pool));
	finish();
}
END_TEST

/* Where the clock is behind the file, times go on from there until it is set. */
START_TEST(a_clock_of_1970)
{
	start("");
	/* As after a start at 1970 with a file of 2023. */
	now.wall = 1000;
	l.offset = now.wall - now.mono / 1000;
	l.ahead = 1700000000 - now.wall;
	make_leases(1);
	for (unsigned a = 0; a < 65536; a++)
		if (wall[a] != 0)
			ck_assert_int_ge(wall[a], 1700000000);
	now.mono += 10000;
	now.wall = 1800000000;
	work();
	for (unsigned a = 0; a < 65536; a++)
		if (wall[a] != 0)
			ck_assert_int_eq(wall[a], 1800000000 - 10);
	finish();
}
END_TEST

/* Who has the directory has it. */
START_TEST(locked)
{
	struct leases other;
	char err[256] = "";
	char path[40];

	strcpy(path, "/tmp/lichen-test-leases.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(path));
	ck_assert(leases_open(&l, path, err, sizeof err));
	ck_assert(!leases_open(&other, path, err, sizeof err));
	ck_assert_ptr_nonnull(strstr(err, "another lichen has it"));
	leases_close(&other);
	leases_close(&l);
	ck_assert(leases_open(&l, path, err, sizeof err));
	leases_close(&l);
	rmdir(path);
}
END_TEST

TESTS(leases, new_leases_and_all_of_them, the_clock_is_set,
    a_writer_that_is_behind, a_directory_that_is_not_ours, a_clock_of_1970,
    locked)
