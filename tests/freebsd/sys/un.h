/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_UN_H
#define _SYS_UN_H
#include <sys/types.h>
#include <sys/socket.h>
struct sockaddr_un {
	unsigned char	sun_len;
	sa_family_t	sun_family;
	char		sun_path[104];
};
#endif
