/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tun.c - /dev/net/tun.  System calls: open, ioctl, read, write, writev,
 * close.
 */
#include <sys/ioctl.h>
#include <sys/uio.h>

#include <linux/if_tun.h>
#include <linux/virtio_net.h>

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "netlink.h"
#include "system/tun.h"

#define DEVICE		"/dev/net/tun"
#define DESTROY_TRIES	20		/* of 100 ms */

#define ATTACH_FLAGS	(IFF_TUN | IFF_NO_PI)

/* Since Linux 6.2; headers are often older than the kernel. */
#ifndef VIRTIO_NET_HDR_GSO_UDP_L4
#define VIRTIO_NET_HDR_GSO_UDP_L4	5
#endif

static bool __attribute__((__format__(__printf__, 3, 4)))
fail(char *err, size_t errsize, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err, errsize, fmt, ap);
	va_end(ap);
	return false;
}

/* Why the device file does not open. */
static const char *
open_hint(int error)
{
	switch (error) {
	case ENOENT:
	case ENODEV:
	case ENXIO:
		return " (modprobe tun; in a container, bind-mount " DEVICE ")";
	case EPERM:
	case EACCES:
		return " (its mode, or the container's list of devices, "
		    "forbids it)";
	default:
		return "";
	}
}

/* Why an interface is not ours to use. */
static const char *
attach_hint(int error)
{
	switch (error) {
	case EPERM:
	case EACCES:
		return " (needs CAP_NET_ADMIN, or an interface made before "
		    "for this user)";
	case EBUSY:
		return " (another process has it)";
	case EINVAL:
		return " (no good name, or an interface of another kind)";
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
		    open_hint(errno));
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
 * A second queue of a multi-queue interface keeps the packet format of the first
 * one, whatever it asked for: do not share what we would misread.
 */
static bool
has_format(int fd, int flags)
{
	struct ifreq ifr;

	memset(&ifr, 0, sizeof ifr);
	if (ioctl(fd, TUNGETIFF, &ifr) == -1)
		return false;
	if (((ifr.ifr_flags ^ flags) & (IFF_NO_PI | IFF_VNET_HDR)) == 0)
		return true;
	errno = EBUSY;
	return false;
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
		int f = ATTACH_FLAGS | flags[i];

		if (attach(t->fd, name, f, ifr) == 0) {
			t->vnet = (f & IFF_VNET_HDR) != 0;
			return has_format(t->fd, f);
		}
		if (errno != EINVAL)
			break;
	}
	return false;
}

/*
 * What the device may leave undone.  These features outlive the process on a
 * persistent interface: set at the start and cleared at the end.
 */
static bool
set_offload(const struct tun *t, unsigned features)
{
	int size = sizeof(struct virtio_net_hdr);

	if (!t->vnet)
		return false;
	(void)ioctl(t->fd, TUNSETVNETHDRSZ, &size);
	return ioctl(t->fd, TUNSETOFFLOAD, features) == 0;
}

/* Datagrams in one packet came with Linux 6.2, the headers perhaps later. */
#ifndef TUN_F_USO4
#define TUN_F_USO4	0x20
#define TUN_F_USO6	0x40
#endif
#define OFFLOAD_TSO	(TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN)
#define OFFLOAD_USO	(TUN_F_USO4 | TUN_F_USO6)

/*
 * What is not asked for, the kernel cuts before it hands it over: super-packets
 * of tunnels (SKB_GSO_UDP_TUNNEL, GRE, IPXIP; TUN_F_UDP_TUNNEL_GSO since 6.17
 * would need a longer header), of SCTP, and lists of packets (SKB_GSO_FRAGLIST).
 * Unfinished checksums it leaves wherever they are, also inside of a tunnel:
 * TUN_F_CSUM is NETIF_F_HW_CSUM.
 */
