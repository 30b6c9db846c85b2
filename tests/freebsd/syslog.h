/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYSLOG_H
#define _SYSLOG_H
#include <stdarg.h>
#define LOG_EMERG	0
#define LOG_ALERT	1
#define LOG_CRIT	2
#define LOG_ERR		3
#define LOG_WARNING	4
#define LOG_NOTICE	5
#define LOG_INFO	6
#define LOG_DEBUG	7
#define LOG_DAEMON	(3 << 3)
#define LOG_PID		0x01
#define LOG_CONS	0x02
#define LOG_NDELAY	0x08
void	 closelog(void);
void	 openlog(const char *, int, int);
void	 syslog(int, const char *, ...)
	    __attribute__((__format__(__printf__, 2, 3)));
void	 vsyslog(int, const char *, va_list);
#endif
