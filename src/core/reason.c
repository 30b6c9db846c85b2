/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdint.h>

#include "reason.h"

/* Arrays of characters, not pointers: tables without relocations are read-only. */
static const struct {
	char	name[16];
	char	text[64];
	uint8_t	answer;
	uint8_t	log_class;
} reasons[REASON_COUNT] = {
#define X(id, name, answer, class, text) \
	[REASON_##id] = { name, text, ANSWER_##answer, LOG_CLASS_##class },
	REASONS(X)
#undef X
};

const char *
reason_name(enum reason r)
{
	return reasons[r].name;
}

const char *
reason_text(enum reason r)
{
	return reasons[r].text;
}

enum answer
reason_answer(enum reason r)
{
	return (enum answer)reasons[r].answer;
}

enum log_class
reason_log_class(enum reason r)
{
	return (enum log_class)reasons[r].log_class;
}
