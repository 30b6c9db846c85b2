/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _LIMITS_H
#define _LIMITS_H
#define CHAR_BIT	8
#define UCHAR_MAX	0xff
#define SHRT_MAX	0x7fff
#define USHRT_MAX	0xffff
#define INT_MAX		0x7fffffff
#define INT_MIN		(-INT_MAX - 1)
#define UINT_MAX	0xffffffffU
#define LONG_MAX	0x7fffffffffffffffL
#define LONG_MIN	(-LONG_MAX - 1)
#define ULONG_MAX	0xffffffffffffffffUL
#define LLONG_MAX	0x7fffffffffffffffLL
#define ULLONG_MAX	0xffffffffffffffffULL
#define SSIZE_MAX	LONG_MAX
#define IOV_MAX		1024
#define NAME_MAX	255
#define PATH_MAX	1024
#define PIPE_BUF	512
#endif
