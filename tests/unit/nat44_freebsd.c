/* SPDX-License-Identifier: BSD-2-Clause */
/* Rules for pf: octet by octet, as pfctl would read them. */
#include <stdio.h>
#include <string.h>

#include "suite.h"
#include "system/nat44.h"

static char text[4096], err[256];

static bool
rules(const struct conf *c, const char *interface)
{
	FILE *f = fmemopen(text, sizeof text, "w");
	bool ok;

	ck_assert_ptr_nonnull(f);
	text[0] = '\0';
	ok = nat44_write(c, interface, f, err, sizeof err);
	fclose(f);
	return ok;
}

#define HEAD \
	"# pf.conf wants nat-anchor \"lichen\" and anchor \"lichen\"; load this " \
	"with\n# pfctl -a lichen -f -; pfctl -a lichen -F all takes it away.\n\n"

START_TEST(pools_and_maps)
{
	struct map maps[] = {
		{ .v4 = { 0x0a400000, 16 } },	/* 10.64.0.0 */
		{ .v4 = { 0xcb007107, 32 } },	/* 203.0.113.7: the world's */
		{ .v4 = { 0x0a000000, 7 } },	/* partly */
	};
	const struct conf c = {
		.path = (char *)"/etc/tayga.conf",
		.pool = { { 0xc0a8ff00, 24 }, { 0xc6336400, 24 } },
		.npools = 2, .maps = maps, .nmaps = 3,
	};

	ck_assert(rules(&c, "em0"));
	ck_assert_str_eq(text,
	    "# Written by lichen --nat44 em0 for /etc/tayga.conf.\n"
	    "# dynamic-pool 198.51.100.0/24 is not private: the network has to "
	    "route it here.\n" HEAD
	    "table <lichen_inside> const {\n    192.168.255.0/24,\n"
	    "    10.64.0.0/16\n}\n"
	    "table <lichen_leases> const {\n    192.168.255.0/24\n}\n"
	    "nat on em0 inet from <lichen_inside> to any -> (em0:0)\n"
	    "block drop in quick on em0 inet from any to <lichen_leases>\n");
}
END_TEST

/* A map is there to be reached, in a pool, too; and one may have all of a pool. */
START_TEST(maps_in_pools)
{
	struct map maps[] = {
		{ .v4 = { 0xc0a8ff07, 32 } },	/* 192.168.255.7 */
		{ .v4 = { 0x0a400000, 16 } },	/* 10.64.0.0 */
		{ .v4 = { 0xac100000, 24 } },	/* 172.16.0.0 */
	};
	const struct conf c = {
		.path = (char *)"x",
		.pool = { { 0xc0a8ff00, 24 }, { 0x0a400500, 24 } },
		.npools = 2, .maps = maps, .nmaps = 3,
	};

	ck_assert(rules(&c, "em0"));
	ck_assert_str_eq(text, "# Written by lichen --nat44 em0 for x.\n" HEAD
	    "table <lichen_inside> const {\n    192.168.255.0/24,\n"
	    "    10.64.5.0/24,\n    192.168.255.7/32,\n    10.64.0.0/16,\n"
	    "    172.16.0.0/24\n}\n"
	    "table <lichen_leases> const {\n    192.168.255.0/24,\n"
	    "    !192.168.255.7/32\n}\n"
	    "nat on em0 inet from <lichen_inside> to any -> (em0:0)\n"
	    "block drop in quick on em0 inet from any to <lichen_leases>\n");
}
END_TEST

START_TEST(maps_alone)
{
	struct map maps[] = { { .v4 = { 0xac100001, 32 } } };
	const struct conf c = {
		.path = (char *)"x", .maps = maps, .nmaps = 1,
	};

	ck_assert(rules(&c, "em0"));
	ck_assert_str_eq(text, "# Written by lichen --nat44 em0 for x.\n" HEAD
	    "table <lichen_inside> const {\n    172.16.0.1/32\n}\n"
	    "nat on em0 inet from <lichen_inside> to any -> (em0:0)\n");
}
END_TEST

/* 192.0.0.0/29 is a CLAT's own: RFC 7335. */
START_TEST(nothing)
{
	struct map maps[] = { { .v4 = { 0xc0000001, 32 } } };
	const struct conf c = {
		.path = (char *)"x", .maps = maps, .nmaps = 1,
	};

	ck_assert(rules(&c, "em0"));
	ck_assert_ptr_null(strstr(text, "nat on"));
}
END_TEST

START_TEST(interfaces)
{
	static const char *const bad[] = { "", "em0 ", "em0\n", "em0)", "$em",
	    "<x>", "a\"b", "em01234567890123" };
	const struct conf c = { .path = (char *)"x" };

	ck_assert(!rules(&c, NULL));
	ck_assert_ptr_nonnull(strstr(err, "which interface"));
	ck_assert_str_eq(text, "");
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		ck_assert_msg(!rules(&c, bad[i]), "%s", bad[i]);
		ck_assert_str_eq(text, "");
	}
}
END_TEST

/* A range is private if all of it is. */
START_TEST(private_ranges)
{
	static const struct {
		const char	*range;
		bool		 is;
	} all[] = {
		{ "10.0.0.0/8", true }, { "10.0.0.0/7", false },
		{ "11.0.0.0/8", false }, { "100.64.0.0/10", true },
		{ "100.128.0.0/10", false }, { "172.16.0.0/12", true },
		{ "172.31.255.255/32", true }, { "172.32.0.0/16", false },
		{ "192.168.0.0/16", true }, { "192.169.0.0/16", false },
		{ "198.18.0.0/15", true }, { "198.20.0.0/15", false },
		{ "192.0.0.0/29", false }, { "192.0.2.0/24", false },
		{ "0.0.0.0/0", false }, { "198.51.100.0/24", false },
	};

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		struct prefix4 p;

		ck_assert(prefix4_parse(all[i].range, &p));
		ck_assert_msg(nat44_is_private(prefix4_masked(p)) ==
		    all[i].is, "%s", all[i].range);
	}
}
END_TEST

TESTS(nat44_freebsd, pools_and_maps, maps_in_pools, maps_alone, nothing,
    interfaces, private_ranges)
