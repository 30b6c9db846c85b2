/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NETINET_IN_H
#define _NETINET_IN_H
#include <stdint.h>
#include <sys/types.h>
#include <sys/socket.h>
typedef uint32_t	in_addr_t;
typedef uint16_t	in_port_t;
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
struct in6_addr {
	union {
		uint8_t		__u6_addr8[16];
		uint16_t	__u6_addr16[8];
		uint32_t	__u6_addr32[4];
	} __u6_addr;
};
#define s6_addr		__u6_addr.__u6_addr8
struct sockaddr_in6 {
	uint8_t		sin6_len;
	sa_family_t	sin6_family;
	in_port_t	sin6_port;
	uint32_t	sin6_flowinfo;
	struct in6_addr	sin6_addr;
	uint32_t	sin6_scope_id;
};
#define INADDR_ANY	((in_addr_t)0)
#define INET_ADDRSTRLEN	16
#define INET6_ADDRSTRLEN 46
#define IPPROTO_IP	0
#define IPPROTO_HOPOPTS	0
#define IPPROTO_ICMP	1
#define IPPROTO_IGMP	2
#define IPPROTO_TCP	6
#define IPPROTO_UDP	17
#define IPPROTO_IPV6	41
#define IPPROTO_ROUTING	43
#define IPPROTO_FRAGMENT 44
#define IPPROTO_ESP	50
#define IPPROTO_AH	51
#define IPPROTO_ICMPV6	58
#define IPPROTO_NONE	59
#define IPPROTO_DSTOPTS	60
#define IPPROTO_SCTP	132
#define IPPROTO_RAW	255
uint16_t	 htons(uint16_t);
uint32_t	 htonl(uint32_t);
uint16_t	 ntohs(uint16_t);
uint32_t	 ntohl(uint32_t);
#endif
