/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_SYSCTL_H
#define _SYS_SYSCTL_H
#include <sys/types.h>
int	 sysctlbyname(const char *, void *, size_t *, const void *, size_t);
#endif
