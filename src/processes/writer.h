/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * writer.h - a process for what may have to wait for a disk, so that packets need
 * not: dynamic.map, stats-file, and the log where it is a file, or where syslogd(8)
 * has to be looked for.  It has their directories and nothing else.
 *
 * It is two processes, one of which does nothing but start the other again when
 * that dies.  They end when the daemon has, once all that it said is written.
 */
#ifndef LICHEN_PROCESSES_WRITER_H
#define LICHEN_PROCESSES_WRITER_H

#include <stdbool.h>
#include <stddef.h>

#include "job.h"
#include "leases/mail.h"
#include "system/ring.h"

struct writer {
	struct ring	*ring;
	int		 wake;		/* write an octet to it */
	int		 reports;	/* read struct report from it */
};

/* Nobody to write for: all is as after writer_close(). */
void	writer_none(struct writer *);

/* false with errno, and as writer_none(), if there is none. */
bool	writer_start(struct writer *, const struct writer_job *);

/*
 * A message, if so many octets are free behind it.  false: it is not sent, and the
 * writer is behind.
 */
bool	writer_send(void *writer, enum mail, const void *, size_t n,
	    size_t room);

/* A number that changes when it takes a message. */
uint32_t writer_taken(void *writer);

/* Give it so many milliseconds to take all but so many octets. */
void	writer_wait(struct writer *, uint32_t left, int ms);

/* Hand on what it reports; false: it is no more. */
bool	writer_listen(struct writer *, void (*)(void *, struct report), void *);

/* It ends, in time. */
void	writer_close(struct writer *);

#endif
