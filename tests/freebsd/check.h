/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check.h - of the port devel/check: what the unit tests use of it, and of system
 * headers no more than it includes.
 */
#ifndef CHECK_H
#define CHECK_H
#include <stddef.h>
#include <string.h>
#include <stdint.h>
#include <sys/types.h>
typedef struct TCase TCase;
typedef struct Suite Suite;
typedef struct SRunner SRunner;
typedef struct TTest {
	const char	*name;
	void		(*fn)(int);
	const char	*file;
	int		 line;
} TTest;
enum print_output { CK_SILENT, CK_MINIMAL, CK_NORMAL, CK_VERBOSE };
enum fork_status { CK_FORK_GETENV, CK_FORK, CK_NOFORK };
#define START_TEST(test)						\
static void test##_fn(int);						\
static const TTest test##_ttest = { #test, test##_fn, __FILE__, __LINE__ }; \
static const TTest *const test = &test##_ttest;				\
static void								\
test##_fn(int _i __attribute__((__unused__)))
#define END_TEST
_Noreturn void	 _ck_assert_failed(const char *, int, const char *, const char *,
		    ...) __attribute__((__format__(__printf__, 4, 5)));
#define ck_abort_msg(...)						\
	_ck_assert_failed(__FILE__, __LINE__, "Failed", __VA_ARGS__)
#define ck_abort()	ck_abort_msg("%s", "aborted")
#define ck_assert_msg(x, ...)	((x) ? (void)0 : ck_abort_msg(__VA_ARGS__))
#define ck_assert(x)		ck_assert_msg(x, "%s", #x)
#define CK_CMP(type, x, op, y)	do {					\
	type ck_x = (x), ck_y = (y);					\
	ck_assert(ck_x op ck_y);					\
} while (0)
#define ck_assert_int_eq(x, y)	CK_CMP(intmax_t, x, ==, y)
#define ck_assert_int_ne(x, y)	CK_CMP(intmax_t, x, !=, y)
#define ck_assert_int_lt(x, y)	CK_CMP(intmax_t, x, <, y)
#define ck_assert_int_le(x, y)	CK_CMP(intmax_t, x, <=, y)
#define ck_assert_int_gt(x, y)	CK_CMP(intmax_t, x, >, y)
#define ck_assert_int_ge(x, y)	CK_CMP(intmax_t, x, >=, y)
#define ck_assert_uint_eq(x, y)	CK_CMP(uintmax_t, x, ==, y)
#define ck_assert_uint_ne(x, y)	CK_CMP(uintmax_t, x, !=, y)
#define ck_assert_uint_lt(x, y)	CK_CMP(uintmax_t, x, <, y)
#define ck_assert_uint_le(x, y)	CK_CMP(uintmax_t, x, <=, y)
#define ck_assert_uint_gt(x, y)	CK_CMP(uintmax_t, x, >, y)
#define ck_assert_uint_ge(x, y)	CK_CMP(uintmax_t, x, >=, y)
#define ck_assert_double_lt(x, y) CK_CMP(double, x, <, y)
#define ck_assert_double_gt(x, y) CK_CMP(double, x, >, y)
#define CK_STR(x, op, y)	do {					\
	const char *ck_x = (x), *ck_y = (y);				\
	ck_assert(ck_x != NULL && ck_y != NULL && strcmp(ck_x, ck_y) op 0); \
} while (0)
#define ck_assert_str_eq(x, y)	CK_STR(x, ==, y)
#define ck_assert_str_ne(x, y)	CK_STR(x, !=, y)
#define ck_assert_pstr_eq(x, y)	do {					\
	const char *ck_x = (x), *ck_y = (y);				\
	ck_assert(ck_x == ck_y || (ck_x != NULL && ck_y != NULL &&	\
	    strcmp(ck_x, ck_y) == 0));					\
} while (0)
#define CK_MEM(x, op, y, n)	do {					\
	const void *ck_x = (x), *ck_y = (y);				\
	ck_assert(memcmp(ck_x, ck_y, n) op 0);				\
} while (0)
#define ck_assert_mem_eq(x, y, n) CK_MEM(x, ==, y, n)
#define ck_assert_mem_ne(x, y, n) CK_MEM(x, !=, y, n)
#define CK_PTR(x, op, y)	do {					\
	const void *ck_x = (x), *ck_y = (y);				\
	ck_assert(ck_x op ck_y);					\
} while (0)
#define ck_assert_ptr_eq(x, y)	CK_PTR(x, ==, y)
#define ck_assert_ptr_ne(x, y)	CK_PTR(x, !=, y)
#define ck_assert_ptr_null(x)	CK_PTR(x, ==, NULL)
#define ck_assert_ptr_nonnull(x) CK_PTR(x, !=, NULL)
Suite	*suite_create(const char *);
void	 suite_add_tcase(Suite *, TCase *);
TCase	*tcase_create(const char *);
void	 tcase_add_test(TCase *, const TTest *);
void	 tcase_add_loop_test(TCase *, const TTest *, int, int);
void	 tcase_set_timeout(TCase *, double);
SRunner	*srunner_create(Suite *);
void	 srunner_free(SRunner *);
int	 srunner_ntests_failed(SRunner *);
void	 srunner_run_all(SRunner *, enum print_output);
void	 srunner_set_fork_status(SRunner *, enum fork_status);
#endif
