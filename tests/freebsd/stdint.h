/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _STDINT_H
#define _STDINT_H
typedef __INT8_TYPE__	int8_t;
typedef __INT16_TYPE__	int16_t;
typedef __INT32_TYPE__	int32_t;
typedef __INT64_TYPE__	int64_t;
typedef __UINT8_TYPE__	uint8_t;
typedef __UINT16_TYPE__	uint16_t;
typedef __UINT32_TYPE__	uint32_t;
typedef __UINT64_TYPE__	uint64_t;
typedef __INTPTR_TYPE__	intptr_t;
typedef __UINTPTR_TYPE__ uintptr_t;
typedef __INTMAX_TYPE__	intmax_t;
typedef __UINTMAX_TYPE__ uintmax_t;
#define INT8_MAX	0x7f
#define INT16_MAX	0x7fff
#define INT32_MAX	0x7fffffff
#define INT64_MAX	0x7fffffffffffffffL
#define INT32_MIN	(-INT32_MAX - 1)
#define INT64_MIN	(-INT64_MAX - 1)
#define UINT8_MAX	0xff
#define UINT16_MAX	0xffff
#define UINT32_MAX	0xffffffffU
#define UINT64_MAX	0xffffffffffffffffUL
#define SIZE_MAX	UINT64_MAX
#define INT64_C(c)	c ## L
#define UINT32_C(c)	c ## U
#define UINT64_C(c)	c ## UL
#endif
