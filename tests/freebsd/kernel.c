/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernel.c - interfaces, their units and nodes, and what other programs do to them.
 */
#include <sys/types.h>
#include <sys/socket.h>

#include <net/if.h>
#include <netinet/in.h>
#include <netinet6/nd6.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "inside.h"

struct kernel kernel;

struct iface ifaces[INTERFACES];
int sockets[SOCKETS];
char addresses[2048];
unsigned held, scheduled, dead;
struct event at_rename, at_close;

static struct event later;
static unsigned next_index;
static unsigned held_until;		/* ms of sleep */
static int error_number;

int *
__error(void)
{
	return &error_number;
}

int
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
	route_reset();
	addresses[0] = '\0';
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

struct iface *
find_unit(enum kind kind, unsigned unit)
{
	for (int i = 0; i < INTERFACES; i++)
		if (ifaces[i].used && ifaces[i].kind == kind &&
		    ifaces[i].unit == unit)
			return &ifaces[i];
	return NULL;
}

struct iface *
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

bool
is_set(unsigned set, unsigned unit)
{
	return (set >> unit & 1) != 0;
}

/* The lowest unit that is in none of these, too. */
unsigned
free_unit(enum kind kind, unsigned taken)
{
	unsigned unit = 0;

	while (find_unit(kind, unit) != NULL ||
	    (kind == KIND_TUN && is_set(taken, unit)))
		unit++;
	return unit;
}

struct iface *
new_iface(enum kind kind)
{
	return new_unit(kind, free_unit(kind, held | dead));
}

/* The node of this unit is made anew while its destruction is still to come. */
void
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
void
forget(struct iface *p)
{
	route_forget(p->index);
	p->used = false;
}

/* What the last close of a device does: addresses go, routes stay. */
void
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

void
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

const char *
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

/* --- what tests ask --------------------------------------------------------- */

void
note(char *list, size_t size, const char *fmt, ...)
{
	size_t n = strlen(list);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(list + n, size - n, fmt, ap);
	va_end(ap);
}

int
bits(const uint8_t *mask, size_t octets)
{
	int n = 0;

	for (size_t i = 0; i < octets; i++)
		for (int b = 7; b >= 0 && (mask[i] >> b & 1) != 0; b--)
			n++;
	return n;
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
kernel_has_address(const char *text)
{
	return has_line(addresses, text);
}

const char *
kernel_addresses(void)
{
	return addresses;
}

bool
kernel_has_route(const char *text)
{
	return has_line(kernel_routes(), text);
}
