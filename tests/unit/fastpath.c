/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The program in the kernel and the core, on the same packets: what the program
 * translates is what the core makes of it, octet by octet; and a table says what it
 * must translate and what it must leave.  Needs CAP_BPF and CAP_NET_ADMIN.
 *
 * FASTPATH_PACKETS: how many random ones; FASTPATH_SEED: others.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/checksum.h"
#include "core/rewrite.h"
#include "fastpath/trial.h"
#include "pktbuild.h"
#include "suite.h"

static struct rig r;
static struct shared sh;
static struct bytes p, payload;
static uint8_t out[LOADER_PACKET_MAX];
static uint64_t translated, left;

static mono_t
clock_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (mono_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static struct ip6
host(unsigned i)
{
	return (struct ip6){ UINT64_C(0x20010db800aa0000), i };
}

/* What the rig has now goes to the program. */
static void
refill(void)
{
	char err[256] = "";

	shared_off(&sh);
	shared_settings(&sh, &r.f);
	ck_assert_msg(shared_maps(&sh, &r.f.map, NULL, err, sizeof err), "%s",
	    err);
	shared_on(&sh);
}

static void
start(void)
{
	char err[1024] = "";

	r.now = clock_ms();
	ck_assert_msg(shared_open(&sh, &r.f, err, sizeof err), "%s", err);
	shared_link_header(&sh, true);
	refill();
}

/* Host i has a lease, which the program knows. */
static ip4_t
lease(unsigned i)
{
	struct lease_event e;
	ip4_t addr;

	ck_assert(pool_lease(&r.pool, host(i), r.now, &addr, &e));
	if (shared_lease(&sh, addr) == NULL)
		ck_assert(shared_publish(&sh, addr, host(i), r.now, r.now));
	return addr;
}

static void
stop(void)
{
	shared_close(&sh);
	rig_stop(&r);
}

static void
start_usual(void)
{
	rig_start(&r);
	rig_pool(&r, "10.0.0.0/24");
	rig_map(&r, "198.18.0.0/24", "2001:db8:a::/64");
	start();
	(void)lease(1);
}

/* --- one packet both ways ------------------------------------------------- */

static void
describe(const char *what, uint16_t gso)
{
	fprintf(stderr, "%s; gso_size %u; core %s; packet", what, gso,
	    reason_name(r.o.reason));
	for (size_t i = 0; i < p.n && i < 100; i++)
		fprintf(stderr, "%s%02x", i % 4 ? "" : " ", p.b[i]);
	fprintf(stderr, "\n");
}

static void
core(uint16_t gso)
{
	struct cur in = cur_of(p.b, p.n);
	struct offload offload = { 0 };
	struct pkt pkt;
	enum reason why;

	if (gso != 0 && pkt_parse(in, &pkt, &why))
		offload = trial_offload(&pkt, gso);
	forward_packet(&r.f, in, &offload, r.now, &r.o);
}

/* What was left a moment ago holds nothing. */
static void
release_flows(void)
{
	memset(sh.loader.mem[FP_HELD], 0, sh.loader.size[FP_HELD]);
}

/* Is it the same, if the program translated it?  Did it? */
static bool
both(uint16_t gso)
{
	enum loader_verdict said = LOADER_OTHER;
	const char *differs;
	size_t n = 0;

	r.now = clock_ms();
	core(gso);
	if (!trial_run(&sh.loader, cur_of(p.b, p.n), gso, &said, out, &n)) {
		/* The kernel has no packets without an address in them. */
		ck_assert_int_eq(errno, EINVAL);
		ck_assert_uint_lt(p.n, 40);
		return false;
	}
	if (said == LOADER_TO_DAEMON) {
		if (n != p.n || memcmp(out, p.b, n) != 0) {
			describe("left, but changed", gso);
			ck_abort();
		}
		left++;
		return false;
	}
	if (said != LOADER_TRANSLATED || !r.o.send ||
	    r.o.out.frag_mtu != 0 || (r.o.reason != REASON_XLAT46 &&
	    r.o.reason != REASON_XLAT64)) {
		describe("not the core's outcome", gso);
		ck_abort();
	}
	differs = trial_differs(&r.o.out, out, n, gso);
	if (differs != NULL) {
		describe(differs, gso);
		ck_abort();
	}
	translated++;
	return true;
}

/* The same when no flow is held. */
static bool
both_anew(uint16_t gso)
{
	release_flows();
	return both(gso);
}

/* --- which goes which way ------------------------------------------------- */

struct row {
	const char	*what;
	bool		 fast;
	const char	*src, *dst;	/* IPv4 or IPv6 */
	uint8_t		 proto;		/* 1 or 58: echo */
	size_t		 data;		/* behind the transport header */
	uint16_t	 gso;
	uint8_t		 ttl;
	uint16_t	 off;		/* IPv4: flags and offset */
	enum { PLAIN, OPTION, EXTENSION, FRAGMENT, NO_SUM, BAD_HEADER_SUM,
	    LONGER, SHORTER, ECHO_REPLY, ICMP_ERROR, TCP_OPTIONS } twist;
};

#define DF	0x4000
#define MF	0x2000
#define G4	"198.41.0.4"
#define G6	"2001:db8:64::198.41.0.4"

static const struct row rows[] = {
	/* by a map, by the prefix, by a lease */
	{ "TCP, map to prefix", true, "2001:db8::1", G6, 6, 0, 0, 64, 0, 0 },
	{ "TCP, prefix to map", true, G4, "192.0.2.1", 6, 0, 0, 64, DF, 0 },
	{ "TCP, lease to prefix", true, "2001:db8:aa::1", G6, 6, 10, 0, 64, 0, 0 },
	{ "TCP, prefix to lease", true, G4, "10.0.0.1", 6, 10, 0, 64, DF, 0 },
	{ "map to map", true, "2001:db8::1", "2001:db8::2", 6, 1, 0, 64, 0, 0 },
	{ "map to map", true, "192.0.2.1", "192.0.2.2", 6, 1, 0, 64, DF, 0 },
	{ "range", true, "2001:db8:a:0:700::", G6, 6, 1, 0, 64, 0, 0 },
	{ "range", true, G4, "198.18.0.7", 6, 1, 0, 64, DF, 0 },
	{ "lease to map", true, "2001:db8:aa::1", "2001:db8::2", 17, 1, 0, 64, 0, 0 },
	{ "prefix to prefix", true, "2001:db8:64::192.0.9.9", G6, 17, 1, 0, 64, 0, 0 },
	{ "prefix to prefix", true, "192.0.9.9", G4, 17, 1, 0, 64, 0, 0 },
	/* protocols */
	{ "UDP", true, "2001:db8::1", G6, 17, 5, 0, 64, 0, 0 },
	{ "UDP", true, G4, "192.0.2.1", 17, 5, 0, 64, 0, 0 },
	{ "no UDP checksum", false, "2001:db8::1", G6, 17, 5, 0, 64, 0, NO_SUM },
	{ "no UDP checksum", false, G4, "192.0.2.1", 17, 5, 0, 64, 0, NO_SUM },
	{ "echo", true, "2001:db8::1", G6, 58, 5, 0, 64, 0, 0 },
	{ "echo", true, G4, "192.0.2.1", 1, 5, 0, 64, 0, 0 },
	{ "echo reply", true, "2001:db8::1", G6, 58, 5, 0, 64, 0, ECHO_REPLY },
	{ "echo reply", true, G4, "192.0.2.1", 1, 5, 0, 64, 0, ECHO_REPLY },
	{ "ICMP error", false, "2001:db8::1", G6, 58, 60, 0, 64, 0, ICMP_ERROR },
	{ "ICMP error", false, G4, "192.0.2.1", 1, 60, 0, 64, 0, ICMP_ERROR },
	{ "ICMP of the other family", false, "2001:db8::1", G6, 1, 8, 0, 64, 0, 0 },
	{ "ICMP of the other family", false, G4, "192.0.2.1", 58, 8, 0, 64, 0, 0 },
	{ "IGMP", true, G4, "192.0.2.1", 2, 8, 0, 64, 0, 0 },
	{ "IGMP", true, "2001:db8::1", G6, 2, 8, 0, 64, 0, 0 },
	{ "ESP", true, "2001:db8::1", G6, 50, 40, 0, 64, 0, 0 },
	{ "ESP", true, G4, "192.0.2.1", 50, 40, 0, 64, 0, 0 },
	{ "AH", true, "2001:db8::1", G6, 51, 40, 0, 64, 0, 0 },
	{ "SCTP", true, G4, "192.0.2.1", 132, 40, 0, 64, 0, 0 },
	{ "GRE", true, "2001:db8::1", G6, 47, 40, 0, 64, 0, 0 },
	{ "IP in IP", true, G4, "192.0.2.1", 4, 40, 0, 64, 0, 0 },
	{ "nothing", true, "2001:db8::1", G6, 59, 0, 0, 64, 0, 0 },
	{ "header of IPv6 itself", false, G4, "192.0.2.1", 43, 8, 0, 64, 0, 0 },
	{ "header of IPv6 itself", false, G4, "192.0.2.1", 0, 8, 0, 64, 0, 0 },
	{ "TCP with options", true, "2001:db8::1", G6, 6, 9, 0, 64, 0, TCP_OPTIONS },
	/* shapes */
	{ "destination options", false, "2001:db8::1", G6, 17, 5, 0, 64, 0, EXTENSION },
	{ "fragment", false, "2001:db8::1", G6, 17, 8, 0, 64, 0, FRAGMENT },
	{ "first fragment", false, G4, "192.0.2.1", 17, 8, 0, 64, MF, 0 },
	{ "later fragment", false, G4, "192.0.2.1", 17, 8, 0, 64, 3, 0 },
	{ "IPv4 option", false, G4, "192.0.2.1", 17, 5, 0, 64, 0, OPTION },
	{ "last hop", false, "2001:db8::1", G6, 17, 5, 0, 1, 0, 0 },
	{ "last hop", false, G4, "192.0.2.1", 17, 5, 0, 1, 0, 0 },
	{ "last hop but one", true, "2001:db8::1", G6, 17, 5, 0, 2, 0, 0 },
	{ "last hop but one", true, G4, "192.0.2.1", 17, 5, 0, 2, 0, 0 },
	{ "no hop at all", false, G4, "192.0.2.1", 17, 5, 0, 0, 0, 0 },
	{ "wrong header checksum", false, G4, "192.0.2.1", 17, 5, 0, 64, 0, BAD_HEADER_SUM },
	{ "octets behind the packet", false, G4, "192.0.2.1", 17, 5, 0, 64, 0, LONGER },
	{ "octets behind the packet", false, "2001:db8::1", G6, 17, 5, 0, 64, 0, LONGER },
	{ "cut off", false, G4, "192.0.2.1", 17, 5, 0, 64, 0, SHORTER },
	{ "cut off", false, "2001:db8::1", G6, 17, 5, 0, 64, 0, SHORTER },
	/* sizes: MTU 1500, off-link 1280 */
	{ "routers may fragment", true, "2001:db8::1", G6, 17, 1232, 0, 64, 0, 0 },
	{ "not any more", true, "2001:db8::1", G6, 17, 1233, 0, 64, 0, 0 },
	{ "as long as can be", true, "2001:db8::1", G6, 17, 1472, 0, 64, 0, 0 },
	{ "longer", false, "2001:db8::1", G6, 17, 1473, 0, 64, 0, 0 },
	{ "not fragmented yet", true, G4, "192.0.2.1", 17, 1232, 0, 64, 0, 0 },
	{ "fragmented", false, G4, "192.0.2.1", 17, 1233, 0, 64, 0, 0 },
	{ "not to be fragmented", true, G4, "192.0.2.1", 17, 1233, 0, 64, DF, 0 },
	{ "as long as can be", true, G4, "192.0.2.1", 17, 1452, 0, 64, DF, 0 },
	{ "too long", false, G4, "192.0.2.1", 17, 1453, 0, 64, DF, 0 },
	/* super-packets */
	{ "segments", true, "2001:db8::1", G6, 6, 2800, 1400, 64, 0, 0 },
	{ "segments", true, G4, "192.0.2.1", 6, 2800, 1400, 64, DF, 0 },
	{ "a short last one", true, "2001:db8::1", G6, 6, 2500, 1400, 64, 0, 0 },
	{ "short ones", true, "2001:db8::1", G6, 6, 2500, 500, 64, 0, TCP_OPTIONS },
	{ "one and no more", true, "2001:db8::1", G6, 6, 500, 1400, 64, 0, 0 },
	{ "as long as can be", true, G4, "192.0.2.1", 6, 2880, 1440, 64, DF, 0 },
	{ "too long", false, G4, "192.0.2.1", 6, 2882, 1441, 64, DF, 0 },
	{ "not fragmented yet", true, G4, "192.0.2.1", 6, 2440, 1220, 64, 0, 0 },
	{ "fragmented", false, G4, "192.0.2.1", 6, 2442, 1221, 64, 0, 0 },
	{ "too long", false, "2001:db8::1", G6, 6, 2962, 1461, 64, 0, 0 },
	{ "no data", false, "2001:db8::1", G6, 6, 0, 1400, 64, 0, 0 },
	{ "datagrams", false, "2001:db8::1", G6, 17, 2000, 1000, 64, 0, 0 },
	{ "datagrams", false, G4, "192.0.2.1", 17, 2000, 1000, 64, DF, 0 },
	{ "in a tunnel", false, G4, "192.0.2.1", 47, 2000, 1000, 64, DF, 0 },
	{ "in a tunnel", false, "2001:db8::1", G6, 41, 2000, 1000, 64, 0, 0 },
	/* addresses */
	{ "no lease yet", false, "2001:db8:aa::2", G6, 17, 5, 0, 64, 0, 0 },
	{ "leased to nobody", false, G4, "10.0.0.99", 17, 5, 0, 64, 0, 0 },
	{ "leased to nobody", false, "10.0.0.99", "192.0.2.1", 17, 5, 0, 64, 0, 0 },
	{ "hairpin to a map", false, "2001:db8::1", "2001:db8:64::192.0.2.2", 17, 5, 0, 64, 0, 0 },
	{ "hairpin to a lease", false, "2001:db8::1", "2001:db8:64::10.0.0.1", 17, 5, 0, 64, 0, 0 },
	{ "to ourselves", false, "2001:db8::1", "2001:db8::fe", 17, 5, 0, 64, 0, 0 },
	{ "to ourselves", false, "2001:db8::1", "2001:db8:64::192.0.2.254", 58, 5, 0, 64, 0, 0 },
	{ "to ourselves", false, G4, "192.0.2.254", 1, 5, 0, 64, 0, 0 },
	{ "no mapping", false, "2001:db8::1", "2001:db8:ff::1", 17, 5, 0, 64, 0, 0 },
	{ "multicast", false, "2001:db8::1", "ff02::1", 17, 5, 0, 64, 0, 0 },
	{ "multicast", false, G4, "224.0.0.1", 17, 5, 0, 64, 0, 0 },
	{ "multicast by the prefix", false, "2001:db8::1", "2001:db8:64::224.0.0.1", 17, 5, 0, 64, 0, 0 },
	{ "loopback", false, "127.0.0.1", "192.0.2.1", 17, 5, 0, 64, 0, 0 },
	{ "loopback", false, "::1", G6, 17, 5, 0, 64, 0, 0 },
	{ "link-local", false, "fe80::1", G6, 17, 5, 0, 64, 0, 0 },
	{ "link-local", false, "169.254.1.1", "192.0.2.1", 17, 5, 0, 64, 0, 0 },
	{ "link-local by the prefix", false, "2001:db8::1", "2001:db8:64::169.254.169.254", 17, 5, 0, 64, 0, 0 },
	{ "nobody", false, "0.0.0.0", "192.0.2.1", 17, 5, 0, 64, 0, 0 },
};

static size_t
transport(uint8_t *to, const struct row *w)
{
	static uint8_t data[3000];
	size_t n = w->data;

	rnd_fill(data, n);
	switch (w->proto) {
	case 6:
		n = mk_tcp(to, 1234, 80, data, n);
		if (w->twist == TCP_OPTIONS) {
			memset(to + 20, 1, 8);
			to[12] = 7 << 4;
		}
		return n;
	case 17:
		return mk_udp(to, 1234, 53, data, n);
	case 1:
		return mk_icmp(to, w->twist == ECHO_REPLY ? 0 :
		    w->twist == ICMP_ERROR ? 3 : 8, 0, 7, data, n);
	case 58:
		return mk_icmp(to, w->twist == ECHO_REPLY ? 129 :
		    w->twist == ICMP_ERROR ? 1 : 128, 0, 7, data, n);
	default:
		memcpy(to, data, n);
		return n;
	}
}

static void
build(const struct row *w)
{
	static const uint8_t fragment[8] = { 17, 0, 0, 1, 0, 0, 0, 9 };
	static const uint8_t options[8] = { 17, 0, 1, 4 };
	static const uint8_t nop[4] = { 1, 1, 1, 1 };
	size_t n = transport(payload.b, w), at;

	if (strchr(w->src, ':') == NULL) {
		struct h4 h = { .tos = 0x2e, .ttl = w->ttl, .proto = w->proto,
		    .id = 77, .off = w->off, .src = w->src, .dst = w->dst,
		    .opt = nop, .opt_n = w->twist == OPTION ? 4 : 0 };

		put_ip4(&p, h, payload.b, n);
		at = 20;
	} else {
		struct h6 h = { .tos = 0x2e, .hop = w->ttl, .next = w->proto,
		    .src = w->src, .dst = w->dst };

		if (w->twist == FRAGMENT || w->twist == EXTENSION) {
			h.ext = w->twist == FRAGMENT ? fragment : options;
			h.ext_n = 8;
			h.ext_first = w->twist == FRAGMENT ? 44 : 60;
		}
		put_ip6(&p, h, payload.b, n);
		at = 40;
	}
	if (w->gso == 0)
		fix_sums(&p);
	if (w->twist == NO_SUM)
		p.b[at + 6] = p.b[at + 7] = 0;
	if (w->twist == BAD_HEADER_SUM)
		p.b[10] ^= 1;
	if (w->twist == LONGER)
		p.b[p.n++] = 0;
	if (w->twist == SHORTER)
		p.n--;
}

START_TEST(test_classes)
{
	int wrong = 0;

	start_usual();
	/* Whatever address the lease has, the table calls it 10.0.0.1. */
	shared_retire(&sh, lease(1), r.now);
	ck_assert(shared_publish(&sh, 0x0a000001, host(1), r.now, r.now));
	memset(r.pool_mem, 0, pool_bytes(256));
	pool_init(&r.pool, &(struct prefix4){ 0x0a000000, 24 }, 1,
	    (struct siphash_key){ { 3, 4 } }, r.pool_mem);
	ck_assert(pool_restore(&r.pool, 0x0a000001, host(1), r.now, r.now) ==
	    NULL);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		build(&rows[i]);
		if (both_anew(rows[i].gso) == rows[i].fast)
			continue;
		describe(rows[i].what, rows[i].gso);
		wrong++;
	}
	ck_assert_int_eq(wrong, 0);
	stop();
}
END_TEST

