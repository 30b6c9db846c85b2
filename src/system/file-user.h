/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * file-user.h - root without his files: a process that stays root opens them, from
 * some time on, as nobody.  Not on every system.
 */
#ifndef LICHEN_SYSTEM_FILE_USER_H
#define LICHEN_SYSTEM_FILE_USER_H

#include <stdbool.h>

/*
 * Before capabilities are dropped: be nobody, if still_good(arg) then, and if we are
 * root and may.  Return whether it is so.  What keeps it so is a sandbox.
 */
bool	file_user_leave(bool (*still_good)(void *arg), void *arg);

/* A child of such a process has root's files again. */
void	file_user_return(void);

#endif
