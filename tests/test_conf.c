/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "suite.h"
#include "conf.h"
#include "core/reason.h"

static char path[64];

static void
write_octets(const char *name, const char *text, size_t n)
{
	FILE *f = fopen(name, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(text, 1, n, f), n);
	ck_assert_int_eq(fclose(f), 0);
}

static void
write_file(const char *name, const char *text)
{
	write_octets(name, text, strlen(text));
}

static struct conf *
load_octets(const char *text, size_t n, struct conf_msgs *msgs)
{
	snprintf(path, sizeof path, "/tmp/test_conf.%ld", (long)getpid());
	write_octets(path, text, n);
	return conf_load(path, msgs);
}

static struct conf *
load(const char *text, struct conf_msgs *msgs)
{
	return load_octets(text, strlen(text), msgs);
}

static void
done(struct conf *c, struct conf_msgs *msgs)
{
	conf_free(c);
	conf_msgs_free(msgs);
	unlink(path);
}

/* "LINE: text" of the i-th message. */
static const char *
message(const struct conf_msgs *m, size_t i)
{
	static char buf[512];

	if (i >= m->n)
		return "(none)";
	snprintf(buf, sizeof buf, "%u: %s", m->msg[i].line, m->msg[i].text);
	return buf;
}

#define BASE	"tun-device nat64\nipv4-addr 192.168.255.1\n"
#define GOOD	BASE "prefix 2001:db8:64::/96\n"	/* three lines */

