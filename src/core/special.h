/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * special.h - IANA's IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890),
 * multicast beside them, and what each range is here: one row a range, in the order
 * of the addresses, a range before what lies in it.
 *
 * as source or destination of a packet: PASS, it is translated like any other; NEVER,
 *	in either direction and whatever rule would map it.  What IANA calls neither
 *	source nor destination is NEVER, but for what people use all the same: the
 *	documentation prefixes in laboratories, 240/4, CLATs in 192.0.0.0/24.
 * wkp, in the Well-Known Prefix 64:ff9b::/96: FREE; PRIVATE, refused unless
 *	wkpf-strict is "private" or "no"; EXAMPLE, unless it is "no".
 * own, map, pool and prefix, in the configuration: as ipv4-addr or ipv6-addr; as a
 *	map, if all of it is in the range; as dynamic-pool, if any of it is; as
 *	prefix: FINE, WARN, BAD.
 */
#ifndef LICHEN_SPECIAL_H
#define LICHEN_SPECIAL_H

enum special_packet { SPECIAL_PASS = 0, SPECIAL_NEVER = 1 };
enum special_wkp { SPECIAL_FREE = 0, SPECIAL_PRIVATE = 1, SPECIAL_EXAMPLE = 2 };
enum special_use { SPECIAL_FINE, SPECIAL_WARN, SPECIAL_BAD };

/* first address, length, packet, wkp, own, map, pool, name, RFC */
#define SPECIAL4(X) \
X(0x00000000,  8, NEVER, FREE,    BAD,  BAD,  BAD,  "this network", 791) \
X(0x0a000000,  8, PASS,  PRIVATE, FINE, FINE, FINE, "private", 1918) \
X(0x64400000, 10, PASS,  PRIVATE, FINE, FINE, FINE, "shared", 6598) \
X(0x7f000000,  8, NEVER, FREE,    BAD,  BAD,  BAD,  "loopback", 1122) \
X(0xa9fe0000, 16, NEVER, FREE,    WARN, WARN, BAD,  "link-local", 3927) \
X(0xac100000, 12, PASS,  PRIVATE, FINE, FINE, FINE, "private", 1918) \
X(0xc0000000, 24, PASS,  FREE,    FINE, FINE, FINE, "protocol assignments", 6890) \
X(0xc0000000, 29, PASS,  FREE,    FINE, FINE, FINE, "service continuity", 7335) \
X(0xc0000008, 32, PASS,  FREE,    FINE, FINE, FINE, "dummy address", 7600) \
X(0xc0000009, 32, PASS,  FREE,    FINE, FINE, FINE, "PCP anycast", 7723) \
X(0xc000000a, 32, PASS,  FREE,    FINE, FINE, FINE, "TURN anycast", 8155) \
X(0xc00000aa, 31, PASS,  FREE,    FINE, FINE, FINE, "DNS64 discovery", 8880) \
X(0xc0000200, 24, PASS,  EXAMPLE, FINE, FINE, FINE, "documentation", 5737) \
X(0xc01fc400, 24, PASS,  FREE,    FINE, FINE, FINE, "AS112", 7535) \
X(0xc034c100, 24, PASS,  FREE,    FINE, FINE, FINE, "AMT", 7450) \
X(0xc0586300, 24, PASS,  FREE,    FINE, FINE, FINE, "6to4 anycast", 7526) \
X(0xc0a80000, 16, PASS,  PRIVATE, FINE, FINE, FINE, "private", 1918) \
X(0xc0af3000, 24, PASS,  FREE,    FINE, FINE, FINE, "AS112", 7534) \
X(0xc6120000, 15, PASS,  EXAMPLE, FINE, FINE, FINE, "benchmarking", 2544) \
X(0xc6336400, 24, PASS,  EXAMPLE, FINE, FINE, FINE, "documentation", 5737) \
X(0xcb007100, 24, PASS,  EXAMPLE, FINE, FINE, FINE, "documentation", 5737) \
X(0xe0000000,  4, NEVER, FREE,    BAD,  BAD,  BAD,  "multicast", 1112) \
X(0xf0000000,  4, PASS,  FREE,    FINE, FINE, FINE, "reserved", 1112) \
X(0xffffffff, 32, NEVER, FREE,    BAD,  BAD,  BAD,  "broadcast", 919)

/* octets 0 to 7, octets 8 to 15, length, packet, own, map, prefix, name, RFC */
#define SPECIAL6(X) \
X(0x0000000000000000, 0, 128, NEVER, BAD,  BAD,  BAD,  "unspecified", 4291) \
X(0x0000000000000000, 1, 128, NEVER, BAD,  BAD,  BAD,  "loopback", 4291) \
X(0x0000000000000000, 0x0000ffff00000000, 96, \
			      NEVER, BAD,  WARN, WARN, "IPv4-mapped", 4291) \
X(0x0064ff9b00000000, 0,  96, PASS,  FINE, FINE, FINE, "translation", 6052) \
X(0x0064ff9b00010000, 0,  48, PASS,  FINE, FINE, FINE, "translation", 8215) \
X(0x0100000000000000, 0,  64, PASS,  FINE, FINE, FINE, "discard-only", 6666) \
X(0x0100000000000001, 0,  64, PASS,  FINE, FINE, FINE, "dummy prefix", 9780) \
X(0x2001000000000000, 0,  23, PASS,  FINE, FINE, FINE, "protocol assignments", 2928) \
X(0x2001000000000000, 0,  32, PASS,  FINE, FINE, FINE, "Teredo", 4380) \
X(0x2001000100000000, 1, 128, PASS,  FINE, FINE, FINE, "PCP anycast", 7723) \
X(0x2001000100000000, 2, 128, PASS,  FINE, FINE, FINE, "TURN anycast", 8155) \
X(0x2001000100000000, 3, 128, PASS,  FINE, FINE, FINE, "DNS-SD anycast", 9665) \
X(0x2001000200000000, 0,  48, PASS,  FINE, FINE, FINE, "benchmarking", 5180) \
X(0x2001000300000000, 0,  32, PASS,  FINE, FINE, FINE, "AMT", 7450) \
X(0x2001000401120000, 0,  48, PASS,  FINE, FINE, FINE, "AS112", 7535) \
X(0x2001001000000000, 0,  28, PASS,  FINE, FINE, FINE, "ORCHID", 4843) \
X(0x2001002000000000, 0,  28, PASS,  FINE, FINE, FINE, "ORCHIDv2", 7343) \
X(0x2001003000000000, 0,  28, PASS,  FINE, FINE, FINE, "drone identities", 9374) \
X(0x20010db800000000, 0,  32, PASS,  FINE, FINE, FINE, "documentation", 3849) \
X(0x2002000000000000, 0,  16, PASS,  FINE, FINE, FINE, "6to4", 3056) \
X(0x2620004f80000000, 0,  48, PASS,  FINE, FINE, FINE, "AS112", 7534) \
X(0x3fff000000000000, 0,  20, PASS,  FINE, FINE, FINE, "documentation", 9637) \
X(0x5f00000000000000, 0,  16, PASS,  FINE, FINE, FINE, "SRv6", 9602) \
X(0xfc00000000000000, 0,   7, PASS,  FINE, FINE, FINE, "unique local", 4193) \
X(0xfe80000000000000, 0,  10, NEVER, BAD,  BAD,  BAD,  "link-local", 4291) \
X(0xff00000000000000, 0,   8, NEVER, BAD,  BAD,  BAD,  "multicast", 4291)

#endif
