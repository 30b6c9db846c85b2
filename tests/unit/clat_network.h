/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clat_network.h - a network that is made of variables, for clat.c and question.c:
 * doubles of uplink.h, forwarding.h and the file of resolvers.  Included by one
 * file of a test.
 */
#ifndef LICHEN_TESTS_CLAT_NETWORK_H
#define LICHEN_TESTS_CLAT_NETWORK_H

#include <arpa/inet.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "clat/address.h"
#include "clat/clat.h"
#include "clat/rfc7050.h"
#include "conf/file.h"
#include "core/rfc6052.h"
#include "suite.h"

#define TUN	7
#define ETH	2

/* --- the network ----------------------------------------------------------- */

static struct uplink_facts facts;
static enum uplink_address address_state;
static struct ip6 tried;		/* for duplicate address detection */
static bool changed, fails, no_sockets, forgotten, loses;
static struct ip6 left_behind;
static const char *resolv_conf;
static uint8_t advert[256], answer[512], question[RFC7050_QUERY_MAX];
static size_t advert_n, answer_n;
static unsigned advert_index, solicited, questions, looks, tried_on;
static struct sockaddr_in6 asked;

/* What is on the host: one bit each. */
enum { DEVICE = 1, ROUTE6 = 2, PROXY = 4, ROUTE4 = 8, CANDIDATE = 16 };
static unsigned made, made_calls;
static struct ip6 route6, proxied;
static ip4_t device4;
static unsigned mtu;

bool
uplink_open(struct uplink *u, char *err, size_t errsize)
{
	(void)err;
	(void)errsize;
	*u = (struct uplink){ 10, 11, 12, 13 };
	return !no_sockets;
}

void
uplink_close(struct uplink *u)
{
	(void)u;
}

nfds_t
uplink_fds(const struct uplink *u, struct pollfd p[static UPLINK_FDS])
{
	(void)u;
	(void)p;
	return UPLINK_FDS;
}

void
uplink_look(const struct uplink *u, const char *only, unsigned tun,
    struct ip6 towards, struct uplink_facts *f)
{
	(void)u;
	(void)only;
	(void)tun;
	(void)towards;
	looks++;
	*f = facts;
}

bool
uplink_changed(const struct uplink *u, unsigned tun, unsigned index, bool *lost)
{
	bool was = changed;

	(void)u;
	(void)tun;
	(void)index;
	*lost = *lost || loses;
	loses = false;
	changed = false;
	return was;
}

enum uplink_address
uplink_address(const struct uplink *u, unsigned index, struct ip6 addr)
{
	(void)u;
	(void)index;
	ck_assert(ip6_eq(addr, tried));
	return address_state;
}

static int
make(unsigned bit, bool on)
{
	made_calls += on;
	if (fails && on) {
		errno = EPERM;
		return -1;
	}
	made = on ? made | bit : made & ~bit;
	return 0;
}

int
uplink_try_address(const struct uplink *u, unsigned index, struct ip6 addr)
{
	(void)u;
	tried = addr;
	tried_on = index;
	address_state = UPLINK_TENTATIVE;
	return make(CANDIDATE, true);
}

int
uplink_drop_address(const struct uplink *u, unsigned index, struct ip6 addr)
{
	(void)u;
	ck_assert(ip6_eq(addr, tried));
	ck_assert_uint_eq(index, tried_on);
	return make(CANDIDATE, false);
}

int
uplink_proxy(const struct uplink *u, unsigned index, struct ip6 addr, bool on)
{
	(void)u;
	(void)index;
	proxied = addr;
	return make(PROXY, on);
}

/* What a crash left: one of ours, and somebody else's. */
void
uplink_forget(const struct uplink *u, bool (*ours)(const void *, struct ip6),
    const void *arg)
{
	(void)u;
	forgotten = ours(arg, left_behind);
}

int
uplink_device(const struct uplink *u, unsigned tun, ip4_t addr, bool on)
{
	(void)u;
	(void)tun;
	device4 = addr;
	return make(DEVICE, on);
}

int
uplink_route6(const struct uplink *u, unsigned tun, struct ip6 addr, bool on)
{
	(void)u;
	(void)tun;
	route6 = addr;
	return make(ROUTE6, on);
}

int
uplink_default4(const struct uplink *u, unsigned tun, ip4_t src, unsigned m,
    bool on)
{
	(void)u;
	(void)tun;
	(void)src;
	mtu = m;
	return make(ROUTE4, on);
}

int
uplink_solicit(const struct uplink *u, unsigned index)
{
	(void)u;
	ck_assert_uint_eq(index, facts.index);
	solicited++;
	return 0;
}

bool
uplink_advert(const struct uplink *u, uint8_t buf[static UPLINK_DATAGRAM],
    struct cur *icmp, unsigned *index, struct ip6 *router)
{
	(void)u;
	if (advert_n == 0)
		return false;
	memcpy(buf, advert, advert_n);
	*icmp = cur_of(buf, advert_n);
	*index = advert_index;
	*router = (struct ip6){ (uint64_t)0xfe80 << 48, 1 };
	advert_n = 0;
	return true;
}

