/* SPDX-License-Identifier: BSD-2-Clause */
/* The way back to TAYGA: which lines stay, and what is said about the others. */
#include <stdio.h>
#include <string.h>

#include "conf/directive.h"
#include "conf/tayga.h"
#include "suite.h"

static char out[4096], said[4096];

static void
left_out(void *arg, unsigned line, const char *why)
{
	(void)arg;
	snprintf(said + strlen(said), sizeof said - strlen(said), "%u %s\n",
	    line, why);
}

static void
back_octets(const char *in, size_t n, enum tayga_version version)
{
	FILE *f = fmemopen((char *)in, n, "r");
	FILE *o = fmemopen(out, sizeof out, "w");

	ck_assert(f != NULL && o != NULL);
	said[0] = out[0] = '\0';
	ck_assert(tayga_write(f, o, version, left_out, NULL));
	fclose(f);
	fclose(o);
}

static void
back(const char *in, enum tayga_version version)
{
	back_octets(in, strlen(in), version);
}

#define PLAIN \
	"tun-device nat64\n" \
	"\n" \
	"# control-socket /run/x\n" \
	"  IPv4-Addr 192.168.255.1 # ours\n" \
	"prefix 64:ff9b::/96\n" \
	"map 192.0.2.0/28 2001:db8::/124\n" \
	"dynamic-pool 192.168.255.0/24"

START_TEST(what_it_knows_stays)
{
	back(PLAIN, TAYGA_0_9_2);
	ck_assert_str_eq(out, PLAIN);
	ck_assert_str_eq(said, "");
}
END_TEST

/* What is behind it would be lost, with the end of the line. */
START_TEST(nul_octets)
{
	static const char in[] = "ipv4-addr 192.0.2.1\nprefix 64:ff9b::/96\0\n"
	    "tun-device nat64\n";

	back_octets(in, sizeof in - 1, TAYGA_LATEST);
	ck_assert_str_eq(out, "ipv4-addr 192.0.2.1\ntun-device nat64\n");
	ck_assert_str_eq(said, "2 left out, a NUL octet is in it\n");
}
END_TEST

START_TEST(later_directives)
{
	static const char in[] = "wkpf-strict no\ntun-up yes\n"
	    "TUN-ROUTE 64:ff9b::/96\nmap-file maps\noffload no\n";

	back(in, TAYGA_0_9_2);
	ck_assert_str_eq(out, "");
	ck_assert_str_eq(said,
	    "1 wkpf-strict: left out, TAYGA 0.9.2 does not know it\n"
	    "2 tun-up: left out, TAYGA 0.9.2 does not know it: bring the "
	    "device up by ip link or the init script\n"
	    "3 TUN-ROUTE: left out, TAYGA 0.9.2 does not know it: add the "
	    "route by ip route or the init script\n"
	    "4 map-file: left out, TAYGA 0.9.2 does not know it: write its "
	    "map lines into this file\n"
	    "5 offload: left out, TAYGA does not know it\n");
	back(in, TAYGA_LATEST);
	ck_assert_str_eq(out, "wkpf-strict no\ntun-up yes\n"
	    "TUN-ROUTE 64:ff9b::/96\nmap-file maps\n");
	ck_assert_str_eq(said, "5 offload: left out, TAYGA does not know it\n");
}
END_TEST

START_TEST(what_it_takes_otherwise)
{
	back("\xef\xbb\xbfmap 192.0.2.1 2001:db8::/64\n"
	    "map 192.0.2.2/31 2001:db8:1::/127\n"
	    "dynamic-pool 10.0.0.0/24\ndynamic-pool 10.0.1.0/24\n"
	    "wkpf-strict private\n", TAYGA_LATEST);
	ck_assert_str_eq(out, "map 192.0.2.2/31 2001:db8:1::/127\n"
	    "dynamic-pool 10.0.0.0/24\n");
	ck_assert_str_eq(said,
	    "1 map: left out, TAYGA wants as many bits behind the IPv4 prefix "
	    "as behind the IPv6 prefix\n"
	    "4 dynamic-pool: left out, TAYGA has one pool\n"
	    "5 wkpf-strict: left out, TAYGA knows only yes and no\n");
}
END_TEST

/* Each directive that tayga.conf(5) calls new goes, and no other. */
START_TEST(all_of_ours)
{
	static const char *const theirs[] = { "tun-device", "ipv4-addr",
	    "ipv6-addr", "prefix", "map", "dynamic-pool", "data-dir",
	    "strict-frag-hdr", "wkpf-strict", "map-file", "udp-cksum-mode",
	    "log", "offlink-mtu", "tun-up", "tun-ip", "tun-route", "workers" };

	for (size_t i = 0; i < conf_ndirectives; i++) {
		const char *name = conf_directives[i].name;
		bool known = false;

		for (size_t k = 0; k < sizeof theirs / sizeof theirs[0]; k++)
			known = known || strcmp(theirs[k], name) == 0;
		back(name, TAYGA_LATEST);
		ck_assert_msg((said[0] == '\0') == known, "%s", name);
	}
}
END_TEST

TESTS(tayga, what_it_knows_stays, nul_octets, later_directives,
    what_it_takes_otherwise, all_of_ours)
