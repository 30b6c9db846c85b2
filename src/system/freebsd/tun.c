/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tun.c - tun(4).  System calls: open, ioctl, read, write, writev, close,
 * socket, nanosleep.
 *
 * An interface tunN is created, its node opened, and it is renamed, with which a node
 * of the new name appears.  The last close takes the addresses, yet interface, name
 * and node stay: what is there is reused, so that a crash does not cost an interface
 * each time.  One process may have it open, and destroying it waits for as long as
 * one has.
 *
 * What is easier is not safe where one start overlaps the end of another.  To open
 * /dev/tun creates an interface, too; but while a unit is being destroyed, the
 * kernel makes its node again, does not look whether the interface came to be, says
 * ENXIO and keeps a dead node.  And TUNSTRANSIENT, since FreeBSD 15, has the last
 * close destroy the interface; but it only schedules that, and a creation that picks
 * up the dying node panics the kernel.
 *
 * The kernel complains unless the process that opened it is the one that closes
 * it (or has called TUNSIFPID): the daemon goes into the background before.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/ioctl.h>
#include <sys/uio.h>

#include <net/if.h>
#include <net/if_tun.h>

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "system/tun.h"

#define OPEN_TRIES	20		/* of 50 ms: restarts overlap */
#define DESTROY_TRIES	40

enum attempt {
	DONE,
	LATER,		/* somebody else is busy with it (errno) */
	NEVER,		/* (errno) */
};

static bool __attribute__((__format__(__printf__, 3, 4)))
fail(char *err, size_t errsize, const char *fmt, ...)
{
	int error = errno;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err, errsize, fmt, ap);
	va_end(ap);
	errno = error;
	return false;
}

/* --- interfaces ----------------------------------------------------------- */

static struct ifreq
request_for(const char *name)
{
	struct ifreq ifr;

	memset(&ifr, 0, sizeof ifr);
	memcpy(ifr.ifr_name, name, strlen(name));
	return ifr;
}

/* 0, or -1 with errno. */
static int
if_ioctl(unsigned long request, struct ifreq *ifr)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int r, error;

	if (fd == -1)
		return -1;
	r = ioctl(fd, request, ifr);
	error = errno;
	close(fd);
	errno = error;
	return r;
}

static int
rename_if(const char *from, const char *to)
{
	struct ifreq ifr = request_for(from);
	char name[IFNAMSIZ];

	snprintf(name, sizeof name, "%s", to);
	ifr.ifr_data = name;
	return if_ioctl(SIOCSIFNAME, &ifr);
}

static int
destroy_if(const char *name)
{
	struct ifreq ifr = request_for(name);

	return if_ioctl(SIOCIFDESTROY, &ifr);
}

/* --- opening -------------------------------------------------------------- */

/* tunN, as the kernel itself names them: those come without renaming. */
static bool
is_unit(const char *name)
{
	const char *n = name + 3;

	return strncmp(name, "tun", 3) == 0 && *n != '\0' &&
	    strspn(n, "0123456789") == strlen(n) && (*n != '0' || n[1] == '\0');
}

static int
open_node(const char *name)
{
	char path[sizeof "/dev/" + IFNAMSIZ];

	snprintf(path, sizeof path, "/dev/%s", name);
	return open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
}

/*
 * A new interface: that unit, or for "tun" the lowest that is free.  Who may not
 * create one may yet have devfs do it, where /dev/tunN lets everybody in; but not
 * under a name that it would have to be given, which he may not do either.
 */
static int
new_unit(struct tun *t, char unit[static IFNAMSIZ])
{
	struct ifreq ifr = request_for(unit);
	int error;

	if (if_ioctl(SIOCIFCREATE, &ifr) == -1) {
		if (errno != EPERM || !is_unit(unit))
			return -1;
		t->fd = open_node(unit);
		errno = t->fd == -1 ? EPERM : 0;
		return t->fd;
	}
	memcpy(unit, ifr.ifr_name, IFNAMSIZ);
	t->fd = open_node(unit);
	if (t->fd == -1) {
		error = errno;
		if (error != EBUSY)	/* or it would wait for who has it */
			(void)destroy_if(unit);
		errno = error;
	}
	return t->fd;
}