/* --- settings ------------------------------------------------------------- */

/* A packet between these: is it translated, and as the core does it? */
static bool
passes(const char *src, const char *dst)
{
	const struct row w = { "", true, src, dst, 17, 20, 0, 64, 0, 0 };

	build(&w);
	return both(0);
}

START_TEST(test_prefix_lengths)
{
	static const char *const prefixes[] = { "2001:db8::/32",
	    "2001:db8:100::/40", "2001:db8:122::/48", "2001:db8:122:300::/56",
	    "2001:db8:122:344::/64", "2001:db8:122:344::/96", "64:ff9b::/96",
	    "64:ff9b:1:ffff::/96" };
	struct prefix6 prefix;
	char text[ADDR_TEXT_MAX];

	rig_start(&r);
	r.nmaps = 0;
	rig_map(&r, "192.0.2.1", "3fff::1");
	start();
	for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
		struct ip6 there;

		ck_assert(prefix6_parse(prefixes[i], &prefix));
		r.f.map.prefix = prefix;
		refill();
		there = addrmap_6(&r.f.map, 0xc6290004, ADDR_QUOTED, 0).addr;
		ck_assert(passes("3fff::1", ip6_text(there, text)));
		ck_assert(passes(G4, "192.0.2.1"));
		/* Bits 64 to 71 and the suffix are ignored when read. */
		if (prefix.len == 48)
			ck_assert(passes("3fff::1",
			    "2001:db8:122:c629:ff00:0455::7"));
	}
	stop();
}
END_TEST

