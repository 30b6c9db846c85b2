/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_SELECT_H
#define _SYS_SELECT_H
#include <sys/_sigset.h>
#include <sys/_timespec.h>
#include <sys/_timeval.h>
typedef __sigset_t	sigset_t;
typedef unsigned long	fd_mask;
#define FD_SETSIZE	1024
typedef struct fd_set { fd_mask __fds_bits[FD_SETSIZE / 64]; } fd_set;
#define FD_SET(n, p)	((p)->__fds_bits[(n) / 64] |= 1UL << (n) % 64)
#define FD_CLR(n, p)	((p)->__fds_bits[(n) / 64] &= ~(1UL << (n) % 64))
#define FD_ISSET(n, p)	(((p)->__fds_bits[(n) / 64] & 1UL << (n) % 64) != 0)
#define FD_ZERO(p)	__builtin_memset((p), 0, sizeof *(p))
int	 pselect(int, fd_set *, fd_set *, fd_set *, const struct timespec *,
	    const sigset_t *);
int	 select(int, fd_set *, fd_set *, fd_set *, struct timeval *);
#endif
