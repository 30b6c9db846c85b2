/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scene.h - the same scene for every test that goes from packet to packet: the host
 * 2001:db8::1 is 192.0.2.1, the server 198.51.100.1 is in the prefix
 * 2001:db8:64::/96.  Between them a router, which may quote what they sent.
 */
#ifndef TESTS_SCENE_H
#define TESTS_SCENE_H

#include "pktbuild.h"

extern struct rig	r;
extern struct bytes	p;		/* what comes from the device */
extern struct bytes	inner, whole;	/* what it quotes, or is a part of */
extern uint8_t		data[70000], body[70000];

/* From the server, and what the host sent to it, some hops later. */
extern const struct h4	down4, up4;
/* From the host, and what the server sent to it, some hops later. */
extern const struct h6	up6, down6;

/* So many random octets in data. */
void	fill(size_t n);

/* p ends so; what goes out must be sound. */
void	expect(enum reason);
void	translates(enum reason);

/* Octets of what went out. */
unsigned o16(size_t at);
void	is_addr6(size_t at, const char *text);

/* p: an ICMP error from src that quotes n octets of q. */
void	error4(const char *src, uint8_t type, uint8_t code, uint32_t rest,
	    const uint8_t *q, size_t n);
void	error6(const char *src, uint8_t type, uint8_t code, uint32_t rest,
	    const uint8_t *q, size_t n);

#endif