START_TEST(test_well_known_prefix)
{
	rig_start(&r);
	ck_assert(prefix6_parse("64:ff9b::/96", &r.f.map.prefix));
	r.f.map.wkpf_strict = WKPF_YES;
	start();
	ck_assert(passes("2001:db8::1", "64:ff9b::198.41.0.4"));
	ck_assert(!passes("2001:db8::1", "64:ff9b::10.1.2.3"));
	ck_assert(!passes("2001:db8::1", "64:ff9b::203.0.113.255"));
	ck_assert(!passes("172.31.255.255", "192.0.2.1"));
	ck_assert(passes("172.32.0.0", "192.0.2.1"));
	r.f.map.wkpf_strict = WKPF_PRIVATE;
	refill();
	ck_assert(passes("2001:db8::1", "64:ff9b::10.1.2.3"));
	ck_assert(passes("100.64.0.0", "192.0.2.1"));
	ck_assert(!passes("2001:db8::1", "64:ff9b::203.0.113.255"));
	ck_assert(!passes("198.19.1.1", "192.0.2.1"));
	r.f.map.wkpf_strict = WKPF_NO;
	refill();
	ck_assert(passes("2001:db8::1", "64:ff9b::203.0.113.255"));
	ck_assert(passes("172.31.255.255", "192.0.2.1"));
	stop();
}
END_TEST

