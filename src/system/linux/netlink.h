/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netlink.h - rtnetlink(7) by hand: one request, one acknowledgement, or a list.
 * The kernel answers before send() returns, so nothing here waits.
 */
#ifndef LICHEN_SYSTEM_LINUX_NETLINK_H
#define LICHEN_SYSTEM_LINUX_NETLINK_H

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A request: header, message of its kind, attributes. */
struct nl_request {
	struct nlmsghdr	 h;
	char		 body[256];
};

/* A socket for requests, or -1 with errno. */
int	nl_open(void);

/* Begin a request; NLM_F_REQUEST and NLM_F_ACK are added to the flags. */
void	nl_start(struct nl_request *, uint16_t type, uint16_t flags,
	    const void *msg, size_t len);
void	nl_attr(struct nl_request *, uint16_t type, const void *data,
	    size_t len);

/* 0, or -1 with errno.  What is there already is fine. */
int	nl_ask(int fd, const struct nl_request *);

/*
 * Ask for one object or (NLM_F_DUMP) a list of them, and hand each to the
 * function.  0, or -1 with errno.
 */
int	nl_list(int fd, const struct nl_request *,
	    void (*each)(void *, const struct nlmsghdr *), void *arg);

/*
 * The attributes of a message whose own header has len octets: table[type], where
 * types go up to max, NULL for those that are not there.
 */
void	nl_attrs(const struct nlmsghdr *, size_t len, unsigned max,
	    const struct rtattr *table[]);

/* A 32-bit attribute in the machine's order, or otherwise if it is not there. */
uint32_t nl_u32(const struct rtattr *, uint32_t otherwise);

#endif
