/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_TIME_H
#define _SYS_TIME_H
#include <sys/_timeval.h>
#include <sys/types.h>
#include <sys/timespec.h>
struct timezone {
	int	tz_minuteswest, tz_dsttime;
};
struct itimerval {
	struct timeval	it_interval, it_value;
};
#include <time.h>
int	 futimes(int, const struct timeval *);
int	 gettimeofday(struct timeval *, struct timezone *);
int	 setitimer(int, const struct itimerval *, struct itimerval *);
int	 settimeofday(const struct timeval *, const struct timezone *);
int	 utimes(const char *, const struct timeval *);
#endif
