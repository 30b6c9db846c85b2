/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernel.c - the calls end here: compiled with the headers beside it, and with
 * open() and the like named k_open() and so on.
 */
#include <sys/types.h>
#include <sys/capsicum.h>
#include <sys/socket.h>
#include <sys/ioctl.h>
#include <sys/sysctl.h>
#include <sys/time.h>
#include <sys/uio.h>

#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_tun.h>
#include <net/route.h>
#include <netinet/in.h>
#include <netinet6/in6_var.h>
#include <netinet6/nd6.h>
#include <arpa/inet.h>

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "kernel.h"

#define TUNSTRANSIENT	_IOW('t', 98, int)

/* The binary interface. */
#if __SIZEOF_LONG__ == 8
static_assert(TUNGIFNAME == 0x4020745d, "net/if_tun.h");
static_assert(TUNSIFMODE == 0x8004745e, "net/if_tun.h");
static_assert(TUNSIFPID == 0x2000745f, "net/if_tun.h");
static_assert(TUNSIFHEAD == 0x80047460, "net/if_tun.h");
static_assert(TUNSTRANSIENT == 0x80047462, "net/if_tun.h");
static_assert(SIOCAIFADDR == 0x8044692b, "sys/sockio.h");
static_assert(SIOCAIFADDR_IN6 == 0x8088691b, "netinet6/in6_var.h");
static_assert(SIOCSIFNAME == 0x80206928, "sys/sockio.h");
static_assert(SIOCIFDESTROY == 0x80206979, "sys/sockio.h");
static_assert(SIOCGIFMTU == 0xc0206933, "sys/sockio.h");
static_assert(sizeof(struct ifreq) == 32, "net/if.h");
static_assert(sizeof(struct rt_msghdr) == 152, "net/route.h");
static_assert(sizeof(struct sockaddr_dl) == 54, "net/if_dl.h");
static_assert(sizeof(struct in6_ndireq) == 72, "netinet6/nd6.h");
#endif

#define FD_BASE		100		/* descriptors are base + socket */
#define SOCKETS		200
#define INTERFACES	16
#define ROUTES		32
#define QUEUE		2048		/* of a routing socket, octets */

struct kernel kernel;

static struct iface ifaces[INTERFACES];
static int sockets[SOCKETS];		/* family, 0: closed */
static unsigned next_index;
static char addresses[2048];

/* One a prefix, wherever it leads. */
static struct route {
	char		prefix[64];	/* "": none */
	unsigned	index;
	int		flags;
} routes[ROUTES];

/* What the one routing socket that is read has to say. */
static char queue[QUEUE];
static size_t queued;
static bool patient;		/* it blocks, but not for ever: SO_RCVTIMEO */

/*
 * Units that are neither there nor free: their interface is being destroyed; their
 * node is about to be; their node is there and the interface is not.  A bit each.
 */
static unsigned held, scheduled, dead;
static unsigned held_until;		/* ms of sleep */

static struct event {
	unsigned	ms;
	void		(*what)(const char *);
	const char	*name;
} later, at_rename, at_close;

static int error_number;

int *
__error(void)
{
	return &error_number;
}

static int
sys_fail(int error)
{
	error_number = error;
	return -1;
}

static const struct { int number; const char *name; } errors[] = {
	{ 0, "0" }, { EPERM, "EPERM" }, { ENOENT, "ENOENT" }, { EIO, "EIO" },
	{ ENXIO, "ENXIO" }, { EBADF, "EBADF" }, { EACCES, "EACCES" },
	{ EBUSY, "EBUSY" }, { EEXIST, "EEXIST" }, { EINVAL, "EINVAL" },
	{ ENOTTY, "ENOTTY" }, { EAGAIN, "EAGAIN" }, { ENETDOWN, "ENETDOWN" },
	{ EDESTADDRREQ, "EDESTADDRREQ" }, { EAFNOSUPPORT, "EAFNOSUPPORT" },
	{ EADDRNOTAVAIL, "EADDRNOTAVAIL" }, { EMSGSIZE, "EMSGSIZE" },
	{ ESRCH, "ESRCH" }, { EADDRINUSE, "EADDRINUSE" },
	{ ENAMETOOLONG, "ENAMETOOLONG" }, { EPROTO, "EPROTO" },
	{ ENOSYS, "ENOSYS" }, { ENOTCAPABLE, "ENOTCAPABLE" }, { ECAPMODE, "ECAPMODE" },
};

