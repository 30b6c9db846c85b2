/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reload.h - another configuration for the running translator.
 */
#ifndef LICHEN_RELOAD_H
#define LICHEN_RELOAD_H

#include "daemon.h"

/*
 * Read the files again, build tables beside those in use, moving packets all the
 * while, and swap.  On any error, which is logged, everything stays.
 */
void	reload(struct daemon *);

#endif
