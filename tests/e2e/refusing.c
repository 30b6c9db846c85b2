/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * refusing.c - linked into a daemon of its own, in front of the device: a kernel
 * that offers a vnet header and refuses what is more than one packet, as some of
 * 2024 and later do.
 */
#include <errno.h>

#include "system/tun.h"

/* ld --wrap: the daemon calls the first of each and this file the second. */
enum tun_status	__wrap_tun_write_parts(const struct tun *,
		    const struct offload *, struct cur, const struct cur *,
		    size_t);
enum tun_status	__real_tun_write_parts(const struct tun *,
		    const struct offload *, struct cur, const struct cur *,
		    size_t);

enum tun_status	__wrap_tun_write_whole(const struct tun *,
		    const struct offload *, uint8_t *, size_t);
enum tun_status	__real_tun_write_whole(const struct tun *,
		    const struct offload *, uint8_t *, size_t);

enum tun_status
__wrap_tun_write_whole(const struct tun *t, const struct offload *o,
    uint8_t *packet, size_t n)
{
	if (o->gso != GSO_NONE) {
		errno = EINVAL;
		return TUN_LOST;
	}
	return __real_tun_write_whole(t, o, packet, n);
}

enum tun_status
__wrap_tun_write_parts(const struct tun *t, const struct offload *o,
    struct cur head, const struct cur *part, size_t n)
{
	if (o->gso != GSO_NONE) {
		errno = EINVAL;
		return TUN_LOST;
	}
	return __real_tun_write_parts(t, o, head, part, n);
}
