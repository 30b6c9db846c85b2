/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log.h - where messages go.  Until log_open() they go to stderr, as sentences
 * for who started us.  From then on a line is a list of key=value: a sentence is
 * msg="...", a quote or backslash in it escaped.
 *
 * After log_open() nothing here waits for who reads the log: what he does not take
 * is kept, up to SINK_BACKLOG octets of sink.h, and after that counted.
 */
#ifndef LICHEN_REPORT_LOG_H
#define LICHEN_REPORT_LOG_H

#include <stdbool.h>
#include <stdint.h>

enum log_target {
	LOG_TO_STDERR,
	LOG_TO_STDOUT,	/* line by line: readers sit on a pipe.  A line begins
			 * with time=, in UTC (RFC 3339), and level=.  The
			 * same as LOG_TO_JOURNAL if stdout is the journal */
	LOG_TO_SYSLOG,
	LOG_TO_JOURNAL,	/* stdout, with the <N> priorities of sd-daemon(3) */
};

#define LOG_PRINTF(f, a) __attribute__((__format__(__printf__, f, a)))

/*
 * ident is kept, not copied: it must live as long as the program.  Reads
 * $JOURNAL_STREAM.
 */
void	log_open(enum log_target, const char *ident);

/* Standard output is another one now, for what follows. */
void	log_detach(void);

/*
 * Hand on what waits, if it is time to, and tell what was lost; return when it will
 * be time again.  Milliseconds of CLOCK_MONOTONIC, INT64_MAX: nothing waits.
 */
int64_t	log_work(int64_t now);

/* Does any line wait for who reads them? */
bool	log_is_behind(void);

/* Lines that were lost, ever. */
uint64_t log_lost(void);

/* The end: give who reads it a moment to take what waits. */
void	log_close(void);

/* Also messages of log_debug().  Off at start. */
void	log_verbose(bool);

/* One line a call; the text ends without a newline.  errno is preserved. */
void	log_debug(const char *, ...) LOG_PRINTF(1, 2);
void	log_info(const char *, ...) LOG_PRINTF(1, 2);
void	log_notice(const char *, ...) LOG_PRINTF(1, 2);
void	log_warn(const char *, ...) LOG_PRINTF(1, 2);	/* ": strerror(errno)" */
void	log_warnx(const char *, ...) LOG_PRINTF(1, 2);
void	log_err(const char *, ...) LOG_PRINTF(1, 2);	/* ": strerror(errno)" */
void	log_errx(const char *, ...) LOG_PRINTF(1, 2);

/*
 * An event that is not a sentence: the text is key=value already, as it goes into
 * the line.  _timed: with the time wherever it goes, for records that are kept.
 */
void	log_event(const char *, ...) LOG_PRINTF(1, 2);
void	log_event_timed(const char *, ...) LOG_PRINTF(1, 2);

/* log_err() or log_errx(), then exit status 1. */
_Noreturn void	fatal(const char *, ...) LOG_PRINTF(1, 2);
_Noreturn void	fatalx(const char *, ...) LOG_PRINTF(1, 2);

#endif
