/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ask.h - the other end of the control socket: one request, one answer.
 */
#ifndef LICHEN_REPORT_ASK_H
#define LICHEN_REPORT_ASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Connect to the socket at path.  NULL: errno. */
FILE	*ask_open(const char *path);

/*
 * Send a request and hand each line of the answer, without its end, to take.
 * Return false with a message on stderr if the daemon refuses or falls silent.
 */
bool	ask(FILE *, const char *request, void (*take)(void *, char *line),
	    void *arg);

#endif