START_TEST(test_no_prefix)
{
	rig_start(&r);
	r.f.map.has_prefix = false;
	start();
	ck_assert(passes("2001:db8::1", "2001:db8::2"));
	ck_assert(!passes("2001:db8::1", G6));
	ck_assert(!passes(G4, "192.0.2.1"));
	stop();
}
END_TEST

START_TEST(test_everything_mapped)
{
	rig_start(&r);
	r.f.map.has_prefix = false;
	rig_map(&r, "0.0.0.0/0", "2001:db8:7::/96");
	rig_map(&r, "198.51.100.0/24", "2001:db8:8::/120");
	rig_map(&r, "198.51.100.16/28", "2001:db8:9:8000::/64");
	rig_map(&r, "198.51.101.0/31", "2001:db8:b::8/126");
	start();
	ck_assert(passes("2001:db8:7::1.2.3.4", "2001:db8:8::7"));
	ck_assert(passes("198.51.100.255", "198.51.100.17"));
	ck_assert(passes("198.51.101.1", "9.9.9.9"));
	ck_assert(passes("2001:db8:b::b", "2001:db8:9:8000:f000::"));
	ck_assert(!passes("2001:db8:7::", "2001:db8:8::7"));
	ck_assert(!passes("2001:db8:7::127.0.0.1", "2001:db8:8::7"));
	stop();
}
END_TEST

