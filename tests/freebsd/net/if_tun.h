/* SPDX-License-Identifier: BSD-2-Clause */
/* Include <sys/ioctl.h> before.  TUNSTRANSIENT came with FreeBSD 15. */
#ifndef _NET_IF_TUN_H
#define _NET_IF_TUN_H
#define TUNMRU		65535
#define TUNGIFNAME	_IOR('t', 93, struct ifreq)
#define TUNSIFMODE	_IOW('t', 94, int)
#define TUNSIFPID	_IO('t', 95)
#define TUNSIFHEAD	_IOW('t', 96, int)
#endif
