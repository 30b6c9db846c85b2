/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_RANDOM_H
#define _SYS_RANDOM_H
#include <sys/types.h>
#define GRND_NONBLOCK	0x1
#define GRND_RANDOM	0x2
ssize_t	 getrandom(void *, size_t, unsigned int);
#endif
