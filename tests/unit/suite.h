/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * suite.h - what every unit test shares: one suite a program, run and reported.
 *
 * A test program is a set of START_TEST blocks and
 *	TESTS(suite_name, test_a, test_b, ...)
 */
#ifndef TESTS_SUITE_H
#define TESTS_SUITE_H

#include <check.h>
#include <stdlib.h>

static inline int
run_suite(const char *name, const TTest *const *tests, size_t n)
{
	Suite *s = suite_create(name);
	TCase *tc = tcase_create(name);
	SRunner *sr;
	int failed;

	tcase_set_timeout(tc, 120);
	for (size_t i = 0; i < n; i++)
		tcase_add_test(tc, tests[i]);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* run_suite() with these tests. */
#define RUN_SUITE(name, ...)						\
	run_suite(#name, (const TTest *const []){ __VA_ARGS__ },	\
	    sizeof (const TTest *const []){ __VA_ARGS__ } / sizeof (TTest *))

#define TESTS(name, ...)						\
int									\
main(void)								\
{									\
	return RUN_SUITE(name, __VA_ARGS__);				\
}

#endif
