/* SPDX-License-Identifier: BSD-2-Clause */
/* The list of problems: what is one, what is said, and when it is gone. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "report/log.h"
#include "report/problems.h"
#include "suite.h"

static struct problems p;
static struct conf c;
static struct net_facts f;
static struct problem_counts n;

static void
start(void)
{
	memset(&p, 0, sizeof p);
	p.watch.ask = p.watch.events = -1;
	strcpy(p.watch.name, "nat64");
	c = (struct conf){ .ipv4_addr = 0xc0a8ff01, .npools = 1 };
	f = (struct net_facts){ .looked = true, .up = true, .mtu = 1500 };
	n = (struct problem_counts){ 0, 0 };
	ck_assert_ptr_nonnull(freopen("/dev/null", "w", stderr));
}

/* The kinds that are on, as bits. */
static unsigned
judged(mono_t now)
{
	unsigned on = 0;

	problems_judge(&p, &c, &f, &n, now);
	for (int i = 0; i < PROBLEM_COUNT; i++)
		on |= p.state[i].on ? 1u << i : 0;
	return on;
}

#define ONLY(kind)	(1u << PROBLEM_##kind)

START_TEST(each_alone)
{
	static const struct conf_prefix x = { .is6 = true,
	    .p6 = { { 0x20010db800640000, 0 }, 96 } };

	start();
	ck_assert_uint_eq(judged(1), 0);
	f.up = false;
	ck_assert_uint_eq(judged(2), ONLY(DEVICE_DOWN));
	f.up = true;
	f.no_ipv6 = true;
	ck_assert_uint_eq(judged(3), ONLY(IPV6_DISABLED));
	f.no_ipv6 = false;
	f.mtu = 1279;
	ck_assert_uint_eq(judged(4), ONLY(SMALL_MTU));
	f.mtu = 1280;
	f.address = (struct net_misfit){ &x, 1 };
	ck_assert_uint_eq(judged(5), ONLY(ADDRESS_LOST));
	f.address.n = 0;
	f.route = (struct net_misfit){ &x, 3 };
	ck_assert_uint_eq(judged(6), ONLY(ROUTE_LOST));
	ck_assert_ptr_nonnull(strstr(p.state[PROBLEM_ROUTE_LOST].text,
	    "tun-route 2001:db8:64::/96 and 2 more have no route to nat64: "));
	f.route.n = 0;
	f.elsewhere = (struct net_misfit){ &x, 1 };
	strcpy(f.via, "eth0");
	ck_assert_uint_eq(judged(7), ONLY(ROUTE_ELSEWHERE));
	ck_assert_ptr_nonnull(strstr(p.state[PROBLEM_ROUTE_ELSEWHERE].text,
	    "tun-route 2001:db8:64::/96 leads to eth0, not to nat64: "));
	f.elsewhere.n = 0;
	f.no_forward4 = true;
	ck_assert_uint_eq(judged(8), ONLY(FORWARDING4));
	f.no_forward4 = false;
	f.no_forward6 = true;
	ck_assert_uint_eq(judged(9), ONLY(FORWARDING6));
	f.no_forward6 = false;
	f.own4_is_host = true;
	ck_assert_uint_eq(judged(10), ONLY(OWN4_IS_HOST));
	f.own4_is_host = false;
	f.own6_is_host = true;
	ck_assert_uint_eq(judged(11), ONLY(OWN6_IS_HOST));
	f.own6_is_host = false;
	f.dummy_dropped = true;
	ck_assert_uint_eq(judged(12), ONLY(RP_FILTER));
	ck_assert_int_eq(p.state[PROBLEM_RP_FILTER].since, 12);
	ck_assert_uint_eq(judged(13), ONLY(RP_FILTER));
	ck_assert_int_eq(p.state[PROBLEM_RP_FILTER].since, 12);
	f.dummy_dropped = false;
	ck_assert_uint_eq(judged(14), 0);
}
END_TEST

/* What cannot be looked at is as it was. */
START_TEST(not_looked)
{
	start();
	f.up = false;
	ck_assert_uint_eq(judged(1), ONLY(DEVICE_DOWN));
	f = (struct net_facts){ .looked = false };
	ck_assert_uint_eq(judged(2), ONLY(DEVICE_DOWN));
}
END_TEST

