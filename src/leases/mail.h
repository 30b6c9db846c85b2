/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mail.h - what the daemon and the writer, the process that has the files, tell each
 * other: mail goes by a ring, reports come back by a pipe.
 */
#ifndef LICHEN_LEASES_MAIL_H
#define LICHEN_LEASES_MAIL_H

#include <stdint.h>

#include "core/addr.h"

/* Messages of the ring. */
enum mail {
	MAIL_LEASE = 1,	/* struct mail_lease: a line behind the others */
	MAIL_BEGIN,	/* all of dynamic.map anew: forget a list not ended */
	MAIL_ITEM,	/* struct mail_lease: one of them */
	MAIL_END,	/* that was all of them */
	MAIL_LOG,	/* a line of the log */
	MAIL_STATS,	/* the text of stats-file */
	MAIL_REMOVE,	/* the end: pidfile and control socket */
};

struct mail_lease {
	int64_t		wall;	/* last use, seconds since the epoch */
	struct ip6	host;
	ip4_t		addr;
};

enum report_kind {
	REPORT_READY = 1,	/* dynamic.map can be appended to */
	REPORT_WRITTEN,		/* all of it is on disk */
	REPORT_NOT_WRITTEN,	/* error: the old one stays */
	REPORT_NOT_APPENDED,	/* error: lines are missing in it */
	REPORT_AGAIN,		/* a list had no begin: write all of it again */
	REPORT_GONE,		/* somebody took it away: likewise */
	REPORT_DIR_GONE,	/* error: data-dir is, and no other was found */
	REPORT_DIR_NEW,		/* data-dir is another one: write it there */
	REPORT_STATS,		/* error, or 0: stats-file */
	REPORT_RESTARTED,	/* the writer had died: error is the signal */
};

/* One write to the pipe, which is whole or not there. */
struct report {
	int32_t	kind;		/* enum report_kind */
	int32_t	error;		/* errno */
};

#endif
