/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_SOCKIO_H
#define _SYS_SOCKIO_H
#include <sys/ioccom.h>
#define SIOCSIFFLAGS	_IOW('i', 16, struct ifreq)
#define SIOCGIFFLAGS	_IOWR('i', 17, struct ifreq)
#define SIOCSIFNAME	_IOW('i', 40, struct ifreq)
#define SIOCAIFADDR	_IOW('i', 43, struct ifaliasreq)
#define SIOCGIFMTU	_IOWR('i', 51, struct ifreq)
#define SIOCIFDESTROY	_IOW('i', 121, struct ifreq)
#define SIOCIFCREATE	_IOWR('i', 122, struct ifreq)
#endif
