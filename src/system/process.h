/* SPDX-License-Identifier: BSD-2-Clause */
/* process.h - what a system tells of processes, and what they tell it. */
#ifndef LICHEN_SYSTEM_PROCESS_H
#define LICHEN_SYSTEM_PROCESS_H

/* How we are called in lists of processes, at most 15 octets. */
void	process_name(const char *);

/* The process that has the flock(2) of the open file fd; 0: not known. */
long	lock_holder(int fd);

#endif
