/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * job.h - what the writer is given when it begins.
 */
#ifndef LICHEN_PROCESSES_JOB_H
#define LICHEN_PROCESSES_JOB_H

#include <stdbool.h>

#include "report/stats-file.h"
#include "system/plain-file.h"

#define WRITER_MADE	2

/* What it is to do; in the child all of it belongs to it. */
struct writer_job {
	int		 dir;		/* data-dir, or -1 */
	int		 file;		/* dynamic.map to append to, or -1 */
	const char	*dir_path;	/* NULL: paths mean nothing any more */
	struct stats_file *stats_file;
	const struct plain_made *made[WRITER_MADE];	/* to remove at the end */
	bool		 sandbox;
	void		(*forget)(void *);	/* what the daemon needs, and it */
	void		*forget_arg;		/* does not: memory, tables */
};

#endif
