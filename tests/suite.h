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

#define TESTS(name, ...)						\
int									\
main(void)								\
{									\
	const TTest *const all[] = { __VA_ARGS__ };		\
	Suite *s = suite_create(#name);					\
	TCase *tc = tcase_create(#name);				\
	SRunner *sr;							\
	int failed;							\
									\
	tcase_set_timeout(tc, 120);					\
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)		\
		tcase_add_test(tc, all[i]);				\
	suite_add_tcase(s, tc);						\
	sr = srunner_create(s);						\
	srunner_run_all(sr, CK_NORMAL);					\
	failed = srunner_ntests_failed(sr);				\
	srunner_free(sr);						\
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;		\
}

#endif