/* A kernel that does not know one of them refuses them all: ask for less. */
const char *
tun_offload(struct tun *t)
{
	static const struct {
		unsigned	features;
		const char	*text;
	} ladder[] = {
		{ TUN_F_CSUM | OFFLOAD_TSO | OFFLOAD_USO,
		    "checksums, TCP and UDP segmentation" },
		{ TUN_F_CSUM | OFFLOAD_TSO, "checksums and TCP segmentation" },
		{ TUN_F_CSUM, "checksums" },
	};

	for (size_t i = 0; i < sizeof ladder / sizeof ladder[0]; i++)
		if (set_offload(t, ladder[i].features)) {
			t->cuts_tcp = (ladder[i].features & OFFLOAD_TSO) != 0;
			t->cuts_udp = (ladder[i].features & OFFLOAD_USO) != 0;
			return ladder[i].text;
		}
	(void)set_offload(t, 0);
	return "none";
}

void
tun_no_super(struct tun *t, bool udp)
{
	if (udp)
		t->cuts_udp = false;
	else
		t->cuts_tcp = false;
	(void)set_offload(t, TUN_F_CSUM | (t->cuts_tcp ? OFFLOAD_TSO : 0) |
	    (t->cuts_udp ? OFFLOAD_USO : 0));
}

/*
 * `ip link set NAME addrgenmode none`: with a link-local address the kernel looks for
 * routers and tells its multicast groups on the device, where nobody listens.  That
 * may fail.
 */
static void
no_link_local(const char *name)
{
	struct ifinfomsg m = { .ifi_index = (int)if_nametoindex(name) };
	struct {
		struct rtattr	family, mode;
		uint8_t		value[RTA_ALIGN(1)];
	} spec = {
		.family = { .rta_len = sizeof spec, .rta_type = AF_INET6 },
		.mode = { .rta_len = RTA_LENGTH(1),
		    .rta_type = IFLA_INET6_ADDR_GEN_MODE },
		.value = { IN6_ADDR_GEN_MODE_NONE },
	};
	struct nl_request r;
	int fd = nl_open();

	if (fd == -1)
		return;
	nl_start(&r, RTM_NEWLINK, 0, &m, sizeof m);
	nl_attr(&r, IFLA_AF_SPEC, &spec, sizeof spec);
	(void)nl_ask(fd, &r);
	close(fd);
}

bool
tun_open(struct tun *t, const char *name, char *err, size_t errsize)
{
	bool ours = if_nametoindex(name) == 0;
	struct ifreq ifr;

	*t = (struct tun){ .fd = -1 };
	if (strlen(name) >= sizeof ifr.ifr_name) {
		errno = ENAMETOOLONG;
		return fail(err, errsize,
		    "tun-device %s: name longer than %d characters", name,
		    IFNAMSIZ - 1);
	}
	t->fd = open_device(err, errsize);
	if (t->fd == -1)
		return false;
	if (!attach_any(t, name, &ifr)) {
		int error = errno;

		fail(err, errsize, "tun-device %s: %s%s", name,
		    strerror(error), attach_hint(error));
		t->vnet = false;	/* whose features are not ours */
		tun_close(t);
		errno = error;
		return false;
	}
	memcpy(t->name, ifr.ifr_name, sizeof t->name);
	(void)set_offload(t, 0);
	if (ours)
		no_link_local(t->name);
	return true;
}

void
tun_close(struct tun *t)
{
	if (t->fd == -1)
		return;
	(void)set_offload(t, 0);
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
		    attach_hint(error));
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

static_assert(sizeof(struct virtio_net_hdr) == TUN_HEAD, "linux/virtio_net.h");
static_assert(OFFLOAD_NEEDS_CSUM == VIRTIO_NET_HDR_F_NEEDS_CSUM &&
    OFFLOAD_DATA_VALID == VIRTIO_NET_HDR_F_DATA_VALID, "linux/virtio_net.h");

