/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _INTTYPES_H
#define _INTTYPES_H
#include <stdint.h>
#define PRId32	"d"
#define PRIu32	"u"
#define PRIx32	"x"
#define PRId64	"ld"
#define PRIu64	"lu"
#define PRIx64	"lx"
#define SCNd64	"ld"
#define SCNu32	"u"
#define SCNu64	"lu"
#define SCNx64	"lx"
#define PRId8	"d"
#define PRId16	"d"
#define PRIx16	"x"
#define PRIX64	"lX"
#define PRIdMAX	"jd"
#define PRIuMAX	"ju"
#define PRIx8	"x"
#define PRIu8	"u"
#define PRIu16	"u"
#endif