/* RFC 6877: the CLAT's IPv4 is the host's own. */
START_TEST(clat)
{
	struct map maps[] = {
		{ .v4 = { 0xc0000001, 32 } }, { .v4 = { 0xc0000003, 32 } },
	};
	struct conf_prefix ip[] = {
		{ .is6 = true }, { .p4 = { 0xc0000001, 32 } },
	};

	start();
	f.no_forward4 = true;
	c = (struct conf){ .maps = maps, .nmaps = 1, .tun_ip = { ip, 2 } };
	ck_assert_uint_eq(judged(1), 0);
	c.nmaps = 2;		/* somebody else's, behind this host */
	ck_assert_uint_eq(judged(2), ONLY(FORWARDING4));
	c.nmaps = 1;
	c.npools = 1;
	ck_assert_uint_eq(judged(3), ONLY(FORWARDING4));
	c.npools = 0;
	c.tun_ip.n = 1;
	ck_assert_uint_eq(judged(4), ONLY(FORWARDING4));
	c.clat.on = true;	/* which gives the device its address itself */
	ck_assert_uint_eq(judged(5), 0);
	f.up = false;
	ck_assert_uint_eq(judged(6), ONLY(DEVICE_DOWN));
	c.nmaps = 0;		/* it waits for the network */
	ck_assert_uint_eq(judged(7), 0);
}
END_TEST

/* A hundred packets and half a minute, and one answer is enough. */
START_TEST(one_way)
{
	start();
	n.xlat64 = 5000;
	ck_assert_uint_eq(judged(1), 0);
	n.xlat64 += 99;
	ck_assert_uint_eq(judged(40000), 0);
	n.xlat64 += 1;
	ck_assert_uint_eq(judged(40001), ONLY(NONE_FROM_IPV4));
	n.xlat46++;
	ck_assert_uint_eq(judged(40002), 0);
	n.xlat64 += 1000;
	ck_assert_uint_eq(judged(70001), 0);
	ck_assert_uint_eq(judged(70002), ONLY(NONE_FROM_IPV4));
	n.xlat46 += 200;
	ck_assert_uint_eq(judged(70003), 0);
	n.xlat46 += 99;
	ck_assert_uint_eq(judged(200000), ONLY(NONE_FROM_IPV6));
	n.xlat64++;
	ck_assert_uint_eq(judged(200001), 0);
}
END_TEST

/* The longest names there are fit, and nothing is cut off. */
START_TEST(largest)
{
	static const struct conf_prefix x = { .is6 = true,
	    .p6 = { { 0x1111222233334444, 0x5555666677778888 }, 128 } };

	start();
	strcpy(p.watch.name, "abcdefghijklmno");
	strcpy(f.via, "ponmlkjihgfedcb");
	c.ipv6_addr = x.p6.addr;
	f = (struct net_facts){ .looked = true, .no_ipv6 = true,
	    .no_forward4 = true, .no_forward6 = true, .own4_is_host = true,
	    .own6_is_host = true, .dummy_dropped = true,
	    .address = { &x, 4294967295 }, .route = { &x, 4294967295 },
	    .elsewhere = { &x, 4294967295 } };
	(void)judged(1);
	for (int i = 0; i < PROBLEM_COUNT; i++)
		ck_assert_uint_lt(strlen(p.state[i].text), PROBLEM_TEXT - 1);
}
END_TEST

/* Names of metrics: all different, no more than letters, digits and _. */
START_TEST(names)
{
	for (int i = 0; i < PROBLEM_COUNT; i++) {
		const char *name = problem_name((enum problem)i);

		ck_assert_uint_eq(strspn(name,
		    "abcdefghijklmnopqrstuvwxyz0123456789_"), strlen(name));
		for (int k = 0; k < i; k++)
			ck_assert_str_ne(name, problem_name((enum problem)k));
	}
}
END_TEST

/* A flood of changes is one look a second. */
START_TEST(pace)
{
	start();
	ck_assert(problems_due(&p, 10000));
	problems_look(&p, &c, &n, 10000);
	ck_assert_int_eq(problems_until(&p), INT64_MAX);
	ck_assert(!problems_due(&p, 19999) && problems_due(&p, 20000));
	problems_changed(&p);
	ck_assert_int_eq(problems_fd(&p), -1);
	ck_assert(!problems_due(&p, 10100));
	ck_assert_int_eq(problems_until(&p), 11000);
	ck_assert(problems_due(&p, 11000));
	problems_look(&p, &c, &n, 11000);
	ck_assert(!p.changed);
	problems_changed(&p);
	ck_assert(!problems_due(&p, 15000));
	ck_assert_int_eq(problems_until(&p), 15200);
	ck_assert(!problems_due(&p, 15199) && problems_due(&p, 15200));
	problems_look(&p, &c, &n, 15200);
	problems_asked(&p, &c, &n, 15299);
	ck_assert_int_eq(p.again, 25200);
	problems_asked(&p, &c, &n, 15300);
	ck_assert_int_eq(p.again, 25300);
}
END_TEST

TESTS(problems, each_alone, not_looked, clat, one_way, largest, names, pace)
