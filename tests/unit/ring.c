/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages between two processes, one of which may die at any time. */
#include <sys/wait.h>

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "suite.h"
#include "system/ring.h"

static unsigned char in[RING_MESSAGE], out[RING_MESSAGE];

static uint32_t
random_below(uint32_t n)
{
	static uint32_t x = 2463534242;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return x % n;
}

/* A message that says who it is, at its begin and at its end. */
static size_t
message(uint32_t number, size_t n)
{
	memset(in, (int)number, n);
	memcpy(in, &number, sizeof number);
	return n;
}

static void
is_message(uint32_t number, size_t n)
{
	uint32_t got;

	ck_assert_uint_ge(n, sizeof got);
	memcpy(&got, out, sizeof got);
	ck_assert_uint_eq(got, number);
	if (n > sizeof got)
		ck_assert_uint_eq(out[n - 1], (unsigned char)number);
}

/* Many times around, of any length, in order; full and empty. */
START_TEST(in_order)
{
	struct ring *r = ring_map();
	uint32_t put = 0, taken = 0, at;
	uint8_t kind;
	size_t n;

	ck_assert_ptr_nonnull(r);
	while (put < 20000) {
		for (uint32_t i = random_below(200); i > 0; i--)
			if (ring_put(r, (uint8_t)put, in, message(put,
			    4 + random_below(RING_MESSAGE - 4)), 0))
				put++;
		at = ring_begin(r);
		for (uint32_t i = random_below(200); i > 0 &&
		    ring_take(r, &at, &kind, out, &n); i--) {
			is_message(taken, n);
			ck_assert_uint_eq(kind, (uint8_t)taken++);
		}
		ring_release(r, at);
	}
	at = ring_begin(r);
	while (ring_take(r, &at, &kind, out, &n))
		is_message(taken++, n);
	ck_assert_uint_eq(taken, put);
	ring_unmap(r);
}
END_TEST

START_TEST(room_behind_it)
{
	struct ring *r = ring_map();
	uint32_t at = ring_begin(r);
	uint8_t kind;
	size_t n;

	while (ring_put(r, 1, in, message(0, 100), RING_SIZE / 2))
		;
	ck_assert_uint_le(ring_used(r), RING_SIZE / 2);
	ck_assert_uint_gt(ring_used(r), RING_SIZE / 2 - 200);
	while (ring_put(r, 1, in, message(0, 100), 0))
		;
	ck_assert_uint_gt(ring_used(r), RING_SIZE - 200);
	ck_assert(!ring_put(r, 1, in, RING_MESSAGE + 1, 0));
	/* What is taken but not released is kept. */
	ck_assert(ring_take(r, &at, &kind, out, &n));
	ck_assert(!ring_put(r, 1, in, message(0, 100), 0));
	ring_release(r, at);
	ck_assert(ring_put(r, 1, in, message(0, 100), 0));
	ring_unmap(r);
}
END_TEST

/* Who puts may be anybody by now: nothing in the memory leads out of it. */
START_TEST(nonsense)
{
	struct ring *r = ring_map();
	uint32_t at;
	uint8_t kind;
	size_t n;

	for (int i = 0; i < 20000; i++) {
		for (int k = 0; k < 20; k++)
			r->octets[random_below(RING_SIZE)] =
			    (unsigned char)random_below(256);
		r->put = random_below(UINT32_MAX);
		at = ring_begin(r);
		for (int k = 0; k < 100 && ring_take(r, &at, &kind, out, &n);
		    k++)
			ck_assert_uint_le(n, RING_MESSAGE);
		ring_release(r, at);
	}
	ring_unmap(r);
}
END_TEST

/* In a child: take so many, release them, and say the number of the last. */
static uint32_t
take_and_die(struct ring *r, uint32_t from, uint32_t count, bool release)
{
	int status;
	pid_t pid = fork();

	ck_assert_int_ne(pid, -1);
	if (pid == 0) {
		uint32_t at = ring_begin(r), got;
		uint8_t kind;
		size_t n;

		for (uint32_t i = 0; i < count; i++) {
			if (!ring_take(r, &at, &kind, out, &n))
				_exit(1);
			memcpy(&got, out, sizeof got);
			if (got != from + i)
				_exit(2);
			if (release)
				ring_release(r, at);
		}
		raise(SIGKILL);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSIGNALED(status));
	return release ? from + count : from;
}

START_TEST(another_goes_on)
{
	struct ring *r = ring_map();
	uint32_t next = 0;

	for (uint32_t i = 0; i < 300; i++)
		ck_assert(ring_put(r, 1, in, message(i, 40), 0));
	next = take_and_die(r, next, 100, true);
	next = take_and_die(r, next, 100, false);
	next = take_and_die(r, next, 200, true);
	ck_assert_uint_eq(next, 300);
	ck_assert_uint_eq(ring_used(r), 0);
	ring_unmap(r);
}
END_TEST

/* However the two meet: no message is left lying while one of them sleeps. */
START_TEST(woken)
{
	enum { MANY = 50000 };
	struct ring *r = ring_map();
	int wake[2], status;
	pid_t pid;

	ck_assert_int_eq(pipe(wake), 0);
	pid = fork();
	ck_assert_int_ne(pid, -1);
	if (pid == 0) {
		uint32_t taken = 0, at;
		uint8_t kind;
		size_t n;
		char c;

		alarm(60);
		while (taken < MANY) {
			at = ring_begin(r);
			while (ring_take(r, &at, &kind, out, &n))
				taken++;
			ring_release(r, at);
			if (taken < MANY && ring_sleep(r)) {
				if (read(wake[0], &c, 1) != 1)
					_exit(1);
				ring_awake(r);
			}
		}
		_exit(0);
	}
	for (uint32_t i = 0; i < MANY; i++) {
		while (!ring_put(r, 1, in, message(i, 4), 0))
			poll(NULL, 0, 1);
		if (ring_wants_wake(r))
			ck_assert_int_eq(write(wake[1], "", 1), 1);
		if (random_below(64) == 0)
			poll(NULL, 0, 0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	ring_unmap(r);
}
END_TEST

TESTS(ring, in_order, room_behind_it, nonsense, another_goes_on, woken)