static const struct {
	const char *text, *message;
} bad[] = {
	/* words and arguments; line 4 is the first after GOOD */
	{ GOOD "frobnicate", "4: frobnicate: unknown directive" },
	{ GOOD "prefx 2001:db8::/96", "4: prefx: unknown directive, did you mean prefix?" },
	{ GOOD "ipv4addr 1.2.3.4", "4: ipv4addr: unknown directive, did you mean ipv4-addr?" },
	{ GOOD "dynamic-pol 10.0.0.0/24", "4: dynamic-pol: unknown directive, did you mean dynamic-pool?" },
	{ GOOD "tun_up yes", "4: tun_up: unknown directive, did you mean tun-up?" },
	{ GOOD "#x\n\nmap", "6: map: wants 2 arguments, has 0: \"map 192.0.2.1 2001:db8::1\"" },
	{ GOOD "map 192.0.2.1", "4: map: wants 2 arguments, has 1: \"map 192.0.2.1 2001:db8::1\"" },
	{ GOOD "map 192.0.2.1 2001:db8::1 x", "4: map: wants 2 arguments, has 3: \"map 192.0.2.1 2001:db8::1\"" },
	{ GOOD "data-dir", "4: data-dir: wants 1 argument, has 0: \"data-dir /var/db/tayga\"" },
	{ GOOD "data-dir /a /b", "4: data-dir: wants 1 argument, has 2: \"data-dir /var/db/tayga\"" },
	{ GOOD "log", "4: log: wants at least 1 argument, has 0: \"log drop reject\"" },
	{ GOOD "log drop drop drop drop drop drop", "4: log: wants at most 5 arguments, has 6: \"log drop reject\"" },
	{ GOOD "icmp-rate", "4: icmp-rate: wants at least 1 argument, has 0: \"icmp-rate 1000 100\"" },
	{ GOOD "icmp-rate 1 2 3", "4: icmp-rate: wants at most 2 arguments, has 3: \"icmp-rate 1000 100\"" },
	{ GOOD "tun-up", "4: tun-up: wants 1 argument, has 0: \"tun-up yes\"" },
	{ GOOD "map a b c d e f g h i j k l m n", "4: map: wants 2 arguments, has 14: \"map 192.0.2.1 2001:db8::1\"" },
	/* only once */
	{ GOOD "tun-device x", "4: tun-device: given on line 1 already" },
	{ GOOD "ipv4-addr 1.2.3.4", "4: ipv4-addr: given on line 2 already" },
	{ GOOD "prefix 2001:db8:65::/96", "4: prefix: given on line 3 already" },
	{ GOOD "ipv6-addr 2001:db8::1\nIPV6-ADDR 2001:db8::2", "5: ipv6-addr: given on line 4 already" },
	{ GOOD "data-dir /a\ndata-dir /a", "5: data-dir: given on line 4 already" },
	{ GOOD "log drop\nlog self", "5: log: given on line 4 already" },
	{ GOOD "offlink-mtu 1280\nofflink-mtu 1280", "5: offlink-mtu: given on line 4 already" },
	{ GOOD "dynamic-pool 10.0.0.0/24\ndynamic-pool 10.0.1.0/24", "5: dynamic-pool: given on line 4 already" },
	/* tun-device */
	{ "tun-device a234567890123456\nipv4-addr 1.2.3.4\nprefix 2001:db8::/96", "1: tun-device a234567890123456: longer than 15 characters" },
	{ "tun-device a/b\nipv4-addr 1.2.3.4\nprefix 2001:db8::/96", "1: tun-device a/b: not a name for an interface" },
	{ "tun-device tun%d\nipv4-addr 1.2.3.4\nprefix 2001:db8::/96", "1: tun-device tun%d: not a name for an interface" },
	{ "tun-device ..\nipv4-addr 1.2.3.4\nprefix 2001:db8::/96", "1: tun-device ..: not a name for an interface" },
	{ "ipv4-addr 1.2.3.4\nprefix 2001:db8::/96", "0: tun-device is missing: \"tun-device nat64\"" },
	/* ipv4-addr */
	{ "tun-device x\nprefix 2001:db8::/96", "0: ipv4-addr is missing: the translator's own IPv4 address, \"ipv4-addr 192.0.0.2\"" },
#define OWN4(a)	{ "ipv4-addr " a "\ntun-device x\nprefix 2001:db8::/96", "1: ipv4-addr " a ": not the address of a single host (0/8, 127/8, 224/4 and 255.255.255.255 are not)" }
	OWN4("0.0.0.0"), OWN4("0.255.255.255"), OWN4("127.0.0.1"), OWN4("224.0.0.1"), OWN4("239.1.2.3"), OWN4("255.255.255.255"),
#define NOT4(a)	{ "ipv4-addr " a "\ntun-device x\nprefix 2001:db8::/96", "1: ipv4-addr " a ": not an IPv4 address" }
	NOT4("1.2.3"), NOT4("1.2.3.4.5"), NOT4("1.2.3.256"), NOT4("1.2.3.4/32"), NOT4("::1"), NOT4("localhost"), NOT4("01x.2.3.4"), NOT4("-1.2.3.4"),
	/* ipv6-addr */
#define OWN6(a)	{ GOOD "ipv6-addr " a, "4: ipv6-addr " a ": not the address of a single host (unspecified, loopback, multicast and link-local are not)" }
	OWN6("::"), OWN6("::1"), OWN6("ff02::1"), OWN6("fe80::1"), OWN6("febf::1"),
	{ GOOD "ipv6-addr 192.0.2.1", "4: ipv6-addr 192.0.2.1: not an IPv6 address" },
	{ GOOD "ipv6-addr 2001:db8::/64", "4: ipv6-addr 2001:db8::/64: not an IPv6 address" },
	{ GOOD "ipv6-addr 2001:db8:64::1", "4: ipv6-addr 2001:db8:64::1: lies in prefix 2001:db8:64::/96; give one outside, or none" },
	{ "ipv6-addr 2001:db8:64::1\n" GOOD, "1: ipv6-addr 2001:db8:64::1: lies in prefix 2001:db8:64::/96; give one outside, or none" },
	{ BASE "map 192.0.2.1 2001:db8::1", "0: ipv6-addr is missing: without a prefix it cannot be derived from ipv4-addr" },
	/* prefix */
	{ BASE, "0: neither prefix nor map: there is nothing to translate, try \"prefix 64:ff9b::/96\"" },
#define LEN(l)	{ BASE "prefix 2001:db8::/" l, "3: prefix 2001:db8::/" l ": length must be one of 32, 40, 48, 56, 64, 96" }
	LEN("95"), LEN("97"), LEN("33"), LEN("128"), LEN("72"), LEN("63"),
	{ BASE "prefix ::/0", "3: prefix ::/0: length must be one of 32, 40, 48, 56, 64, 96" },
	{ BASE "prefix 2001:db8::", "3: prefix 2001:db8::: length must be one of 32, 40, 48, 56, 64, 96" },
	{ BASE "prefix 2001:db8::1/96", "3: prefix 2001:db8::1/96: has bits set behind the prefix, want 2001:db8::/96" },
	{ BASE "prefix 2001:db8:1::/32", "3: prefix 2001:db8:1::/32: has bits set behind the prefix, want 2001:db8::/32" },
	{ BASE "prefix 2001:db8::/129", "3: prefix 2001:db8::/129: not an IPv6 prefix (2001:db8::/64)" },
	{ BASE "prefix 2001:db8::/", "3: prefix 2001:db8::/: not an IPv6 prefix (2001:db8::/64)" },
	{ BASE "prefix 2001:db8::/9x", "3: prefix 2001:db8::/9x: not an IPv6 prefix (2001:db8::/64)" },
	{ BASE "prefix 10.0.0.0/8", "3: prefix 10.0.0.0/8: not an IPv6 prefix (2001:db8::/64)" },
	{ BASE "prefix ff00::/32", "3: prefix ff00::/32: multicast or link-local" },
	{ BASE "prefix fe80::/64", "3: prefix fe80::/64: multicast or link-local" },
	{ BASE "prefix 2001:db8:0:0:0100::/96", "3: prefix 2001:db8:0:0:0100::/96: bits 64 to 71 must be zero" },
	/* wkpf-strict and other words */
	{ GOOD "wkpf-strict maybe", "4: wkpf-strict maybe: want yes or no" },
	{ GOOD "wkpf-strict 2", "4: wkpf-strict 2: want yes or no" },
	{ GOOD "tun-up y", "4: tun-up y: want yes or no" },
	{ GOOD "udp-cksum-mode zero", "4: udp-cksum-mode zero: want drop, calc or fwd" },
	{ GOOD "udp-cksum-mode dropped", "4: udp-cksum-mode dropped: want drop, calc or fwd" },
	{ GOOD "udp-cksum-mode fx", "4: udp-cksum-mode fx: want drop, calc or fwd" },
	{ GOOD "log all", "4: log all: want any of drop, reject, icmp, self, dyn" },
	{ GOOD "log drop dynamic", "4: log dynamic: want any of drop, reject, icmp, self, dyn" },
	/* numbers */
#define MTU(n)	{ GOOD "offlink-mtu " n, "4: offlink-mtu " n ": want a number from 1280 to 65535" }
	MTU("1279"), MTU("65536"), MTU("0"), MTU("-1280"), MTU("x"), MTU("1280x"), MTU("99999999999999999999"),
	{ GOOD "icmp-rate -1", "4: icmp-rate -1: want a number of ICMP errors a second, 0 to 1000000" },
	{ GOOD "icmp-rate 1000001", "4: icmp-rate 1000001: want a number of ICMP errors a second, 0 to 1000000" },
	{ GOOD "icmp-rate 10 0", "4: icmp-rate 10 0: want a burst of 1 to 1000000" },
	{ GOOD "icmp-rate 10 x", "4: icmp-rate 10 x: want a burst of 1 to 1000000" },
	{ GOOD "workers many", "4: workers many: want a number" },
	/* maps */
	{ GOOD "map 192.0.2.1/33 2001:db8::1", "4: map 192.0.2.1/33: not an IPv4 prefix (192.0.2.0/24)" },
	{ GOOD "map 2001:db8::1 192.0.2.1", "4: map 2001:db8::1: not an IPv4 prefix (192.0.2.0/24)" },
	{ GOOD "map 192.0.2.1 2001:db8::g", "4: map 2001:db8::g: not an IPv6 prefix (2001:db8::/64)" },
	{ GOOD "map 192.0.2.1/24 2001:db8::/120", "4: map 192.0.2.1/24: has bits set behind the prefix, want 192.0.2.0/24" },
	{ GOOD "map 192.0.2.0/24 2001:db8::1/120", "4: map 2001:db8::1/120: has bits set behind the prefix, want 2001:db8::/120" },
	{ GOOD "map 192.0.2.0/24 2001:db8::/121", "4: map 192.0.2.0/24 2001:db8::/121: 8 bits of IPv4 do not fit behind /121, want /120 or shorter" },
	{ GOOD "map 192.0.2.0/24 2001:db8::", "4: map 192.0.2.0/24 2001:db8::: 8 bits of IPv4 do not fit behind /128, want /120 or shorter" },
	{ GOOD "map 127.0.0.1 2001:db8::1", "4: map 127.0.0.1: never translated (0/8, 127/8, 224/4, 255.255.255.255)" },
	{ GOOD "map 0.0.0.0 2001:db8::1", "4: map 0.0.0.0: never translated (0/8, 127/8, 224/4, 255.255.255.255)" },
	{ GOOD "map 224.0.0.0/24 2001:db8::/120", "4: map 224.0.0.0/24: never translated (0/8, 127/8, 224/4, 255.255.255.255)" },
	{ GOOD "map 255.255.255.255 2001:db8::1", "4: map 255.255.255.255: never translated (0/8, 127/8, 224/4, 255.255.255.255)" },
	{ GOOD "map 192.0.2.1 fe80::1", "4: map fe80::1: never translated (unspecified, loopback, multicast, link-local)" },
	{ GOOD "map 192.0.2.1 ff02::1", "4: map ff02::1: never translated (unspecified, loopback, multicast, link-local)" },
	{ GOOD "map 192.0.2.1 ::1", "4: map ::1: never translated (unspecified, loopback, multicast, link-local)" },
	{ GOOD "map 192.0.2.1 ::", "4: map ::: never translated (unspecified, loopback, multicast, link-local)" },
	{ GOOD "map 0.0.0.0/0 2001:db8:7::/96", "4: map: 0.0.0.0/0 leaves nothing to prefix 2001:db8:64::/96: give one of the two" },
	{ GOOD "ipv6-addr 2001:db8:9::1\nmap 192.0.2.1 2001:db8:9::1", "4: ipv6-addr 2001:db8:9::1: lies in the map of 2001:db8:9::1/128 (FILE:5); give one outside" },
	{ GOOD "map 192.0.2.1 2001:db8::1\nmap 192.0.2.1 2001:db8::2", "5: map: 192.0.2.1/32 is mapped at FILE:4 already" },
	{ GOOD "map 192.0.2.1 2001:db8::1\nmap 192.0.2.2 2001:db8::1", "5: map: 2001:db8::1/128 is mapped at FILE:4 already" },
	{ GOOD "map 192.0.2.0/28 2001:db8::/64\n\nmap 192.0.2.0/28 2001:db8:5::/64", "6: map: 192.0.2.0/28 is mapped at FILE:4 already" },
	/* pool */
	{ GOOD "dynamic-pool 10.0.0.0/7", "4: dynamic-pool 10.0.0.0/7: length must be 8 to 31" },
	{ GOOD "dynamic-pool 10.0.0.0", "4: dynamic-pool 10.0.0.0: length must be 8 to 31" },
	{ GOOD "dynamic-pool 10.0.0.1/24", "4: dynamic-pool 10.0.0.1/24: has bits set behind the prefix, want 10.0.0.0/24" },
	{ GOOD "dynamic-pool 127.0.0.0/8", "4: dynamic-pool 127.0.0.0/8: not addresses of hosts" },
	{ GOOD "dynamic-pool 2001:db8::/64", "4: dynamic-pool 2001:db8::/64: not an IPv4 prefix (192.0.2.0/24)" },
	/* paths */
	{ GOOD "data-dir relative", "4: data-dir relative: want an absolute path" },
	{ GOOD "map-file maps", "4: map-file maps: a relative path wants data-dir" },
	{ GOOD "map-file /nonexistent/maps", "0: cannot open: No such file or directory" },
	/* interface */
	{ GOOD "tun-ip x", "4: tun-ip x: want an address, with /length or without" },
	{ GOOD "tun-ip 1.2.3.4/40", "4: tun-ip 1.2.3.4/40: want an address, with /length or without" },
	{ GOOD "tun-route 10.0.0.1/8", "4: tun-route 10.0.0.1/8: has bits set behind the prefix, want 10.0.0.0/8" },
	{ GOOD "tun-route 2001:db8::1/64", "4: tun-route 2001:db8::1/64: has bits set behind the prefix, want 2001:db8::/64" },
	{ GOOD "tun-route default", "4: tun-route default: not an IPv4 prefix (192.0.2.0/24)" },
};