static const char *
open_hint(bool exists, int error)
{
	switch (error) {
	case EPERM:
	case EACCES:
		return exists ? " (needs root, or a node in /dev that is this "
		    "user's)" : " (needs root, or an interface made before)";
	case EBUSY:
		return " (another process has it)";
	case EEXIST:
		return " (the unit of an interface of another name, or one "
		    "on its way out)";
	case ENOENT:
	case ENXIO:
	case EINVAL:
		return exists ? " (there is an interface of that name, but it "
		    "is no tun)" : " (kldload if_tuntap; in a jail, its "
		    "devfs ruleset)";
	default:
		return "";
	}
}

/*
 * Close it, and take it away if it is fresh: after the close, for which the kernel
 * would wait, and only if the name is not another interface's by then.  errno stays.
 */
static void
release(struct tun *t)
{
	int error = errno;
	unsigned index = if_nametoindex(t->name);

	close(t->fd);
	t->fd = -1;
	if (t->fresh && index != 0 && if_nametoindex(t->name) == index)
		(void)destroy_if(t->name);
	errno = error;
}

/* What it is called now: not what it was opened as, if that is another's. */
static bool
learn_name(struct tun *t, const char *opened, char *err, size_t errsize)
{
	struct ifreq ifr;

	memset(&ifr, 0, sizeof ifr);
	if (ioctl(t->fd, TUNGIFNAME, &ifr) == -1)
		return fail(err, errsize, "/dev/%s: not a tun device: %s",
		    opened, strerror(errno));
	memcpy(t->name, ifr.ifr_name, sizeof t->name);
	t->name[sizeof t->name - 1] = '\0';
	if (strcmp(opened, "tun") == 0 || strcmp(opened, t->name) == 0)
		return true;
	errno = EEXIST;
	return fail(err, errsize, "/dev/%s belongs to the interface %s", opened,
	    t->name);
}

/* Both families, each with its number before the packet; point to point. */
static bool
set_format(struct tun *t, char *err, size_t errsize)
{
	int on = 1, mode = IFF_POINTOPOINT | IFF_MULTICAST;

	if (ioctl(t->fd, TUNSIFHEAD, &on) == -1)
		return fail(err, errsize, "tun-device %s: no IPv6 through it: "
		    "%s (an interface of another kind?)", t->name,
		    strerror(errno));
	(void)ioctl(t->fd, TUNSIFMODE, &mode);	/* EBUSY: up already */
	return true;
}

static enum attempt
set_name(struct tun *t, const char *name, char *err, size_t errsize)
{
	if (strcmp(t->name, name) == 0)
		return DONE;
	if (rename_if(t->name, name) == -1) {
		fail(err, errsize, "tun-device %s: cannot rename %s: %s", name,
		    t->name, strerror(errno));
		return errno == EEXIST ? LATER : NEVER;
	}
	memcpy(t->name, name, strlen(name) + 1);
	return DONE;
}

/* It may be on its way out, or somebody else be quicker. */
static bool
may_pass(bool exists, int error)
{
	switch (error) {
	case EBUSY:
	case EEXIST:
		return true;
	case ENOENT:
	case ENXIO:
		return exists;
	default:
		return false;
	}
}

static enum attempt
attach(struct tun *t, const char *name, char *err, size_t errsize)
{
	bool exists = if_nametoindex(name) != 0;
	char node[IFNAMSIZ];
	enum attempt result = NEVER;

	snprintf(node, sizeof node, "%s", exists || is_unit(name) ? name :
	    "tun");
	t->fd = exists ? open_node(node) : new_unit(t, node);
	t->fresh = false;
	if (t->fd == -1) {
		fail(err, errsize, "tun-device %s: %s%s", name,
		    strerror(errno), open_hint(exists, errno));
		return may_pass(exists, errno) ? LATER : NEVER;
	}
	if (learn_name(t, node, err, errsize)) {
		t->fresh = !exists;
		if (set_format(t, err, errsize))
			result = set_name(t, name, err, errsize);
	}
	if (result != DONE)
		release(t);
	return result;
}

static bool
attach_patiently(struct tun *t, const char *name, int tries, char *err,
    size_t errsize)
{
	struct timespec pause = { .tv_nsec = 50 * 1000 * 1000 };
	enum attempt result;
	int error;

	*t = (struct tun){ .fd = -1 };
	if (strlen(name) >= IFNAMSIZ) {
		errno = ENAMETOOLONG;
		return fail(err, errsize,
		    "tun-device %s: name longer than %d characters", name,
		    IFNAMSIZ - 1);
	}
	while ((result = attach(t, name, err, errsize)) == LATER) {
		if (--tries == 0)
			break;
		error = errno;
		nanosleep(&pause, NULL);
		errno = error;
	}
	return result == DONE;
}