START_TEST(test_traffic_class)
{
	rig_start(&r);
	r.f.set.set_tos = true;
	r.f.set.tos = 0x48;
	start();
	ck_assert(passes("2001:db8::1", G6));
	ck_assert_int_eq(out[1], 0x48);
	ck_assert(passes(G4, "192.0.2.1"));
	ck_assert_int_eq(out[0] << 8 | out[1], 0x6480);
	stop();
}
END_TEST

START_TEST(test_off)
{
	start_usual();
	ck_assert(passes("2001:db8::1", G6));
	shared_off(&sh);
	ck_assert(!passes("2001:db8::1", G6));
	shared_on(&sh);
	ck_assert(passes("2001:db8::1", G6));
	stop();
}
END_TEST

/* --- order ---------------------------------------------------------------- */

/* A fragment has the flow that it is of stay with the daemon, and no other. */
START_TEST(test_order)
{
	static const struct row fragment[] = {
		{ "", false, "2001:db8::1", G6, 17, 8, 0, 64, 0, FRAGMENT },
		{ "", false, G4, "192.0.2.1", 17, 8, 0, 64, MF, 0 },
	};
	uint64_t *held;

	start_usual();
	release_flows();
	ck_assert(passes("2001:db8::1", G6));
	build(&fragment[0]);
	ck_assert(!both(0));
	ck_assert(!passes("2001:db8::1", G6));
	ck_assert(passes("2001:db8::2", G6));
	ck_assert(passes(G4, "192.0.2.1"));
	build(&fragment[1]);
	ck_assert(!both(0));
	ck_assert(!passes(G4, "192.0.2.1"));
	ck_assert(passes(G4, "192.0.2.2"));
	build(&(struct row){ "", true, G4, "192.0.2.1", 6, 8, 0, 64, DF, 0 });
	ck_assert(both(0));
	/* Those that are held hold nobody. */
	held = sh.loader.mem[FP_HELD];
	for (int i = 0; i < FP_FLOWS; i++)
		if (held[i] != 0)
			held[i] -= FP_HOLD_MS + 20;
	ck_assert(passes("2001:db8::1", G6));
	ck_assert(passes(G4, "192.0.2.1"));
	stop();
}
END_TEST

/* --- leases --------------------------------------------------------------- */