char *
strerror(int error)
{
	for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++)
		if (errors[i].number == error)
			return (char *)(uintptr_t)errors[i].name;
	return (char *)(uintptr_t)"an error that this kernel does not have";
}

const char *
kernel_errno(void)
{
	return strerror(error_number);
}

/* --- interfaces ----------------------------------------------------------- */

void
kernel_reset(void)
{
	memset(ifaces, 0, sizeof ifaces);
	memset(sockets, 0, sizeof sockets);
	memset(&later, 0, sizeof later);
	memset(&at_rename, 0, sizeof at_rename);
	memset(&at_close, 0, sizeof at_close);
	memset(routes, 0, sizeof routes);
	addresses[0] = '\0';
	queued = 0;
	held = scheduled = dead = held_until = 0;
	next_index = 1;
	error_number = 0;
	kernel = (struct kernel){
		.release = 14, .module = true, .cloning = true, .root = true,
		.pid = 1000, .forwarding4 = true, .forwarding6 = true,
		.ipv6 = true, .capsicum = true,
	};
}

struct iface *
kernel_iface(const char *name)
{
	for (int i = 0; i < INTERFACES; i++)
		if (ifaces[i].used && strcmp(ifaces[i].name, name) == 0)
			return &ifaces[i];
	return NULL;
}

unsigned
kernel_count(void)
{
	unsigned n = 0;

	for (int i = 0; i < INTERFACES; i++)
		n += ifaces[i].used;
	return n;
}

static struct iface *
find_unit(enum kind kind, unsigned unit)
{
	for (int i = 0; i < INTERFACES; i++)
		if (ifaces[i].used && ifaces[i].kind == kind &&
		    ifaces[i].unit == unit)
			return &ifaces[i];
	return NULL;
}

static struct iface *
new_unit(enum kind kind, unsigned unit)
{
	static const char *const names[] = { "tun", "tap", "bridge", "lo" };
	struct iface *p = ifaces;

	while (p->used)
		if (++p == ifaces + INTERFACES)
			abort();
	*p = (struct iface){
		.used = true, .kind = kind, .unit = unit, .fd = -1,
		.index = next_index++, .mtu = 1500,
		.node = kind == KIND_TUN || kind == KIND_TAP,
		.point_to_point = kind == KIND_TUN,
		.nd_flags = ND6_IFF_PERFORMNUD,
	};
	snprintf(p->name, sizeof p->name, "%s%u", names[kind], unit);
	return p;
}

static bool
is_set(unsigned set, unsigned unit)
{
	return (set >> unit & 1) != 0;
}

/* The lowest unit that is in none of these, too. */
static unsigned
free_unit(enum kind kind, unsigned taken)
{
	unsigned unit = 0;

	while (find_unit(kind, unit) != NULL ||
	    (kind == KIND_TUN && is_set(taken, unit)))
		unit++;
	return unit;
}

static struct iface *
new_iface(enum kind kind)
{
	return new_unit(kind, free_unit(kind, held | dead));
}

/* The node of this unit is made anew while its destruction is still to come. */
static void
check_scheduled(unsigned unit)
{
	kernel.panics += is_set(scheduled, unit);
}

struct iface *
kernel_make(enum kind kind, const char *name)
{
	struct iface *p = new_iface(kind);

	snprintf(p->name, sizeof p->name, "%s", name);
	return p;
}

void
kernel_steal(const char *name)
{
	(void)kernel_make(KIND_TUN, name);
}

/* With an interface go the routes that lead to it. */
static void
forget(struct iface *p)
{
	for (int i = 0; i < ROUTES; i++)
		if (routes[i].index == p->index)
			routes[i].prefix[0] = '\0';
	p->used = false;
}

/* What the last close of a device does: addresses go, routes stay. */
static void
close_iface(struct iface *p, int pid)
{
	kernel.complaints += pid != p->pid;
	p->fd = -1;
	p->elsewhere = p->up = false;
	p->addresses = 0;
	p->in_len = 0;
	if (p->transient)
		scheduled |= 1u << p->unit;
	if (p->transient || p->dying)
		forget(p);
}

void
kernel_open(const char *name)
{
	struct iface *p = kernel_iface(name);

	p->fd = 0;
	p->pid = 1;
	p->elsewhere = true;
}

void
kernel_close(const char *name)
{
	close_iface(kernel_iface(name), 1);
}

void
kernel_destroy(const char *name)
{
	struct iface *p = kernel_iface(name);

	if (p->fd == -1)
		forget(p);
	else
		p->dying = true;
}

