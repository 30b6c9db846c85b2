/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYSLOG_H
#define _SYSLOG_H
#define _PATH_LOG	"/var/run/log"
#define LOG_EMERG	0
#define LOG_ALERT	1
#define LOG_CRIT	2
#define LOG_ERR		3
#define LOG_WARNING	4
#define LOG_NOTICE	5
#define LOG_INFO	6
#define LOG_DEBUG	7
#define LOG_PRIMASK	7
#define LOG_PRI(p)	((p) & LOG_PRIMASK)
#define LOG_USER	(1 << 3)
#define LOG_DAEMON	(3 << 3)
#define LOG_NTP		(12 << 3)
#define LOG_SECURITY	(13 << 3)
#define LOG_CONSOLE	(14 << 3)
#define LOG_LOCAL0	(16 << 3)
#define LOG_PID		0x01
#define LOG_CONS	0x02
#define LOG_ODELAY	0x04
#define LOG_NDELAY	0x08
#define LOG_NOWAIT	0x10
#define LOG_PERROR	0x20
#define _PATH_LOG	"/var/run/log"
void	 closelog(void);
void	 openlog(const char *, int, int);
int	 setlogmask(int);
void	 syslog(int, const char *, ...)
	    __attribute__((__format__(__printf__, 2, 3)));
void	 vsyslog(int, const char *, __builtin_va_list)
	    __attribute__((__format__(__printf__, 2, 0)));
#endif
