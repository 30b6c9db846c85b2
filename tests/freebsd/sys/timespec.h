/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_TIMESPEC_H
#define _SYS_TIMESPEC_H
#include <sys/types.h>
struct timespec {
	time_t	tv_sec;
	long	tv_nsec;
};
#endif
