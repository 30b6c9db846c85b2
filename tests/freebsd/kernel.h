/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernel.h - tun(4), interfaces and routes as FreeBSD's kernel has them, with its
 * numbers and layouts, behind the system calls of freebsd/tun.c and
 * freebsd/netif.c.  Plain C: included by tests that see the host's headers.
 */
#ifndef KERNEL_H
#define KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kernel {
	/* to be chosen */
	int	release;		/* 13, 14, 15 */
	bool	module;			/* if_tuntap is there */
	bool	cloning;		/* net.link.tun.devfs_cloning */
	bool	root;
	bool	everybody;		/* may open nodes: devfs.rules */
	bool	capsicum, capability_mode;
	int	pid;
	bool	forwarding4, forwarding6;
	bool	ipv6;			/* the kernel has it */
	/* what happened */
	unsigned slept;			/* ms */
	unsigned deadlocks;		/* destroyed by who has it open */
	unsigned complaints;		/* closed by another process */
	unsigned dad;			/* addresses that are tentative first */
	unsigned dead_nodes;		/* /dev/tunN without an interface */
	unsigned panics;
};

extern struct kernel kernel;

/* What an interface is. */
enum kind { KIND_TUN, KIND_TAP, KIND_BRIDGE, KIND_LOOPBACK };

struct iface {
	bool		used;
	enum kind	kind;
	unsigned	unit, index, mtu;
	char		name[16];
	bool		up, point_to_point, head, transient, dying;
	unsigned	nd_flags;	/* ND6_IFF_... */
	bool		node;		/* /dev/NAME is there */
	int		fd;		/* -1: nobody has it open */
	int		pid;		/* who */
	bool		elsewhere;	/* by another program */
	unsigned	addresses;
	/* the last packet written, and one to be read; with its header */
	uint8_t		out[70000], in[70000];
	size_t		out_len, in_len;
};

/* The test's part: an address as text.  inet_ntop(3) is the host's, whose numbers
 * of address families are others. */
const char	*kernel_text(bool is6, const void *addr, char buf[static 64]);

/* Release 14, root, nothing there. */
void		 kernel_reset(void);

/* errno of the calls: EBUSY and so on have FreeBSD's values in here only. */
const char	*kernel_errno(void);

struct iface	*kernel_iface(const char *name);	/* NULL: none */
unsigned	 kernel_count(void);			/* of interfaces */

struct iface	*kernel_make(enum kind, const char *name);

/* What other programs do. */
void	 kernel_open(const char *name);
void	 kernel_close(const char *name);
void	 kernel_destroy(const char *name);	/* waits, if one has it open */
void	 kernel_steal(const char *name);	/* make one of that name */
void	 kernel_end(const char *name);	/* close and destroy it; the unit is held
					 * until something sleeps */
void	 kernel_end_slowly(const char *name);	/* or for 200 ms */
void	 kernel_route(const char *prefix, const char *name, int flags);

/* Let it happen when the calls have slept so many milliseconds, or at the next
 * rename or after the next close of a device. */
void	 kernel_later(unsigned ms, void (*what)(const char *), const char *name);
void	 kernel_at_rename(void (*what)(const char *), const char *name);
void	 kernel_at_close(void (*what)(const char *), const char *name);

/* The process dies: what it had open is closed. */
void	 kernel_crash(void);

/* Sockets and devices that are open in the process. */
unsigned kernel_descriptors(void);

/* ND6_IFF_IFDISABLED: as rc.conf may have it. */
#define KERNEL_NO_IPV6	0x8

/* Of kernel_route(): made by hand; with a gateway; an interface's own. */
#define KERNEL_STATIC	0x800
#define KERNEL_GATEWAY	0x2
#define KERNEL_PINNED	0x100000

/* Is there a route or an address "2001:db8::/96 tun0", "192.0.2.1 > 192.0.2.2
 * tun0"? */
bool	 kernel_has_route(const char *text);
bool	 kernel_has_address(const char *text);
const char *kernel_routes(void);	/* all of them, one a line */
const char *kernel_addresses(void);

#endif
