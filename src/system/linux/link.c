/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link.c - System calls: socket, bind, setsockopt once; ioctl, recvmsg, close.
 *
 * The descriptor of the device knows its name, but not the MTU.  In our own network
 * namespace, that is asked for by the name, if the interface of this name has the
 * index of ours.  Into another one the kernel tells us by rtnetlink(7) where it goes
 * and what changes there: this socket hears all namespaces that ours has numbers
 * for, which it has for one that an interface of ours was moved to.
 */
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <linux/if_tun.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "netlink.h"
#include "report/log.h"
#include "system/link.h"

#ifndef SOL_NETLINK
#define SOL_NETLINK	270
#endif

/* link.where; a number of the kernel's for a namespace is not negative */
#define HERE		(-1)
#define SOMEWHERE	(-2)

#define EVENT_SIZE	16384		/* octets, more than the kernel sends */

/* Ask for something of the interface that has this name here. */
static bool
request(const struct link *l, unsigned long cmd, struct ifreq *ifr)
{
	memset(ifr, 0, sizeof *ifr);
	memcpy(ifr->ifr_name, l->name, sizeof l->name);
	return ioctl(l->ask, cmd, ifr) == 0;
}

void
link_open(struct link *l, const struct tun *t)
{
	struct sockaddr_nl all = {
		.nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK,
	};
	struct ifreq ifr;
	int on = 1;

	*l = (struct link){ .fd = t->fd, .where = HERE };
	memcpy(l->name, t->name, sizeof l->name);
	l->ask = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC,
	    NETLINK_ROUTE);
	if (l->ask == -1) {
		log_warn("cannot ask for the mtu of %s", t->name);
		return;
	}
	/* Not by if_nametoindex(3), which with musl wants AF_UNIX: NixOS forbids. */
	if (request(l, SIOCGIFINDEX, &ifr))
		l->index = (unsigned)ifr.ifr_ifindex;
	(void)bind(l->ask, (const struct sockaddr *)&all, sizeof all);
	(void)setsockopt(l->ask, SOL_NETLINK, NETLINK_LISTEN_ALL_NSID, &on,
	    sizeof on);
	link_look(l);
}

void
link_close(struct link *l)
{
	if (l->ask != -1)
		close(l->ask);
	l->ask = -1;
}

int
link_events(const struct link *l)
{
	return l->ask;
}

bool
link_is_away(const struct link *l)
{
	return l->where != HERE;
}

/* --- events --------------------------------------------------------------- */

/* It went: its index there is told, and for one of our numbers, where. */
static void
follow(struct link *l, const struct rtattr *const a[])
{
	unsigned index = nl_u32(a[IFLA_NEW_IFINDEX], 0);

	if (index == 0)
		return;		/* deleted: reading will tell */
	l->where = l->where != HERE ? SOMEWHERE :
	    (int)nl_u32(a[IFLA_NEW_NETNSID], (uint32_t)SOMEWHERE);
	l->index = index;
}

static bool
has_our_name(const struct link *l, const struct rtattr *name)
{
	size_t n = strlen(l->name) + 1;

	return name != NULL && RTA_PAYLOAD(name) >= n &&
	    memcmp(RTA_DATA(name), l->name, n) == 0;
}

/* A message about some interface in that namespace. */
static void
hear(struct link *l, const struct nlmsghdr *h, int from)
{
	const struct ifinfomsg *m = NLMSG_DATA(h);
	const struct rtattr *a[IFLA_NEW_IFINDEX + 1];

	if ((h->nlmsg_type != RTM_NEWLINK && h->nlmsg_type != RTM_DELLINK) ||
	    h->nlmsg_len < NLMSG_LENGTH(sizeof *m) ||
	    (unsigned)m->ifi_index != l->index)
		return;
	nl_attrs(h, sizeof *m, IFLA_NEW_IFINDEX, a);
	if (l->where == SOMEWHERE && h->nlmsg_type == RTM_NEWLINK &&
	    has_our_name(l, a[IFLA_IFNAME]))
		l->where = from;
	if (l->where != from)
		return;
	if (h->nlmsg_type == RTM_DELLINK)
		follow(l, a);
	else
		l->mtu = nl_u32(a[IFLA_MTU], l->mtu);
}

/* The namespace that a message is from. */
static int
sender(struct msghdr *msg)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(msg);
	int from = HERE;

	for (; c != NULL; c = CMSG_NXTHDR(msg, c))
		if (c->cmsg_level == SOL_NETLINK &&
		    c->cmsg_type == NETLINK_LISTEN_ALL_NSID)
			memcpy(&from, CMSG_DATA(c), sizeof from);
	return from;
}

/* false: there is none, for now. */
static bool
read_event(struct link *l)
{
	union {
		struct nlmsghdr	h;
		char		b[EVENT_SIZE];
	} buf;
	union {
		struct cmsghdr	h;
		char		b[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec iov = { &buf, sizeof buf };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = sizeof control,
	};
	ssize_t n = recvmsg(l->ask, &msg, MSG_DONTWAIT);
	size_t left = n < 0 ? 0 : (size_t)n;

	for (const struct nlmsghdr *h = &buf.h; NLMSG_OK(h, left);
	    h = NLMSG_NEXT(h, left))
		hear(l, h, sender(&msg));
	return n != -1 || errno == ENOBUFS || errno == EINTR;
}

/* --- questions ------------------------------------------------------------ */

/* Where we may not ask, it is where it was. */
static bool
is_here(const struct link *l)
{
	struct ifreq ifr;

	if (request(l, SIOCGIFINDEX, &ifr))
		return (unsigned)ifr.ifr_ifindex == l->index;
	return errno != ENODEV && l->where == HERE;
}

void
link_look(struct link *l)
{
	struct ifreq ifr;

	memset(&ifr, 0, sizeof ifr);
	if (ioctl(l->fd, TUNGETIFF, &ifr) == 0)
		memcpy(l->name, ifr.ifr_name, sizeof l->name);
	if (l->ask == -1)
		return;
	while (read_event(l))
		;
	if (l->where < 0)
		l->where = is_here(l) ? HERE : SOMEWHERE;
	if (l->where == HERE && request(l, SIOCGIFMTU, &ifr))
		l->mtu = (unsigned)ifr.ifr_mtu;
}
