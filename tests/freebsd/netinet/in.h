/* SPDX-License-Identifier: BSD-2-Clause */
/* Neither AF_INET nor struct sockaddr nor socklen_t: <sys/socket.h>. */
#ifndef _NETINET_IN_H
#define _NETINET_IN_H
#include <machine/endian.h>
#define IPPROTO_IP	0
#define IPPROTO_ICMP	1
#define IPPROTO_TCP	6
#define IPPROTO_UDP	17
typedef __UINT8_TYPE__	uint8_t;
typedef __UINT16_TYPE__	uint16_t;
typedef __UINT32_TYPE__	uint32_t;
typedef __UINT32_TYPE__	in_addr_t;
typedef __UINT16_TYPE__	in_port_t;
typedef __UINT8_TYPE__	sa_family_t;
#ifndef _STRUCT_IN_ADDR_DECLARED
struct in_addr { in_addr_t s_addr; };
#define _STRUCT_IN_ADDR_DECLARED
#endif
struct sockaddr_in {
	uint8_t		sin_len;
	sa_family_t	sin_family;
	in_port_t	sin_port;
	struct in_addr	sin_addr;
	char		sin_zero[8];
};
uint32_t	 htonl(uint32_t);
uint16_t	 htons(uint16_t);
uint32_t	 ntohl(uint32_t);
uint16_t	 ntohs(uint16_t);
#define IPPROTO_IPV6	41
#define IPPROTO_RAW	255
#define INET_ADDRSTRLEN	16
#define IPPROTO_HOPOPTS	0
#define IPPROTO_IGMP	2
#define IPPROTO_GGP	3
#define IPPROTO_IPV4	4
#define IPPROTO_ST	7
#define IPPROTO_ROUTING	43
#define IPPROTO_FRAGMENT 44
#define IPPROTO_GRE	47
#define IPPROTO_ESP	50
#define IPPROTO_AH	51
#define IPPROTO_MOBILE	55
#define IPPROTO_ICMPV6	58
#define IPPROTO_NONE	59
#define IPPROTO_DSTOPTS	60
#define IPPROTO_SCTP	132
#define IPPROTO_UDPLITE	136
#define INADDR_ANY	((in_addr_t)0)
#define INADDR_LOOPBACK	((in_addr_t)0x7f000001)
#define INADDR_BROADCAST ((in_addr_t)0xffffffff)
#define INADDR_NONE	((in_addr_t)0xffffffff)
#define IN_LOOPBACKNET	127
#define IN_MULTICAST(i)	(((in_addr_t)(i) & 0xf0000000) == 0xe0000000)
#include <netinet6/in6.h>
#endif
