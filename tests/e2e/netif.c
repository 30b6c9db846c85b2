/* SPDX-License-Identifier: BSD-2-Clause */
/* netif.c - addresses, routes and warnings, judged by ip(8). */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kernel.h"
#include "report/problems.h"
#include "system/link.h"
#include "system/netif.h"
#include "system/netwatch.h"
#include "../unit/suite.h"

/* What a command prints. */
static const char *
output(const char *command)
{
	static char buf[8192];
	FILE *f = popen(command, "r");
	size_t n;

	ck_assert_ptr_nonnull(f);
	n = fread(buf, 1, sizeof buf - 1, f);
	buf[n] = '\0';
	ck_assert_int_eq(pclose(f), 0);
	return buf;
}

static struct conf_prefix
v4(const char *addr, uint8_t len)
{
	struct conf_prefix p = { .p4.len = len };

	ck_assert(ip4_parse(addr, &p.p4.addr));
	return p;
}

static struct conf_prefix
v6(const char *addr, uint8_t len)
{
	struct conf_prefix p = { .is6 = true, .p6.len = len };

	ck_assert(ip6_parse(addr, &p.p6.addr));
	return p;
}

static bool
configure(bool up, const struct conf_prefix *ip, const struct conf_prefix *route,
    const char *name)
{
	struct conf_prefix a[1], r[1];
	struct conf c = { .tun_up = up };

	if (ip != NULL) {
		a[0] = *ip;
		c.tun_ip = (struct conf_prefixes){ a, 1 };
	}
	if (route != NULL) {
		r[0] = *route;
		c.tun_route = (struct conf_prefixes){ r, 1 };
	}
	return netif_configure(&c, name, err, sizeof err);
}

/* Names and MTUs: what the interface of a device is asked for. */
static void
link_is(struct link *l, const char *name, unsigned mtu, bool away)
{
	link_look(l);
	ck_assert_str_eq(l->name, name);
	ck_assert_uint_eq(l->mtu, mtu);
	ck_assert_int_eq(link_is_away(l), away);
}

START_TEST(mtu)
{
	struct tun t = opened("m0");
	struct link l;

	link_open(&l, &t);
	link_is(&l, "m0", 1500, false);
	run("ip link set m0 mtu 1280");
	link_is(&l, "m0", 1280, false);
	run("ip link set m0 mtu 65535");
	link_is(&l, "m0", 65535, false);
	/* another name, and another interface with the old one */
	run("ip link set m0 name m1");
	link_is(&l, "m1", 65535, false);
	run("ip link add m0 type veth peer name m2");
	run("ip link set m1 mtu 1400");
	link_is(&l, "m1", 1400, false);
	run("ip link set m1 name m3");
	run("ip link set m0 name m1");
	link_is(&l, "m3", 1400, false);
	run("ip link del m1");
	link_close(&l);
	tun_close(&t);
}
END_TEST

/*
 * In another namespace, in a third one, and back: what has its name where it was is
 * not it.
 */
START_TEST(mtu_elsewhere)
{
	struct tun t = opened("m0");
	struct link l;

	link_open(&l, &t);
	run("ip netns add one && ip netns add two");
	run("ip link set m0 netns one && ip link add m0 mtu 9000 "
	    "type veth peer name m9");
	link_is(&l, "m0", 1500, true);
	run("ip -n one link set m0 mtu 1280");
	link_is(&l, "m0", 1280, true);
	run("ip -n one link set m0 name m1 && ip -n one link set m1 mtu 1300");
	link_is(&l, "m1", 1300, true);
	/* a number for the third may not be there: the MTU stays */
	run("ip -n one link set m1 netns two");
	link_is(&l, "m1", 1300, true);
	run("ip -n two link set m1 netns $$ && ip link set m1 mtu 1400");
	link_is(&l, "m1", 1400, false);
	run("ip link del m0 && ip link set m1 name m0");
	link_is(&l, "m0", 1400, false);
	link_close(&l);
	tun_close(&t);
	run("ip netns del one && ip netns del two");
}
END_TEST

START_TEST(up_address_route)
{
	struct conf_prefix ip[] = {
		v4("198.51.100.9", 24), v6("2001:db8:9::1", 128),
	}, route[] = {
		v4("192.168.255.0", 24), v4("0.0.0.0", 0),
		v6("2001:db8:1:ffff::", 96), v6("::", 0),
	};
	struct conf c = {
		.tun_up = true, .tun_ip = { ip, 2 }, .tun_route = { route, 4 },
	};
	const char *text;

	opened("r0");
	/* The second time it is all there already. */
	for (int i = 0; i < 2; i++)
		ck_assert_msg(netif_configure(&c, "r0", err, sizeof err), "%s",
		    err);
	has(output("ip link show dev r0"), ",UP");
	text = output("ip -o addr show dev r0");
	has(text, "inet 198.51.100.9/24 scope global");
	has(text, "inet6 2001:db8:9::1/128 scope global nodad");
	lacks(text, "nodad tentative");
	text = output("ip -4 route show dev r0");
	has(text, "192.168.255.0/24 proto static scope link");
	has(text, "default proto static scope link");
	has(text, "198.51.100.0/24 proto kernel");
	text = output("ip -6 route show dev r0");
	has(text, "2001:db8:1:ffff::/96 proto static");
	has(text, "default proto static");
}
END_TEST

/* Only when asked. */
START_TEST(nothing_asked)
{
	struct conf_prefix ip = v4("198.51.100.9", 32);

	opened("z0");
	ck_assert(configure(false, NULL, NULL, "z0"));
	lacks(output("ip link show dev z0"), "UP");
	ck_assert(configure(false, &ip, NULL, "z0"));
	has(output("ip -o addr show dev z0"), "inet 198.51.100.9/32");
	lacks(output("ip link show dev z0"), "UP");
}
END_TEST

