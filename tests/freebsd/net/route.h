/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NET_ROUTE_H
#define _NET_ROUTE_H
#define RTM_VERSION	5
#define RTM_ADD		0x1
#define RTF_UP		0x1
#define RTF_HOST	0x4
#define RTF_STATIC	0x800
#define RTA_DST		0x1
#define RTA_GATEWAY	0x2
#define RTA_NETMASK	0x4
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
#endif
