/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_CAPSICUM_H
#define _SYS_CAPSICUM_H
int	 cap_enter(void);
#endif
