/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * notify.h - tell the service manager how we are: sd_notify(3), by hand.  Never
 * fatal: without NOTIFY_SOCKET, or where sockets are forbidden, nothing happens.
 */
#ifndef LICHEN_REPORT_NOTIFY_H
#define LICHEN_REPORT_NOTIFY_H

#include "core/pool.h"

/*
 * Connect to $NOTIFY_SOCKET and read $WATCHDOG_USEC; both leave the environment.
 * Before privileges, chroot and sandbox take the socket's path away.
 */
void	notify_open(void);

void	notify_ready(const char *status);
/* How things are, in words, while nothing else changes. */
void	notify_status(const char *);

void	notify_reloading(void);
void	notify_stopping(void);

/* The watchdog wants a sign of life: send one if it is due by now. */
void	notify_alive(mono_t now);

/* When notify_alive() is due next, or INT64_MAX without a watchdog. */
mono_t	notify_due(void);

#endif
