/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which NAT64 prefix counts: RFC 8781 section 5, RFC 9872 section 3.
 */
#include <stdio.h>

#include "clat/pref64.h"
#include "suite.h"

static struct pref64_list l;

static struct prefix6
p6(const char *text)
{
	struct prefix6 p;

	ck_assert(prefix6_parse(text, &p));
	return p;
}

static struct ip6
a6(const char *text)
{
	struct ip6 a;

	ck_assert(ip6_parse(text, &a));
	return a;
}

static void
ra(const char *router, int preference, const char *prefix, uint32_t lifetime,
    mono_t now)
{
	pref64_advertised(&l, a6(router), preference, p6(prefix), lifetime, now);
}

static void
dns(const char *prefix, uint32_t ttl, mono_t now)
{
	struct prefix6 p = p6(prefix);

	pref64_resolved(&l, &p, 1, ttl, now);
}

static const char *
best(const char *current)
{
	static char buf[ADDR_TEXT_MAX + 4];
	struct prefix6 c = current == NULL ? (struct prefix6){ .len = 0 } :
	    p6(current);
	const struct pref64 *b = pref64_best(&l, current == NULL ? NULL : &c);

	return b == NULL ? "none" : prefix6_text(b->prefix, buf);
}

START_TEST(advertised_until)
{
	l = (struct pref64_list){ 0 };
	ck_assert_str_eq(best(NULL), "none");
	ck_assert_int_eq(pref64_due(&l), INT64_MAX);
	ra("fe80::1", 0, "64:ff9b::/96", 10, 1000);
	ck_assert_str_eq(best(NULL), "64:ff9b::/96");
	ck_assert_int_eq(pref64_due(&l), 11000);
	ra("fe80::1", 0, "64:ff9b::/96", 20, 2000);
	ck_assert_uint_eq(l.n, 1);
	ck_assert_int_eq(pref64_due(&l), 22000);
	ck_assert(!pref64_expire(&l, 21999));
	ck_assert(pref64_expire(&l, 22000));
	ck_assert_str_eq(best(NULL), "none");
}
END_TEST

/* A lifetime of zero: for this router only, and nothing new comes of it. */
START_TEST(withdrawn)
{
	l = (struct pref64_list){ 0 };
	ra("fe80::1", 0, "64:ff9b::/96", 0, 0);
	ck_assert_uint_eq(l.n, 0);
	ra("fe80::1", 0, "64:ff9b::/96", 600, 0);
	ra("fe80::2", 0, "64:ff9b::/96", 600, 0);
	ra("fe80::1", 0, "64:ff9b::/96", 0, 5);
	ck_assert_str_eq(best(NULL), "64:ff9b::/96");
	ra("fe80::2", 0, "64:ff9b::/96", 0, 5);
	ck_assert_str_eq(best(NULL), "none");
}
END_TEST

START_TEST(order)
{
	l = (struct pref64_list){ 0 };
	dns("2001:db8:d::/96", 600, 0);
	ck_assert_str_eq(best(NULL), "2001:db8:d::/96");
	ra("fe80::1", -1, "2001:db8:1::/96", 600, 0);
	ck_assert_str_eq(best("2001:db8:d::/96"), "2001:db8:1::/96");
	ra("fe80::2", 0, "2001:db8:2::/96", 600, 0);
	ra("fe80::3", 0, "2001:db8:3::/96", 600, 0);
	ck_assert_str_eq(best(NULL), "2001:db8:2::/96");
	ck_assert_str_eq(best("2001:db8:3::/96"), "2001:db8:3::/96");
	ck_assert_str_eq(best("2001:db8:1::/96"), "2001:db8:2::/96");
	ra("fe80::4", 1, "2001:db8:4::/96", 600, 0);
	ck_assert_str_eq(best("2001:db8:3::/96"), "2001:db8:4::/96");
	l.p[l.n++] = (struct pref64){ .prefix = p6("2001:db8:c::/96"),
	    .source = PREF64_CONFIGURED, .until = INT64_MAX };
	ck_assert_str_eq(best("2001:db8:4::/96"), "2001:db8:c::/96");
	pref64_forget(&l);
	ck_assert_uint_eq(l.n, 1);
	ck_assert_str_eq(pref64_source_text(l.p[0].source), "configuration");
}
END_TEST