void
kernel_end_slowly(const char *name)
{
	struct iface *p = kernel_iface(name);

	close_iface(p, 1);
	held |= 1u << p->unit;
	held_until = kernel.slept + 200;
	forget(p);
}

void
kernel_end(const char *name)
{
	kernel_end_slowly(name);
	held_until = kernel.slept;
}

void
kernel_later(unsigned ms, void (*what)(const char *), const char *name)
{
	later.ms = ms;
	later.what = what;
	later.name = name;
}

void
kernel_at_rename(void (*what)(const char *), const char *name)
{
	at_rename.what = what;
	at_rename.name = name;
}

void
kernel_at_close(void (*what)(const char *), const char *name)
{
	at_close.what = what;
	at_close.name = name;
}

static void
happen(struct event *e)
{
	void (*what)(const char *) = e->what;

	e->what = NULL;
	if (what != NULL)
		what(e->name);
}

void
kernel_crash(void)
{
	for (int i = 0; i < INTERFACES; i++)
		if (ifaces[i].used && ifaces[i].fd > 0)
			close_iface(&ifaces[i], ifaces[i].pid);
	memset(sockets, 0, sizeof sockets);
}

unsigned
kernel_descriptors(void)
{
	unsigned n = 0;

	for (int i = 0; i < INTERFACES; i++)
		n += ifaces[i].used && ifaces[i].fd > 0;
	for (int i = 0; i < SOCKETS; i++)
		n += sockets[i] != 0;
	return n;
}

static const char *
by_index(unsigned index)
{
	for (int i = 0; i < INTERFACES; i++)
		if (ifaces[i].used && ifaces[i].index == index)
			return ifaces[i].name;
	return NULL;
}

/* --- calls ---------------------------------------------------------------- */

unsigned int
if_nametoindex(const char *name)
{
	struct iface *p = kernel_iface(name);

	if (p != NULL)
		return p->index;
	error_number = ENXIO;
	return 0;
}

char *
if_indextoname(unsigned int index, char *name)
{
	const char *found = by_index(index);

	return found == NULL ? NULL : strcpy(name, found);
}

int
nanosleep(const struct timespec *ts, struct timespec *rest)
{
	(void)rest;
	kernel.slept += (unsigned)(ts->tv_sec * 1000 + ts->tv_nsec / 1000000);
	scheduled = 0;
	if (kernel.slept > held_until)
		held = 0;
	if (kernel.slept >= later.ms)
		happen(&later);
	return 0;
}

static int
new_descriptor(void)
{
	static int last = FD_BASE + SOCKETS;

	return last++;
}

/* The unit of "tun12", or -1. */
static int
unit_of(const char *name)
{
	int unit = 0;

	if (strncmp(name, "tun", 3) != 0 || name[3] == '\0')
		return -1;
	for (const char *c = name + 3; *c != '\0'; c++) {
		if (*c < '0' || *c > '9')
			return -1;
		unit = unit * 10 + *c - '0';
	}
	return unit;
}

/* Whose node /dev/NAME is: that of its unit stays, whatever the name now. */
static struct iface *
node(const char *name)
{
	struct iface *p = kernel_iface(name);

	if (p == NULL && unit_of(name) != -1)
		p = find_unit(KIND_TUN, (unsigned)unit_of(name));
	return p != NULL && p->node ? p : NULL;
}

/*
 * Opening a node that is not there makes it, and the interface.  The handler takes
 * the lowest unit without a node and does not look whether the interface came to
 * be: of a unit whose destruction is not over, only the node does.
 */
static int
clone_node(const char *name, struct iface **p)
{
	unsigned unit;

	if (!kernel.module || !kernel.cloning ||
	    (strcmp(name, "tun") != 0 && unit_of(name) == -1))
		return ENOENT;
	unit = unit_of(name) != -1 ? (unsigned)unit_of(name) :
	    free_unit(KIND_TUN, dead);
	check_scheduled(unit);
	if (is_set(held | dead, unit)) {
		kernel.dead_nodes += !is_set(dead, unit);
		dead |= 1u << unit;
		return ENXIO;
	}
	*p = new_unit(KIND_TUN, unit);
	return 0;
}

