/* SPDX-License-Identifier: BSD-2-Clause */
/* caps-none.c - where root's privileges are all in his id. */
#include "system/caps.h"

bool
caps_drop(bool net_admin)
{
	(void)net_admin;
	return true;
}

bool
caps_keep(void)
{
	return true;
}
