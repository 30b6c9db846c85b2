/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _INTTYPES_H
#define _INTTYPES_H
#include <stdint.h>
typedef __WCHAR_TYPE__	wchar_t;
#define PRId8	"d"
#define PRId16	"d"
#define PRId32	"d"
#define PRId64	"ld"
#define PRIi64	"li"
#define PRIu8	"u"
#define PRIu16	"u"
#define PRIu32	"u"
#define PRIu64	"lu"
#define PRIx8	"x"
#define PRIx16	"x"
#define PRIx32	"x"
#define PRIx64	"lx"
#define PRIX32	"X"
#define PRIX64	"lX"
#define PRIdMAX	"jd"
#define PRIuMAX	"ju"
#define SCNd64	"ld"
#define SCNu32	"u"
#define SCNu64	"lu"
#define SCNx64	"lx"
intmax_t	 strtoimax(const char *, char **, int);
uintmax_t	 strtoumax(const char *, char **, int);
#endif