int
open(const char *path, int flags, ...)
{
	const char *name = path + strlen("/dev/");
	struct iface *p;
	int error;

	if (kernel.capability_mode)
		return sys_fail(ECAPMODE);
	if (strncmp(path, "/dev/", 5) != 0 ||
	    flags != (O_RDWR | O_NONBLOCK | O_CLOEXEC))
		return sys_fail(EINVAL);
	p = node(name);
	if (p == NULL && !kernel.root && !kernel.everybody)
		return sys_fail(ENOENT);
	if (p == NULL && (error = clone_node(name, &p)) != 0)
		return sys_fail(error);
	if (!kernel.root && !kernel.everybody)
		return sys_fail(EACCES);
	if (p->fd != -1 || p->dying)
		return sys_fail(EBUSY);
	p->fd = new_descriptor();
	p->pid = kernel.pid;
	return p->fd;
}

static bool
is_socket(int fd)
{
	return fd >= FD_BASE && fd < FD_BASE + SOCKETS &&
	    sockets[fd - FD_BASE] != 0;
}

static struct iface *
device(int fd)
{
	for (int i = 0; i < INTERFACES; i++)
		if (ifaces[i].used && ifaces[i].fd == fd)
			return &ifaces[i];
	return NULL;
}

int
close(int fd)
{
	struct iface *p = device(fd);

	if (p != NULL) {
		close_iface(p, kernel.pid);
		happen(&at_close);
		return 0;
	}
	if (!is_socket(fd))
		return sys_fail(EBADF);
	if (sockets[fd - FD_BASE] == AF_ROUTE)
		queued = 0;
	sockets[fd - FD_BASE] = 0;
	return 0;
}

int
socket(int domain, int type, int protocol)
{
	(void)protocol;
	(void)type;
	if (domain == AF_ROUTE)
		patient = false;
	if (domain == AF_INET6 && !kernel.ipv6)
		return sys_fail(EAFNOSUPPORT);
	for (int i = 0; i < SOCKETS; i++)
		if (sockets[i] == 0) {
			sockets[i] = domain;
			return FD_BASE + i;
		}
	return sys_fail(EINVAL);
}

static int
device_ioctl(struct iface *p, unsigned long request, void *arg)
{
	int value = 0;

	if (kernel.capability_mode)
		return sys_fail(ENOTCAPABLE);
	if (request == TUNSIFPID) {
		p->pid = kernel.pid;
		return 0;
	}
	if (request == TUNGIFNAME) {
		strcpy(((struct ifreq *)arg)->ifr_name, p->name);
		return 0;
	}
	memcpy(&value, arg, sizeof value);
	if (request == TUNSIFHEAD && p->kind == KIND_TUN) {
		p->head = value != 0;
		return 0;
	}
	if (request == TUNSIFMODE && p->kind == KIND_TUN) {
		if (p->up)
			return sys_fail(EBUSY);
		p->point_to_point = (value & IFF_POINTOPOINT) != 0;
		return 0;
	}
	if (request == TUNSTRANSIENT && kernel.release >= 15) {
		p->transient = value != 0;
		return 0;
	}
	return sys_fail(ENOTTY);
}

static int
rename_iface(struct iface *p, const char *to)
{
	happen(&at_rename);
	if (kernel_iface(to) != NULL)
		return sys_fail(EEXIST);
	snprintf(p->name, sizeof p->name, "%s", to);
	return 0;
}

static int
destroy_iface(struct iface *p)
{
	if (p->fd != -1) {	/* would wait for the close, for ever */
		kernel.deadlocks++;
		return sys_fail(EBUSY);
	}
	forget(p);
	return 0;
}

/* "tun", or a unit of it. */
static int
create_iface(struct ifreq *ifr)
{
	int unit = unit_of(ifr->ifr_name);
	struct iface *p;

	if (!kernel.module || (unit == -1 &&
	    strcmp(ifr->ifr_name, "tun") != 0))
		return sys_fail(EINVAL);
	if (unit != -1 && (find_unit(KIND_TUN, (unsigned)unit) != NULL ||
	    is_set(held | dead, (unsigned)unit)))
		return sys_fail(EEXIST);
	p = unit == -1 ? new_iface(KIND_TUN) :
	    new_unit(KIND_TUN, (unsigned)unit);
	check_scheduled(p->unit);
	strcpy(ifr->ifr_name, p->name);
	return 0;
}

static void __attribute__((__format__(__printf__, 3, 4)))
note(char *list, size_t size, const char *fmt, ...)
{
	size_t n = strlen(list);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(list + n, size - n, fmt, ap);
	va_end(ap);
}

