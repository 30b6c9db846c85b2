/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * loop.h - wait for packets, signals, clients and time, and do what they ask for.
 */
#ifndef LICHEN_LOOP_H
#define LICHEN_LOOP_H

#include "daemon.h"

/* Signals that loop_run() waits for: block them, from the start on. */
void	loop_block_signals(void);

/*
 * Move packets until SIGINT, SIGTERM or SIGQUIT (return 0) or until the device
 * is gone (return 1).  The leases are saved at the end.
 */
int	loop_run(struct daemon *);

#endif