/* The test's own file name in a message is written FILE in the table. */
static const char *
with_file(const char *want)
{
	static char buf[512];
	const char *at = strstr(want, "FILE");

	if (at == NULL)
		return want;
	snprintf(buf, sizeof buf, "%.*s%s%s", (int)(at - want), want, path,
	    at + 4);
	return buf;
}

START_TEST(bad_configurations)
{
	ck_assert_uint_ge(sizeof bad / sizeof bad[0], 80);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct conf_msgs m;
		struct conf *c = load(bad[i].text, &m);
		bool errors = false;

		ck_assert_msg(c == NULL, "accepted: %s", bad[i].text);
		for (size_t k = 0; k < m.n; k++)
			errors = errors || m.msg[k].error;
		ck_assert_msg(errors, "no error: %s", bad[i].text);
		ck_assert_str_eq(message(&m, 0), with_file(bad[i].message));
		done(c, &m);
	}
}
END_TEST

START_TEST(all_errors_at_once)
{
	static const char *const want[] = {
		"1: tun-device a/b: not a name for an interface",
		"2: ipv4-addr x: not an IPv4 address",
		"3: nonsense: unknown directive",
		"4: offlink-mtu 5: want a number from 1280 to 65535",
		("0: neither prefix nor map: there is nothing to translate, "
		    "try \"prefix 64:ff9b::/96\""),
	};
	struct conf_msgs m;
	struct conf *c = load("tun-device a/b\nipv4-addr x\nnonsense\n"
	    "offlink-mtu 5\n", &m);

	ck_assert_ptr_null(c);
	ck_assert_uint_eq(m.n, 5);
	for (size_t i = 0; i < 5; i++)
		ck_assert_str_eq(message(&m, i), want[i]);
	done(c, &m);
}
END_TEST

