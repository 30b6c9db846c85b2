/* SPDX-License-Identifier: BSD-2-Clause */
/* Include <net/if.h> and <netinet/in.h> before, <netinet6/nd6.h> for struct
 * in6_ndireq, and <sys/ioctl.h> for the numbers. */
#ifndef _NETINET6_IN6_VAR_H
#define _NETINET6_IN6_VAR_H
struct in6_addrlifetime {
	time_t		ia6t_expire, ia6t_preferred;
	u_int32_t	ia6t_vltime, ia6t_pltime;
};
struct in6_aliasreq {
	char			ifra_name[IFNAMSIZ];
	struct sockaddr_in6	ifra_addr, ifra_dstaddr, ifra_prefixmask;
	int			ifra_flags;
	struct in6_addrlifetime	ifra_lifetime;
	int			ifra_vhid;
};
struct in6_ifreq {
	char	ifr_name[IFNAMSIZ];
	union {
		struct sockaddr_in6	ifru_addr;
		int			ifru_flags6;
		char			ifru_data[272];
	} ifr_ifru;
};
#define IN6_IFF_ANYCAST		0x01
#define IN6_IFF_TENTATIVE	0x02
#define IN6_IFF_DUPLICATED	0x04
#define IN6_IFF_NODAD		0x20
#define SIOCAIFADDR_IN6		_IOW('i', 27, struct in6_aliasreq)
#define SIOCGIFINFO_IN6		_IOWR('i', 108, struct in6_ndireq)
#define SIOCSIFINFO_FLAGS	_IOWR('i', 87, struct in6_ndireq)
#endif
