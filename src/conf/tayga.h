/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tayga.h - the way back: a file of ours as TAYGA takes it.
 */
#ifndef LICHEN_CONF_TAYGA_H
#define LICHEN_CONF_TAYGA_H

#include <stdbool.h>
#include <stdio.h>

enum tayga_version {
	TAYGA_0_9_2,		/* of Debian and Ubuntu */
	TAYGA_LATEST,		/* with all directives that it ever had */
};

/*
 * Write the lines of in that this TAYGA takes, as they are, to out.  For each that
 * is left out, left_out gets its number and what it is about and why, in words.
 * Return false with errno if in cannot be read or out not written.
 */
bool	tayga_write(FILE *in, FILE *out, enum tayga_version,
	    void (*left_out)(void *, unsigned line, const char *why), void *arg);

#endif