START_TEST(defaults)
{
	struct conf_msgs m;
	struct conf *c = load(GOOD, &m);

	unsetenv("STATE_DIRECTORY");
	ck_assert_ptr_nonnull(c);
	ck_assert_uint_eq(m.n, 0);
	ck_assert_str_eq(c->tun_device, "nat64");
	ck_assert_uint_eq(c->ipv4_addr, 0xc0a8ff01);
	/* derived: RFC 6052 with a /96 */
	ck_assert(c->has_ipv6_addr);
	ck_assert(c->ipv6_addr.hi == UINT64_C(0x20010db800640000));
	ck_assert(c->ipv6_addr.lo == 0xc0a8ff01);
	ck_assert(c->wkpf_strict);
	ck_assert(!c->has_pool);
	ck_assert_ptr_null(c->data_dir);
	ck_assert_ptr_null(c->map_file);
	ck_assert_int_eq(c->udp_cksum_mode, UDP_CKSUM_DROP);
	ck_assert_uint_eq(c->log, 0);
	ck_assert_uint_eq(c->offlink_mtu, 1280);
	ck_assert_uint_eq(c->icmp_rate, 1000);
	ck_assert_uint_eq(c->icmp_burst, 100);
	ck_assert(!c->tun_up);
	done(c, &m);
}
END_TEST

