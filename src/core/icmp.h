/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * icmp.h - the ICMP tables and MTU arithmetic of RFC 7915 sections 4.2 and 5.2.
 */
#ifndef LICHEN_ICMP_H
#define LICHEN_ICMP_H

#include <stdbool.h>
#include <stdint.h>

#include "wire.h"

/* The head of a translated ICMP message, but for the RFC 4884 length. */
struct icmp_head {
	uint8_t		type, code;
	uint32_t	word;		/* the four octets after the checksum */
	uint8_t		length_unit;	/* RFC 4884: octets that the length
					 * attribute counts in; 0: no attribute */
	uint8_t		length_shift;	/* where the attribute stands in word */
};

/*
 * Translate the head of an ICMP error, IPv4 to IPv6 and back.  inner_len is the
 * quoted packet's Total Length (for routers that give no MTU, RFC 1191 section
 * 7.1), inner_frag whether it has a Fragment Header; mtu is that of our own
 * links, octets.  Return false for a type or code that has no translation.
 */
bool	icmp_error46(const struct wire_icmp *, uint16_t inner_len, unsigned mtu,
	    struct icmp_head *);
bool	icmp_error64(const struct wire_icmp *, bool inner_frag, unsigned mtu,
	    struct icmp_head *);

/* The other family's type for an echo request or reply. */
uint8_t	icmp_echo46(uint8_t type);
uint8_t	icmp_echo64(uint8_t type);

#endif