START_TEST(test_lease)
{
	struct fp_lease *l;
	char text[ADDR_TEXT_MAX];
	ip4_t addr;

	start_usual();
	addr = lease(1);
	l = shared_lease(&sh, addr);
	ck_assert_ptr_nonnull(l);
	l->used = (uint64_t)(r.now - 5000);
	ck_assert(passes("2001:db8:aa::1", G6));
	/* The kernel's coarse clock may be behind, on a busy machine even more. */
	ck_assert_int_ge((mono_t)l->used, r.now - 1000);
	l->used = (uint64_t)(r.now - 5000);
	ck_assert(passes(G4, ip4_text(addr, text)));
	ck_assert_int_ge((mono_t)l->used, r.now - 1000);
	/* Not used for as long as it lives: the daemon's. */
	l->used = (uint64_t)(clock_ms() - r.pool.lifetime + 10000);
	ck_assert(passes("2001:db8:aa::1", G6));
	l->used = (uint64_t)(clock_ms() - r.pool.lifetime - 1000);
	ck_assert(!passes("2001:db8:aa::1", G6));
	ck_assert(!passes(G4, text));
	l->used = (uint64_t)r.now;
	ck_assert(passes("2001:db8:aa::1", G6));
	shared_retire(&sh, addr, r.now);
	ck_assert(!passes("2001:db8:aa::1", G6));
	ck_assert(!passes(G4, text));
	ck_assert_ptr_null(shared_lease(&sh, addr));
	stop();
}
END_TEST

/* A place rests before it is somebody else's. */
START_TEST(test_place_rests)
{
	uint32_t i;
	ip4_t next;

	rig_start(&r);
	rig_pool(&r, "10.0.0.0/31");
	start();
	ck_assert_uint_gt(sh.places, 2);
	for (i = 0; i < sh.places; i++)
		ck_assert(shared_publish(&sh, 0x0a000000 + i, host(i), r.now,
		    r.now));
	next = 0x0a000000 + i;
	ck_assert(!shared_publish(&sh, next, host(i), r.now, r.now));
	shared_retire(&sh, 0x0a000000, r.now);
	ck_assert(!shared_publish(&sh, next, host(i), r.now, r.now + 999));
	ck_assert(shared_publish(&sh, next, host(i), r.now, r.now + 1000));
	ck_assert_ptr_nonnull(shared_lease(&sh, 0x0a000001));
	ck_assert_ptr_nonnull(shared_lease(&sh, next));
	stop();
}
END_TEST

/* As many as it has room for: all but a handful find their bucket. */
START_TEST(test_many_leases)
{
	struct prefix4 range;
	unsigned known = 0, i;
	char text[ADDR_TEXT_MAX];

	rig_start(&r);
	ck_assert(prefix4_parse("10.0.0.0/8", &range));
	rig_pool(&r, "10.0.0.0/8");
	start();
	ck_assert_uint_eq(sh.places, FP_LEASES_MAX);
	for (i = 0; i < FP_LEASES_MAX; i++)
		known += shared_publish(&sh, range.addr + 1 + i, host(i),
		    r.now, r.now);
	ck_assert_uint_ge(known, FP_LEASES_MAX - 20);
	for (i = 0; i < FP_LEASES_MAX; i += 1000)
		if (shared_lease(&sh, range.addr + 1 + i) != NULL) {
			enum loader_verdict said;
			size_t n;

			build(&(struct row){ "", true,
			    ip6_text(host(i), text), G6, 17, 20, 0, 64, 0, 0 });
			ck_assert(trial_run(&sh.loader, cur_of(p.b, p.n), 0,
			    &said, out, &n));
			ck_assert_int_eq(said, LOADER_TRANSLATED);
			ck_assert_uint_eq(be32(out + 12), range.addr + 1 + i);
		}
	for (i = 0; i < FP_LEASES_MAX; i++)
		shared_retire(&sh, range.addr + 1 + i, r.now);
	ck_assert_uint_eq(sh.nfree, FP_LEASES_MAX);
	stop();
}
END_TEST

/* --- many maps ------------------------------------------------------------ */

#define MANY	100000

START_TEST(test_many_maps)
{
	struct map *map = calloc(MANY, sizeof *map);
	struct lpm_slot *s4 = calloc(lpm_slots(MANY), sizeof *s4);
	struct lpm_slot *s6 = calloc(lpm_slots(MANY), sizeof *s6);
	char text[ADDR_TEXT_MAX];

	ck_assert(map != NULL && s4 != NULL && s6 != NULL);
	rig_start(&r);
	addrmap_init(&r.f.map, map, MANY, s4, s6);
	r.f.map.has_prefix = true;
	ck_assert(prefix6_parse("2001:db8:64::/96", &r.f.map.prefix));
	for (uint32_t i = 0; i < MANY; i++) {
		map[i] = (struct map){ { 0x0b000000 + i, 32 },
		    { { UINT64_C(0x20010db800bb0000), i }, 128 } };
		ck_assert(addrmap_add(&r.f.map, i) == SIZE_MAX);
	}
	start();
	for (uint32_t i = 0; i < MANY; i += 97) {
		ck_assert(passes(ip6_text(map[i].v6.addr, text), G6));
		ck_assert(passes(G4, ip4_text(map[i].v4.addr, text)));
	}
	stop();
	free(map);
	free(s4);
	free(s6);
}
END_TEST

