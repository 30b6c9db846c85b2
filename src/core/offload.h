/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * offload.h - what a device left undone: checksums to finish, segments to cut.
 * The facts of virtio_net_hdr (linux/virtio_net.h) in host order, as a value.
 */
#ifndef LICHEN_OFFLOAD_H
#define LICHEN_OFFLOAD_H

#include <stdint.h>

enum offload_gso {
	GSO_NONE,
	GSO_TCP4,
	GSO_UDP4_UFO,	/* virtio's old UFO: we never ask for it */
	GSO_TCP6,
	GSO_UDP,
};

#define OFFLOAD_NEEDS_CSUM	0x01	/* the checksum field holds the folded
					 * pseudo-header sum, not complemented */
#define OFFLOAD_DATA_VALID	0x02	/* the checksum was verified */

struct offload {
	uint8_t		flags;		/* OFFLOAD_* */
	uint8_t		gso;		/* enum offload_gso */
	uint8_t		ecn;		/* the TCP segments carry ECN (CWR) */
	uint16_t	hdr_len;	/* network and transport header, octets */
	uint16_t	gso_size;	/* payload of a segment, octets */
	uint16_t	csum_start;	/* offset from the start of the packet */
	uint16_t	csum_offset;	/* offset from csum_start */
};

#endif