/* A message names the step and, where one is known, a way out. */
START_TEST(failures)
{
	struct conf_prefix r4 = v4("192.168.255.0", 24),
	    r6 = v6("2001:db8::", 32), i4 = v4("198.51.100.1", 32);

	opened("d0");
	ck_assert(!configure(true, NULL, NULL, "nowhere"));
	ck_assert_str_eq(err, "nowhere: No such device");
	ck_assert(!configure(false, NULL, &r4, "d0"));
	ck_assert_str_eq(err, "tun-route 192.168.255.0/24: Network is down "
	    "(the interface is down: tun-up yes?)");
	ck_assert(!configure(false, NULL, &r6, "d0"));
	ck_assert_str_eq(err, "tun-route 2001:db8::/32: Network is down "
	    "(the interface is down: tun-up yes?)");
	drop_capabilities();
	ck_assert(!configure(true, NULL, NULL, "d0"));
	ck_assert_str_eq(err,
	    "tun-up: Operation not permitted (needs CAP_NET_ADMIN)");
	ck_assert(!configure(false, &i4, NULL, "d0"));
	ck_assert_str_eq(err, "tun-ip 198.51.100.1/32: "
	    "Operation not permitted (needs CAP_NET_ADMIN)");
	ck_assert(!configure(false, NULL, &r4, "d0"));
	ck_assert_str_eq(err, "tun-route 192.168.255.0/24: "
	    "Operation not permitted (needs CAP_NET_ADMIN)");
}
END_TEST

START_TEST(ipv6_disabled)
{
	struct conf_prefix i6 = v6("2001:db8:9::1", 128),
	    r6 = v6("2001:db8::", 32), r4 = v4("192.168.255.0", 24);

	opened("i0");
	run("sysctl -qw net.ipv6.conf.i0.disable_ipv6=1");
	ck_assert(!configure(true, &i6, NULL, "i0"));
	has(err, "tun-ip 2001:db8:9::1/128: Permission denied");
	has(err, "IPv6 is disabled");
	has(err, "disable_ipv6");
	ck_assert(!configure(true, NULL, &r6, "i0"));
	has(err, "tun-route 2001:db8::/32: Permission denied");
	has(err, "IPv6 is disabled");
	ck_assert_msg(configure(true, NULL, &r4, "i0"), "%s", err);
}
END_TEST

/* --- what there is to see ------------------------------------------------- */

static struct net_facts
facts(const char *name, const struct conf *c)
{
	struct net_facts f;
	struct netwatch w;

	netwatch_open(&w, name);
	netwatch_look(&w, c, &f);
	netwatch_close(&w);
	ck_assert(f.looked);
	return f;
}

START_TEST(forwarding)
{
	const struct conf c = { .ipv4_addr = 0xc0000201 };
	struct net_facts f;

	opened("k0");
	run("sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1");
	f = facts("k0", &c);
	ck_assert(!f.no_forward4 && !f.no_forward6 && !f.no_ipv6 && !f.up);
	run("sysctl -qw net.ipv4.ip_forward=0");
	f = facts("k0", &c);
	ck_assert(f.no_forward4 && !f.no_forward6);
	run("sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=0");
	f = facts("k0", &c);
	ck_assert(!f.no_forward4 && f.no_forward6);
	run("sysctl -qw net.ipv6.conf.all.forwarding=1 "
	    "net.ipv6.conf.k0.disable_ipv6=1");
	f = facts("k0", &c);
	ck_assert(!f.no_forward4 && !f.no_forward6 && f.no_ipv6);
}
END_TEST

/* Who may is not told, but helped. */
START_TEST(restored)
{
	struct conf_prefix route[] = {
		{ .p4 = { 0xc0a8ff00, 24 } },
		{ .is6 = true, .p6 = { { 0x20010db800640000, 0 }, 96 } },
	}, ip[] = {
		{ .is6 = true, .p6 = { { 0x20010db800660000, 1 }, 128 } },
	};
	struct conf c = {
		.ipv4_addr = 0xc0a8ff01, .tun_up = true,
		.tun_ip = { ip, 1 }, .tun_route = { route, 2 },
	};
	struct problems p = { .changed = false };
	const struct problem_counts none = { 0 };

	opened("r0");
	run("sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1");
	ck_assert_msg(netif_configure(&c, "r0", err, sizeof err), "%s", err);
	problems_open(&p, "r0");
	problems_look(&p, &c, &none, 1000);
	for (int i = 0; i < PROBLEM_COUNT; i++)
		ck_assert_msg(!p.state[i].on, "%s", p.state[i].text);
	run("ip link set r0 down");
	problems_look(&p, &c, &none, 2000);
	ck_assert(p.state[PROBLEM_DEVICE_DOWN].on);
	ck_assert(!p.state[PROBLEM_ROUTE_LOST].on);
	run("ip link set r0 up");
	ck_assert_uint_eq(facts("r0", &c).route.n, 2);
	ck_assert_uint_eq(facts("r0", &c).address.n, 1);
	problems_look(&p, &c, &none, 3000);
	for (int i = 0; i < PROBLEM_COUNT; i++)
		ck_assert_msg(!p.state[i].on, "%s", p.state[i].text);
	ck_assert_uint_eq(facts("r0", &c).route.n, 0);
	problems_close(&p);
}
END_TEST

TESTS(netif, mtu, mtu_elsewhere, up_address_route, nothing_asked, failures, ipv6_disabled,
    forwarding, restored)
