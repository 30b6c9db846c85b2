/* SPDX-License-Identifier: BSD-2-Clause */
/* Include <net/if.h> and <netinet/in.h> before. */
#ifndef _NETINET6_ND6_H
#define _NETINET6_ND6_H
struct nd_ifinfo {
	u_int32_t	linkmtu, maxmtu, basereachable, reachable, retrans,
			flags;
	int		recalctm;
	u_int8_t	chlim, initialized, randomseed0[8], randomseed1[8],
			randomid[8];
};
#define ND6_IFF_PERFORMNUD	0x1
#define ND6_IFF_ACCEPT_RTADV	0x2
#define ND6_IFF_IFDISABLED	0x8
#define ND6_IFF_AUTO_LINKLOCAL	0x20
#define ND6_IFF_NO_RADR		0x40
#define ND6_IFF_NO_PREFER_IFACE	0x80
#define ND6_IFF_NO_DAD		0x100
#define ND6_INFINITE_LIFETIME	0xffffffff
struct in6_ndireq {
	char			ifname[IFNAMSIZ];
	struct nd_ifinfo	ndi;
};
#endif
