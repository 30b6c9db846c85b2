/* SPDX-License-Identifier: BSD-2-Clause */
/* No families (AF_INET) and no IPv6 address. */
#ifndef _ARPA_INET_H
#define _ARPA_INET_H
#include <machine/endian.h>
#define INET_ADDRSTRLEN	16
#define INET6_ADDRSTRLEN 46
typedef __UINT16_TYPE__	uint16_t;
typedef __UINT32_TYPE__	uint32_t;
typedef __UINT32_TYPE__	in_addr_t;
typedef __UINT16_TYPE__	in_port_t;
typedef __SIZE_TYPE__	size_t;
typedef __UINT32_TYPE__	socklen_t;
#ifndef _STRUCT_IN_ADDR_DECLARED
struct in_addr { in_addr_t s_addr; };
#define _STRUCT_IN_ADDR_DECLARED
#endif
#define inet_ntop	__inet_ntop
#define inet_pton	__inet_pton
uint32_t	 htonl(uint32_t);
uint16_t	 htons(uint16_t);
uint32_t	 ntohl(uint32_t);
uint16_t	 ntohs(uint16_t);
in_addr_t	 inet_addr(const char *);
int		 inet_aton(const char *, struct in_addr *);
in_addr_t	 inet_network(const char *);
char		*inet_ntoa(struct in_addr);
const char	*inet_ntop(int, const void *, char *, socklen_t);
int		 inet_pton(int, const char *, void *);
#endif
