/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernel.h - for tests against the real kernel, which tun.sh runs in a network
 * namespace of their own.  Every test is a process; its transient devices go
 * with it.
 */
#ifndef TESTS_KERNEL_H
#define TESTS_KERNEL_H

#include <stdint.h>

#include "system/tun.h"

extern char err[256];		/* for messages */

void	 run(const char *command);
void	 has(const char *text, const char *part);
void	 lacks(const char *text, const char *part);
void	 drop_capabilities(void);

struct tun opened(const char *name);

/*
 * Up, and with addresses: our end of two networks, 198.51.NET.1/24 and
 * 2001:db8:NET::1/64.
 */
struct tun opened_up(const char *name, int net);
void	 bring_up(const char *name, int net);

/* Up again: the IPv4 address was kept. */
void	 set_up(const char *name, int net);

/* A descriptor of the device as another program would have it. */
int	 foreign(const char *name, int flags);

#endif
