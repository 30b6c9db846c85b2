/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * directive.h - the directives: how each is written, and what its words set.
 */
#ifndef LICHEN_CONF_DIRECTIVE_H
#define LICHEN_CONF_DIRECTIVE_H

#include "parse.h"

enum repeat {
	ONCE,		/* a second one is an error */
	LAST,		/* the last one counts, as in TAYGA */
	MANY,
};

struct directive {
	char		name[20];
	int		min, max;	/* arguments */
	enum repeat	repeat;
	size_t		at;		/* its line in struct conf_lines */
	void		(*set)(struct conf_parse *, char **);
	char		example[40];
};

extern const struct directive	conf_directives[];
extern const size_t		conf_ndirectives;

/* What holds where the file says nothing. */
void	conf_defaults(struct conf *);

#endif