static int
bits(const uint8_t *mask, size_t octets)
{
	int n = 0;

	for (size_t i = 0; i < octets; i++)
		for (int b = 7; b >= 0 && (mask[i] >> b & 1) != 0; b--)
			n++;
	return n;
}

static int
add_address4(struct iface *p, const struct ifaliasreq *r)
{
	struct sockaddr_in own, peer;
	char a[64], b[64];

	memcpy(&own, &r->ifra_addr, sizeof own);
	memcpy(&peer, &r->ifra_broadaddr, sizeof peer);
	if (own.sin_len != sizeof own || own.sin_family != AF_INET)
		return sys_fail(EINVAL);
	if (p->point_to_point && (peer.sin_len != sizeof peer ||
	    peer.sin_addr.s_addr == INADDR_ANY))
		return sys_fail(EDESTADDRREQ);
	note(addresses, sizeof addresses, "%s > %s %s\n",
	    kernel_text(false, &own.sin_addr, a),
	    kernel_text(false, &peer.sin_addr, b), p->name);
	p->addresses++;
	p->up = true;
	return 0;
}

static int
add_address6(struct iface *p, const struct in6_aliasreq *r)
{
	char a[64];

	if (r->ifra_addr.sin6_len != sizeof r->ifra_addr ||
	    r->ifra_addr.sin6_family != AF_INET6 ||
	    r->ifra_lifetime.ia6t_vltime != ND6_INFINITE_LIFETIME ||
	    r->ifra_lifetime.ia6t_pltime != ND6_INFINITE_LIFETIME)
		return sys_fail(EINVAL);
	/* IN6_IFF_NODAD of a request is not looked at. */
	kernel.dad += (p->nd_flags & ND6_IFF_NO_DAD) == 0;
	note(addresses, sizeof addresses, "%s/%d %s\n",
	    kernel_text(true, &r->ifra_addr.sin6_addr, a),
	    bits(r->ifra_prefixmask.sin6_addr.s6_addr, 16), p->name);
	p->addresses++;
	p->up = true;
	return 0;
}

/* What changes nothing. */
static int
get(struct iface *p, unsigned long request, void *arg)
{
	if (request == SIOCGIFMTU)
		((struct ifreq *)arg)->ifr_mtu = (int)p->mtu;
	else if (request == SIOCGIFFLAGS)
		((struct ifreq *)arg)->ifr_flags = p->up ? IFF_UP : 0;
	else if (request == SIOCGIFINFO_IN6)
		((struct in6_ndireq *)arg)->ndi.flags = p->nd_flags;
	else
		return 1;
	return 0;
}

static int
set(struct iface *p, int family, unsigned long request, void *arg)
{
	struct ifreq *ifr = arg;

	if (request == SIOCSIFFLAGS)
		p->up = (ifr->ifr_flags & IFF_UP) != 0;
	else if (request == SIOCSIFINFO_FLAGS && family == AF_INET6)
		p->nd_flags = ((struct in6_ndireq *)arg)->ndi.flags;
	else if (request == SIOCSIFNAME)
		return rename_iface(p, ifr->ifr_data);
	else if (request == SIOCIFDESTROY)
		return destroy_iface(p);
	else if (request == SIOCAIFADDR && family == AF_INET)
		return add_address4(p, arg);
	else if (request == SIOCAIFADDR_IN6 && family == AF_INET6)
		return add_address6(p, arg);
	else
		return sys_fail(EINVAL);
	return 0;
}

int
ioctl(int fd, unsigned long request, ...)
{
	struct iface *p = device(fd);
	void *arg = NULL;
	va_list ap;

	if (request != TUNSIFPID) {
		va_start(ap, request);
		arg = va_arg(ap, void *);
		va_end(ap);
	}
	if (p != NULL)
		return device_ioctl(p, request, arg);
	if (!is_socket(fd))
		return sys_fail(EBADF);
	if (request == SIOCIFCREATE)
		return kernel.root ? create_iface(arg) : sys_fail(EPERM);
	p = kernel_iface(arg);		/* they all begin with the name */
	if (p == NULL)
		return sys_fail(ENXIO);
	if (get(p, request, arg) == 0)
		return 0;
	if (!kernel.root)
		return sys_fail(EPERM);
	return set(p, sockets[fd - FD_BASE], request, arg);
}

int
cap_enter(void)
{
	if (!kernel.capsicum)
		return sys_fail(ENOSYS);
	kernel.capability_mode = true;
	return 0;
}

