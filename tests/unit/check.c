/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The library that judges all other tests says no when it has to: libcheck, or
 * what stands in for it (tests/unit/minicheck).  Every test here but the last fails.
 */
#include <check.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define WRONG(name, ...) START_TEST(name) { __VA_ARGS__; } END_TEST

WRONG(is, ck_assert(getpid() == 0))
WRONG(is_msg, ck_assert_msg(getpid() == 0, "%s", "a reason"))
WRONG(abort_msg, ck_abort_msg("%s", "a reason"))
WRONG(int_eq, ck_assert_int_eq(-1, 1))
WRONG(int_eq_wide, ck_assert_int_eq(INT64_C(1) << 32, 0))
WRONG(int_ne, ck_assert_int_ne(-1, -1))
WRONG(int_lt, ck_assert_int_lt(1, 1))
WRONG(int_le, ck_assert_int_le(1, -1))
WRONG(int_gt, ck_assert_int_gt(-1, 0))
WRONG(int_ge, ck_assert_int_ge(-1, 0))
WRONG(uint_eq, ck_assert_uint_eq(1, 2))
WRONG(uint_eq_wide, ck_assert_uint_eq(UINT64_C(1) << 32, 0))
WRONG(uint_ne, ck_assert_uint_ne(2, 2))
WRONG(uint_lt, ck_assert_uint_lt(UINT64_MAX, 0))
WRONG(uint_le, ck_assert_uint_le(UINT64_MAX, 0))
WRONG(uint_gt, ck_assert_uint_gt(0, UINT64_MAX))
WRONG(uint_ge, ck_assert_uint_ge(0, UINT64_MAX))
WRONG(ptr_eq, ck_assert_ptr_eq("a", NULL))
WRONG(ptr_null, ck_assert_ptr_null("a"))
WRONG(ptr_nonnull, ck_assert_ptr_nonnull(NULL))
WRONG(str_eq, ck_assert_str_eq("a", "b"))
WRONG(str_eq_null, ck_assert_str_eq(getenv("NO SUCH"), getenv("NO SUCH")))
WRONG(pstr_eq, ck_assert_pstr_eq("a", "b"))
WRONG(pstr_eq_null, ck_assert_pstr_eq("a", getenv("NO SUCH")))
WRONG(mem_eq, ck_assert_mem_eq("abc", "abd", 3))
WRONG(crash, raise(SIGSEGV))
WRONG(early_exit, exit(EXIT_FAILURE))
WRONG(too_long, for (;;) pause())

START_TEST(right)
{
	ck_assert_pstr_eq(getenv("NO SUCH"), getenv("NO SUCH"));
	ck_assert_mem_eq("abc", "abd", 2);
	ck_assert_uint_ge(UINT64_MAX, 0);
}
END_TEST

int
main(void)
{
	const TTest *const wrong[] = {
		is, is_msg, abort_msg, int_eq, int_eq_wide, int_ne, int_lt,
		int_le, int_gt, int_ge, uint_eq, uint_eq_wide, uint_ne, uint_lt,
		uint_le, uint_gt, uint_ge, ptr_eq, ptr_null, ptr_nonnull, str_eq,
		str_eq_null, pstr_eq, pstr_eq_null, mem_eq, crash, early_exit,
		too_long,
	};
	const int n = sizeof wrong / sizeof wrong[0];
	Suite *s = suite_create("check");
	TCase *tc = tcase_create("check");
	SRunner *sr = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 1);
	for (int i = 0; i < n; i++)
		tcase_add_test(tc, wrong[i]);
	tcase_add_test(tc, right);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_SILENT);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	printf("%d of %d wrong ones failed\n", failed, n);
	return failed == n ? EXIT_SUCCESS : EXIT_FAILURE;
}
