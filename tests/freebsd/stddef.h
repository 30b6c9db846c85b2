/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * These headers declare, for 64-bit machines, what lichen uses of FreeBSD 13 to 15:
 * the names, types, constants and layouts of that system, and nothing that it does
 * not have, so that a compiler elsewhere can check src/ for it:
 *
 *	clang --target=x86_64-unknown-freebsd14 -nostdinc -isystem tests/freebsd
 *
 * Something is missing?  Declare it here if FreeBSD's manual page has it, in the
 * header that the page names.
 */
#ifndef _STDDEF_H
#define _STDDEF_H
typedef __SIZE_TYPE__	size_t;
typedef __PTRDIFF_TYPE__ ptrdiff_t;
typedef __WCHAR_TYPE__	wchar_t;
typedef struct {
	long long	ll __attribute__((__aligned__(8)));
	long double	ld __attribute__((__aligned__(16)));
} max_align_t;
#define NULL		((void *)0)
#define offsetof(t, m)	__builtin_offsetof(t, m)
#endif