/* A new answer replaces the old one, also with nothing. */
START_TEST(resolved)
{
	l = (struct pref64_list){ 0 };
	dns("2001:db8:d::/96", 600, 0);
	dns("2001:db8:e::/64", 60, 100);
	ck_assert_uint_eq(l.n, 1);
	ck_assert_str_eq(best("2001:db8:d::/96"), "2001:db8:e::/64");
	ck_assert_int_eq(pref64_due(&l), 60100);
	pref64_resolved(&l, NULL, 0, 0, 200);
	ck_assert_uint_eq(l.n, 0);
}
END_TEST

/* A flood of prefixes leaves those that were there, and does not hide the last. */
START_TEST(bounded)
{
	char text[48];

	l = (struct pref64_list){ 0 };
	for (unsigned i = 0; i < 100; i++) {
		snprintf(text, sizeof text, "2001:db8:%x::/96", i + 1);
		ra("fe80::1", 0, text, 600, i);
	}
	ck_assert_uint_eq(l.n, PREF64_MAX);
	ck_assert_str_eq(best(NULL), "2001:db8:1::/96");
	ra("fe80::1", 0, "2001:db8:1::/96", 0, 200);
	ck_assert_str_eq(best(NULL), "2001:db8:2::/96");
	ck_assert_uint_eq(l.n, PREF64_MAX - 1);
	ra("fe80::2", 1, "2001:db8:fff::/96", 600, 200);
	ck_assert_str_eq(best(NULL), "2001:db8:fff::/96");
	ra("fe80::2", 1, "2001:db8:ffe::/96", 600, 200);
	ra("fe80::2", 1, "2001:db8:fff::/96", 0, 200);
	ck_assert_str_eq(best(NULL), "2001:db8:ffe::/96");
}
END_TEST

/* No NAT64 is there, whoever says so. */
START_TEST(not_usable)
{
	static const char *const text[] = { "::/96", "::ffff:0:0/96", "::1:0:0/96",
	    "ff0e::/96", "fe80::/64", "fe80::/96" };

	l = (struct pref64_list){ 0 };
	for (size_t i = 0; i < sizeof text / sizeof text[0]; i++) {
		const struct prefix6 p = p6(text[i]);

		ck_assert(!pref64_advertised(&l, p.addr, 0, p, 600, 0));
		pref64_resolved(&l, &p, 1, 600, 0);
		ck_assert_uint_eq(l.n, 0);
	}
	/* That of a router which is known says nothing new. */
	ck_assert(pref64_advertised(&l, p6("::/0").addr, 0,
	    p6("64:ff9b::/96"), 600, 0));
	ck_assert(!pref64_advertised(&l, p6("::/0").addr, 0,
	    p6("64:ff9b::/96"), 700, 0));
	ck_assert(pref64_advertised(&l, p6("::/0").addr, 1,
	    p6("64:ff9b::/96"), 700, 0));
	ck_assert(pref64_advertised(&l, p6("::/0").addr, 1,
	    p6("64:ff9b::/96"), 0, 0));
}
END_TEST

/* The configuration wins, whenever it comes, and stays whatever is heard. */
START_TEST(configured)
{
	const struct prefix6 p = p6("2001:db8:64::/96");
	char text[48];

	l = (struct pref64_list){ 0 };
	for (unsigned i = 0; i < 40; i++) {
		if (i == 20)
			pref64_configured(&l, &p);
		snprintf(text, sizeof text, "2001:db8:%x::/96", i + 1);
		ra("fe80::1", 1, text, 600, i);
	}
	ck_assert_str_eq(best(NULL), "2001:db8:64::/96");
	pref64_configured(&l, NULL);
	ck_assert_str_eq(best(NULL), "2001:db8:1::/96");
}
END_TEST

TESTS(pref64, advertised_until, withdrawn, order, resolved, bounded, not_usable,
    configured)
