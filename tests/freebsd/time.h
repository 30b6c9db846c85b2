/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _TIME_H
#define _TIME_H
#include <stddef.h>
#include <sys/types.h>
#include <sys/timespec.h>
#define CLOCK_REALTIME	0
#define CLOCK_MONOTONIC	4
#define TIMER_ABSTIME	1
struct tm {
	int	tm_sec, tm_min, tm_hour, tm_mday, tm_mon, tm_year, tm_wday,
		tm_yday, tm_isdst;
	long	tm_gmtoff;
	char	*tm_zone;
};
int	 clock_gettime(clockid_t, struct timespec *);
struct tm *gmtime_r(const time_t *, struct tm *);
struct tm *localtime_r(const time_t *, struct tm *);
int	 nanosleep(const struct timespec *, struct timespec *);
size_t	 strftime(char *, size_t, const char *, const struct tm *);
time_t	 mktime(struct tm *);
time_t	 time(time_t *);
void	 tzset(void);
#endif
