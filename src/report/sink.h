/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sink.h - where lines of the log end up, without ever waiting for who reads them:
 * what cannot go at once is kept, a bounded amount of it, and what does not fit is
 * counted.  One log, so one sink.
 */
#ifndef LICHEN_SINK_H
#define LICHEN_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Octets of lines that wait. */
#define SINK_BACKLOG	65536

/*
 * Standard output.  A pipe, a terminal or a device is opened once more, since
 * what we would set on the descriptor that we were given others would notice.
 */
void	sink_open_stdout(void);

/* The socket of syslogd(8), which may come later or be another one some day. */
void	sink_open_syslog(void);

/* Standard output is something else now, or nobody's: use what is there. */
void	sink_close(void);

/*
 * Who can wait for us: a process that writes to files and looks for syslogd.  It
 * returns false if it has no room either.  NULL: nobody, and we wait ourselves.
 */
void	sink_hand_over(bool (*)(void *, const char *line, size_t n), void *arg);

/* Could there be lines to hand over? */
bool	sink_needs_writer(void);

/*
 * In that process: nothing waits, and nobody is there to hand it to.  Return the
 * descriptor to keep for it, or -1.
 */
int	sink_become_writer(void);

/*
 * One line, as it goes out: with its newline, or as a datagram.  At most SINK_LINE
 * octets.  Lines leave in the order they came.
 */
#define SINK_LINE	4096
void	sink_put(const char *line, size_t n);

/*
 * Try again to send what waits, if it is time to (milliseconds of
 * CLOCK_MONOTONIC).  Return when it will be again; INT64_MAX: nothing waits.
 */
int64_t	sink_work(int64_t now);

/* The same for so many milliseconds at most, at the end. */
void	sink_flush(int ms);

bool	sink_is_behind(void);

/* Lines that were lost, ever. */
uint64_t sink_lost(void);

/* How many were lost since the last call, once lines go again; else 0. */
uint64_t sink_recovered(void);

#endif
