/* SPDX-License-Identifier: BSD-2-Clause */
/* Include <sys/types.h> and <sys/socket.h> before. */
#ifndef _NET_ROUTE_H
#define _NET_ROUTE_H
#define RTM_VERSION	5
#define RTM_ADD		0x1
#define RTM_DELETE	0x2
#define RTM_CHANGE	0x3
#define RTM_GET		0x4
#define RTF_UP		0x1
#define RTF_GATEWAY	0x2
#define RTF_HOST	0x4
#define RTF_REJECT	0x8
#define RTF_DONE	0x40
#define RTF_STATIC	0x800
#define RTF_BLACKHOLE	0x1000
#define RTF_PINNED	0x100000
#define RTA_DST		0x1
#define RTA_GATEWAY	0x2
#define RTA_NETMASK	0x4
#define RTA_IFP		0x10
#define RTA_IFA		0x20
struct rt_metrics {
	u_long	rmx_locks, rmx_mtu, rmx_hopcount, rmx_expire, rmx_recvpipe,
		rmx_sendpipe, rmx_ssthresh, rmx_rtt, rmx_rttvar, rmx_pksent,
		rmx_weight, rmx_nhidx, rmx_filler[2];
};
struct rt_msghdr {
	u_short	rtm_msglen;
	u_char	rtm_version, rtm_type;
	u_short	rtm_index, _rtm_spare1;
	int	rtm_flags, rtm_addrs;
	pid_t	rtm_pid;
	int	rtm_seq, rtm_errno, rtm_fmask;
	u_long	rtm_inits;
	struct rt_metrics rtm_rmx;
};
#define SA_SIZE(sa)	(((struct sockaddr *)(sa))->sa_len == 0 ? sizeof(long) : \
	1 + ((((struct sockaddr *)(sa))->sa_len - 1) | (sizeof(long) - 1)))
#endif