START_TEST(every_directive)
{
	struct conf_msgs m;
	struct conf *c = load(
	    "\xef\xbb\xbf# byte order mark\r\n"
	    "MAP\t192.0.2.1   2001:db8:1::1 # one host\r\n"
	    "map 198.51.100.0/24 2001:db8:2::/64\n"
	    "ipv6-addr 2001:db8::53\nPrefix 64:ff9b::/96\n"
	    "wkpf-strict off\ntun-device my-tun0\nipv4-addr 10.1.0.0\n"
	    "dynamic-pool 10.1.0.0/16\ndata-dir /var/db/tayga\n"
	    "udp-cksum-mode forw\nlog drop DYN\nlog-not#a\n", &m);

	ck_assert_ptr_null(c);	/* the last line is no directive */
	ck_assert_str_eq(message(&m, 0), "13: log-not#a: unknown directive");
	done(c, &m);
	c = load("map\t192.0.2.1   2001:db8:1::1 # one host\r\n"
	    "map 198.51.100.0/24 2001:db8:2::/64\n"
	    "ipv6-addr 2001:db8::53\nPrefix 64:ff9b::/96\n"
	    "wkpf-strict off\ntun-device my-tun0\nipv4-addr 10.1.0.0\n"
	    "dynamic-pool 10.1.0.0/16\ndata-dir /var/db/tayga\n"
	    "udp-cksum-mode forw\nlog drop DYN\nofflink-mtu 1500\n"
	    "icmp-rate 50\ntun-up on\ntun-ip 10.1.0.9/16\ntun-ip 2001:db8::9\n"
	    "tun-route 64:ff9b::/96\nstrict-frag-hdr 1", &m);
	ck_assert_ptr_nonnull(c);
	ck_assert_uint_eq(m.n, 0);
	ck_assert_uint_eq(c->nmaps, 2);
	ck_assert_uint_eq(c->maps[0].v4.len, 32);
	ck_assert_uint_eq(c->maps[0].v6.len, 128);
	ck_assert_uint_eq(c->maps[1].v4.addr, 0xc6336400);
	ck_assert_uint_eq(c->maps[1].v6.len, 64);
	ck_assert(c->ipv6_addr.lo == 0x53);
	ck_assert(!c->wkpf_strict);
	ck_assert(c->has_pool);
	ck_assert_uint_eq(c->pool.len, 16);
	ck_assert_str_eq(c->data_dir, "/var/db/tayga");
	ck_assert_int_eq(c->udp_cksum_mode, UDP_CKSUM_FWD);
	ck_assert_uint_eq(c->log, LOG_CLASS_DROP | LOG_CLASS_DYN);
	ck_assert_uint_eq(c->offlink_mtu, 1500);
	ck_assert_uint_eq(c->icmp_rate, 50);
	ck_assert_uint_eq(c->icmp_burst, 5);
	ck_assert(c->tun_up);
	ck_assert_uint_eq(c->tun_ip.n, 2);
	ck_assert_uint_eq(c->tun_ip.p[0].p4.addr, 0x0a010009);
	ck_assert(c->tun_ip.p[1].is6);
	ck_assert_uint_eq(c->tun_ip.p[1].p6.len, 128);
	ck_assert_uint_eq(c->tun_route.n, 1);
	done(c, &m);
}
END_TEST

