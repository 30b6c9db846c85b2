/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A CLAT on a network that means it no good, or changes when it must not.
 */
#include <unistd.h>

#include "clat_network.h"

/* A thousand answers to a question that was answered: read, and nothing of them. */
START_TEST(late_answers)
{
	start();
	work(false);
	pass(3100);
	ck_assert_uint_eq(questions, 1);
	resolve("64:ff9b::192.0.0.170", 600);
	work(true);
	for (int i = 0; i < 1000; i++) {
		resolve("2001:db8:bad::192.0.0.170", 600);
		work(true);
		ck_assert_uint_eq(answer_n, 0);
	}
	address_state = UPLINK_ADDRESS;
	pass(300);
	ck_assert(prefix6_eq(conf.prefix, p6("64:ff9b::/96")));
}
END_TEST

/* What fails changes the host and changes it back: that is no reason to try again. */
START_TEST(failure_feeds_itself)
{
	char text[CLAT_TEXT_MAX];

	set_up();
	advertise("64:ff9b::", 65000, 1400);
	work(true);
	facts.source = ip6("2001:db8:2::abcd");
	changed = true;
	work(true);
	fails = true;
	pass(100);
	ck_assert_int_eq(c.phase, CLAT_FAILED);
	ck_assert_ptr_nonnull(strstr(clat_text(&c, text),
	    "Operation not permitted (needs CAP_NET_ADMIN)"));
	made_calls = 0;
	for (int i = 0; i < 1000; i++) {
		changed = true;
		work(true);
		pass(10);
	}
	ck_assert_uint_le(made_calls, 4);
	made_calls = 0;
	pass(3600000);
	ck_assert_uint_le(made_calls, 65);
	ck_assert_uint_ge(made_calls, 30);
	fails = false;
	while (c.phase == CLAT_FAILED)
		pass(1000);
	address_state = UPLINK_ADDRESS;
	pass(300);
	ck_assert_int_eq(c.phase, CLAT_ON);
}
END_TEST

/* Somebody takes away what is being made, and does no more: soon it is there again. */
START_TEST(fails_once)
{
	set_up();
	loses = true;
	changed = true;
	work(true);
	fails = true;
	pass(100);
	ck_assert_int_eq(c.phase, CLAT_FAILED);
	fails = loses = false;
	pass(1100);
	address_state = UPLINK_ADDRESS;
	pass(300);
	ck_assert_int_eq(c.phase, CLAT_ON);
}
END_TEST

/* Routers that contradict themselves a thousand times a second. */
START_TEST(flapping)
{
	set_up();
	looks = 0;
	for (int i = 0; i < 1000; i++) {
		advertise("64:ff9b::", i % 2 == 0 ? 0 : 1800, 1400);
		work(true);
		pass(1);
	}
	ck_assert_uint_le(looks, 45);
	pass(100);
	ck_assert_int_eq(c.phase, CLAT_ON);
	/* The same once more is nothing to look at. */
	looks = 0;
	for (int i = 0; i < 100; i++) {
		advertise("64:ff9b::", 1800, 1400);
		work(true);
		pass(100);
	}
	ck_assert_uint_le(looks, 1);
}
END_TEST

/* On another interface while an address is checked: it is taken off the first. */
START_TEST(moves_while_checking)
{
	start();
	work(false);
	advertise("64:ff9b::", 1800, 0);
	work(true);
	ck_assert_uint_eq(made, CANDIDATE);
	facts.index = 3;
	changed = true;
	work(true);
	pass(100);		/* the double looks at the index */
	ck_assert_uint_eq(made, 0);
	/* And where nobody has to check, of the one that it was put on. */
	set_up();
	facts.index = 3;
	changed = true;
	work(true);
	pass(100);
	advertise("64:ff9b::", 1800, 0);
	advert_index = 3;
	work(true);
	address_state = UPLINK_ADDRESS;
	pass(300);
	ck_assert_int_eq(c.phase, CLAT_ON);
	ck_assert_uint_eq(made, DEVICE | ROUTE6 | PROXY | ROUTE4);
}
END_TEST

/* Somebody answers for every address. */
START_TEST(every_address_taken)
{
	unsigned before;

	start();
	work(false);
	advertise("64:ff9b::", 65000, 0);
	work(true);
	made_calls = 0;
	for (mono_t end = now + 3600000; now < end; pass(250))
		if (address_state == UPLINK_TENTATIVE)
			address_state = UPLINK_DUPLICATE;
	before = made_calls;
	ck_assert_uint_ge(before, 30);
	ck_assert_uint_le(before, 1200);
	for (int i = 0; i < 1000 && c.phase != CLAT_ON; i++) {
		address_state = UPLINK_ADDRESS;
		pass(250);
	}
	ck_assert_int_eq(c.phase, CLAT_ON);
}
END_TEST

