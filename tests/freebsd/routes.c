/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * routes.c - the table, one route a prefix, and routing sockets.
 */
#include <sys/types.h>
#include <sys/socket.h>

#include <net/if.h>
#include <net/if_dl.h>
#include <net/route.h>
#include <netinet/in.h>

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "inside.h"

#if __SIZEOF_LONG__ == 8
static_assert(sizeof(struct rt_msghdr) == 152, "net/route.h");
static_assert(sizeof(struct sockaddr_dl) == 54, "net/if_dl.h");
#endif

#define ROUTES		32
#define QUEUE		2048		/* of a routing socket, octets */

static struct route {
	char		prefix[64];	/* "": none */
	unsigned	index;		/* where it leads */
	int		flags;
} routes[ROUTES];

/* What the one routing socket that is read has to say. */
static char queue[QUEUE];
static size_t queued;
static bool patient;		/* it blocks, but not for ever: SO_RCVTIMEO */

void
route_reset(void)
{
	memset(routes, 0, sizeof routes);
	queued = 0;
}

void
route_forget(unsigned index)
{
	for (int i = 0; i < ROUTES; i++)
		if (routes[i].index == index)
			routes[i].prefix[0] = '\0';
}

void
route_opened(void)
{
	patient = false;
}

void
route_closed(void)
{
	queued = 0;
}

void
route_patience(bool is)
{
	patient = is;
}

/* The next address of a routing message; NULL beyond its end. */
static const void *
next_address(const char **at, const char *end, size_t want)
{
	const char *p = *at;
	size_t len = (unsigned char)*p;

	if (len != want || p + len > end)
		return NULL;
	*at = p + (len + sizeof(long) - 1) / sizeof(long) * sizeof(long);
	return p;
}

static struct route *
find_route(const char *prefix)
{
	for (int i = 0; i < ROUTES; i++)
		if (strcmp(routes[i].prefix, prefix) == 0)
			return &routes[i];
	return NULL;
}

static int
new_route(const char *prefix, unsigned index, int flags)
{
	struct route *r = find_route("");

	if (by_index(index) == NULL)
		return sys_fail(EINVAL);
	if (find_route(prefix) != NULL)
		return sys_fail(EEXIST);
	snprintf(r->prefix, sizeof r->prefix, "%s", prefix);
	r->index = index;
	r->flags = flags;
	return 0;
}

void
kernel_route(const char *prefix, const char *name, int flags)
{
	if (new_route(prefix, kernel_iface(name)->index, flags | RTF_UP) == -1)
		abort();
}

static int
delete_route(const char *prefix)
{
	struct route *r = find_route(prefix);

	if (r == NULL)
		return sys_fail(ESRCH);
	if ((r->flags & RTF_PINNED) != 0)
		return sys_fail(EADDRINUSE);
	r->prefix[0] = '\0';
	return 0;
}

static void
answer(const struct rt_msghdr *h, const void *sdl, size_t n)
{
	memcpy(queue + queued, h, sizeof *h);
	memcpy(queue + queued + sizeof *h, sdl, n);
	queued += h->rtm_msglen;
}

/*
 * The answer comes where all hear it, behind what others did meanwhile.  Only who
 * asks for it (RTA_IFP) is told the interface.
 */
static int
report_route(const struct rt_msghdr *question, const char *prefix)
{
	const struct route *r = find_route(prefix);
	struct sockaddr_dl sdl = {
		.sdl_len = sizeof sdl,
		.sdl_family = AF_LINK,
	};
	struct rt_msghdr h = *question;

	if (r == NULL)
		return sys_fail(ESRCH);
	h.rtm_msglen = sizeof h + 56;		/* rounded up to a long */
	h.rtm_flags = r->flags | RTF_DONE;
	h.rtm_addrs = RTA_GATEWAY;
	h.rtm_pid = getpid();
	h.rtm_pid++;
	h.rtm_index = 77;
	answer(&h, &sdl, sizeof sdl);		/* not ours */
	h.rtm_pid--;
	h.rtm_seq++;
	answer(&h, &sdl, sizeof sdl);		/* nor this question's */
	h.rtm_seq--;
	h.rtm_index = 0;
	if ((question->rtm_addrs & RTA_IFP) != 0)
		h.rtm_index = (u_short)r->index;
	answer(&h, &sdl, sizeof sdl);
	return 0;
}

