/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ping.h - one echo request, for who wants to know whether there is a way.
 */
#ifndef LICHEN_REPORT_PING_H
#define LICHEN_REPORT_PING_H

#include "core/addr.h"

/*
 * Milliseconds until the answer; -1 with errno: ETIMEDOUT, or why it could not be
 * asked (EACCES: sysctl net.ipv4.ping_group_range, and not root).  Waits a second
 * for each of three requests.
 */
int	ping4(ip4_t);
int	ping6(struct ip6);

#endif
