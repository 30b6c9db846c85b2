/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _TIME_H
#define _TIME_H
#include <sys/_null.h>
typedef __INT32_TYPE__	clock_t;
typedef long		time_t;
typedef __SIZE_TYPE__	size_t;
typedef __INT32_TYPE__	clockid_t;
typedef struct __timer	*timer_t;
typedef __INT32_TYPE__	pid_t;
#include <sys/timespec.h>
#define CLOCKS_PER_SEC	128
#define CLOCK_REALTIME	0
#define CLOCK_MONOTONIC	4
#define CLOCK_PROCESS_CPUTIME_ID 15
#define TIMER_ABSTIME	1
struct tm {
	int	tm_sec, tm_min, tm_hour, tm_mday, tm_mon, tm_year, tm_wday,
		tm_yday, tm_isdst;
	long	tm_gmtoff;
	char	*tm_zone;
};
extern char *tzname[];
clock_t	 clock(void);
int	 clock_getres(clockid_t, struct timespec *);
int	 clock_gettime(clockid_t, struct timespec *);
int	 clock_nanosleep(clockid_t, int, const struct timespec *,
	    struct timespec *);
int	 clock_settime(clockid_t, const struct timespec *);
struct tm *gmtime(const time_t *);
struct tm *gmtime_r(const time_t *, struct tm *);
struct tm *localtime(const time_t *);
struct tm *localtime_r(const time_t *, struct tm *);
int	 nanosleep(const struct timespec *, struct timespec *);
size_t	 strftime(char *, size_t, const char *, const struct tm *);
char	*strptime(const char *, const char *, struct tm *);
time_t	 mktime(struct tm *);
time_t	 time(time_t *);
time_t	 timegm(struct tm *);
time_t	 timelocal(struct tm *);
char	*timezone(int, int);
void	 tzset(void);
#endif
