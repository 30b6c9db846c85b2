/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * probe.h - try a system call that somebody else's filter may kill for: a service
 * manager's, a container's.
 */
#ifndef LICHEN_SYSTEM_LINUX_PROBE_H
#define LICHEN_SYSTEM_LINUX_PROBE_H

/*
 * What f returns, 0 to 255; if there is a filter, it is called by a child of ours,
 * and the result is -1 if the child does not live to tell.
 */
int	probe(int (*f)(void));

#endif