int
sysctlbyname(const char *name, void *old, size_t *size, const void *new,
    size_t newsize)
{
	int value;

	if (new != NULL || newsize != 0 || *size != sizeof value)
		return sys_fail(EINVAL);
	if (strcmp(name, "net.inet.ip.forwarding") == 0)
		value = kernel.forwarding4;
	else if (strcmp(name, "net.inet6.ip6.forwarding") == 0)
		value = kernel.forwarding6;
	else
		return sys_fail(ENOENT);
	memcpy(old, &value, sizeof value);
	return 0;
}

/* --- packets -------------------------------------------------------------- */

static ssize_t
device_read(struct iface *p, const struct iovec *iov, int n)
{
	size_t done = 0;

	if (p->in_len == 0)
		return sys_fail(EAGAIN);
	for (int i = 0; i < n && done < p->in_len; i++) {
		size_t part = p->in_len - done;

		if (part > iov[i].iov_len)
			part = iov[i].iov_len;
		memcpy(iov[i].iov_base, p->in + done, part);
		done += part;
	}
	p->in_len = 0;
	return (ssize_t)done;
}

static ssize_t
device_write(struct iface *p, const struct iovec *iov, int n)
{
	uint32_t family;
	size_t done = 0;

	if (!p->up)
		return 0;
	for (int i = 0; i < n; i++)
		done += iov[i].iov_len;
	if (done > 65535 + sizeof family)
		return sys_fail(EIO);
	done = 0;
	for (int i = 0; i < n; i++) {
		memcpy(p->out + done, iov[i].iov_base, iov[i].iov_len);
		done += iov[i].iov_len;
	}
	memcpy(&family, p->out, sizeof family);
	if (p->head && ntohl(family) != AF_INET && ntohl(family) != AF_INET6)
		return sys_fail(EAFNOSUPPORT);
	p->out_len = done;
	return (ssize_t)done;
}

/* A unit that went, or a descriptor that never was. */
static ssize_t
no_device(void)
{
	return sys_fail(ENXIO);
}

ssize_t
writev(int fd, const struct iovec *iov, int n)
{
	struct iface *p = device(fd);

	return p == NULL ? no_device() : device_write(p, iov, n);
}

/* --- routes --------------------------------------------------------------- */

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

int
setsockopt(int fd, int level, int option, const void *value, socklen_t n)
{
	struct timeval tv;

	if (!is_socket(fd))
		return sys_fail(EBADF);
	if (level != SOL_SOCKET || option != SO_RCVTIMEO || n != sizeof tv)
		return sys_fail(EINVAL);
	memcpy(&tv, value, sizeof tv);
	patient = tv.tv_sec > 0 && tv.tv_sec < 5;
	return 0;
}

/*
 * One message at a time.  They are handed over by a thread of the kernel's, a moment
 * after the write: who does not wait misses them, who has no limit may wait for ever.
 */
static ssize_t
read_queue(void *buf, size_t n)
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

ssize_t
read(int fd, void *buf, size_t n)
{
	struct iface *p = device(fd);
	struct iovec iov = { buf, n };

	if (p == NULL && is_socket(fd) && sockets[fd - FD_BASE] == AF_ROUTE)
		return read_queue(buf, n);
	return p == NULL ? no_device() : device_read(p, &iov, 1);
}

ssize_t
write(int fd, const void *buf, size_t n)
{
	const struct rt_msghdr *h = buf;
	struct iovec iov = { (void *)(uintptr_t)buf, n };
	struct iface *p = device(fd);

	if (p != NULL)
		return device_write(p, &iov, 1);
	if (!is_socket(fd))
		return no_device();
	if (sockets[fd - FD_BASE] != AF_ROUTE)
		return sys_fail(EBADF);
	if (n < sizeof *h || h->rtm_msglen != n ||
	    h->rtm_version != RTM_VERSION)
		return sys_fail(EINVAL);
	if (!kernel.root && h->rtm_type != RTM_GET)
		return sys_fail(EPERM);
	return route_message(h, (const char *)(h + 1), n);
}

static bool
has_line(const char *list, const char *text)
{
	size_t n = strlen(text);

	for (const char *p = list; (p = strstr(p, text)) != NULL; p += n)
		if ((p == list || p[-1] == '\n') && p[n] == '\n')
			return true;
	return false;
}

bool
kernel_has_route(const char *text)
{
	return has_line(kernel_routes(), text);
}

bool
kernel_has_address(const char *text)
{
	return has_line(addresses, text);
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

const char *
kernel_addresses(void)
{
	return addresses;
}