/* The kinds of segments that we may ask for. */
static const struct {
	uint8_t	gso;		/* enum offload_gso */
	uint8_t	virtio;
} kinds[] = {
	{ GSO_NONE, VIRTIO_NET_HDR_GSO_NONE },
	{ GSO_TCP4, VIRTIO_NET_HDR_GSO_TCPV4 },
	{ GSO_TCP6, VIRTIO_NET_HDR_GSO_TCPV6 },
	{ GSO_UDP, VIRTIO_NET_HDR_GSO_UDP_L4 },
};
#define KINDS	(sizeof kinds / sizeof kinds[0])

/* False: segments of a kind that nobody asked for. */
static bool
read_offload(const struct virtio_net_hdr *h, struct offload *o)
{
	uint8_t type = h->gso_type & (uint8_t)~VIRTIO_NET_HDR_GSO_ECN;
	size_t i = 0;

	while (i < KINDS && kinds[i].virtio != type)
		i++;
	if (i == KINDS)
		return false;
	*o = (struct offload){
		.flags = h->flags & (OFFLOAD_NEEDS_CSUM | OFFLOAD_DATA_VALID),
		.gso = kinds[i].gso,
		.ecn = (h->gso_type & VIRTIO_NET_HDR_GSO_ECN) != 0,
		.hdr_len = h->hdr_len,
		.gso_size = h->gso_size,
		.csum_start = h->csum_start,
		.csum_offset = h->csum_offset,
	};
	return true;
}

/* False: no such kind of segments. */
static bool
write_offload(const struct offload *o, struct virtio_net_hdr *h)
{
	size_t i = 0;

	while (i < KINDS && kinds[i].gso != o->gso)
		i++;
	if (i == KINDS)
		return false;
	*h = (struct virtio_net_hdr){
		.flags = o->flags,
		.gso_type = (uint8_t)(kinds[i].virtio |
		    (o->ecn ? VIRTIO_NET_HDR_GSO_ECN : 0)),
		.hdr_len = o->hdr_len,
		.gso_size = o->gso_size,
		.csum_start = o->csum_start,
		.csum_offset = o->csum_offset,
	};
	return true;
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
	size_t head = t->vnet ? sizeof h : 0;
	ssize_t n;

	/* In one piece: two cost the kernel a tenth of a small packet's time. */
	do
		n = read(t->fd, buf - head, TUN_PACKET_MAX + head);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return status_of(errno);
	if ((size_t)n >= head) {
		memcpy(&h, buf - head, head);
		if (read_offload(&h, offload)) {
			*packet = cur_of(buf, (size_t)n - head);
			return TUN_OK;
		}
	}
	errno = EPROTO;
	return TUN_LOST;
}

enum tun_status
tun_write_parts(const struct tun *t, const struct offload *offload,
    struct cur head, const struct cur *part, size_t parts)
{
	struct virtio_net_hdr h;
	struct iovec iov[2 + TUN_PARTS_MAX];
	int skip = t->vnet ? 0 : 1;
	ssize_t n;

	iov[0] = (struct iovec){ &h, sizeof h };
	iov[1] = (struct iovec){ (void *)(uintptr_t)head.p, head.n };
	for (size_t i = 0; i < parts; i++)
		iov[2 + i] = (struct iovec){ (void *)(uintptr_t)part[i].p,
		    part[i].n };

	if (!write_offload(offload, &h)) {
		errno = EINVAL;
		return TUN_LOST;
	}
	do
		n = writev(t->fd, iov + skip, 2 + (int)parts - skip);
	while (n == -1 && errno == EINTR);
	return n == -1 ? status_of(errno) : TUN_OK;
}

enum tun_status
tun_write_whole(const struct tun *t, const struct offload *offload,
    uint8_t *packet, size_t len)
{
	struct virtio_net_hdr h;
	size_t head = t->vnet ? sizeof h : 0;
	ssize_t n;

	if (!write_offload(offload, &h)) {
		errno = EINVAL;
		return TUN_LOST;
	}
	memcpy(packet - head, &h, head);
	do
		n = write(t->fd, packet - head, head + len);
	while (n == -1 && errno == EINTR);
	return n == -1 ? status_of(errno) : TUN_OK;
}
