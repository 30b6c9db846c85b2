/* SPDX-License-Identifier: BSD-2-Clause */
#define static_assert	_Static_assert
void	__assert(const char *, const char *, int, const char *);
#undef assert
#define assert(e)	((e) ? (void)0 : __assert(__func__, __FILE__, __LINE__, #e))
