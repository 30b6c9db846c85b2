/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tun.h - the TUN device: packets in, packets out.  One implementation per
 * operating system, linux/tun.c and freebsd/tun.c, chosen by the build.
 */
#ifndef LICHEN_SYSTEM_TUN_H
#define LICHEN_SYSTEM_TUN_H

#include <sys/types.h>
#include <sys/socket.h>

#include <net/if.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/offload.h"
#include "core/wire.h"

/* Largest packet that a device hands over: IPv6 does not count its header. */
#define TUN_PACKET_MAX	(65535 + 40)

struct tun {
	int		fd;		/* non-blocking, close-on-exec; -1: closed */
	char		name[IFNAMSIZ];	/* as the kernel calls it */
	bool		vnet;		/* packets carry a virtio_net_hdr */
	bool		fresh;		/* made by tun_open() and to be taken
					 * away by tun_close(), where the
					 * kernel does not see to that */
	bool		cuts_tcp, cuts_udp; /* takes super-packets of these */
};

enum tun_status {
	TUN_OK,
	TUN_AGAIN,	/* nothing to read; no room to write */
	TUN_LOST,	/* this packet is gone, the device goes on (errno) */
	TUN_GONE,	/* the interface was deleted (errno) */
};

/*
 * Attach to the interface, creating it if need be.  Return false with a message
 * for people in err: what failed, errno, and a hint when there is one.
 */
bool	tun_open(struct tun *, const char *name, char *err, size_t errsize);
void	tun_close(struct tun *);

/*
 * Ask the device to hand over super-packets and unfinished checksums, as far as
 * it can, and to take them.  What it agreed to, in words.
 */
const char	*tun_offload(struct tun *);

/*
 * It refuses the super-packets of UDP, or of TCP, that it agreed to take: ask it
 * to hand none over either.
 */
void		tun_no_super(struct tun *, bool udp);

/*
 * Make the interface persistent (an existing one is fine), or remove it (retried
 * for about two seconds while something holds it; one that is not there is an
 * error).  Errors as in tun_open().
 */
bool	tun_create(const char *name, char *err, size_t errsize);
bool	tun_destroy(const char *name, char *err, size_t errsize);

/* Octets in front of a packet that tun_read() and tun_write_whole() may use. */
#define TUN_HEAD	10

/*
 * One packet into buf, which has TUN_PACKET_MAX octets and TUN_HEAD in front of
 * them: its address and length in *packet, what the device says about it in
 * *offload.
 */
enum tun_status	tun_read(const struct tun *, uint8_t *buf, struct cur *packet,
		    struct offload *offload);

/* Parts of a packet behind its head, at most. */
#define TUN_PARTS_MAX	64

/*
 * One packet: head, then n parts, in one system call.  errno is EINVAL if the
 * device does not like what it is, as some kernels do not like super-packets.
 */
enum tun_status	tun_write_parts(const struct tun *, const struct offload *,
		    struct cur head, const struct cur *part, size_t n);

/*
 * One packet that is in one piece already, with TUN_HEAD octets in front of it that
 * are overwritten: cheaper than parts.
 */
enum tun_status	tun_write_whole(const struct tun *, const struct offload *,
		    uint8_t *packet, size_t n);

/* tun_write_parts() with one part, which may be empty. */
static inline enum tun_status
tun_write(const struct tun *t, const struct offload *offload, struct cur head,
    struct cur tail)
{
	return tun_write_parts(t, offload, head, &tail, 1);
}

#endif
