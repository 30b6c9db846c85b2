/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message.c - messages are tidy, in order, and of bounded length.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"

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

bool
conf_msgs_add(struct conf_msgs *m, struct conf_msg msg)
{
	struct conf_msg *grown = realloc(m->msg, (m->n + 1) * sizeof *grown);

	if (grown != NULL)
		m->msg = grown;
	if (grown == NULL || msg.file == NULL || msg.text == NULL) {
		free(msg.file);
		free(msg.text);
		return false;
	}
	tidy(msg.text);
	m->msg[m->n++] = msg;
	return true;
}

/* Line 0 is about all of a file: behind its lines. */
static bool
is_before(const char *first, const struct conf_msg *a,
    const struct conf_msg *b)
{
	bool first_a = strcmp(a->file, first) == 0;
	bool first_b = strcmp(b->file, first) == 0;

	if (first_a != first_b)
		return first_a;
	return a->line - 1 < b->line - 1;
}

/* By insertion: they are few, most in order already, and equals stay so. */
void
conf_msgs_sort(struct conf_msgs *msgs, const char *first)
{
	struct conf_msg *m = msgs->msg;

	for (size_t i = 1; i < msgs->n; i++) {
		struct conf_msg moved = m[i];
		size_t k = i;

		for (; k > 0 && is_before(first, &moved, &m[k - 1]); k--)
			m[k] = m[k - 1];
		m[k] = moved;
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
