/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reader.h - what reading a configuration needs from its caller.
 */
#ifndef LICHEN_CONF_READER_H
#define LICHEN_CONF_READER_H

#include <stddef.h>
#include <stdio.h>

/*
 * How to get at files, when that is more than opening them, and what else must
 * not wait while thousands of lines are read.  Either may be NULL.
 */
struct conf_reader {
	FILE	*(*open)(void *, const char *path);	/* NULL: errno */
	void	(*breathe)(void *);	/* called every few lines */
	void	*arg;
};

#define CONF_BREATHE	64		/* lines, or maps */

/* Between lines, or what takes as long: let the caller do something else. */
static inline void
conf_breathe(const struct conf_reader *r, size_t n)
{
	if (n % CONF_BREATHE == 0 && r->breathe != NULL)
		r->breathe(r->arg);
}

#endif
