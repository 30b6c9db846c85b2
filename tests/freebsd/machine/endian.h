/* SPDX-License-Identifier: BSD-2-Clause */
/* With one underscore: __BYTE_ORDER is no name of this system. */
#ifndef _MACHINE_ENDIAN_H
#define _MACHINE_ENDIAN_H
#define _LITTLE_ENDIAN	1234
#define _BIG_ENDIAN	4321
#define _PDP_ENDIAN	3412
#define _BYTE_ORDER	_LITTLE_ENDIAN
#define LITTLE_ENDIAN	_LITTLE_ENDIAN
#define BIG_ENDIAN	_BIG_ENDIAN
#define PDP_ENDIAN	_PDP_ENDIAN
#define BYTE_ORDER	_BYTE_ORDER
#endif
