/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * message.h - what there is to say about a configuration: errors and warnings as
 * data, in order.
 */
#ifndef LICHEN_CONF_MESSAGE_H
#define LICHEN_CONF_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

/* Something to tell the user about a file; text is one sentence. */
struct conf_msg {
	bool		 error;		/* else a warning: the file is usable */
	char		*file;
	unsigned	 line;		/* 0: about the file as a whole */
	char		*text;		/* what is wrong; what would be right */
};

struct conf_msgs {
	struct conf_msg	*msg;
	size_t		 n;
};

/*
 * Add one, whose file and text are ours from then on, also when there is no memory
 * (or either of them is NULL for want of it): then return false.
 */
bool	conf_msgs_add(struct conf_msgs *, struct conf_msg);

/* By file, this one first, and by line. */
void	conf_msgs_sort(struct conf_msgs *, const char *first);

void	conf_msgs_free(struct conf_msgs *);

#endif
