/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sandbox.h - give up, for good, what a process of ours has no use for once it runs.
 */
#ifndef LICHEN_SYSTEM_SANDBOX_H
#define LICHEN_SYSTEM_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "dirs.h"

enum sandbox_who {
	SANDBOX_TRANSLATOR,	/* packets; reads the configuration again */
	SANDBOX_WRITER,		/* files, and the way to syslogd */
	SANDBOX_KEEPER,		/* asks the kernel for addresses and routes */
	SANDBOX_ALONE,		/* translator and writer in one */
};

struct sandbox {
	enum sandbox_who	who;
	bool			asks;	/* sends datagrams to whom it likes */
	/* Directories, with all below them: what may be reached by a name to */
	struct dirs		read;
	struct dirs		write;	/* new files, and old ones; and read */
	struct dirs		remove;	/* files, and no more */
};

/* Does it cost nothing here, so that "sandbox auto" means yes? */
bool	sandbox_by_default(void);

/*
 * From here on the process, which has one thread, can do no more than what it is
 * for.  Everything that takes a privilege comes before it.  Return false with a
 * message in err if the kernel, or who started us, does not let us.
 */
bool	sandbox_start(const struct sandbox *, char *err, size_t errsize);

/*
 * Does EACCES mean that a file is in none of the directories?  Known after
 * sandbox_start(): it is not so on every kernel.
 */
bool	sandbox_has_walls(void);

#endif
