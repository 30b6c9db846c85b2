/* SPDX-License-Identifier: BSD-2-Clause */
/* Include <sys/types.h> before. */
#ifndef _SYS_SYSCTL_H
#define _SYS_SYSCTL_H
int	 sysctl(const int *, u_int, void *, size_t *, const void *, size_t);
int	 sysctlbyname(const char *, void *, size_t *, const void *, size_t);
#endif