/* A reload brings more than there is room for, or lengths beyond counting. */
START_TEST(test_what_does_not_fit)
{
	struct addrmap map;
	char err[256];

	start_usual();
	map = r.f.map;
	map.nmaps = sh.maps + 1;
	ck_assert(!shared_maps(&sh, &map, NULL, err, sizeof err));
	ck_assert_ptr_nonnull(strstr(err, "room for"));
	map = r.f.map;
	map.by6.nlen = FP_LENGTHS + 1;
	ck_assert(!shared_maps(&sh, &map, NULL, err, sizeof err));
	ck_assert_ptr_nonnull(strstr(err, "prefix lengths"));
	stop();
}
END_TEST

/* --- identifications ------------------------------------------------------ */

/* RFC 6864: those of a flow do not repeat, and do not show another's. */
START_TEST(test_identifications)
{
	static uint8_t seen[65536];
	uint16_t first = 0, other = 0;

	start_usual();
	memset(seen, 0, sizeof seen);
	for (int i = 0; i < 3000; i++) {
		ck_assert(passes("2001:db8::1", G6));
		ck_assert_int_eq(seen[be16(out + 4)]++, 0);
		first = be16(out + 4);
	}
	ck_assert(passes("2001:db8::2", G6));
	other = be16(out + 4);
	ck_assert_int_ne(other, first + 1);
	/* A super-packet takes one for each segment. */
	build(&(struct row){ "", true, "2001:db8::1", G6, 6, 2500, 500, 64, 0,
	    0 });
	ck_assert(both(500));
	first = be16(out + 4);
	ck_assert(both(500));
	ck_assert_int_eq((uint16_t)(be16(out + 4) - first), 5);
	stop();
}
END_TEST

START_TEST(test_counts)
{
	struct fp_count n, was;

	start_usual();
	was = shared_count(&sh);
	ck_assert(passes("2001:db8::1", G6));
	ck_assert(passes(G4, "192.0.2.1"));
	ck_assert(passes(G4, "192.0.2.1"));
	ck_assert(!passes("2001:db8:aa::2", G6));
	n = shared_count(&sh);
	ck_assert_uint_eq(n.packets64 - was.packets64, 1);
	ck_assert_uint_eq(n.octets64 - was.octets64, 68);
	ck_assert_uint_eq(n.packets46 - was.packets46, 2);
	ck_assert_uint_eq(n.octets46 - was.octets46, 96);
	stop();
}
END_TEST

/* --- the fuzzer's packets ------------------------------------------------- */

START_TEST(test_seeds)
{
	const char *src = getenv("srcdir");
	char name[1024];
	struct dirent *e;
	unsigned n = 0;
	DIR *d;

	snprintf(name, sizeof name, "%s/tests/fuzz/seeds/packet",
	    src == NULL ? "." : src);
	d = opendir(name);
	ck_assert_ptr_nonnull(d);
	start_usual();
	while ((e = readdir(d)) != NULL) {
		size_t skip, len;
		FILE *f;

		if (e->d_name[0] == '.')
			continue;
		snprintf(name, sizeof name, "%s/tests/fuzz/seeds/packet/%s",
		    src == NULL ? "." : src, e->d_name);
		f = fopen(name, "rb");
		ck_assert_ptr_nonnull(f);
		len = fread(payload.b, 1, sizeof payload.b, f);
		fclose(f);
		/* tests/fuzz/packet.c: settings, perhaps an offload header. */
		skip = len > 0 && payload.b[0] & 0x80 ? 11 : 1;
		if (len <= skip || len - skip > 3000)
			continue;
		p.n = len - skip;
		memcpy(p.b, payload.b + skip, p.n);
		(void)both(0);
		fix_sums(&p);
		(void)both(0);
		n++;
	}
	closedir(d);
	ck_assert_uint_gt(n, 100);
	stop();
}
END_TEST

/* --- random ones ---------------------------------------------------------- */

static const char *const some4[] = { G4, "192.0.2.1", "192.0.2.2", "10.0.0.1",
    "10.0.0.77", "198.18.0.9", "192.0.2.254", "8.8.8.8", "127.0.0.1",
    "169.254.9.9", "224.0.0.9", "100.64.0.1", "255.255.255.255", "0.1.2.3" };
static const char *const some6[] = { G6, "2001:db8::1", "2001:db8::2",
    "2001:db8:aa::1", "2001:db8:aa::99", "2001:db8:a:0:900::",
    "2001:db8::fe", "2001:db8:64::8.8.8.8", "2001:db8:64::10.0.0.1",
    "2001:db8:64::192.0.2.2", "2001:db8:64::127.0.0.1", "ff05::7",
    "fe80::9", "::", "2001:db8:64::10.0.0.77", "2001:db8:64::192.0.2.254" };

#define SOME(list)	list[rnd(sizeof list / sizeof list[0])]

/* The first few of a list are good ones: half of the packets get these. */
static const char *
good_or(const char *const *list, uint32_t good, uint32_t all)
{
	return list[rnd(rnd(4) ? good : all)];
}

static size_t
random_payload(uint8_t proto)
{
	struct row w = { .proto = proto, .data = rnd(rnd(4) ? 60 : 1500) };
	size_t n;

	w.twist = rnd(3) ? PLAIN : rnd(2) ? ECHO_REPLY : ICMP_ERROR;
	n = transport(payload.b, &w);
	return rnd(30) ? n : rnd((uint32_t)n + 1);
}

