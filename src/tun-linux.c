/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tun-linux.c - /dev/net/tun.  System calls: open, ioctl, readv, writev, close.
 */
#include <sys/ioctl.h>
#include <sys/uio.h>

#include <linux/if_tun.h>
#include <linux/virtio_net.h>

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tun.h"

#define DEVICE		"/dev/net/tun"
#define DESTROY_TRIES	20		/* of 100 ms */

#define ATTACH_FLAGS	(IFF_TUN | IFF_NO_PI)

static bool __attribute__((__format__(__printf__, 3, 4)))
fail(char *err, size_t errsize, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err, errsize, fmt, ap);
	va_end(ap);
	return false;
}

static const char *
hint(int error)
{
	switch (error) {
	case ENOENT:
	case ENODEV:
	case ENXIO:
		return " (is the tun module loaded? In a container, bind-mount "
		    DEVICE ")";
	case EPERM:
	case EACCES:
		return " (needs CAP_NET_ADMIN, or an interface made before "
		    "that this user owns)";
	case EBUSY:
		return " (another process has it)";
	case EINVAL:
		return " (is it an interface of another kind?)";
	default:
		return "";
	}
}

static int
open_device(char *err, size_t errsize)
{
	int fd = open(DEVICE, O_RDWR | O_NONBLOCK | O_CLOEXEC);

	if (fd == -1)
		fail(err, errsize, "%s: %s%s", DEVICE, strerror(errno),
		    hint(errno));
	return fd;
}

/* 0, or -1 with errno. */
static int
attach(int fd, const char *name, int flags, struct ifreq *ifr)
{
	memset(ifr, 0, sizeof *ifr);
	memcpy(ifr->ifr_name, name, strlen(name));
	ifr->ifr_flags = (short)flags;
	return ioctl(fd, TUNSETIFF, ifr);
}

/*
 * The kernel refuses, with EINVAL, to attach to a persistent interface with
 * another idea of multi-queue than it was made with: TAYGA makes both kinds.
 */
static bool
attach_any(struct tun *t, const char *name, struct ifreq *ifr)
{
	static const int flags[] = {
		IFF_VNET_HDR, IFF_VNET_HDR | IFF_MULTI_QUEUE,
		0, IFF_MULTI_QUEUE,
	};

	for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
		t->vnet = (flags[i] & IFF_VNET_HDR) != 0;
		if (attach(t->fd, name, ATTACH_FLAGS | flags[i], ifr) == 0)
			return true;
		if (errno != EINVAL)
			break;
	}
	t->vnet = false;
	return false;
}

/*
 * What the device may leave undone.  These features outlive the process on a
 * persistent interface: set at the start and cleared at the end.
 */
static void
set_offload(const struct tun *t, unsigned features)
{
	int size = sizeof(struct virtio_net_hdr);

	if (!t->vnet)
		return;
	(void)ioctl(t->fd, TUNSETVNETHDRSZ, &size);
	(void)ioctl(t->fd, TUNSETOFFLOAD, features);
}

bool
tun_open(struct tun *t, const char *name, char *err, size_t errsize)
{
	struct ifreq ifr;

	*t = (struct tun){ .fd = -1 };
	if (strlen(name) >= sizeof ifr.ifr_name)
		return fail(err, errsize, "%s: name too long", name);
	t->fd = open_device(err, errsize);
	if (t->fd == -1)
		return false;
	if (!attach_any(t, name, &ifr)) {
		int error = errno;

		fail(err, errsize, "tun-device %s: %s%s", name,
		    strerror(error), hint(error));
		tun_close(t);
		errno = error;
		return false;
	}
	memcpy(t->name, ifr.ifr_name, sizeof t->name);
	set_offload(t, 0);
	return true;
}

void
tun_close(struct tun *t)
{
	if (t->fd == -1)
		return;
	set_offload(t, 0);
	close(t->fd);
	t->fd = -1;
}

