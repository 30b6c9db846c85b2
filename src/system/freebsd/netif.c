/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * netif.c - addresses by ioctl(2), routes by route(4): one message, whose
 * write fails with what went wrong.  System calls: socket, setsockopt, ioctl,
 * write, read, close.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/ioctl.h>
#include <sys/time.h>

#include <net/if.h>
#include <net/if_dl.h>
#include <net/route.h>
#include <netinet/in.h>
#include <netinet6/in6_var.h>
#include <netinet6/nd6.h>

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "report/log.h"
#include "system/netif-walk.h"
#include "system/netif.h"

#define HEARD_MAX	64	/* messages about routes, until the one for us */

static_assert(sizeof(struct sockaddr_in) == sizeof(struct sockaddr),
    "copied into each other");

/* 0, or -1 with errno.  Addresses want a socket of their family. */
static int
request(int family, unsigned long cmd, void *arg)
{
	int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int r, error;

	if (fd == -1)
		return -1;
	r = ioctl(fd, cmd, arg);
	error = errno;
	close(fd);
	errno = error;
	return r;
}

static void
set_name(char to[static IFNAMSIZ], const char *name)
{
	snprintf(to, IFNAMSIZ, "%s", name);
}

/* --- up ------------------------------------------------------------------- */

/* Without an address of the family, rc.conf may have it refuse IPv6. */
static bool
ipv6_disabled(const char *name, struct in6_ndireq *nd)
{
	memset(nd, 0, sizeof *nd);
	set_name(nd->ifname, name);
	return request(AF_INET6, SIOCGIFINFO_IN6, nd) == 0 &&
	    (nd->ndi.flags & ND6_IFF_IFDISABLED) != 0;
}

static int
link_up(const struct netif_target *t)
{
	struct in6_ndireq nd;
	struct ifreq ifr;

	memset(&ifr, 0, sizeof ifr);
	set_name(ifr.ifr_name, t->name);
	if (request(AF_UNIX, SIOCGIFFLAGS, &ifr) == -1)
		return -1;
	ifr.ifr_flags |= IFF_UP;
	if (request(AF_UNIX, SIOCSIFFLAGS, &ifr) == -1)
		return -1;
	if (!ipv6_disabled(t->name, &nd))
		return 0;
	nd.ndi.flags &= ~(u_int32_t)ND6_IFF_IFDISABLED;
	return request(AF_INET6, SIOCSIFINFO_FLAGS, &nd);
}

/* --- addresses and routes ------------------------------------------------- */

static struct sockaddr_in
sockaddr4(ip4_t addr)
{
	struct sockaddr_in sin = {
		.sin_len = sizeof sin,
		.sin_family = AF_INET,
	};

	put32((uint8_t *)&sin.sin_addr, addr);
	return sin;
}

static struct sockaddr_in6
sockaddr6(struct ip6 addr)
{
	struct sockaddr_in6 sin6 = {
		.sin6_len = sizeof sin6,
		.sin6_family = AF_INET6,
	};

	ip6_write(sin6.sin6_addr.s6_addr, addr);
	return sin6;
}

/* A routing message: header, then addresses, each rounded up to a long. */
struct message {
	struct rt_msghdr	h;
	char			body[256];
};

static void
append(struct message *m, const void *sa, size_t len)
{
	memcpy((char *)m + m->h.rtm_msglen, sa, len);
	m->h.rtm_msglen += (u_short)((len + sizeof(long) - 1) &
	    ~(sizeof(long) - 1));
}

/* Type is RTM_ADD, RTM_DELETE or RTM_GET; the gateway is where it is to lead. */
static void
begin(struct message *m, u_char type, const struct conf_prefix *p,
    const struct sockaddr_dl *gateway)
{
	struct prefix4 p4 = prefix4_masked(p->p4);
	struct prefix6 p6 = prefix6_masked(p->p6);
	struct sockaddr_in dst4 = sockaddr4(p4.addr),
	    netmask4 = sockaddr4(mask4(p4.len));
	struct sockaddr_in6 dst6 = sockaddr6(p6.addr),
	    netmask6 = sockaddr6(mask6(p6.len));
	size_t len = p->is6 ? sizeof dst6 : sizeof dst4;

	*m = (struct message){
		.h.rtm_msglen = sizeof m->h,
		.h.rtm_version = RTM_VERSION,
		.h.rtm_type = type,
		.h.rtm_flags = RTF_UP | RTF_STATIC,
		.h.rtm_addrs = RTA_DST,
		.h.rtm_seq = 1,
	};
	append(m, p->is6 ? (void *)&dst6 : (void *)&dst4, len);
	if (gateway != NULL) {
		m->h.rtm_addrs |= RTA_GATEWAY;
		append(m, gateway, sizeof *gateway);
	}
	if (p->is6 ? p6.len == 128 : p4.len == 32) {
		m->h.rtm_flags |= RTF_HOST;
	} else {
		m->h.rtm_addrs |= RTA_NETMASK;
		append(m, p->is6 ? (void *)&netmask6 : (void *)&netmask4, len);
	}
}

