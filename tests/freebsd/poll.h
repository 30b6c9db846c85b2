/* SPDX-License-Identifier: BSD-2-Clause */
/* Of signals only what ppoll() takes. */
#ifndef _POLL_H
#define _POLL_H
#include <sys/_sigset.h>
#include <sys/timespec.h>
typedef __sigset_t	sigset_t;
#define POLLIN		0x0001
#define POLLPRI		0x0002
#define POLLOUT		0x0004
#define POLLERR		0x0008
#define POLLHUP		0x0010
#define POLLNVAL	0x0020
#define POLLRDNORM	0x0040
#define INFTIM		(-1)
typedef unsigned int nfds_t;
struct pollfd {
	int	fd;
	short	events, revents;
};
int	 poll(struct pollfd *, nfds_t, int);
int	 ppoll(struct pollfd *, nfds_t, const struct timespec *,
	    const sigset_t *);
#endif