/* Set or clear persistence. */
static bool
set_persist(const char *name, int on, char *err, size_t errsize)
{
	struct tun t;

	if (!tun_open(&t, name, err, errsize))
		return false;
	if (ioctl(t.fd, TUNSETPERSIST, on) == -1) {
		int error = errno;

		fail(err, errsize, "tun-device %s: cannot %s: %s%s", name,
		    on ? "make it persistent" : "remove it", strerror(error),
		    hint(error));
		tun_close(&t);
		errno = error;
		return false;
	}
	tun_close(&t);
	return true;
}

bool
tun_create(const char *name, char *err, size_t errsize)
{
	/* In use, so it exists: fine. */
	return set_persist(name, 1, err, errsize) ||
	    (errno == EBUSY && if_nametoindex(name) != 0);
}

/* A daemon that was just told to end may hold it a moment longer. */
bool
tun_destroy(const char *name, char *err, size_t errsize)
{
	struct timespec pause = { .tv_nsec = 100 * 1000 * 1000 };

	if (if_nametoindex(name) == 0)
		return fail(err, errsize, "tun-device %s: no such interface",
		    name);
	for (int i = 0; i < DESTROY_TRIES; i++) {
		if (set_persist(name, 0, err, errsize))
			return true;
		if (errno != EBUSY)
			return false;
		nanosleep(&pause, NULL);
	}
	return false;
}

/* --- packets -------------------------------------------------------------- */

static struct offload
read_offload(const struct virtio_net_hdr *h)
{
	return (struct offload){
		.flags = h->flags & (OFFLOAD_NEEDS_CSUM | OFFLOAD_DATA_VALID),
		.gso = h->gso_type & (uint8_t)~VIRTIO_NET_HDR_GSO_ECN,
		.ecn = (h->gso_type & VIRTIO_NET_HDR_GSO_ECN) != 0,
		.hdr_len = h->hdr_len,
		.gso_size = h->gso_size,
		.csum_start = h->csum_start,
		.csum_offset = h->csum_offset,
	};
}

static struct virtio_net_hdr
write_offload(const struct offload *o)
{
	return (struct virtio_net_hdr){
		.flags = o->flags,
		.gso_type = (uint8_t)(o->gso |
		    (o->ecn ? VIRTIO_NET_HDR_GSO_ECN : 0)),
		.hdr_len = o->hdr_len,
		.gso_size = o->gso_size,
		.csum_start = o->csum_start,
		.csum_offset = o->csum_offset,
	};
}

/* A deleted interface: EBADFD on Linux for a descriptor that lost its device. */
static enum tun_status
status_of(int error)
{
	if (error == EAGAIN)
		return TUN_AGAIN;
	if (error == EBADFD || error == EBADF || error == ENODEV)
		return TUN_GONE;
	return TUN_LOST;
}

enum tun_status
tun_read(const struct tun *t, uint8_t *buf, struct cur *packet,
    struct offload *offload)
{
	struct virtio_net_hdr h = { 0 };
	struct iovec iov[2] = { { &h, sizeof h }, { buf, TUN_PACKET_MAX } };
	ssize_t n;

	do
		n = t->vnet ? readv(t->fd, iov, 2) : read(t->fd, buf,
		    TUN_PACKET_MAX);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return status_of(errno);
	if (t->vnet)
		n -= (ssize_t)sizeof h;
	if (n < 0)
		return TUN_LOST;
	*packet = cur_of(buf, (size_t)n);
	*offload = read_offload(&h);
	return TUN_OK;
}

enum tun_status
tun_write(const struct tun *t, const struct offload *offload, struct cur head,
    struct cur tail)
{
	struct virtio_net_hdr h = write_offload(offload);
	struct iovec iov[3] = {
		{ &h, sizeof h },
		{ (void *)(uintptr_t)head.p, head.n },
		{ (void *)(uintptr_t)tail.p, tail.n },
	};
	int skip = t->vnet ? 0 : 1;
	ssize_t n;

	do
		n = writev(t->fd, iov + skip, 3 - skip);
	while (n == -1 && errno == EINTR);
	return n == -1 ? status_of(errno) : TUN_OK;
}
