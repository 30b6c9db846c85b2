/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_TIMESPEC_H
#define _SYS_TIMESPEC_H
#include <sys/_timespec.h>
struct itimerspec {
	struct timespec	it_interval, it_value;
};
#endif