/* 0, or -1 with errno. */
static int
request_route(u_char type, const struct conf_prefix *p,
    const struct sockaddr_dl *gateway)
{
	int fd = socket(AF_ROUTE, SOCK_RAW | SOCK_CLOEXEC, 0);
	struct message m;
	ssize_t n;
	int error;

	if (fd == -1)
		return -1;
	begin(&m, type, p, gateway);
	n = write(fd, &m, m.h.rtm_msglen);
	error = errno;
	close(fd);
	errno = error;
	return n == -1 ? -1 : 0;
}

/*
 * Everything that happens to routes comes by the socket: look for the answer, which
 * comes a moment after the question.
 */
static bool
hear(int fd, struct message *m, const struct rt_msghdr *question)
{
	for (int i = 0; i < HEARD_MAX; i++) {
		if (read(fd, m, sizeof *m) < (ssize_t)sizeof m->h)
			return false;
		if (m->h.rtm_type == RTM_GET && m->h.rtm_pid == getpid() &&
		    m->h.rtm_seq == question->rtm_seq)
			return true;
	}
	return false;
}

/*
 * What is known of the route to exactly this prefix: its flags and, since RTA_IFP
 * asks for it, the interface.  False: nothing.
 */
static bool
look_up_route(const struct conf_prefix *p, struct rt_msghdr *found)
{
	const struct sockaddr_dl any = {
		.sdl_len = sizeof any,
		.sdl_family = AF_LINK,
	};
	const struct timeval patience = { .tv_sec = 1 };
	int fd = socket(AF_ROUTE, SOCK_RAW | SOCK_CLOEXEC, 0);
	struct message question, answer;
	bool ok;

	if (fd == -1)
		return false;
	begin(&question, RTM_GET, p, NULL);
	question.h.rtm_addrs |= RTA_IFP;
	append(&question, &any, sizeof any);
	ok = setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
	    sizeof patience) == 0 &&
	    write(fd, &question, question.h.rtm_msglen) != -1 &&
	    hear(fd, &answer, &question.h);
	close(fd);
	if (ok)
		*found = answer.h;
	return ok;
}

/* "tun-route 2001:db8::/96: led to tun0" and so on, of another's route. */
static void
tell_route(const struct netif_target *t, const struct conf_prefix *p,
    unsigned index, bool replaced)
{
	char prefix[ADDR_TEXT_MAX], other[IFNAMSIZ];

	if (p->is6)
		prefix6_text(p->p6, prefix);
	else
		prefix4_text(p->p4, prefix);
	if (if_indextoname(index, other) == NULL)
		snprintf(other, sizeof other, "nowhere");
	if (replaced)
		log_notice("tun-route %s: led to %s, now to %s", prefix, other,
		    t->name);
	else
		log_warnx("tun-route %s: leads to %s and stays: nothing of it "
		    "is translated", prefix, other);
}

/*
 * There is a route to the prefix already, and it need not lead to us: an interface
 * that was kept under another name keeps its routes.  One such as we make, static
 * and to an interface, we were asked to have; what has a gateway, or belongs to an
 * interface's own address, is somebody else's decision.
 */
static int
take_over_route(const struct netif_target *t, const struct conf_prefix *p,
    const struct sockaddr_dl *gateway)
{
	struct rt_msghdr old;

	if (!look_up_route(p, &old) || old.rtm_index == t->index)
		return 0;
	if ((old.rtm_flags & (RTF_STATIC | RTF_GATEWAY | RTF_PINNED)) !=
	    RTF_STATIC) {
		tell_route(t, p, old.rtm_index, false);
		return 0;
	}
	if (request_route(RTM_DELETE, p, NULL) == -1 ||
	    request_route(RTM_ADD, p, gateway) == -1)
		return -1;
	tell_route(t, p, old.rtm_index, true);
	return 0;
}

