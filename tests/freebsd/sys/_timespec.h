/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS__TIMESPEC_H
#define _SYS__TIMESPEC_H
typedef long	time_t;
struct timespec {
	time_t	tv_sec;
	long	tv_nsec;
};
#endif
