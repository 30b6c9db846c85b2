/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * work.h - what the writer does with the messages of the daemon, until the daemon
 * is no more.
 */
#ifndef LICHEN_PROCESSES_WORK_H
#define LICHEN_PROCESSES_WORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "job.h"
#include "leases/dynamic-map.h"
#include "leases/mail.h"
#include "system/ring.h"

#define WORK_BATCH		256	/* messages, then they are written */
#define WORK_MOVED		3	/* exit status: see is_elsewhere() */

struct work {
	const struct writer_job *job;
	struct ring	*ring;
	int		 wake, reports;
	int		 file;		/* to append to; -1: none */
	FILE		*all;		/* of what is written anew, or NULL */
	int		 all_error;	/* errno of a line of it */
	char		 lines[WORK_BATCH * STATE_LINE];	/* to append */
	size_t		 n;
	bool		 failing;	/* to append; it was reported */
	bool		 stay;		/* where we are, even if that has moved */
	mono_t		 sync_at, check_at;
	unsigned char	 message[RING_MESSAGE];
};

/* Tell the daemon. */
void	work_report(const struct work *, enum report_kind, int error);

/*
 * Take messages until the daemon's end of wake is closed and all is written.  Ends
 * the process with status WORK_MOVED if data-dir is elsewhere now.
 */
void	work(struct work *);

/*
 * Behind a directory that was moved: open what has its name now.  What is in the way
 * of it stays so: true if the next writer can go there.
 */
bool	work_follow(struct work *);

#endif