static int
add_route(const struct netif_target *t, const struct conf_prefix *p)
{
	const struct sockaddr_dl gateway = {
		.sdl_len = sizeof gateway,
		.sdl_family = AF_LINK,
		.sdl_index = (u_short)t->index,
	};

	if (request_route(RTM_ADD, p, &gateway) == 0)
		return 0;
	return errno == EEXIST ? take_over_route(t, p, &gateway) : -1;
}

/*
 * The interface is point to point: an IPv4 address wants one of the other end,
 * which is the translator's.  The network around it wants a route.
 */
static int
add_address4(const struct netif_target *t, const struct conf_prefix *p)
{
	struct sockaddr_in own = sockaddr4(p->p4.addr),
	    peer = sockaddr4(t->peer), mask = sockaddr4(mask4(32));
	struct ifaliasreq r;

	memset(&r, 0, sizeof r);
	set_name(r.ifra_name, t->name);
	memcpy(&r.ifra_addr, &own, sizeof own);
	memcpy(&r.ifra_broadaddr, &peer, sizeof peer);
	memcpy(&r.ifra_mask, &mask, sizeof mask);
	if (request(AF_INET, SIOCAIFADDR, &r) == -1)
		return -1;
	return p->p4.len == 32 ? 0 : add_route(t, p);
}

/*
 * Addresses are usable at once, without asking around for a second whether another
 * has them: nobody is there.  IN6_IFF_NODAD of one address is not looked at.
 */
static void
set_no_dad(const char *name)
{
	struct in6_ndireq nd;

	memset(&nd, 0, sizeof nd);
	set_name(nd.ifname, name);
	if (request(AF_INET6, SIOCGIFINFO_IN6, &nd) == -1 ||
	    (nd.ndi.flags & ND6_IFF_NO_DAD) != 0)
		return;
	nd.ndi.flags |= ND6_IFF_NO_DAD;
	(void)request(AF_INET6, SIOCSIFINFO_FLAGS, &nd);
}

static int
add_address6(const struct netif_target *t, const struct conf_prefix *p)
{
	struct in6_aliasreq r;

	set_no_dad(t->name);
	memset(&r, 0, sizeof r);
	set_name(r.ifra_name, t->name);
	r.ifra_addr = sockaddr6(p->p6.addr);
	r.ifra_prefixmask = sockaddr6(mask6(p->p6.len));
	r.ifra_lifetime.ia6t_vltime = ND6_INFINITE_LIFETIME;
	r.ifra_lifetime.ia6t_pltime = ND6_INFINITE_LIFETIME;
	return request(AF_INET6, SIOCAIFADDR_IN6, &r);
}

static int
add_address(const struct netif_target *t, const struct conf_prefix *p)
{
	return p->is6 ? add_address6(t, p) : add_address4(t, p);
}

/* --- configuration -------------------------------------------------------- */

static const char *
hint(int error, bool is6)
{
	switch (error) {
	case EPERM:
	case EACCES:
		return " (needs root)";
	case EAFNOSUPPORT:
	case EPFNOSUPPORT:
		return is6 ? " (a kernel without IPv6)" : "";
	case EEXIST:
		return " (an address or a route of another interface)";
	case ENETDOWN:
	case ENETUNREACH:
		return " (the interface is down: tun-up yes?)";
	default:
		return "";
	}
}

static const struct netif_steps steps = {
	.up = link_up,
	.add_address = add_address,
	.add_route = add_route,
	.hint = hint,
};

bool
netif_configure(const struct conf *conf, const char *name, char *err,
    size_t errsize)
{
	struct netif_target t = {
		.name = name,
		.index = if_nametoindex(name),
		.fd = -1,
		.peer = conf->ipv4_addr,
	};

	return netif_apply(&steps, &t, conf, err, errsize);
}

bool
netif_restore(const struct conf *conf, const char *name, unsigned index, int fd)
{
	struct netif_target t = {
		.name = name,
		.index = index,
		.fd = fd,
		.peer = conf->ipv4_addr,
	};

	/* Who took it down meant it. */
	return netif_add_all(&steps, &t, conf);
}

/* It goes down when it is closed. */
bool
netif_in_use(const char *name)
{
	struct ifreq ifr;

	memset(&ifr, 0, sizeof ifr);
	set_name(ifr.ifr_name, name);
	return request(AF_UNIX, SIOCGIFFLAGS, &ifr) == 0 &&
	    (ifr.ifr_flags & IFF_UP) != 0;
}
