/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A CLAT on a network that is made of variables: clat.c and question.c with doubles
 * of uplink.h, forwarding.h and the file of resolvers.
 */
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
static bool changed, fails;
static const char *resolv_conf;
static uint8_t advert[256], answer[512], question[RFC7050_QUERY_MAX];
static size_t advert_n, answer_n;
static unsigned advert_index, solicited, questions;
static struct sockaddr_in6 asked;

/* What is on the host: one bit each. */
enum { DEVICE = 1, ROUTE6 = 2, PROXY = 4, ROUTE4 = 8, CANDIDATE = 16 };
static unsigned made;
static struct ip6 route6, proxied;
static ip4_t device4;
static unsigned mtu;

bool
uplink_open(struct uplink *u, char *err, size_t errsize)
{
	(void)err;
	(void)errsize;
	*u = (struct uplink){ 10, 11, 12, 13 };
	return true;
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
	*f = facts;
}

bool
uplink_changed(const struct uplink *u)
{
	bool was = changed;

	(void)u;
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
	ck_assert_uint_eq(index, ETH);
	tried = addr;
	address_state = UPLINK_TENTATIVE;
	return make(CANDIDATE, true);
}

int
uplink_drop_address(const struct uplink *u, unsigned index, struct ip6 addr)
{
	(void)u;
	(void)index;
	ck_assert(ip6_eq(addr, tried));
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
	ck_assert_mem_eq(&server->sin6_addr, &asked.sin6_addr, 16);
	if (answer_n == 0)
		return false;
	memcpy(buf, answer, answer_n);
	*message = cur_of(buf, answer_n);
	answer_n = 0;
	return true;
}

bool
forwarding_open(struct forwarding *f, const char *undo, char *err,
    size_t errsize)
{
	(void)undo;
	(void)err;
	(void)errsize;
	f->n = 0;
	return true;
}