static void
random_packet(void)
{
	static const uint8_t protos[] = { 6, 6, 6, 17, 17, 17, 1, 58, 50, 132,
	    47, 0, 2, 43, 44, 60, 59, 51 };
	static uint8_t ext[24];
	uint8_t proto = SOME(protos);
	uint8_t ttl = (uint8_t)(rnd(8) ? 1 + rnd(255) : rnd(3));
	size_t n;

	if (rnd(20) == 0)
		proto = (uint8_t)rnd(256);
	n = random_payload(proto);
	if (rnd(2)) {
		struct h4 h = { .tos = (uint8_t)rnd(256), .ttl = ttl,
		    .proto = proto == 58 && rnd(4) ? 1 : proto,
		    .id = (uint16_t)rnd(65536),
		    .off = (uint16_t)(rnd(10) ? rnd(2) * DF : rnd(65536)),
		    .src = good_or(some4, 4, 14), .dst = good_or(some4, 4, 14),
		    .opt = ext, .opt_n = rnd(20) ? 0 : rnd(6) * 4 };

		rnd_fill(ext, sizeof ext);
		put_ip4(&p, h, payload.b, n);
	} else {
		struct h6 h = { .tos = (uint8_t)rnd(256), .hop = ttl,
		    .next = proto == 1 && rnd(4) ? 58 : proto,
		    .src = good_or(some6, 4, 16), .dst = good_or(some6, 4, 16) };

		if (rnd(20) == 0) {
			static const uint8_t kinds[] = { 0, 43, 44, 60 };

			rnd_fill(ext, sizeof ext);
			ext[0] = h.next;
			ext[1] = (uint8_t)rnd(2);
			h.ext = ext;
			h.ext_first = SOME(kinds);
			h.ext_n = h.ext_first == 44 ? 8 : ext[1] * 8 + 8u;
		}
		put_ip6(&p, h, payload.b, n);
	}
	if (rnd(10))
		fix_sums(&p);
	/* Something may be wrong with it. */
	if (rnd(8) == 0 && p.n > 0)
		p.b[rnd(p.n < 60 ? (uint32_t)p.n : 60)] ^=
		    (uint8_t)(1 << rnd(8));
	if (rnd(50) == 0)
		p.n = rnd((uint32_t)p.n + 1);
}

static uint16_t
random_gso(void)
{
	return rnd(5) ? 0 : (uint16_t)(1 + rnd(rnd(2) ? 1500 : 100));
}

static void
random_settings(void)
{
	r.f.set.mtu = rnd(3) ? 1500 : 1280 + rnd(300);
	r.f.set.offlink_mtu = rnd(2) ? 1280 : r.f.set.mtu;
	r.f.set.set_tos = rnd(4) == 0;
	r.f.set.tos = (uint8_t)rnd(256);
	r.f.map.has_prefix = rnd(8) != 0;
	r.f.set.udp_cksum_mode = (enum udp_cksum_mode)rnd(3);
	refill();
}

START_TEST(test_random)
{
	const char *n = getenv("FASTPATH_PACKETS");
	const char *seed = getenv("FASTPATH_SEED");
	unsigned long packets = n == NULL ? 1000000 : strtoul(n, NULL, 10);

	for (long i = seed == NULL ? 0 : strtol(seed, NULL, 10); i > 0; i--)
		(void)rnd(2);
	start_usual();
	translated = left = 0;
	for (unsigned long i = 0; i < packets; i++) {
		if (i % 10000 == 0)
			random_settings();
		random_packet();
		(void)both_anew(random_gso());
	}
	/* Of this mixture; a program that does nothing would pass otherwise. */
	ck_assert_uint_gt(translated * 100, packets * 15);
	ck_assert_uint_gt(left * 100, packets * 15);
	stop();
}
END_TEST

/* --- the trial before the start ------------------------------------------- */

START_TEST(test_trial)
{
	char err[256] = "";

	start_usual();
	shared_off(&sh);
	shared_forget_leases(&sh);
	ck_assert_msg(trial(&sh, &r.f, r.now, err, sizeof err), "%s", err);
	ck_assert_uint_eq(sh.nfree, sh.places);
	/* It sees what differs. */
	r.f.set.set_tos = true;
	ck_assert_msg(trial(&sh, &r.f, r.now, err, sizeof err), "%s", err);
	stop();
}
END_TEST

/* May we?  What else goes wrong the tests will tell. */
static bool
may(char *err, size_t errsize)
{
	static const uint32_t entries[FP_ARRAYS] = { 1, 1, 1, 1, 1, 1, 1, 1,
	    FP_IDENTS, FP_FLOWS };
	struct loader l;
	bool ok;

	loader_init(&l);
	ok = loader_open(&l, entries, err, errsize) ||
	    (errno != EPERM && errno != ENOSYS);
	loader_close(&l);
	return ok;
}

int
main(void)
{
	char err[1024] = "";

	if (!may(err, sizeof err)) {
		printf("SKIP: %s\n", err);
		return 77;
	}
	return RUN_SUITE(fastpath, test_classes, test_prefix_lengths,
	    test_well_known_prefix, test_no_prefix, test_everything_mapped,
	    test_traffic_class, test_off, test_order, test_lease, test_place_rests,
	    test_many_leases, test_many_maps, test_what_does_not_fit,
	    test_identifications, test_counts, test_seeds, test_random,
	    test_trial);
}