/* Files that other people's programs write: they load without an error. */
START_TEST(files_of_others)
{
	static const struct {
		const char *text;
		size_t warnings;
	} files[] = {
		/* clatd */
		{ "tun-device clat\nprefix 64:ff9b::/96\n"
		  "ipv4-addr 192.0.0.2\nmap 192.0.0.1 2001:db8:2::464\n", 0 },
		/* OPNsense */
		{ "tun-device nat64\ndata-dir /var/db/tayga\n"
		  "udp-cksum-mode fwd\nwkpf-strict no\n"
		  "ipv4-addr 192.168.240.1\nprefix 64:ff9b::/96\n"
		  "dynamic-pool 192.168.240.0/20\n"
		  "map 192.168.240.5 2001:db8::5\n", 0 },
		/* NixOS: ipv4-addr is the base of the pool */
		{ "tun-device nat64\nipv4-addr 100.64.0.0\n"
		  "ipv6-addr 2001:db8::1\nprefix 64:ff9b::/96\n"
		  "dynamic-pool 100.64.0.0/10\ndata-dir /var/lib/tayga\n", 0 },
		/* private ipv4-addr and the well-known prefix: a warning */
		{ "tun-device nat64\nipv4-addr 192.168.255.1\n"
		  "prefix 64:ff9b::/96\ndynamic-pool 192.168.255.0/24\n", 1 },
		{ "tun-device nat64\nipv4-addr 169.254.0.1\n"
		  "prefix 2001:db8::/96\n", 1 },
		{ GOOD "workers 4\n", 1 },
		/* Debian and SIIT-DC: all of IPv4 by a map */
		{ BASE "ipv6-addr 2001:db8::1\n"
		  "map 0.0.0.0/0 2001:db8:64::/96\n", 0 },
		/* 64:ff9b:1::/48 is not the well-known prefix: RFC 8215 */
		{ BASE "prefix 64:ff9b:1::/48\n", 0 },
	};

	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		struct conf_msgs m;
		struct conf *c = load(files[i].text, &m);

		ck_assert_msg(c != NULL, "%s", message(&m, 0));
		ck_assert_msg(m.n == files[i].warnings, "%s: %s",
		    files[i].text, message(&m, 0));
		done(c, &m);
	}
}
END_TEST