/* Nothing of what was not opened is written to, or closed. */
START_TEST(no_socket)
{
	char err[256];

	start();
	clat_close(&c);
	no_sockets = true;
	ck_assert(!clat_open(&c, &conf, "clat", "/nowhere", err, sizeof err));
	clat_close(&c);
	ck_assert_int_eq(c.phase, CLAT_OFF);
}
END_TEST

/* What a reload changes of it is followed. */
START_TEST(reconfigured)
{
	char text[CLAT_TEXT_MAX];

	set_up();
	facts.native4 = true;
	changed = true;
	work(true);
	pass(100);
	ck_assert_int_eq(c.phase, CLAT_NATIVE);
	conf.clat.force = true;
	clat_reconfigure(&c, &conf, now);
	pass(100);
	ck_assert_int_eq(c.phase, CLAT_ON);
	conf.clat.finds_prefix = false;
	conf.prefix = p6("2001:db8:64::/96");
	clat_reconfigure(&c, &conf, now);
	ck_assert(pass(100));
	ck_assert(prefix6_eq(c.now.prefix, p6("2001:db8:64::/96")));
	conf.clat.finds_prefix = true;
	clat_reconfigure(&c, &conf, now);
	ck_assert(pass(100));
	ck_assert(prefix6_eq(conf.prefix, p6("64:ff9b::/96")));
	facts.index = 0;
	snprintf(conf.clat.interface, sizeof conf.clat.interface, "eth7");
	clat_reconfigure(&c, &conf, now);
	pass(100);
	ck_assert_str_eq(clat_text(&c, text), "waiting for interface eth7");
}
END_TEST

/* No file of resolvers: said so, until there is one; one that goes is remembered. */
START_TEST(no_resolvers)
{
	static const char lines[] = "nameserver 2001:db8::53\n";
	char text[CLAT_TEXT_MAX], err[256];

	start();
	clat_close(&c);
	resolv_conf = NULL;
	ck_assert(clat_open(&c, &conf, "clat", "/nowhere", err, sizeof err));
	pass(20000);
	ck_assert_ptr_nonnull(strstr(clat_text(&c, text), "no resolvers"));
	ck_assert_uint_eq(questions, 0);
	resolv_conf = lines;
	pass(320000);
	ck_assert_uint_gt(questions, 0);
	ck_assert_ptr_null(strstr(clat_text(&c, text), "no resolvers"));
	resolv_conf = NULL;
	questions = 0;
	pass(320000);
	ck_assert_uint_gt(questions, 0);
}
END_TEST

/* Somebody takes the route away; of a proxy neighbour nobody hears. */
START_TEST(taken_away)
{
	set_up();
	made &= ~(unsigned)ROUTE4;
	changed = loses = true;
	work(true);
	pass(100);
	ck_assert_uint_eq(made, DEVICE | ROUTE6 | PROXY | ROUTE4);
	ck_assert_int_eq(c.phase, CLAT_ON);
	/* Making it again is a change, but no loss. */
	made_calls = 0;
	changed = true;
	work(true);
	pass(100);
	ck_assert_uint_le(made_calls, 1);
	made &= ~(unsigned)PROXY;
	pass(61000);
	ck_assert_uint_eq(made, DEVICE | ROUTE6 | PROXY | ROUTE4);
}
END_TEST

/* What a crash left is known by its address. */
START_TEST(left_by_a_crash)
{
	left_behind = ip6("2001:db8:1::1");
	set_up();
	if (access("/etc/machine-id", R_OK) != 0)
		return;
	ck_assert(!forgotten);
	left_behind = proxied;
	start();
	ck_assert(forgotten);
	left_behind = clat_address(&c.key, proxied, "clat", 3);
	start();
	ck_assert(forgotten);
	left_behind = clat_address(&c.key, proxied, "clat2", 0);
	start();
	ck_assert(!forgotten);
}
END_TEST

TESTS(clat_trouble, no_resolvers, taken_away, left_by_a_crash, late_answers,
    failure_feeds_itself, fails_once, flapping, moves_while_checking,
    every_address_taken, no_socket, reconfigured)
