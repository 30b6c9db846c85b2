/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "log.h"

#define LINE_MAX_OCTETS	1024
#define ERROR_MAX_OCTETS 128	/* of them, for what errno means */

static enum log_target target = LOG_TO_STDERR;
static const char *ident = "lichen";
static bool verbose;

void
log_open(enum log_target to, const char *name)
{
	target = to;
	ident = name;
	if (to == LOG_TO_SYSLOG)
		openlog(name, LOG_PID | LOG_NDELAY, LOG_DAEMON);
	else if (to != LOG_TO_STDERR)
		setvbuf(stdout, NULL, _IOLBF, 0);
}

void
log_verbose(bool on)
{
	verbose = on;
}

/* What a message quotes may come from a stranger: no control characters. */
static void
make_printable(char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			*s = '?';
}

static void
put_line(int priority, const char *line)
{
	switch (target) {
	case LOG_TO_STDERR:
		fprintf(stderr, "%s: %s\n", ident, line);
		break;
	case LOG_TO_STDOUT:
		printf("%s\n", line);
		break;
	case LOG_TO_SYSLOG:
		syslog(priority, "%s", line);
		break;
	case LOG_TO_JOURNAL:
		printf("<%d>%s\n", priority, line);
		break;
	}
}

/* error: an errno to spell out at the end, whatever must be cut, or 0. */
static void
vlog(int priority, int error, const char *fmt, va_list ap)
{
	char line[LINE_MAX_OCTETS];
	int saved = errno;
	size_t n;

	if (vsnprintf(line, sizeof line - ERROR_MAX_OCTETS, fmt, ap) < 0)
		line[0] = '\0';
	n = strlen(line);
	if (error != 0)
		snprintf(line + n, sizeof line - n, ": %s", strerror(error));
	make_printable(line);
	put_line(priority, line);
	errno = saved;
}

#define LOG_WITH(priority, error) do {					\
	va_list ap;							\
									\
	va_start(ap, fmt);						\
	vlog(priority, error, fmt, ap);					\
	va_end(ap);							\
} while (0)

void
log_debug(const char *fmt, ...)
{
	if (verbose)
		LOG_WITH(LOG_DEBUG, 0);
}

void
log_info(const char *fmt, ...)
{
	LOG_WITH(LOG_INFO, 0);
}

void
log_notice(const char *fmt, ...)
{
	LOG_WITH(LOG_NOTICE, 0);
}

void
log_warn(const char *fmt, ...)
{
	LOG_WITH(LOG_WARNING, errno);
}

void
log_warnx(const char *fmt, ...)
{
	LOG_WITH(LOG_WARNING, 0);
}

void
log_err(const char *fmt, ...)
{
	LOG_WITH(LOG_ERR, errno);
}

void
log_errx(const char *fmt, ...)
{
	LOG_WITH(LOG_ERR, 0);
}

void
fatal(const char *fmt, ...)
{
	LOG_WITH(LOG_ERR, errno);
	exit(EXIT_FAILURE);
}

void
fatalx(const char *fmt, ...)
{
	LOG_WITH(LOG_ERR, 0);
	exit(EXIT_FAILURE);
}
