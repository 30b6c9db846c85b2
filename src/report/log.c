/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log.c - system calls: fstat once; those of sink.c; clock_gettime.
 */
#include <sys/stat.h>

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "sink.h"

#define TEXT_SIZE	1024
#define ERROR_SIZE	128		/* of them, for what errno means */
#define LINE_SIZE	(2 * TEXT_SIZE)	/* quoting, time and level added */
#define PATIENCE	30		/* ms, for who reads it, at the end */

static enum log_target target = LOG_TO_STDERR;
static const char *ident = "lichen";
static bool verbose;

/* systemd.exec(5): "device:inode" of the stream that the journal reads. */
static bool
stdout_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	struct stat st;
	char *end;

	if (stream == NULL || fstat(STDOUT_FILENO, &st) == -1)
		return false;
	return strtoull(stream, &end, 10) == st.st_dev && *end == ':' &&
	    strtoull(end + 1, &end, 10) == st.st_ino && *end == '\0';
}

void
log_open(enum log_target to, const char *name)
{
	if (to == LOG_TO_STDOUT && stdout_is_journal())
		to = LOG_TO_JOURNAL;
	target = to;
	ident = name;
	tzset();		/* reads files, which is not always allowed */
	if (to == LOG_TO_SYSLOG)
		sink_open_syslog();
	else if (to != LOG_TO_STDERR)
		sink_open_stdout();
}

void
log_detach(void)
{
	if (target != LOG_TO_SYSLOG)
		sink_close();
}

void
log_verbose(bool on)
{
	verbose = on;
}

/* --- a line --------------------------------------------------------------- */

struct line {
	char	text[LINE_SIZE];
	size_t	n;
};

static void __attribute__((__format__(__printf__, 2, 3)))
add(struct line *l, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(l->text + l->n, sizeof l->text - l->n, fmt, ap);
	va_end(ap);
	if (n > 0)
		l->n += (size_t)n < sizeof l->text - l->n ? (size_t)n :
		    sizeof l->text - l->n - 1;
}

static void
add_time(struct line *l)
{
	struct timespec now;
	char utc[32];
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &now);
	strftime(utc, sizeof utc, "%Y-%m-%dT%H:%M:%S",
	    gmtime_r(&now.tv_sec, &tm));
	add(l, "time=%s.%03dZ ", utc, (int)(now.tv_nsec / 1000000));
}

/* A sentence as a quoted value; text is already printable. */
static void
add_quoted(struct line *l, const char *text)
{
	add(l, "msg=\"");
	for (; *text != '\0'; text++)
		add(l, *text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
	add(l, "\"");
}

/* What a message quotes may come from a stranger: no control characters. */
static void
make_printable(char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			*s = '?';
}

/* RFC 3164, which every syslogd reads: local time, in English. */
static void
add_syslog_head(struct line *l, int priority)
{
	static const char month[][4] = { "Jan", "Feb", "Mar", "Apr", "May",
	    "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	time_t now = time(NULL);
	struct tm tm;

	if (localtime_r(&now, &tm) == NULL)
		memset(&tm, 0, sizeof tm);
	add(l, "<%d>%s %2d %02d:%02d:%02d %s[%ld]: ", LOG_DAEMON | priority,
	    month[tm.tm_mon], tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
	    ident, (long)getpid());
}

enum form {
	SENTENCE,
	EVENT,
	TIMED_EVENT,
};

/* All of a line but its end. */
static void
compose(struct line *l, int priority, enum form form, const char *text)
{
	static const char level[][8] = {
		[LOG_ERR] = "error", [LOG_WARNING] = "warning",
		[LOG_NOTICE] = "notice", [LOG_INFO] = "info",
		[LOG_DEBUG] = "debug",
	};

	if (target == LOG_TO_SYSLOG)
		add_syslog_head(l, priority);
	else if (target == LOG_TO_JOURNAL)
		add(l, "<%d>", priority);
	if (target == LOG_TO_STDOUT || form == TIMED_EVENT)
		add_time(l);
	if (target == LOG_TO_STDOUT)
		add(l, "level=%s ", level[priority]);
	if (form == SENTENCE && target != LOG_TO_STDERR)
		add_quoted(l, text);
	else
		add(l, "%s", text);
}

/* Datagrams have an end of their own. */
static void
put_line(struct line *l)
{
	switch (target) {
	case LOG_TO_STDERR:
		fprintf(stderr, "%s: %s\n", ident, l->text);
		return;
	case LOG_TO_STDOUT:
	case LOG_TO_JOURNAL:
		l->text[l->n++] = '\n';
		break;
	case LOG_TO_SYSLOG:
		break;
	}
	sink_put(l->text, l->n);
}

/* error: an errno to spell out at the end, whatever must be cut, or 0. */
static void
vlog(int priority, enum form form, int error, const char *fmt, va_list ap)
{
	char text[TEXT_SIZE];
	struct line line = { .n = 0 };
	int saved = errno;
	size_t n;

	if (vsnprintf(text, sizeof text - ERROR_SIZE, fmt, ap) < 0)
		text[0] = '\0';
	n = strlen(text);
	if (error != 0)
		snprintf(text + n, sizeof text - n, ": %s", strerror(error));
	make_printable(text);
	compose(&line, priority, form, text);
	put_line(&line);
	errno = saved;
}

/* --- calls ---------------------------------------------------------------- */

#define LOG_WITH(priority, form, error) do {				\
	va_list ap;							\
									\
	va_start(ap, fmt);						\
	vlog(priority, form, error, fmt, ap);				\
	va_end(ap);							\
} while (0)

void
log_debug(const char *fmt, ...)
{
	if (verbose)
		LOG_WITH(LOG_DEBUG, SENTENCE, 0);
}

void
log_info(const char *fmt, ...)
{
	LOG_WITH(LOG_INFO, SENTENCE, 0);
}

void
log_notice(const char *fmt, ...)
{
	LOG_WITH(LOG_NOTICE, SENTENCE, 0);
}

void
log_warn(const char *fmt, ...)
{
	LOG_WITH(LOG_WARNING, SENTENCE, errno);
}

void
log_warnx(const char *fmt, ...)
{
	LOG_WITH(LOG_WARNING, SENTENCE, 0);
}

void
log_err(const char *fmt, ...)
{
	LOG_WITH(LOG_ERR, SENTENCE, errno);
}

void
log_errx(const char *fmt, ...)
{
	LOG_WITH(LOG_ERR, SENTENCE, 0);
}

void
log_event(const char *fmt, ...)
{
	LOG_WITH(LOG_INFO, EVENT, 0);
}

void
log_event_timed(const char *fmt, ...)
{
	LOG_WITH(LOG_INFO, TIMED_EVENT, 0);
}

/* --- what waits ------------------------------------------------------------ */

int64_t
log_work(int64_t now)
{
	int64_t due = sink_work(now);
	uint64_t lost = sink_recovered();

	if (lost > 0)
		log_warnx("%" PRIu64 " lines of the log were lost: nobody "
		    "read it", lost);
	return due;
}

bool
log_is_behind(void)
{
	return sink_is_behind();
}

uint64_t
log_lost(void)
{
	return sink_lost();
}

void
log_close(void)
{
	if (target != LOG_TO_STDERR)
		sink_flush(PATIENCE);
}

void
fatal(const char *fmt, ...)
{
	LOG_WITH(LOG_ERR, SENTENCE, errno);
	log_close();
	exit(EXIT_FAILURE);
}

void
fatalx(const char *fmt, ...)
{
	LOG_WITH(LOG_ERR, SENTENCE, 0);
	log_close();
	exit(EXIT_FAILURE);
}
