/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS__TIMEVAL_H
#define _SYS__TIMEVAL_H
typedef long	suseconds_t;
typedef long	time_t;
struct timeval {
	time_t		tv_sec;
	suseconds_t	tv_usec;
};
#endif
