/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _STDINT_H
#define _STDINT_H
#include <sys/_stdint.h>
typedef int64_t		int_fast64_t;
typedef int32_t		int_fast8_t, int_fast16_t, int_fast32_t;
typedef uint64_t	uint_fast64_t;
typedef uint32_t	uint_fast8_t, uint_fast16_t, uint_fast32_t;
typedef int8_t		int_least8_t;
typedef uint8_t		uint_least8_t;
#define INT8_MIN	(-INT8_MAX - 1)
#define INT8_MAX	0x7f
#define INT16_MIN	(-INT16_MAX - 1)
#define INT16_MAX	0x7fff
#define INT32_MIN	(-INT32_MAX - 1)
#define INT32_MAX	0x7fffffff
#define INT64_MIN	(-INT64_MAX - 1)
#define INT64_MAX	0x7fffffffffffffffL
#define UINT8_MAX	0xff
#define UINT16_MAX	0xffff
#define UINT32_MAX	0xffffffffU
#define UINT64_MAX	0xffffffffffffffffUL
#define INTMAX_MIN	INT64_MIN
#define INTMAX_MAX	INT64_MAX
#define UINTMAX_MAX	UINT64_MAX
#define INTPTR_MAX	INT64_MAX
#define UINTPTR_MAX	UINT64_MAX
#define SIZE_MAX	UINT64_MAX
#define INT32_C(c)	(c)
#define INT64_C(c)	c ## L
#define UINT8_C(c)	(c)
#define UINT16_C(c)	(c)
#define UINT32_C(c)	c ## U
#define UINT64_C(c)	c ## UL
#endif
