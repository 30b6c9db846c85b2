/* SPDX-License-Identifier: BSD-2-Clause */
#undef assert
#ifdef NDEBUG
#define assert(e)	((void)0)
#else
#define assert(e)	((e) ? (void)0 : __assert(__func__, __FILE__, __LINE__, #e))
#endif
#ifndef _ASSERT_H
#define _ASSERT_H
#define static_assert	_Static_assert
_Noreturn void	 __assert(const char *, const char *, int, const char *);
#endif
