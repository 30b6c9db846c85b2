/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * parse.c - telling what is wrong.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "parse.h"

#define MSGS_MAX	1000		/* a hostile file must not fill memory */

void
conf_say(struct conf_parse *p, bool error, const char *file, unsigned line,
    const char *fmt, ...)
{
	struct conf_msg msg = { .error = error, .line = line };
	va_list ap;

	p->failed = p->failed || error;
	if (p->msgs->n >= MSGS_MAX) {
		p->untold++;
		return;
	}
	va_start(ap, fmt);
	if (vasprintf(&msg.text, fmt, ap) == -1)
		msg.text = NULL;
	va_end(ap);
	msg.file = strdup(file);
	if (!conf_msgs_add(p->msgs, msg))
		p->no_memory = true;
}

void
conf_say_finish(struct conf_parse *p)
{
	struct conf_msg more = { .error = p->failed };

	conf_msgs_sort(p->msgs, p->path);
	if (p->untold == 0)
		return;
	more.file = strdup(p->path);
	if (asprintf(&more.text, "%zu more messages are not shown",
	    p->untold) == -1)
		more.text = NULL;
	if (!conf_msgs_add(p->msgs, more))
		p->no_memory = true;
}
