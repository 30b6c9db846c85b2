/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check.h - stands in for libcheck where there is none to link, as for the target
 * of a cross compiler (tests/tree/cross.sh): just what tests/unit/suite.h and the unit tests
 * use of it, by the same names and with the same verdicts, so that the very same
 * sources run.  tests/unit/check.c holds both to that.
 *
 * Each test runs in a child of its own; it passes if it returns, and fails if an
 * assertion does, if a signal ends it, if it exits by itself or takes too long.
 */
#ifndef MINICHECK_CHECK_H
#define MINICHECK_CHECK_H

#include <sys/wait.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MC_TESTS	128
#define MC_PASSED	97	/* exit status that no test has by accident */

typedef struct {
	const char	*name;
	void		(*fn)(int);
} TTest;

typedef struct {
	const TTest	*tests[MC_TESTS];
	int		 n;
	unsigned	 timeout;	/* seconds */
} TCase;

typedef struct {
	const char	*name;
	TCase		*tc;		/* one is enough */
} Suite;

typedef struct {
	Suite		*s;
	int		 failed;
} SRunner;

enum print_output { CK_SILENT, CK_NORMAL };

#define START_TEST(test)						\
static void test##_fn(int);						\
static const TTest test##_ttest = { #test, test##_fn };			\
static const TTest *const test = &test##_ttest;				\
static void								\
test##_fn(int _i)							\
{									\
	(void)_i;
#define END_TEST }

/* --- assertions: they end the process ------------------------------------- */

#define ck_abort_msg(...) do {						\
	fprintf(stderr, "%s:%d: ", __FILE__, __LINE__);			\
	fprintf(stderr, __VA_ARGS__);					\
	fputc('\n', stderr);						\
	_exit(EXIT_FAILURE);						\
} while (0)
#define ck_assert_msg(x, ...) do {					\
	if (!(x))							\
		ck_abort_msg(__VA_ARGS__);				\
} while (0)
#define ck_assert(x)	ck_assert_msg(x, "%s", #x)

#define MC_CMP(type, fmt, x, op, y) do {				\
	type mc_x = (x);						\
	type mc_y = (y);						\
	ck_assert_msg(mc_x op mc_y, "%s %s %s: %" fmt ", %" fmt,	\
	    #x, #op, #y, mc_x, mc_y);					\
} while (0)
#define ck_assert_int_eq(x, y)	MC_CMP(intmax_t, "jd", x, ==, y)
#define ck_assert_int_ne(x, y)	MC_CMP(intmax_t, "jd", x, !=, y)
#define ck_assert_int_lt(x, y)	MC_CMP(intmax_t, "jd", x, <, y)
#define ck_assert_int_le(x, y)	MC_CMP(intmax_t, "jd", x, <=, y)
#define ck_assert_int_gt(x, y)	MC_CMP(intmax_t, "jd", x, >, y)
#define ck_assert_int_ge(x, y)	MC_CMP(intmax_t, "jd", x, >=, y)
#define ck_assert_uint_eq(x, y)	MC_CMP(uintmax_t, "ju", x, ==, y)
#define ck_assert_uint_ne(x, y)	MC_CMP(uintmax_t, "ju", x, !=, y)
#define ck_assert_uint_lt(x, y)	MC_CMP(uintmax_t, "ju", x, <, y)
#define ck_assert_uint_le(x, y)	MC_CMP(uintmax_t, "ju", x, <=, y)
#define ck_assert_uint_gt(x, y)	MC_CMP(uintmax_t, "ju", x, >, y)
#define ck_assert_uint_ge(x, y)	MC_CMP(uintmax_t, "ju", x, >=, y)
#define ck_assert_ptr_eq(x, y)	MC_CMP(const void *, "p", x, ==, y)
#define ck_assert_ptr_ne(x, y)	MC_CMP(const void *, "p", x, !=, y)
#define ck_assert_ptr_null(x)	ck_assert_ptr_eq(x, NULL)
#define ck_assert_ptr_nonnull(x) ck_assert_ptr_ne(x, NULL)

