/* SPDX-License-Identifier: BSD-2-Clause */
/* Include <net/if.h> before. */
#ifndef _NETINET6_ND6_H
#define _NETINET6_ND6_H
struct nd_ifinfo {
	u_int32_t	linkmtu, maxmtu, basereachable, reachable, retrans,
			flags;
	int		recalctm;
	u_int8_t	chlim, initialized, randomseed0[8], randomseed1[8],
			randomid[8];
};
#define ND6_IFF_IFDISABLED	0x8
#define ND6_INFINITE_LIFETIME	0xffffffff
struct in6_ndireq {
	char			ifname[IFNAMSIZ];
	struct nd_ifinfo	ndi;
};
#endif
