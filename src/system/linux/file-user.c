/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * file-user.c - setfsuid(2).  System calls: geteuid, getegid, capget, setgroups,
 * setfsuid, setfsgid, and those of probe.c: a unit's filter may kill for them.
 */
#include <sys/fsuid.h>
#include <sys/syscall.h>

#include <linux/capability.h>

#include <grp.h>
#include <stdint.h>
#include <unistd.h>

#include "probe.h"
#include "system/file-user.h"

#define NOBODY	65534		/* the kernel's overflowuid */
#define SETS	_LINUX_CAPABILITY_U32S_3

static bool left;

/* It tells who it was before, and nobody is -1: so this tells who it is. */
static bool
is_nobody(void)
{
	return (uid_t)setfsuid((uid_t)-1) == NOBODY;
}

static int
be_nobody(void)
{
	if (setgroups(0, NULL) == -1)
		return 0;
	(void)setfsgid(NOBODY);
	(void)setfsuid(NOBODY);
	return is_nobody();
}

static bool
may_set_ids(void)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct set[SETS] = { { 0, 0, 0 } };
	const uint32_t both = 1u << CAP_SETUID | 1u << CAP_SETGID;

	return syscall(SYS_capget, &head, set) == 0 &&
	    (set[0].effective & both) == both;
}

void
file_user_return(void)
{
	if (!left)
		return;
	left = false;
	(void)setfsuid(geteuid());
	(void)setfsgid(getegid());
}

bool
file_user_leave(bool (*still_good)(void *), void *arg)
{
	if (geteuid() != 0 || !may_set_ids() || probe(be_nobody) != 1)
		return false;
	left = true;
	if (be_nobody() == 1 && still_good(arg))
		return true;
	file_user_return();
	return false;
}
