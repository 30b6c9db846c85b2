/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * caps.c - capabilities(7).  System calls: capget, prctl, and capset if there
 * are any.
 */
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <linux/capability.h>

#include <stdint.h>
#include <unistd.h>

#include "system/caps.h"

#define SETS		_LINUX_CAPABILITY_U32S_3
#define NET_ADMIN	(1u << CAP_NET_ADMIN)

static bool
has_any(const struct __user_cap_data_struct set[SETS])
{
	uint32_t all = 0;

	for (int i = 0; i < SETS; i++)
		all |= set[i].effective | set[i].permitted |
		    set[i].inheritable;
	return all != 0;
}

bool
caps_drop(bool net_admin)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct set[SETS] = { { 0, 0, 0 } };
	uint32_t kept;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 ||
	    syscall(SYS_capget, &head, set) == -1)
		return false;
	if (!has_any(set))
		return true;
	kept = net_admin ? set[0].permitted & NET_ADMIN : 0;
	for (int i = 0; i < SETS; i++)
		set[i] = (struct __user_cap_data_struct){ 0, 0, 0 };
	set[0].effective = set[0].permitted = kept;
	return syscall(SYS_capset, &head, set) == 0;
}

bool
caps_keep(void)
{
	return prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == 0;
}