/* libcheck's: NULL equals only NULL, and only where the name says pointer. */
#define MC_STR(x, y, same) do {						\
	const char *mc_x = (x), *mc_y = (y);				\
	ck_assert_msg(same, "%s == %s: \"%s\", \"%s\"", #x, #y,		\
	    mc_x ? mc_x : "NULL", mc_y ? mc_y : "NULL");		\
} while (0)
#define MC_SAME	(mc_x != NULL && mc_y != NULL && strcmp(mc_x, mc_y) == 0)
#define ck_assert_str_eq(x, y)	MC_STR(x, y, MC_SAME)
#define ck_assert_str_ne(x, y)	MC_STR(x, y, !MC_SAME)
#define ck_assert_pstr_eq(x, y)	\
	MC_STR(x, y, (mc_x == NULL && mc_y == NULL) || MC_SAME)

#define ck_assert_mem_eq(x, y, len) do {				\
	const uint8_t *mc_x = (const void *)(x), *mc_y = (const void *)(y); \
	size_t mc_len = (len);						\
	for (size_t mc_i = 0; mc_i < mc_len; mc_i++)			\
		ck_assert_msg(mc_x[mc_i] == mc_y[mc_i],			\
		    "%s == %s: octet %zu of %zu is %02x, %02x", #x, #y,	\
		    mc_i, mc_len, mc_x[mc_i], mc_y[mc_i]);		\
} while (0)

#define ck_abort()	ck_assert_msg(false, "ck_abort()")

/* --- running -------------------------------------------------------------- */

static inline void *
mc_new(size_t size)
{
	void *mem = calloc(1, size);

	if (mem == NULL)
		abort();
	return mem;
}

static inline Suite *
suite_create(const char *name)
{
	Suite *s = mc_new(sizeof *s);

	s->name = name;
	return s;
}

static inline TCase *
tcase_create(const char *name)
{
	TCase *tc = mc_new(sizeof *tc);

	(void)name;
	tc->timeout = 4;
	return tc;
}

static inline void
tcase_set_timeout(TCase *tc, double seconds)
{
	tc->timeout = (unsigned)seconds;
}

static inline void
tcase_add_test(TCase *tc, const TTest *test)
{
	if (tc->n == MC_TESTS)
		abort();
	tc->tests[tc->n++] = test;
}

static inline void
suite_add_tcase(Suite *s, TCase *tc)
{
	if (s->tc != NULL)
		abort();
	s->tc = tc;
}

static inline SRunner *
srunner_create(Suite *s)
{
	SRunner *sr = mc_new(sizeof *sr);

	sr->s = s;
	return sr;
}

static inline int
mc_run(const TTest *test, unsigned timeout, int verbose)
{
	int status = 0;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == -1)
		abort();
	if (pid == 0) {
		if (!verbose && freopen("/dev/null", "w", stderr) == NULL)
			abort();
		alarm(timeout);
		test->fn(0);
		fflush(NULL);
		_exit(MC_PASSED);
	}
	while (waitpid(pid, &status, 0) != pid)
		;
	if (WIFEXITED(status) && WEXITSTATUS(status) == MC_PASSED)
		return 0;
	if (verbose)
		printf("%s: failed, %s %d\n", test->name,
		    WIFSIGNALED(status) ? "signal" : "status",
		    WIFSIGNALED(status) ? WTERMSIG(status) :
		    WEXITSTATUS(status));
	return 1;
}

static inline void
srunner_run_all(SRunner *sr, enum print_output output)
{
	const TCase *tc = sr->s->tc;

	for (int i = 0; i < tc->n; i++)
		sr->failed += mc_run(tc->tests[i], tc->timeout,
		    output != CK_SILENT);
	if (output != CK_SILENT)
		printf("%s: %d tests, %d failed\n", sr->s->name, tc->n,
		    sr->failed);
}

static inline int
srunner_ntests_failed(const SRunner *sr)
{
	return sr->failed;
}

static inline void
srunner_free(SRunner *sr)
{
	free(sr->s->tc);
	free(sr->s);
	free(sr);
}

#endif
