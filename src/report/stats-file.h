/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stats-file.h - the metrics in a file for the textfile collector of Prometheus's
 * node_exporter: replaced as a whole every few seconds.
 */
#ifndef LICHEN_REPORT_STATS_FILE_H
#define LICHEN_REPORT_STATS_FILE_H

#include "core/pool.h"
#include "stats.h"

struct stats_file {
	int	dir;		/* its directory; -1: there is no file */
	char	*path, *tmp;	/* tmp: a name in dir */
	const char *name;	/* the file's, within path */
	mono_t	due;		/* when to write it; INT64_MAX: never */
	int	told;		/* errno that was logged, 0 after success */
	/* Who writes it, if that is not us; false: not now. */
	bool	(*hand_over)(void *, const char *text, size_t n);
	void	*hand_over_arg;
};

/*
 * Open the directory of path, which is absolute; NULL: no file.  Before
 * privileges go.  Whatever fails is logged, and there is no file.
 */
void	stats_file_open(struct stats_file *, const char *path);
void	stats_file_close(struct stats_file *);

/*
 * Have it written if that is due; interval is in seconds.  A failure leaves the old
 * file as it was, is counted, and logged once until it works again.
 */
void	stats_file_work(struct stats_file *, struct stats *, unsigned interval,
	    mono_t now);

/* The text, now; false with errno. */
bool	stats_file_write(struct stats_file *, const char *text, size_t n);

/* Has another directory the name of ours by now?  Then use that; false with errno. */
bool	stats_file_moved(const struct stats_file *);
bool	stats_file_follow(struct stats_file *);

/* What became of it: errno, or 0. */
void	stats_file_result(struct stats_file *, struct stats *, int error);

#endif