START_TEST(words_of_udp_cksum_mode)
{
	static const struct {
		const char *word;
		enum udp_cksum_mode mode;
	} words[] = {
		{ "d", UDP_CKSUM_DROP }, { "drop", UDP_CKSUM_DROP },
		{ "c", UDP_CKSUM_CALC }, { "CALC", UDP_CKSUM_CALC },
		{ "f", UDP_CKSUM_FWD }, { "fwd", UDP_CKSUM_FWD },
		{ "forw", UDP_CKSUM_FWD }, { "forward", UDP_CKSUM_FWD },
	};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		char text[128];
		struct conf_msgs m;
		struct conf *c;

		snprintf(text, sizeof text, GOOD "udp-cksum-mode %s\n",
		    words[i].word);
		c = load(text, &m);
		ck_assert_ptr_nonnull(c);
		ck_assert_int_eq(c->udp_cksum_mode, words[i].mode);
		done(c, &m);
	}
}
END_TEST

START_TEST(odd_octets)
{
	static const char nul[] = GOOD "log dr\0op\n";
	char *huge = malloc(1 << 20);
	struct conf_msgs m;
	struct conf *c = load_octets(nul, sizeof nul - 1, &m);

	ck_assert_ptr_null(c);
	ck_assert_str_eq(message(&m, 0), "4: NUL octet in the line");
	done(c, &m);
	/* A line of a megabyte: still one clear message. */
	memset(huge, 'x', (1 << 20) - 1);
	huge[(1 << 20) - 1] = '\0';
	c = load(huge, &m);
	ck_assert_ptr_null(c);
	ck_assert_uint_eq(m.msg[0].line, 1);
	free(huge);
	done(c, &m);
	c = load("", &m);
	ck_assert_ptr_null(c);
	ck_assert_uint_eq(m.n, 3);
	done(c, &m);
}
END_TEST

START_TEST(missing_file)
{
	struct conf_msgs m;
	struct conf *c = conf_load("/nonexistent/tayga.conf", &m);

	ck_assert_ptr_null(c);
	ck_assert_uint_eq(m.n, 1);
	ck_assert_str_eq(m.msg[0].file, "/nonexistent/tayga.conf");
	ck_assert_str_eq(message(&m, 0),
	    "0: cannot open: No such file or directory");
	conf_msgs_free(&m);
}
END_TEST

