/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * calls.c - the system calls end here: compiled with the headers beside it, and with
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
#include <net/if_tun.h>
#include <netinet/in.h>
#include <netinet6/in6_var.h>
#include <netinet6/nd6.h>

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "inside.h"

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
static_assert(sizeof(struct in6_ndireq) == 72, "netinet6/nd6.h");
#endif

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

bool
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
		route_closed();
	sockets[fd - FD_BASE] = 0;
	return 0;
}

int
socket(int domain, int type, int protocol)
{
	(void)protocol;
	(void)type;
	if (domain == AF_ROUTE)
		route_opened();
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

int
setsockopt(int fd, int level, int option, const void *value, socklen_t n)
{
	struct timeval tv;

	if (!is_socket(fd))
		return sys_fail(EBADF);
	if (level != SOL_SOCKET || option != SO_RCVTIMEO || n != sizeof tv)
		return sys_fail(EINVAL);
	memcpy(&tv, value, sizeof tv);
	route_patience(tv.tv_sec > 0 && tv.tv_sec < 5);
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

ssize_t
read(int fd, void *buf, size_t n)
{
	struct iface *p = device(fd);
	struct iovec iov = { buf, n };

	if (p == NULL && is_socket(fd) && sockets[fd - FD_BASE] == AF_ROUTE)
		return route_read(buf, n);
	return p == NULL ? no_device() : device_read(p, &iov, 1);
}

ssize_t
write(int fd, const void *buf, size_t n)
{
	struct iovec iov = { (void *)(uintptr_t)buf, n };
	struct iface *p = device(fd);

	if (p != NULL)
		return device_write(p, &iov, 1);
	if (!is_socket(fd))
		return no_device();
	return sockets[fd - FD_BASE] == AF_ROUTE ? route_write(buf, n) :
	    sys_fail(EBADF);
}
