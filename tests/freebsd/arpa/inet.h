/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _ARPA_INET_H
#define _ARPA_INET_H
#include <stdint.h>
#include <sys/types.h>
#define inet_ntop	__inet_ntop
#define inet_pton	__inet_pton
#ifndef _STRUCT_IN_ADDR_DECLARED
struct in_addr { uint32_t s_addr; };
#define _STRUCT_IN_ADDR_DECLARED
#endif
uint16_t	 htons(uint16_t);
uint32_t	 htonl(uint32_t);
uint16_t	 ntohs(uint16_t);
uint32_t	 ntohl(uint32_t);
const char	*inet_ntop(int, const void *, char *, socklen_t);
int		 inet_pton(int, const char *, void *);
#endif
