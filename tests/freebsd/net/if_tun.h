/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NET_IF_TUN_H
#define _NET_IF_TUN_H
#define TUNGIFNAME	_IOR('t', 93, struct ifreq)
#define TUNSIFMODE	_IOW('t', 94, int)
#define TUNSIFPID	_IO('t', 95)
#define TUNSIFHEAD	_IOW('t', 96, int)
#endif
