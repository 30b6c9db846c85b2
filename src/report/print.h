/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * print.h - what a configuration means to other programs, on standard output.
 */
#ifndef LICHEN_REPORT_PRINT_H
#define LICHEN_REPORT_PRINT_H

#include "conf/conf.h"

/*
 * Each returns the exit status; what goes wrong is on stderr, and then nothing is
 * on standard output, but for what a full disk did not take.
 */

/*
 * Whoever comes from TAYGA had a script that brought the device up and routed to it:
 * one line on stderr where nothing does, with what to add.
 */
void	print_hint(const struct conf *);

/* Rules of the system's packet filter; interface: NULL or where IPv4 leaves by. */
int	print_nat44(const struct conf *, const char *interface);

/*
 * The file at path as TAYGA takes it, a warning for each line that is left out.
 * version: "0.9.2", "latest", or NULL for the former.
 */
int	print_tayga(const char *path, const char *version);

#endif
