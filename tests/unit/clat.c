/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A CLAT on a network that is made of variables.
 */
#include "clat_network.h"

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
	pass(60);
	advertise("2001:db8:64::", 1800, 1400);
	ck_assert(work(true));
	ck_assert_int_eq(c.phase, CLAT_ON);
	ck_assert(ip6_eq(route6, was));
	advertise("2001:db8:65::", 1800, 1400);
	ck_assert(!work(true) && !pass(60));	/* the first one stays */
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
	/* The old address goes on until the new one is known to be ours. */
	ck_assert_int_eq(c.phase, CLAT_ON);
	ck_assert_uint_eq(made, CANDIDATE | DEVICE | ROUTE6 | PROXY | ROUTE4);
	ck_assert_uint_eq(conf.maps[0].v6.addr.hi >> 16, 0x20010db80001);
	ck_assert_uint_eq(route6.hi >> 16, 0x20010db80001);
	address_state = UPLINK_ADDRESS;
	ck_assert(pass(300));
	ck_assert_int_eq(c.phase, CLAT_ON);
	ck_assert_uint_eq(made, DEVICE | ROUTE6 | PROXY | ROUTE4);
	ck_assert_uint_eq(route6.hi >> 16, 0x20010db80002);
	ck_assert_uint_eq(proxied.hi >> 16, 0x20010db80002);
	/* Once more, and another prefix: with that one it cannot. */
	facts.source = ip6("2001:db8:3::abcd");
	changed = true;
	work(true);
	pass(100);
	advertise("64:ff9b::", 0, 1400);
	work(true);
	pass(100);
	ck_assert_uint_eq(made & (ROUTE4 | PROXY), 0);
	advertise("64:ff9b::", 1800, 1400);
	work(true);
	address_state = UPLINK_ADDRESS;
	pass(300);
	ck_assert_int_eq(c.phase, CLAT_ON);
	ck_assert_uint_eq(route6.hi >> 16, 0x20010db80003);
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