START_TEST(map_file)
{
	char dir[] = "/tmp/test_conf.XXXXXX", maps[64], text[256];
	struct conf_msgs m;
	struct conf *c;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(maps, sizeof maps, "%s/maps", dir);
	snprintf(text, sizeof text, GOOD "map 192.0.2.1 2001:db8::1\n"
	    "data-dir %s\nmap-file maps\n", dir);
	write_file(maps, "# more\nmap 192.0.2.2 2001:db8::2\n");
	c = load(text, &m);
	ck_assert_ptr_nonnull(c);
	ck_assert_uint_eq(c->nmaps, 2);
	ck_assert_str_eq(c->map_file, maps);
	done(c, &m);
	/* Its errors carry its own name and lines. */
	write_file(maps, "\nprefix 64:ff9b::/96\nmap 192.0.2.1 2001:db8::3\n");
	c = load(text, &m);
	ck_assert_ptr_null(c);
	ck_assert_uint_eq(m.n, 2);
	ck_assert_str_eq(m.msg[0].file, maps);
	ck_assert_str_eq(message(&m, 0),
	    "2: prefix: a map-file has only map lines");
	ck_assert_str_eq(m.msg[1].file, maps);
	ck_assert_str_eq(message(&m, 1),
	    with_file("3: map: 192.0.2.1/32 is mapped at FILE:4 already"));
	done(c, &m);
	unlink(maps);
	rmdir(dir);
}
END_TEST

START_TEST(state_directory)
{
	struct conf_msgs m;
	struct conf *c;

	setenv("STATE_DIRECTORY", "/var/lib/lichen:/var/lib/other", 1);
	c = load(GOOD, &m);
	ck_assert_str_eq(c->data_dir, "/var/lib/lichen");
	done(c, &m);
	c = load(GOOD "data-dir /x\n", &m);
	ck_assert_str_eq(c->data_dir, "/x");
	done(c, &m);
	unsetenv("STATE_DIRECTORY");
}
END_TEST

START_TEST(many_maps)
{
	struct conf_msgs m;
	struct conf *c;
	FILE *f;

	snprintf(path, sizeof path, "/tmp/test_conf.%ld", (long)getpid());
	f = fopen(path, "w");
	fputs(GOOD, f);
	for (unsigned i = 0; i < 100000; i++)
		fprintf(f, "map 10.%u.%u.%u 2001:db8:1::%x:%x\n", i >> 16,
		    i >> 8 & 255, i & 255, i >> 16, i & 0xffff);
	fclose(f);
	c = conf_load(path, &m);
	ck_assert_ptr_nonnull(c);
	ck_assert_uint_eq(c->nmaps, 100000);
	done(c, &m);
}
END_TEST

START_TEST(installed_example)
{
	const char *srcdir = getenv("srcdir");
	char name[512], text[4096];
	struct conf_msgs m;
	struct conf *c;
	FILE *f;

	snprintf(name, sizeof name, "%s/conf/tayga.conf",
	    srcdir == NULL ? "." : srcdir);
	c = conf_load(name, &m);
	ck_assert_msg(c != NULL, "%s", message(&m, 0));
	ck_assert_uint_eq(m.n, 0);
	conf_free(c);
	conf_msgs_free(&m);
	/* ot-br-posix edits these lines with sed. */
	f = fopen(name, "r");
	text[fread(text, 1, sizeof text - 1, f)] = '\0';
	fclose(f);
	ck_assert_ptr_nonnull(strstr(text, "\nprefix 2001:db8:1:ffff::/96\n"));
	ck_assert_ptr_nonnull(strstr(text, "\n# prefix 64:ff9b::/96\n"));
	ck_assert_ptr_nonnull(strstr(text, "\n#ipv6-addr 2001:db8:1::2\n"));
}
END_TEST

TESTS(conf, bad_configurations, all_errors_at_once, defaults, every_directive,
    files_of_others, words_of_udp_cksum_mode, odd_octets, missing_file,
    map_file, state_directory, many_maps, installed_example)
