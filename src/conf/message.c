/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message.c - what there is to say about a configuration: errors and warnings
 * as data, tidy and in order.
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parse.h"

#define MSGS_MAX	1000		/* a hostile file must not fill memory */
#define TEXT_MAX	512		/* octets of a message */

/* Words of the file may be anything, and as long as the file. */
static void
tidy(char *text)
{
	const size_t half = TEXT_MAX / 2 - 3;
	size_t n = strlen(text);

	if (n > TEXT_MAX) {
		memcpy(text + half, "...", 3);
		memmove(text + half + 3, text + n - half, half + 1);
	}
	for (; *text != '\0'; text++)
		if (iscntrl((unsigned char)*text))
			*text = '?';
}

static void
add_msg(struct conf_parse *p, struct conf_msg msg)
{
	struct conf_msgs *m = p->msgs;
	struct conf_msg *grown = realloc(m->msg, (m->n + 1) * sizeof *grown);

	if (grown != NULL)
		m->msg = grown;
	if (grown == NULL || msg.file == NULL || msg.text == NULL) {
		free(msg.file);
		free(msg.text);
		p->no_memory = true;
		return;
	}
	tidy(msg.text);
	m->msg[m->n++] = msg;
}

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
	add_msg(p, msg);
}

/* Line 0 is about all of a file: behind its lines. */
static bool
is_before(const struct conf_parse *p, const struct conf_msg *a,
    const struct conf_msg *b)
{
	bool first_a = strcmp(a->file, p->path) == 0;
	bool first_b = strcmp(b->file, p->path) == 0;

	if (first_a != first_b)
		return first_a;
	return a->line - 1 < b->line - 1;
}

/* By insertion: they are few, most in order already, and equals stay so. */
void
conf_msgs_finish(struct conf_parse *p)
{
	struct conf_msg *m = p->msgs->msg;

	for (size_t i = 1; i < p->msgs->n; i++) {
		struct conf_msg moved = m[i];
		size_t k = i;

		for (; k > 0 && is_before(p, &moved, &m[k - 1]); k--)
			m[k] = m[k - 1];
		m[k] = moved;
	}
	if (p->untold > 0) {
		struct conf_msg more = {
			.error = p->failed,
			.file = strdup(p->path),
		};

		if (asprintf(&more.text, "%zu more messages are not shown",
		    p->untold) == -1)
			more.text = NULL;
		add_msg(p, more);
	}
}

void
conf_msgs_free(struct conf_msgs *m)
{
	for (size_t i = 0; i < m->n; i++) {
		free(m->msg[i].file);
		free(m->msg[i].text);
	}
	free(m->msg);
	*m = (struct conf_msgs){ 0 };
}