int
uplink_question(const struct uplink *u, const struct sockaddr_in6 *to,
    const void *message, size_t n)
{
	(void)u;
	asked = *to;
	memcpy(question, message, n);
	questions++;
	return 0;
}

bool
uplink_answer(const struct uplink *u, const struct sockaddr_in6 *server,
    uint8_t buf[static UPLINK_DATAGRAM], struct cur *message)
{
	(void)u;
	if (answer_n == 0)
		return false;
	memcpy(buf, answer, answer_n);
	*message = cur_of(buf, answer_n);
	answer_n = 0;
	if (server != NULL)
		ck_assert_mem_eq(&server->sin6_addr, &asked.sin6_addr, 16);
	return server != NULL;
}

bool
forwarding_open(struct forwarding *f, const char *undo, char *err,
    size_t errsize)
{
	(void)undo;
	(void)err;
	(void)errsize;
	ck_assert_int_eq(f->record, -1);	/* whatever happens before */
	f->n = 0;
	return true;
}

void
forwarding_close(struct forwarding *f)
{
	ck_assert_int_eq(f->record, -1);
}

bool
kept_file_open(struct kept_file *k, const char *path)
{
	*k = (struct kept_file){ .path = (char *)path, .dir = -1, .file = -1 };
	return true;
}

void
kept_file_close(struct kept_file *k)
{
	(void)k;
}

FILE *
kept_file_read(const struct kept_file *k)
{
	ck_assert_str_eq(k->path, "/etc/resolv.conf");
	errno = EACCES;
	if (resolv_conf == NULL)
		return NULL;
	return fmemopen((char *)(uintptr_t)resolv_conf, strlen(resolv_conf),
	    "r");
}

/* --- what comes from it ---------------------------------------------------- */

static struct clat c;
static struct conf conf;
static struct map map;
static mono_t now;

static struct ip6
ip6(const char *text)
{
	struct ip6 a;

	ck_assert_msg(ip6_parse(text, &a), "%s", text);
	return a;
}

static struct prefix6
p6(const char *text)
{
	struct prefix6 p;

	ck_assert_msg(prefix6_parse(text, &p), "%s", text);
	return p;
}

/* One prefix /96 for so many seconds, and an MTU. */
static void
advertise(const char *prefix, uint16_t seconds, uint32_t link_mtu)
{
	memset(advert, 0, sizeof advert);
	advert[0] = 134;
	put16(advert + 6, 1800);
	advert[16] = 5;
	advert[17] = 1;
	put32(advert + 20, link_mtu);
	advert[24] = 38;
	advert[25] = 2;
	put16(advert + 26, seconds);
	ip6_write(advert + 28, ip6(prefix));
	memset(advert + 40, 0, 8);
	advert_n = 40;
	advert_index = ETH;
}

/* To the question that was asked. */
static void
resolve(const char *address, uint32_t ttl)
{
	uint8_t *r = answer + 31;

	memcpy(answer, question, 31);
	put16(answer + 2, 0x8180);
	put16(answer + 6, 1);
	put16(answer + 10, 0);
	put16(r, 0xc00c);
	put16(r + 2, 28);
	put16(r + 4, 1);
	put32(r + 6, ttl);
	put16(r + 10, 16);
	ip6_write(r + 12, ip6(address));
	answer_n = 31 + 28;
}

static void
start(void)
{
	char err[256];

	facts = (struct uplink_facts){
		.index = ETH, .name = "eth0", .mtu = 1500,
		.has_source = true, .source = ip6("2001:db8:1::abcd"),
	};
	changed = fails = no_sockets = false;
	made = made_calls = solicited = questions = looks = 0;
	advert_n = answer_n = 0;
	resolv_conf = "# one\nnameserver 2001:db8::53\n"
	    "nameserver 192.0.2.53\nsearch example\n";
	map = (struct map){ .v4 = { 0, 0 } };
	conf = (struct conf){
		.ipv4_addr = 0xc0000002,
		.maps = &map,
		.clat = { .on = true, .finds_prefix = true,
		    .finds_own4 = true, .finds_own6 = true, .finds_map = true },
	};
	now = 1000000;
	ck_assert(clat_open(&c, &conf, "clat", "/nowhere", err, sizeof err));
	c.tun = TUN;
}

static bool
work(bool came)
{
	bool r = clat_work(&c, came, now);

	clat_merge(&c, &conf);
	return r;
}

/* So many milliseconds, whenever something is due. */
static bool
pass(mono_t ms)
{
	mono_t end = now + ms;
	bool any = false;

	for (int i = 0; i < 10000 && clat_due(&c) <= end; i++) {
		if (clat_due(&c) > now)
			now = clat_due(&c);
		any = work(false) || any;
	}
	now = end;
	return any;
}

/* From nothing to a CLAT that translates. */
static void
set_up(void)
{
	start();
	work(false);
	advertise("64:ff9b::", 1800, 1400);
	work(true);
	ck_assert_int_eq(c.phase, CLAT_CHECKING);
	address_state = UPLINK_ADDRESS;
	ck_assert(pass(300));
	ck_assert_int_eq(c.phase, CLAT_ON);
}

#endif
