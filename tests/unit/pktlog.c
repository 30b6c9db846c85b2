/* SPDX-License-Identifier: BSD-2-Clause */
/* What the log says of packets and leases. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "report/log.h"
#include "output.h"
#include "pktbuild.h"
#include "report/pktlog.h"
#include "suite.h"

static struct rig r;
static struct bytes p;
static struct pktlog l;
static uint8_t body[2000];

static const struct h4 v4 = { .ttl = 64, .proto = 17, .src = "198.51.100.1",
    .dst = "192.0.2.1" };
static const struct h6 v6 = { .hop = 64, .next = 17, .src = "2001:db8::1",
    .dst = "2001:db8:64::198.51.100.1" };

static void (*then)(void);

static void
open_first(void)
{
	log_open(LOG_TO_JOURNAL, "test");
	then();
	log_detach();	/* who reads it waits for its end */
}

/* What f() logs. */
static const char *
logged(void (*f)(void))
{
	then = f;
	return output_of(STDOUT_FILENO, open_first);
}

static void
send_it(void)
{
	rig_send(&r, &p);
	pktlog_packet(&l, &r.o, r.now);
}

static void
start(unsigned classes)
{
	rig_start(&r);
	l = (struct pktlog){ .classes = classes };
}

/* RFC 7915 section 4.5: the event has addresses and ports. */
START_TEST(udp_without_checksum)
{
	struct h4 h = v4;

	start(LOG_CLASS_DROP);
	put_ip4(&p, v4, body, mk_udp(body, 53, 1024, NULL, 0));
	ck_assert_str_eq(logged(send_it), "<6>packet=dropped reason=udp_zero "
	    "src=198.51.100.1 dst=192.0.2.1 proto=udp sport=53 dport=1024 "
	    "text=\"UDP without a checksum\"\n");
	h.off = 0x2000;
	put_ip4(&p, h, body, mk_udp(body, 53, 1024, NULL, 0));
	ck_assert_str_eq(logged(send_it), "<6>packet=dropped "
	    "reason=udp_zero_frag src=198.51.100.1 dst=192.0.2.1 proto=udp "
	    "sport=53 dport=1024 "
	    "text=\"fragmented UDP without a checksum\"\n");
}
END_TEST

/* RFC 7915 section 5.1.1: dropped, and logged. */
START_TEST(fragment_with_extension_header)
{
	uint8_t ext[8] = { 60, 0, 0, 1 };
	struct h6 h = v6;

	start(LOG_CLASS_DROP);
	h.ext = ext;
	h.ext_n = 8;
	h.ext_first = 44;
	put_ip6(&p, h, body, 64);
	ck_assert_ptr_nonnull(strstr(logged(send_it),
	    "packet=dropped reason=fragment_ext "));
}
END_TEST

/* Each reason has its class; nothing is said unasked. */
START_TEST(classes)
{
	struct h4 h = v4;

	start(LOG_CLASS_DROP | LOG_CLASS_ICMP | LOG_CLASS_SELF);
	h.ttl = 1;
	put_ip4(&p, h, body, 20);
	ck_assert_str_eq(logged(send_it), "");
	l.classes = LOG_CLASS_REJECT;
	ck_assert_ptr_nonnull(strstr(logged(send_it),
	    "packet=rejected reason=ttl "));
	h = v4;
	h.proto = 1;
	put_ip4(&p, h, body, mk_icmp(body, 13, 0, 0, NULL, 0));
	fix_sums(&p);
	ck_assert_str_eq(logged(send_it), "");
	l.classes = LOG_CLASS_ICMP;
	ck_assert_ptr_nonnull(strstr(logged(send_it), " type=13 code=0 "));
	h.dst = "192.0.2.254";
	put_ip4(&p, h, body, mk_icmp(body, 8, 0, 0, NULL, 0));
	fix_sums(&p);
	ck_assert_str_eq(logged(send_it), "");
	l.classes = LOG_CLASS_SELF;
	ck_assert_ptr_nonnull(strstr(logged(send_it),
	    "packet=answered reason=echo "));
	h = v4;				/* what is translated */
	h.proto = 132;
	put_ip4(&p, h, body, 20);
	l.classes = LOG_CLASS_DROP | LOG_CLASS_REJECT | LOG_CLASS_ICMP |
	    LOG_CLASS_SELF | LOG_CLASS_DYN;
	ck_assert_str_eq(logged(send_it), "");
}
END_TEST

static void
many(void)
{
	for (unsigned i = 0; i < 100; i++)
		send_it();
}

/* A flood makes a few lines, and one that says how many more there were. */
START_TEST(flood)
{
	const char *out;
	unsigned lines = 0;

	start(LOG_CLASS_DROP);
	put_ip4(&p, v4, body, mk_udp(body, 53, 1024, NULL, 0));
	for (out = logged(many); (out = strchr(out, '\n')) != NULL; out++)
		lines++;
	ck_assert_uint_eq(lines, PKTLOG_RATE);
	r.now += 1000;
	out = logged(send_it);
	ck_assert_ptr_eq(strstr(out, "<6>packet=suppressed "
	    "reason=udp_zero count=90\n"), out);
	ck_assert_ptr_nonnull(strstr(out + 3, "<6>packet=dropped "));
	ck_assert_uint_eq(l.suppressed, 90);
}
END_TEST

static void
one_lease(void)
{
	pktlog_lease(&l, &r.o.event);
}

/* RFC 6888 section 4: who, which address, when. */
START_TEST(leases)
{
	struct h6 h = v6;
	const char *out;
	unsigned y, m, d, hour, min, s;

	start(LOG_CLASS_DYN);
	rig_pool(&r, "10.0.0.0/24");
	h.src = "2001:db8:5::5";
	put_ip6(&p, h, body, mk_udp(body, 1, 2, NULL, 0));
	fix_sums(&p);
	ck_assert_int_eq(rig_send(&r, &p), REASON_XLAT64);
	out = logged(one_lease);
	ck_assert_int_eq(sscanf(out, "<6>time=%4u-%2u-%2uT%2u:%2u:%2u.",
	    &y, &m, &d, &hour, &min, &s), 6);
	ck_assert_ptr_nonnull(strstr(out, "Z lease=assigned ipv4=10.0.0."));
	ck_assert_ptr_nonnull(strstr(out, " ipv6=2001:db8:5::5\n"));
	l.classes = LOG_CLASS_DROP;
	ck_assert_str_eq(logged(one_lease), "");
	rig_stop(&r);
}
END_TEST

TESTS(pktlog, udp_without_checksum, fragment_with_extension_header, classes,
    flood, leases)
