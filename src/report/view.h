/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view.h - the metrics of a daemon, on a terminal of 80 columns.
 */
#ifndef LICHEN_REPORT_VIEW_H
#define LICHEN_REPORT_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define VIEW_SAMPLES	256
#define VIEW_PROBLEMS	16
#define VIEW_TEXT	256
#define VIEW_CLAT	8

struct view_sample {
	char		name[40];
	char		label[40];	/* "": none */
	uint64_t	value;
};

struct view {
	double			when;	/* seconds, on any clock */
	size_t			n;
	struct view_sample	sample[VIEW_SAMPLES];
	size_t			nproblems, nclat;
	char			clat[VIEW_CLAT][VIEW_TEXT];
	char			problem[VIEW_PROBLEMS][VIEW_TEXT];
};

/* Take a line of `status'; false if it is none, or there are too many. */
bool	view_add(struct view *, const char *line);

/* Take a line of `problems'; false as above. */
bool	view_add_problem(struct view *, const char *line);

/* Take a line of `clat'; false if there are too many. */
bool	view_add_clat(struct view *, const char *line);

/* Print it; with rates since before, unless that is NULL. */
void	view_print(const struct view *, const struct view *before, FILE *);

#endif
