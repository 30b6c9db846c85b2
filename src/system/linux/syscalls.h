/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * syscalls.h - the system calls that our processes make once they run, and which
 * arguments they may have: one table, syscalls.c, for the filter of sandbox.c.
 */
#ifndef LICHEN_SYSTEM_LINUX_SYSCALLS_H
#define LICHEN_SYSTEM_LINUX_SYSCALLS_H

#include <stddef.h>
#include <stdint.h>

/* Who makes it: enum sandbox_who as bits, and one more. */
#define BY_TRANSLATOR	1u
#define BY_WRITER	2u
#define BY_KEEPER	4u
#define BY_CLAT		8u	/* a translator with clat */

enum check {
	ANY,		/* whatever the arguments */
	BITS,		/* of the lower 32 bits of arg, those of mask are value */
	ZERO,		/* arg is zero, all of it: no pointer */
	US,		/* arg is our process id */
	REFUSED,	/* it fails, and who calls it knows what to do then */
	FATAL,		/* it ends the process */
};

struct rule {
	int		nr;
	unsigned	who;
	enum check	check;
	unsigned	arg;
	uint32_t	mask, value;
};

/*
 * What is not in it is not allowed.  Rules of the same call follow each other: one
 * of them has to fit.  What every packet needs comes first.
 */
extern const struct rule	syscall_rules[];
extern const size_t		syscall_nrules;
#define SYSCALL_RULES_MAX	256

#endif
