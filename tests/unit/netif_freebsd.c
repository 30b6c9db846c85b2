/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * freebsd/netif.c against a double of FreeBSD's kernel (freebsd/kernel.h).
 */
#include <sys/socket.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../freebsd/kernel.h"
#include "conf/file.h"
#include "output.h"
#include "system/link.h"
#include "system/netif.h"
#include "system/netwatch.h"
#include "suite.h"

static char err[256];

const char *
kernel_text(bool is6, const void *addr, char buf[static 64])
{
	return inet_ntop(is6 ? AF_INET6 : AF_INET, addr, buf, 64);
}

static struct iface *
fresh(void)
{
	kernel_reset();
	kernel_make(KIND_BRIDGE, "bridge0");
	return kernel_make(KIND_TUN, "nat64");
}

/* The configuration of a text, which must be good. */
static struct conf *
conf_of(const char *text)
{
	char path[] = "/tmp/lichen-test-netif_freebsd.XXXXXX";
	int fd = mkstemp(path);
	FILE *f = fd == -1 ? NULL : fdopen(fd, "w");
	struct conf_msgs msgs;
	struct conf *c;

	ck_assert_ptr_nonnull(f);
	fprintf(f, "tun-device nat64\nipv4-addr 192.0.2.1\n"
	    "prefix 2001:db8:1::/96\n%s", text);
	fclose(f);
	c = conf_load(path, &msgs);
	ck_assert_msg(c != NULL, "%s", msgs.n > 0 ? msgs.msg[0].text : "?");
	conf_msgs_free(&msgs);
	remove(path);
	return c;
}

static void
configures(const char *text)
{
	struct conf *c = conf_of(text);

	ck_assert_msg(netif_configure(c, "nat64", err, sizeof err), "%s", err);
	ck_assert_uint_eq(kernel_descriptors(), 0);
	conf_free(c);
}

static void
fails(const char *text, const char *why)
{
	struct conf *c = conf_of(text);

	ck_assert(!netif_configure(c, "nat64", err, sizeof err));
	ck_assert_msg(strstr(err, why) != NULL, "%s", err);
	ck_assert_uint_eq(kernel_descriptors(), 0);
	conf_free(c);
}

START_TEST(nothing_asked_nothing_done)
{
	struct iface *p = fresh();

	configures("");
	ck_assert(!p->up);
	ck_assert_str_eq(kernel_addresses(), "");
	ck_assert_str_eq(kernel_routes(), "");
}
END_TEST

START_TEST(up)
{
	struct iface *p = fresh();

	configures("tun-up yes\n");
	ck_assert(p->up);
	p->nd_flags |= KERNEL_NO_IPV6;	/* as rc.conf may have it */
	configures("tun-up yes\n");
	ck_assert_uint_eq(p->nd_flags & KERNEL_NO_IPV6, 0);
	kernel.ipv6 = false;
	configures("tun-up yes\n");
}
END_TEST

/* Row "SIOCAIFADDR (inet)": up by itself.  The peer is the translator. */
START_TEST(address4)
{
	struct iface *p = fresh();

	configures("tun-ip 192.0.2.9\n");
	ck_assert(p->up);
	ck_assert(kernel_has_address("192.0.2.9 > 192.0.2.1 nat64"));
	ck_assert_str_eq(kernel_routes(), "");
	configures("tun-ip 192.0.2.9\n");
}
END_TEST

START_TEST(address4_with_its_network)
{
	fresh();
	configures("tun-ip 198.51.100.7/24\n");
	ck_assert(kernel_has_address("198.51.100.7 > 192.0.2.1 nat64"));
	ck_assert(kernel_has_route("198.51.100.0/24 nat64"));
}
END_TEST

/* Row "SIOCAIFADDR_IN6": usable at once, though the kernel would try it first. */
START_TEST(address6)
{
	fresh();
	configures("tun-ip 2001:db8:2::1\ntun-ip 2001:db8:3::1/64\n");
	ck_assert(kernel_has_address("2001:db8:2::1/128 nat64"));
	ck_assert(kernel_has_address("2001:db8:3::1/64 nat64"));
	ck_assert_uint_eq(kernel.dad, 0);
	ck_assert_str_eq(kernel_routes(), "");	/* the kernel's own affair */
}
END_TEST

/* Row "route to the interface". */
START_TEST(routes)
{
	fresh();
	for (int i = 0; i < 2; i++)		/* EEXIST is fine */
		configures("tun-route 192.168.255.0/24\n"
		    "tun-route 198.51.100.9\ntun-route 10.64.0.0/10\n"
		    "tun-route 2001:db8:1::/96\ntun-route 2001:db8::9\n"
		    "tun-route 64:ff9b:1::/48\ntun-route 0.0.0.0/0\n");
	ck_assert(kernel_has_route("192.168.255.0/24 nat64"));
	ck_assert(kernel_has_route("198.51.100.9/32 nat64"));
	ck_assert(kernel_has_route("10.64.0.0/10 nat64"));
	ck_assert(kernel_has_route("2001:db8:1::/96 nat64"));
	ck_assert(kernel_has_route("2001:db8::9/128 nat64"));
	ck_assert(kernel_has_route("64:ff9b:1::/48 nat64"));
	ck_assert(kernel_has_route("0.0.0.0/0 nat64"));
}
END_TEST

static const char *asked;

static void
configure_it(void)
{
	configures(asked);
}

