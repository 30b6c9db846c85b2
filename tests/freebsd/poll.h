/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _POLL_H
#define _POLL_H
#include <signal.h>
#define POLLIN		0x0001
#define POLLPRI		0x0002
#define POLLOUT		0x0004
#define POLLERR		0x0008
#define POLLHUP		0x0010
#define POLLNVAL	0x0020
typedef unsigned int nfds_t;
struct pollfd {
	int	fd;
	short	events, revents;
};
int	 poll(struct pollfd *, nfds_t, int);
int	 ppoll(struct pollfd *, nfds_t, const struct timespec *,
	    const sigset_t *);
#endif
