/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_IOCTL_H
#define _SYS_IOCTL_H
#include <sys/ioccom.h>
#include <sys/sockio.h>
#endif
