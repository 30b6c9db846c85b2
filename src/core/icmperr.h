/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * icmperr.h - what we say for ourselves: ICMP errors (RFC 1812 section 4.3, RFC
 * 4443 section 2.4) and answers to echo requests.
 */
#ifndef LICHEN_ICMPERR_H
#define LICHEN_ICMPERR_H

#include <stdbool.h>
#include <stdint.h>

#include "packet.h"
#include "reason.h"
#include "xlat.h"

/* ipv4-addr and ipv6-addr. */
struct own_addrs {
	ip4_t		addr4;
	struct ip6	addr6;
};

/* TTL and Hop Limit of what we send. */
#define OWN_TTL		64

/*
 * May an error about p be sent at all?  Not about an ICMP error or redirect, in
 * IPv4 another fragment than the first, a destination or a source that is not one
 * host: RFC 1812 section 4.3.2.7, RFC 4443 section 2.4 (e).
 */
bool	icmperr_allowed(const struct pkt *p);

/*
 * Write the ICMP error that the answer asks for, from our own address to the
 * source of p, quoting p.  value is the MTU (ANSWER_TOO_BIG) or the pointer
 * (ANSWER_PARAMETER, ANSWER_PROTOCOL), id the IPv4 identification.  Return false
 * if the family has no such error or the answer is ANSWER_NONE.
 */
bool	icmperr_build(const struct own_addrs *, const struct pkt *p, enum answer,
	    uint32_t value, uint16_t id, struct xlat_out *);

/* The reply to an echo request p, TRANSPORT_ICMP_ECHO, from where it went to. */
void	icmperr_echo(const struct pkt *p, uint16_t id, struct xlat_out *);

#endif