void
forwarding_close(struct forwarding *f)
{
	(void)f;
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
	changed = fails = false;
	made = solicited = questions = 0;
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

/* --- tests ----------------------------------------------------------------- */

START_TEST(waits)
{
	char text[CLAT_TEXT_MAX];

	start();
	facts.index = 0;
	ck_assert(!work(false));
	ck_assert_int_eq(c.phase, CLAT_NO_UPLINK);
	ck_assert(!conf.has_prefix);
	ck_assert_uint_eq(conf.nmaps, 0);
	facts.index = ETH;
	changed = true;
	work(true);
	pass(100);
	ck_assert_int_eq(c.phase, CLAT_NO_PREFIX);
	ck_assert_uint_eq(solicited, 1);
	pass(30000);
	ck_assert_uint_eq(solicited, 3);
	ck_assert_uint_eq(made, 0);
	ck_assert_ptr_nonnull(strstr(clat_text(&c, text),
	    "waiting for a NAT64 prefix"));
	facts.has_source = false;
	advertise("64:ff9b::", 1800, 0);
	work(true);
	ck_assert_int_eq(c.phase, CLAT_NO_ADDRESS);
}
END_TEST

START_TEST(by_advertisement)
{
	char text[CLAT_TEXT_MAX];

	set_up();
	ck_assert_uint_eq(made, DEVICE | ROUTE6 | PROXY | ROUTE4);
	ck_assert(ip6_eq(route6, tried));
	ck_assert(ip6_eq(proxied, tried));
	ck_assert_uint_eq(tried.hi >> 16, 0x20010db80001);
	ck_assert_uint_eq(device4, 0xc0000001);
	ck_assert_uint_eq(mtu, 1372);
	ck_assert(conf.has_prefix && prefix6_eq(conf.prefix,
	    p6("64:ff9b::/96")));
	ck_assert_uint_eq(conf.nmaps, 1);
	ck_assert_uint_eq(conf.maps[0].v4.addr, 0xc0000001);
	ck_assert(ip6_eq(conf.maps[0].v6.addr, tried));
	ck_assert_uint_eq(conf.ipv4_addr, 0xc0000002);
	ck_assert(ip6_eq(conf.ipv6_addr, ip6("64:ff9b::192.0.0.2")));
	/* DNS is not asked where an advertisement has it. */
	pass(600000);
	ck_assert_uint_eq(questions, 0);
	ck_assert_ptr_nonnull(strstr(clat_lines(&c, now, text),
	    "for 1199 s more"));
	clat_close(&c);
	ck_assert_uint_eq(made, 0);
	ck_assert_int_eq(clat_due(&c), INT64_MAX);
	ck_assert(!clat_work(&c, true, now));
}
END_TEST

/* The host keeps what it has, only the translation changes. */
START_TEST(another_prefix)
{
	struct ip6 was;

	set_up();
	was = tried;
	advertise("64:ff9b::", 0, 1400);
	work(true);
	ck_assert_int_eq(c.phase, CLAT_NO_PREFIX);
	ck_assert_uint_eq(made, 0);
	ck_assert(!conf.has_prefix);
	advertise("2001:db8:64::", 1800, 1400);
	ck_assert(work(true));
	ck_assert_int_eq(c.phase, CLAT_ON);
	ck_assert(ip6_eq(route6, was));
	advertise("2001:db8:65::", 1800, 1400);
	ck_assert(!work(true));			/* the first one stays */
	made |= 1u << 31;
	advertise("2001:db8:64::", 0, 1400);
	ck_assert(work(true));
	ck_assert_uint_eq(made, 1u << 31 | DEVICE | ROUTE6 | PROXY | ROUTE4);
	ck_assert(prefix6_eq(conf.prefix, p6("2001:db8:65::/96")));
	ck_assert(pass(1801000));		/* its time is over */
	ck_assert_int_eq(c.phase, CLAT_NO_PREFIX);
	ck_assert_uint_eq(made, 1u << 31);
}
END_TEST

START_TEST(by_dns)
{
	start();
	work(false);
	pass(2900);
	ck_assert_uint_eq(questions, 0);
	pass(200);
	ck_assert_uint_eq(questions, 1);
	ck_assert_uint_eq(asked.sin6_addr.s6_addr[15], 0x53);
	ck_assert_uint_eq(ntohs(asked.sin6_port), 53);
	pass(2000);				/* no answer: the next one */
	ck_assert_uint_eq(questions, 2);
	ck_assert_uint_eq(asked.sin6_addr.s6_addr[11], 0xff);
	resolve("64:ff9b::192.0.0.170", 80);
	answer[0] ^= 1;				/* to another question */
	work(true);
	ck_assert_int_eq(c.phase, CLAT_NO_PREFIX);
	resolve("64:ff9b::192.0.0.170", 80);
	work(true);
	ck_assert_int_eq(c.phase, CLAT_CHECKING);
	address_state = UPLINK_ADDRESS;
	pass(300);
	ck_assert_int_eq(c.phase, CLAT_ON);
	/* Asked again before it is too old. */
	pass(69000);
	ck_assert_uint_eq(questions, 2);
	pass(2000);
	ck_assert_uint_eq(questions, 3);
	ck_assert_int_eq(c.phase, CLAT_ON);
	resolve("2001:db8:64::192.0.0.171", 600);
	ck_assert(work(true));
	ck_assert(prefix6_eq(conf.prefix, p6("2001:db8:64::/96")));
	/* An advertisement is better, and ends the questions. */
	advertise("64:ff9b::", 65000, 0);
	ck_assert(work(true));
	ck_assert(prefix6_eq(conf.prefix, p6("64:ff9b::/96")));
	questions = 0;
	pass(3600000);
	ck_assert_uint_eq(questions, 0);
}
END_TEST

/* Nobody answers: not every two seconds for ever. */
START_TEST(dns_silence)
{
	start();
	work(false);
	pass(60000);
	ck_assert_uint_ge(questions, 4);
	questions = 0;
	pass(3600000);
	ck_assert_uint_ge(questions, 20);
	ck_assert_uint_le(questions, 40);
	resolv_conf = "\n";			/* nobody to ask */
	questions = 0;
	pass(3600000);
	ck_assert_uint_eq(questions, 0);
}
END_TEST

START_TEST(address_of_somebody_else)
{
	struct ip6 first;

	start();
	work(false);
	advertise("64:ff9b::", 1800, 0);
	work(true);
	first = tried;
	address_state = UPLINK_DUPLICATE;
	pass(300);
	ck_assert_int_eq(c.phase, CLAT_CHECKING);
	ck_assert(!ip6_eq(first, tried));
	address_state = UPLINK_ADDRESS;
	pass(300);
	ck_assert_int_eq(c.phase, CLAT_ON);
	ck_assert(ip6_eq(route6, tried));
	ck_assert_uint_eq(made & CANDIDATE, 0);
}
END_TEST

START_TEST(renumbered)
{
	set_up();
	facts.source = ip6("2001:db8:2::abcd");
	changed = true;
	work(true);
	pass(100);
	ck_assert_int_eq(c.phase, CLAT_CHECKING);
	ck_assert_uint_eq(made, CANDIDATE);
	address_state = UPLINK_ADDRESS;
	pass(300);
	ck_assert_int_eq(c.phase, CLAT_ON);
	ck_assert_uint_eq(route6.hi >> 16, 0x20010db80002);
	/* Another interface: what was heard on the old one is void. */
	facts.index = 3;
	changed = true;
	work(true);
	pass(100);
	ck_assert_int_eq(c.phase, CLAT_NO_PREFIX);
	ck_assert_uint_eq(made, 0);
}
END_TEST

START_TEST(native_ipv4)
{
	set_up();
	facts.native4 = true;
	changed = true;
	work(true);
	ck_assert(pass(100));
	ck_assert_int_eq(c.phase, CLAT_NATIVE);
	ck_assert_uint_eq(made, 0);
	facts.native4 = false;
	changed = true;
	work(true);
	pass(100);
	ck_assert_int_eq(c.phase, CLAT_ON);
	facts.native4 = true;
	c.force = true;
	changed = true;
	work(true);
	pass(100);
	ck_assert_int_eq(c.phase, CLAT_ON);
}
END_TEST

/* What cannot be made is tried again, and leaves nothing half done. */
START_TEST(failures)
{
	start();
	work(false);
	advertise("64:ff9b::", 1800, 0);
	work(true);
	address_state = UPLINK_ADDRESS;
	fails = true;
	pass(300);
	ck_assert_int_eq(c.phase, CLAT_FAILED);
	ck_assert_uint_eq(made, 0);
	ck_assert(!conf.has_prefix);
	fails = false;
	pass(11000);
	ck_assert_int_eq(c.phase, CLAT_ON);
}
END_TEST

/* 192.0.0.1 and .2 are the host's already. */
START_TEST(addresses_taken)
{
	facts.taken4 = 0;
	start();
	facts.taken4 = 1u << 1 | 1u << 2;
	work(false);
	advertise("64:ff9b::", 1800, 0);
	work(true);
	address_state = UPLINK_ADDRESS;
	pass(300);
	ck_assert_uint_eq(device4, 0xc0000003);
	ck_assert_uint_eq(conf.ipv4_addr, 0xc0000004);
}
END_TEST

/* What the file says wins. */
START_TEST(configured)
{
	char err[256];

	start();
	clat_close(&c);
	conf.clat.finds_prefix = conf.clat.finds_map = false;
	conf.clat.finds_own4 = false;
	conf.has_prefix = true;
	conf.prefix = p6("2001:db8:64::/96");
	map = (struct map){ { 0xc0000003, 32 }, { ip6("2001:db8:1::464"), 128 } };
	conf.nmaps = 1;
	ck_assert(clat_open(&c, &conf, "clat", "/nowhere", err, sizeof err));
	advertise("64:ff9b::", 1800, 0);
	work(true);
	work(false);
	ck_assert_int_eq(c.phase, CLAT_ON);
	ck_assert_uint_eq(made, DEVICE | ROUTE6 | PROXY | ROUTE4);
	ck_assert_uint_eq(device4, 0xc0000003);
	ck_assert(ip6_eq(route6, ip6("2001:db8:1::464")));
	ck_assert(prefix6_eq(conf.prefix, p6("2001:db8:64::/96")));
	pass(100000);
	ck_assert_uint_eq(questions, 0);
	clat_close(&c);
	/* Delegated: nobody to ask, nobody to answer. */
	conf.clat.has_prefix = conf.clat.finds_map = true;
	conf.clat.prefix = p6("2001:db8:cc::/60");
	ck_assert(clat_open(&c, &conf, "clat", "/nowhere", err, sizeof err));
	work(false);
	ck_assert_int_eq(c.phase, CLAT_ON);
	ck_assert_uint_eq(made, DEVICE | ROUTE6 | ROUTE4);
	ck_assert_uint_eq(route6.hi, ip6("2001:db8:cc::").hi);
}
END_TEST

START_TEST(resolvers)
{
	static const struct { const char *text; unsigned n; } t[] = {
		{ "nameserver 127.0.0.53\n", 1 },
		{ "nameserver fe80::1%eth0\n", 1 },
		{ "nameserver nonsense\n;nameserver ::1\n#nameserver ::1\n"
		    "options edns0\n", 0 },
		{ "nameserver ::1\nnameserver ::2\n nameserver ::3\n"
		    "nameserver ::4", 3 },
		{ "nameserver\n", 0 },
	};
	struct sockaddr_in6 server[RESOLVERS];

	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		FILE *f = fmemopen((char *)(uintptr_t)t[i].text,
		    strlen(t[i].text), "r");

		ck_assert_uint_eq(question_servers(f, server), t[i].n);
		fclose(f);
	}
}
END_TEST

/* Stable, different on each network, device and try; never a reserved one. */
START_TEST(addresses)
{
	const struct siphash_key key = { { 1, 2 } }, other = { { 1, 3 } };
	struct ip6 net = ip6("2001:db8:1:2::9"), a;

	a = clat_address(&key, net, "clat", 0);
	ck_assert_uint_eq(a.hi, net.hi);
	ck_assert(ip6_eq(a, clat_address(&key, net, "clat", 0)));
	net.lo = 7;
	ck_assert(ip6_eq(a, clat_address(&key, net, "clat", 0)));
	ck_assert(!ip6_eq(a, clat_address(&other, net, "clat", 0)));
	ck_assert(!ip6_eq(a, clat_address(&key, net, "clat1", 0)));
	ck_assert(!ip6_eq(a, clat_address(&key, net, "clat", 1)));
	net.hi++;
	ck_assert_uint_ne(a.lo, clat_address(&key, net, "clat", 0).lo);
}
END_TEST

TESTS(clat, waits, by_advertisement, another_prefix, by_dns, dns_silence,
    address_of_somebody_else, renumbered, native_ipv4, failures,
    addresses_taken, configured, resolvers, addresses)
