/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netlink.c - System calls: socket, send, recv.
 */
#include <sys/socket.h>

#include <errno.h>
#include <string.h>

#include "netlink.h"

int
nl_open(void)
{
	return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
}

void
nl_start(struct nl_request *r, uint16_t type, uint16_t flags, const void *msg,
    size_t len)
{
	memset(r, 0, sizeof *r);
	r->h.nlmsg_type = type;
	r->h.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	r->h.nlmsg_len = (uint32_t)NLMSG_LENGTH(len);
	memcpy(r->body, msg, len);
}

void
nl_attr(struct nl_request *r, uint16_t type, const void *data, size_t len)
{
	char *at = (char *)r + NLMSG_ALIGN(r->h.nlmsg_len);
	struct rtattr a = {
		.rta_len = (unsigned short)RTA_LENGTH(len),
		.rta_type = type,
	};

	memcpy(at, &a, sizeof a);
	memcpy(at + RTA_LENGTH(0), data, len);
	r->h.nlmsg_len = (uint32_t)(NLMSG_ALIGN(r->h.nlmsg_len) +
	    RTA_LENGTH(len));
}

/* An answer of the kernel's to request seq, or -1 with errno. */
static ssize_t
answer(int fd, void *buf, size_t size)
{
	ssize_t n = recv(fd, buf, size, MSG_TRUNC);

	if (n != -1 && (size_t)n > size) {
		errno = EMSGSIZE;
		return -1;
	}
	return n;
}

static int
result(const struct nlmsghdr *h)
{
	const struct nlmsgerr *e = NLMSG_DATA(h);

	if (h->nlmsg_len < NLMSG_LENGTH(sizeof *e)) {
		errno = EPROTO;
		return -1;
	}
	if (e->error == 0 || e->error == -EEXIST)
		return 0;
	errno = -e->error;
	return -1;
}

static void
ignore(void *arg, const struct nlmsghdr *h)
{
	(void)arg;
	(void)h;
}

int
nl_ask(int fd, const struct nl_request *r)
{
	return nl_list(fd, r, ignore, NULL);
}

int
nl_list(int fd, const struct nl_request *r,
    void (*each)(void *, const struct nlmsghdr *), void *arg)
{
	static _Alignas(struct nlmsghdr) char buf[32768];
	const struct nlmsghdr *h;
	ssize_t n;

	if (send(fd, r, r->h.nlmsg_len, 0) == -1)
		return -1;
	while ((n = answer(fd, buf, sizeof buf)) > 0)
		for (h = (void *)buf; NLMSG_OK(h, (size_t)n);
		    h = NLMSG_NEXT(h, n)) {
			if (h->nlmsg_type == NLMSG_ERROR)
				return result(h);
			if (h->nlmsg_type == NLMSG_DONE)
				return 0;
			each(arg, h);
		}
	if (n == 0)
		errno = EPROTO;
	return -1;
}

void
nl_attrs(const struct nlmsghdr *h, size_t len, unsigned max,
    const struct rtattr *table[])
{
	const struct rtattr *a = (const void *)((const char *)h +
	    NLMSG_SPACE(len));
	ssize_t left = (ssize_t)h->nlmsg_len - (ssize_t)NLMSG_SPACE(len);

	for (unsigned i = 0; i <= max; i++)
		table[i] = NULL;
	for (; RTA_OK(a, left); a = RTA_NEXT(a, left))
		if ((a->rta_type & NLA_TYPE_MASK) <= max)
			table[a->rta_type & NLA_TYPE_MASK] = a;
}

uint32_t
nl_u32(const struct rtattr *a, uint32_t otherwise)
{
	if (a != NULL && RTA_PAYLOAD(a) >= sizeof otherwise)
		memcpy(&otherwise, RTA_DATA(a), sizeof otherwise);
	return otherwise;
}
