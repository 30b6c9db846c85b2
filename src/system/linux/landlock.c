/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * landlock.c - System calls: landlock_*, close; those of probe.c.
 *
 * Structures and bits are written down here: a kernel is often newer than the
 * headers, and the C library has no functions for it.
 */
#include <sys/syscall.h>

#include <assert.h>
#include <stdint.h>
#include <unistd.h>

#include "landlock.h"
#include "probe.h"

/* The same numbers on every machine that has them. */
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset	444
#define SYS_landlock_add_rule		445
#define SYS_landlock_restrict_self	446
#endif

#define CREATE_VERSION	1u		/* landlock_create_ruleset(): ask for it */
#define RULE_BENEATH	1

/* Rights of files, linux/landlock.h. */
#define WRITE_FILE	(1u << 1)
#define READ_FILE	(1u << 2)
#define READ_DIR	(1u << 3)
#define REMOVE_FILE	(1u << 5)
#define MAKE_REG	(1u << 8)
#define TRUNCATE	(1u << 14)

#define READING		(READ_FILE | READ_DIR)
#define WRITING		(READING | WRITE_FILE | TRUNCATE | MAKE_REG | \
			    REMOVE_FILE)

#define TCP		3u		/* bind, connect */
#define OTHERS		3u		/* abstract sockets, signals */

/* Bits of rights that a version of it knows: files, TCP, others. */
static const struct version {
	uint64_t	files, net, scoped;
} versions[] = {
	{ 0, 0, 0 },			/* none */
	{ (1u << 13) - 1, 0, 0 },
	{ (1u << 14) - 1, 0, 0 },	/* 5.19: links and renames across */
	{ (1u << 15) - 1, 0, 0 },	/* 6.2: truncate */
	{ (1u << 15) - 1, TCP, 0 },	/* 6.7 */
	{ (1u << 16) - 1, TCP, 0 },	/* 6.10: ioctl of devices */
	{ (1u << 16) - 1, TCP, OTHERS }, /* 6.12 */
};
#define VERSIONS	(sizeof versions / sizeof versions[0])

static_assert(sizeof(struct version) == 24, "struct landlock_ruleset_attr");

struct beneath {			/* struct landlock_path_beneath_attr */
	uint64_t	allowed;
	int32_t		fd;
} __attribute__((__packed__));

/* --- rules ---------------------------------------------------------------- */

static bool
add_dirs(int ruleset, const struct dirs *dirs, uint64_t rights)
{
	for (unsigned i = 0; i < dirs->n; i++) {
		struct beneath rule = { rights, dirs->fd[i] };

		if (syscall(SYS_landlock_add_rule, ruleset, RULE_BENEATH,
		    &rule, 0) == -1)
			return false;
	}
	return true;
}

/* 0: none. */
static int
ask_version(void)
{
	long n = syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_VERSION);

	return n < 0 ? 0 : n > UINT8_MAX ? UINT8_MAX : (int)n;
}

bool
landlock_start(const struct dirs *read, const struct dirs *write,
    const struct dirs *remove)
{
	int n = probe(ask_version);
	struct version v;
	int ruleset;
	bool ok;

	if (n <= 0)
		return false;
	v = versions[(size_t)n < VERSIONS ? (size_t)n : VERSIONS - 1];
	ruleset = (int)syscall(SYS_landlock_create_ruleset, &v, sizeof v, 0);
	if (ruleset == -1)
		return false;
	ok = add_dirs(ruleset, read, READING & v.files) &&
	    add_dirs(ruleset, write, WRITING & v.files) &&
	    add_dirs(ruleset, remove, REMOVE_FILE) &&
	    syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
	close(ruleset);
	return ok;
}