bool
tun_open(struct tun *t, const char *name, char *err, size_t errsize)
{
	return attach_patiently(t, name, OPEN_TRIES, err, errsize);
}

void
tun_close(struct tun *t)
{
	if (t->fd != -1)
		release(t);
}

const char *
tun_offload(struct tun *t)
{
	(void)t;		/* tap(4) has some, tun(4) none */
	return "none";
}

void
tun_no_super(struct tun *t, bool udp)
{
	(void)t;
	(void)udp;
}

bool
tun_create(const char *name, char *err, size_t errsize)
{
	struct tun t;

	/* In use, so it exists: fine. */
	if (!attach_patiently(&t, name, OPEN_TRIES, err, errsize))
		return errno == EBUSY && if_nametoindex(name) != 0;
	t.fresh = false;
	tun_close(&t);
	return true;
}

/* Having it open proves that nobody else has, and that it is a tun. */
bool
tun_destroy(const char *name, char *err, size_t errsize)
{
	struct tun t;

	if (if_nametoindex(name) == 0)
		return fail(err, errsize, "tun-device %s: no such interface",
		    name);
	if (!attach_patiently(&t, name, DESTROY_TRIES, err, errsize))
		return false;
	t.fresh = false;
	tun_close(&t);
	if (destroy_if(name) == -1 && if_nametoindex(name) != 0)
		return fail(err, errsize, "tun-device %s: cannot remove it: "
		    "%s%s", name, strerror(errno), errno == EPERM ?
		    " (needs root)" : "");
	return true;
}

/* --- packets -------------------------------------------------------------- */

static enum tun_status
status_of(int error)
{
	if (error == EAGAIN)
		return TUN_AGAIN;
	if (error == ENXIO || error == EBADF || error == ENODEV)
		return TUN_GONE;
	return TUN_LOST;
}

/* In front of each packet; what we read says its family once more. */
#define FAMILY		4
static_assert(FAMILY <= TUN_HEAD, "tun.h");

static void
put_family(uint8_t *to, uint8_t first_octet)
{
	put32(to, first_octet >> 4 == 6 ? AF_INET6 : AF_INET);
}

/* What the device cannot finish is not for it. */
static bool
refuses(const struct offload *offload, size_t n)
{
	return n == 0 || offload->gso != GSO_NONE || offload_partial(offload);
}

/* 0 octets written: the interface is down, and the packet lost. */
static enum tun_status
written(ssize_t n)
{
	if (n != 0)
		return n == -1 ? status_of(errno) : TUN_OK;
	errno = ENETDOWN;
	return TUN_LOST;
}

/* In one piece: two cost the kernel a twentieth of a small packet's time. */
enum tun_status
tun_read(const struct tun *t, uint8_t *buf, struct cur *packet,
    struct offload *offload)
{
	ssize_t n;

	do
		n = read(t->fd, buf - FAMILY, FAMILY + TUN_PACKET_MAX);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return status_of(errno);
	if (n < FAMILY) {
		errno = EPROTO;
		return TUN_LOST;
	}
	*offload = (struct offload){ .gso = GSO_NONE };
	*packet = cur_of(buf, (size_t)n - FAMILY);
	return TUN_OK;
}

enum tun_status
tun_write_whole(const struct tun *t, const struct offload *offload,
    uint8_t *packet, size_t len)
{
	ssize_t n;

	if (refuses(offload, len)) {
		errno = EINVAL;
		return TUN_LOST;
	}
	put_family(packet - FAMILY, packet[0]);
	do
		n = write(t->fd, packet - FAMILY, FAMILY + len);
	while (n == -1 && errno == EINTR);
	return written(n);
}

enum tun_status
tun_write_parts(const struct tun *t, const struct offload *offload,
    struct cur head, const struct cur *part, size_t parts)
{
	struct iovec iov[2 + TUN_PARTS_MAX];
	uint8_t family[FAMILY];
	ssize_t n;

	if (refuses(offload, head.n)) {
		errno = EINVAL;
		return TUN_LOST;
	}
	put_family(family, head.p[0]);
	iov[0] = (struct iovec){ family, sizeof family };
	iov[1] = (struct iovec){ (void *)(uintptr_t)head.p, head.n };
	for (size_t i = 0; i < parts; i++)
		iov[2 + i] = (struct iovec){ (void *)(uintptr_t)part[i].p,
		    part[i].n };
	do
		n = writev(t->fd, iov, 2 + (int)parts);
	while (n == -1 && errno == EINTR);
	return written(n);
}
