/* SPDX-License-Identifier: BSD-2-Clause */
/* Include <sys/types.h> and <sys/socket.h> before. */
#ifndef _NET_IF_H
#define _NET_IF_H
#include <sys/time.h>
#define IF_NAMESIZE	16
#define IFNAMSIZ	IF_NAMESIZE
#define IFF_UP		0x1
#define IFF_BROADCAST	0x2
#define IFF_LOOPBACK	0x8
#define IFF_POINTOPOINT	0x10
#define IFF_RUNNING	0x40
#define IFF_MULTICAST	0x8000
struct ifreq {
	char	ifr_name[IFNAMSIZ];
	union {
		struct sockaddr	ifru_addr;
		short		ifru_flags[2];
		short		ifru_index;
		int		ifru_mtu;
		caddr_t		ifru_data;
		int		ifru_cap[2];
		u_int		ifru_fib;
	} ifr_ifru;
};
#define ifr_addr	ifr_ifru.ifru_addr
#define ifr_flags	ifr_ifru.ifru_flags[0]
#define ifr_flagshigh	ifr_ifru.ifru_flags[1]
#define ifr_mtu		ifr_ifru.ifru_mtu
#define ifr_data	ifr_ifru.ifru_data
#define ifr_index	ifr_ifru.ifru_index
struct ifaliasreq {
	char		ifra_name[IFNAMSIZ];
	struct sockaddr	ifra_addr, ifra_broadaddr, ifra_mask;
	int		ifra_vhid;
};
struct if_nameindex {
	unsigned int	 if_index;
	char		*if_name;
};
void		 if_freenameindex(struct if_nameindex *);
char		*if_indextoname(unsigned int, char *);
struct if_nameindex *if_nameindex(void);
unsigned int	 if_nametoindex(const char *);
#endif