/* What is said when it is configured so. */
static const char *
told(const char *text)
{
	asked = text;
	return output_of(STDERR_FILENO, configure_it);
}

/*
 * Another route to the same is not ours: one of a kind that we make leads to us from
 * now on, any other is left and told.
 */
START_TEST(routes_that_lead_elsewhere)
{
	fresh();
	kernel_make(KIND_TUN, "before");	/* kept, under another name */
	kernel_make(KIND_LOOPBACK, "lo0");
	kernel_route("192.168.255.0/24", "before", KERNEL_STATIC);
	kernel_route("2001:db8:1::/96", "lo0", KERNEL_STATIC);
	kernel_route("198.51.100.9/32", "lo0", KERNEL_STATIC);
	ck_assert_str_eq(told("tun-route 192.168.255.0/24\n"),
	    "lichen: tun-route 192.168.255.0/24: led to before, now to nat64\n");
	ck_assert_str_eq(told("tun-route 2001:db8:1::/96\n"),
	    "lichen: tun-route 2001:db8:1::/96: led to lo0, now to nat64\n");
	ck_assert_str_eq(told("tun-route 198.51.100.9\n"),
	    "lichen: tun-route 198.51.100.9/32: led to lo0, now to nat64\n");
	ck_assert_str_eq(kernel_routes(), "192.168.255.0/24 nat64\n"
	    "2001:db8:1::/96 nat64\n198.51.100.9/32 nat64\n");
	ck_assert_str_eq(told("tun-route 192.168.255.0/24\n"), "");

	kernel_route("0.0.0.0/0", "bridge0", KERNEL_STATIC | KERNEL_GATEWAY);
	kernel_route("10.0.0.0/8", "bridge0", KERNEL_PINNED);
	ck_assert_str_eq(told("tun-route 0.0.0.0/0\n"), "lichen: tun-route "
	    "0.0.0.0/0: leads to bridge0 and stays: nothing of it is "
	    "translated\n");
	ck_assert_str_eq(told("tun-route 10.0.0.0/8\n"), "lichen: tun-route "
	    "10.0.0.0/8: leads to bridge0 and stays: nothing of it is "
	    "translated\n");
	ck_assert(kernel_has_route("0.0.0.0/0 bridge0"));
	ck_assert(kernel_has_route("10.0.0.0/8 bridge0"));
	ck_assert_uint_eq(kernel_descriptors(), 0);
}
END_TEST

START_TEST(errors_say_which_and_why)
{
	fresh();
	kernel.root = false;
	fails("tun-up yes\n", "tun-up: EPERM (needs root)");
	fails("tun-ip 192.0.2.9\n", "tun-ip 192.0.2.9/32: EPERM (needs root)");
	fails("tun-route 2001:db8:1::/96\n",
	    "tun-route 2001:db8:1::/96: EPERM (needs root)");
	kernel.root = true;
	kernel.ipv6 = false;
	fails("tun-ip 2001:db8:2::1\n", "a kernel without IPv6");
	kernel_destroy("nat64");
	fails("tun-up yes\n", "tun-up: ENXIO");
}
END_TEST

START_TEST(mtu)
{
	struct iface *p;
	struct link l;
	struct tun t;

	kernel_reset();
	ck_assert_msg(tun_open(&t, "nat64", err, sizeof err), "%s", err);
	p = kernel_iface("nat64");
	link_open(&l, &t);
	ck_assert_uint_eq(l.mtu, 1500);
	p->mtu = 9000;
	link_look(&l);
	ck_assert_uint_eq(l.mtu, 9000);
	/* another has the name by now */
	strcpy(p->name, "moved0");
	kernel_make(KIND_BRIDGE, "nat64");
	p->mtu = 1400;
	link_look(&l);
	ck_assert_str_eq(l.name, "moved0");
	ck_assert_uint_eq(l.mtu, 1400);
	ck_assert(!link_is_away(&l));
	link_close(&l);
	tun_close(&t);
	ck_assert_uint_eq(kernel_descriptors(), 0);
}
END_TEST

static struct net_facts
facts(void)
{
	const struct conf c = { .ipv4_addr = 0xc0000201 };
	struct net_facts f;
	struct netwatch w;

	netwatch_open(&w, "nat64");
	netwatch_look(&w, &c, &f);
	netwatch_close(&w);
	ck_assert_uint_eq(kernel_descriptors(), 0);
	ck_assert(f.looked);
	return f;
}

START_TEST(forwarding)
{
	struct iface *p = fresh();
	struct net_facts f = facts();

	ck_assert(!f.no_forward4 && !f.no_forward6 && !f.no_ipv6 && !f.up);
	ck_assert_uint_eq(f.mtu, 1500);
	configures("tun-up yes");
	ck_assert(facts().up);
	kernel.forwarding4 = false;
	f = facts();
	ck_assert(f.no_forward4 && !f.no_forward6);
	kernel.forwarding4 = true;
	kernel.forwarding6 = false;
	f = facts();
	ck_assert(!f.no_forward4 && f.no_forward6);
	kernel.forwarding6 = true;
	p->nd_flags |= KERNEL_NO_IPV6;
	f = facts();
	ck_assert(!f.no_forward4 && !f.no_forward6 && f.no_ipv6);
}
END_TEST

TESTS(netif_freebsd, nothing_asked_nothing_done, up, address4,
    address4_with_its_network, address6, routes, routes_that_lead_elsewhere,
    errors_say_which_and_why, mtu, forwarding)
