/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * These headers declare, for 64-bit machines, what lichen uses of FreeBSD 13 to 15:
 * the names, types, constants and layouts of that system, and nothing that it does
 * not have, so that a compiler elsewhere can check src/ and tests/ for it:
 *
 *	clang --target=x86_64-unknown-freebsd14 -nostdinc -isystem tests/freebsd
 *
 * Each was written beside the header of its name there (include/ and sys/ of
 * FreeBSD's sources).  It declares what that one declares, and it includes what that
 * one includes, or less, never more: a header here that includes another for its
 * own ease lets a source forget one that it needs there.  Types come as they do
 * there, each header repeating those that it needs: <netinet/in.h> has no AF_INET,
 * <sys/types.h> has no socklen_t, <stdio.h> has no va_start, <poll.h> no signals.
 *
 * Functions and macros that only FreeBSD has are here too, where a name of ours
 * might be theirs.
 *
 * Something is missing?  Declare it if FreeBSD's header has it, in that header.
 */
#ifndef _STDDEF_H
#define _STDDEF_H
typedef __SIZE_TYPE__	size_t;
typedef __PTRDIFF_TYPE__ ptrdiff_t;
typedef int		rune_t;
typedef __WCHAR_TYPE__	wchar_t;
typedef struct {
	long long	ll __attribute__((__aligned__(8)));
	long double	ld __attribute__((__aligned__(16)));
} max_align_t;
#include <sys/_null.h>
#define offsetof(t, m)	__builtin_offsetof(t, m)
#endif