static int
act(const struct rt_msghdr *h, const char *prefix, unsigned index)
{
	if (h->rtm_type == RTM_ADD && (h->rtm_flags & ~(RTF_UP | RTF_HOST |
	    RTF_STATIC)) == 0)
		return new_route(prefix, index, h->rtm_flags);
	if (h->rtm_type == RTM_DELETE)
		return delete_route(prefix);
	if (h->rtm_type == RTM_GET)
		return report_route(h, prefix);
	return sys_fail(EINVAL);
}

static ssize_t
route_message(const struct rt_msghdr *h, const char *at, size_t n)
{
	const char *end = (const char *)h + n;
	bool is6 = at[1] == AF_INET6, host = (h->rtm_flags & RTF_HOST) != 0,
	    gateway = (h->rtm_addrs & RTA_GATEWAY) != 0;
	size_t want = is6 ? sizeof(struct sockaddr_in6) :
	    sizeof(struct sockaddr_in);
	const struct sockaddr_in6 *dst, *mask = NULL;
	const struct sockaddr_dl *sdl = NULL;
	char text[80], a[64];
	int len = is6 ? 128 : 32;

	dst = next_address(&at, end, want);
	if (gateway)
		sdl = next_address(&at, end, sizeof *sdl);
	if (!host)
		mask = next_address(&at, end, want);
	if ((h->rtm_addrs & RTA_IFP) != 0 &&
	    next_address(&at, end, sizeof *sdl) == NULL)
		return sys_fail(EINVAL);
	if (dst == NULL || (mask == NULL) != host || at != end ||
	    (h->rtm_addrs & ~RTA_IFP) != (RTA_DST | (host ? 0 : RTA_NETMASK) |
	    (gateway ? RTA_GATEWAY : 0)) || gateway != (h->rtm_type == RTM_ADD) ||
	    (gateway && (sdl == NULL || sdl->sdl_family != AF_LINK)))
		return sys_fail(EINVAL);
	/* The IPv4 address stands where the flow label does. */
	if (mask != NULL)
		len = bits(is6 ? mask->sin6_addr.s6_addr :
		    (const uint8_t *)&mask->sin6_flowinfo, is6 ? 16 : 4);
	if (mask != NULL && len == (is6 ? 128 : 32))	/* route(8) would not */
		return sys_fail(EINVAL);
	snprintf(text, sizeof text, "%s/%d", kernel_text(is6, is6 ?
	    (const void *)&dst->sin6_addr : &dst->sin6_flowinfo, a), len);
	return act(h, text, gateway ? sdl->sdl_index : 0) == -1 ? -1 :
	    (ssize_t)n;
}

ssize_t
route_write(const void *buf, size_t n)
{
	const struct rt_msghdr *h = buf;

	if (n < sizeof *h || h->rtm_msglen != n ||
	    h->rtm_version != RTM_VERSION)
		return sys_fail(EINVAL);
	if (!kernel.root && h->rtm_type != RTM_GET)
		return sys_fail(EPERM);
	return route_message(h, (const char *)(h + 1), n);
}

/*
 * One message at a time.  They are handed over by a thread of the kernel's, a moment
 * after the write: who does not wait misses them, who has no limit may wait for ever.
 */
ssize_t
route_read(void *buf, size_t n)
{
	struct rt_msghdr h;

	if (queued == 0 || !patient)
		return sys_fail(EAGAIN);
	memcpy(&h, queue, sizeof h);
	memcpy(buf, queue, h.rtm_msglen < n ? h.rtm_msglen : n);
	queued -= h.rtm_msglen;
	memmove(queue, queue + h.rtm_msglen, queued);
	return h.rtm_msglen;
}

const char *
kernel_routes(void)
{
	static char text[4096];

	text[0] = '\0';
	for (int i = 0; i < ROUTES; i++)
		if (routes[i].prefix[0] != '\0')
			note(text, sizeof text, "%s %s\n", routes[i].prefix,
			    by_index(routes[i].index));
	return text;
}
