/* SPDX-License-Identifier: BSD-2-Clause */
/* Included by <netinet/in.h>.  There is no s6_addr16 and no s6_addr32. */
#ifndef _NETINET6_IN6_H
#define _NETINET6_IN6_H
#define INET6_ADDRSTRLEN 46
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
extern const struct in6_addr in6addr_any, in6addr_loopback;
#endif
