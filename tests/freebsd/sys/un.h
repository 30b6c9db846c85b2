/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_UN_H
#define _SYS_UN_H
typedef __UINT8_TYPE__	sa_family_t;
struct sockaddr_un {
	unsigned char	sun_len;
	sa_family_t	sun_family;
	char		sun_path[104];
};
#define LOCAL_PEERCRED	1
#define SUN_LEN(su)	(sizeof *(su) - sizeof (su)->sun_path +		\
	strlen((su)->sun_path))
#endif
