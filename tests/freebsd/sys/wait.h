/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_WAIT_H
#define _SYS_WAIT_H
#include <sys/types.h>
#define WIFEXITED(s)	(((s) & 0177) == 0)
#define WEXITSTATUS(s)	((s) >> 8)
pid_t	 waitpid(pid_t, int *, int);
#endif
