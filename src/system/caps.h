/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * caps.h - what root can do besides being root.
 */
#ifndef LICHEN_SYSTEM_CAPS_H
#define LICHEN_SYSTEM_CAPS_H

#include <stdbool.h>

/*
 * Give up every privilege that is not a user or group id, and the means to gain
 * one by running a program; but CAP_NET_ADMIN, if it is there and net_admin.  Asks
 * for nothing where there is nothing to give up: a service manager's filter may kill
 * for the question.  Return false with errno.
 */
bool	caps_drop(bool net_admin);

/* Have the means for that outlive becoming another user.  Return false with errno. */
bool	caps_keep(void);

#endif
