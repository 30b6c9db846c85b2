/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * inside.h - what the parts of the double share: kernel.c (interfaces), calls.c
 * (system calls), routes.c (routing sockets).
 */
#ifndef KERNEL_INSIDE_H
#define KERNEL_INSIDE_H

#include <sys/types.h>

#include "kernel.h"

#define FD_BASE		100		/* descriptors are base + socket */
#define SOCKETS		200
#define INTERFACES	16

extern struct iface ifaces[INTERFACES];
extern int sockets[SOCKETS];		/* family, 0: closed */
extern char addresses[2048];

/*
 * Units that are neither there nor free: their interface is being destroyed; their
 * node is about to be; their node is there and the interface is not.  A bit each.
 */
extern unsigned held, scheduled, dead;

struct event {
	unsigned	ms;
	void		(*what)(const char *);
	const char	*name;
};
extern struct event at_rename, at_close;
void	 happen(struct event *);

int	 sys_fail(int error);		/* -1 with errno */

struct iface	*find_unit(enum kind, unsigned unit);	/* NULL: none */
struct iface	*new_unit(enum kind, unsigned unit);
struct iface	*new_iface(enum kind);
unsigned	 free_unit(enum kind, unsigned taken);
bool		 is_set(unsigned set, unsigned unit);
const char	*by_index(unsigned index);		/* NULL: none */
void		 check_scheduled(unsigned unit);
void		 close_iface(struct iface *, int pid);
void		 forget(struct iface *);

bool	 is_socket(int fd);

/* A line more of a text; the ones of a network mask. */
void	 note(char *list, size_t size, const char *fmt, ...)
	    __attribute__((__format__(__printf__, 3, 4)));
int	 bits(const uint8_t *mask, size_t octets);

void	 route_reset(void);
void	 route_forget(unsigned index);		/* those that lead there */
void	 route_opened(void);			/* a socket was */
void	 route_closed(void);
void	 route_patience(bool);			/* SO_RCVTIMEO */
ssize_t	 route_read(void *, size_t);
ssize_t	 route_write(const void *, size_t);

#endif
