/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "suite.h"
#include "conf/file.h"
#include "core/reason.h"

#define X9	"xxxxxxxxx"
#define X99	X9 X9 X9 X9 X9 X9 X9 X9 X9 X9 X9

static char path[64];		/* of the last configuration loaded */

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
	struct conf *c;
	int fd;

	strcpy(path, "/tmp/lichen-test-conf.XXXXXX");
	fd = mkstemp(path);
	ck_assert_int_ne(fd, -1);
	close(fd);
	write_octets(path, text, n);
	c = conf_load(path, msgs);
	unlink(path);
	return c;
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
}

/* "LINE: text" of the i-th message. */
static const char *
message(const struct conf_msgs *m, size_t i)
{
	static char buf[1024];

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
	{ GOOD "PREFX 2001:db8::/96", "4: PREFX: unknown directive, did you mean prefix?" },
	{ GOOD "mpa 192.0.2.1 2001:db8::1", "4: mpa: unknown directive" },
	{ GOOD "mapp 192.0.2.1 2001:db8::1", "4: mapp: unknown directive, did you mean map?" },
	{ GOOD "foo", "4: foo: unknown directive" },
	{ GOOD "prefix#comment 2001:db8::/96", "4: prefix#comment: unknown directive" },
	{ GOOD "m\033[31map x y", "4: m?[31map: unknown directive" },
	{ "tun-device\nipv4-addr 1.2.3.4\nprefix 2001:db8::/96", "1: tun-device: wants 1 argument, has 0: \"tun-device nat64\"" },
	{ BASE "prefix 2001:db8:: /96", "3: prefix: wants 1 argument, has 2: \"prefix 64:ff9b::/96\"" },
	{ GOOD "#x\n\nmap", "6: map: wants 2 arguments, has 0: \"map 192.0.2.1 2001:db8::1\"" },
	{ GOOD "map 192.0.2.1", "4: map: wants 2 arguments, has 1: \"map 192.0.2.1 2001:db8::1\"" },
	{ GOOD "map 192.0.2.1 2001:db8::1 x", "4: map: wants 2 arguments, has 3: \"map 192.0.2.1 2001:db8::1\"" },
	{ GOOD "data-dir", "4: data-dir: wants 1 argument, has 0: \"data-dir /var/db/tayga\"" },
	{ GOOD "data-dir /a /b", "4: data-dir: wants 1 argument, has 2: \"data-dir /var/db/tayga\"" },
	{ GOOD "log drop drop drop drop drop drop", "4: log: wants at most 5 arguments, has 6: \"log drop reject\"" },
	{ GOOD "icmp-rate", "4: icmp-rate: wants at least 1 argument, has 0: \"icmp-rate 1000 100\"" },
	{ GOOD "icmp-rate 1 2 3", "4: icmp-rate: wants at most 2 arguments, has 3: \"icmp-rate 1000 100\"" },
	{ GOOD "tun-up", "4: tun-up: wants 1 argument, has 0: \"tun-up yes\"" },
	{ GOOD "map a b c d e f g h i j k l m n", "4: map: wants 2 arguments, has 14: \"map 192.0.2.1 2001:db8::1\"" },
	/* a CLAT that sets itself up */
	{ GOOD "clat eth0 eth1", "4: clat: eth0 and eth1, want one interface" },
	{ GOOD "clat eth0 force x", "4: clat: wants at most 2 arguments, has 3: \"clat eth0\"" },
	{ GOOD "clat a/b", "4: clat a/b: not a name for an interface" },
	{ GOOD "clat\nclat-prefix 2001:db8::/96", "5: clat-prefix 2001:db8::/96: want a /64 or shorter" },
	{ GOOD "clat\nclat-prefix fe80::/64", "5: clat-prefix fe80::/64: is link-local, want one that the network routes to this host" },
	{ GOOD "clat\nclat-prefix 64:ff9b:1::/64", "5: clat-prefix 64:ff9b:1::/64: is for NAT64s, want one that the network routes to this host" },
	{ "clat", "0: tun-device is missing: \"tun-device nat64\"" },
	{ GOOD "clat nat64", "4: clat nat64: that is tun-device, want the interface to the network" },
	{ GOOD "clat-prefix 2001:db8::/64", "4: clat-prefix is for a CLAT: \"clat\"" },
	{ GOOD "clat\nmap 192.0.0.0/31 2001:db8::/127", "4: clat: wants one map at most, of one address, \"map 192.0.0.1 2001:db8:2::464\"" },
	{ GOOD "clat\ndynamic-pool 10.0.0.0/24", "5: dynamic-pool: a CLAT has no use for it" },
	/* only once */
	{ GOOD "tun-device x", "4: tun-device: given on line 1 already" },
	{ GOOD "ipv4-addr 1.2.3.4", "4: ipv4-addr: given on line 2 already" },
	{ GOOD "prefix 2001:db8:65::/96", "4: prefix: given on line 3 already" },
	{ GOOD "ipv6-addr 2001:db8::1\nIPV6-ADDR 2001:db8::2", "5: ipv6-addr: given on line 4 already" },
	{ GOOD "data-dir /a\ndata-dir /a", "5: data-dir: given on line 4 already" },
	{ GOOD "log drop\nlog self", "5: log: given on line 4 already" },
	{ GOOD "offlink-mtu 1280\nofflink-mtu 1280", "5: offlink-mtu: given on line 4 already" },
	{ GOOD "map-file /dev/null\nmap-file /dev/null", "5: map-file: given on line 4 already" },
	{ GOOD "traffic-class 256", "4: traffic-class 256: want copy or a number from 0 to 255" },
	{ GOOD "traffic-class zero", "4: traffic-class zero: want copy or a number from 0 to 255" },
	{ GOOD "icmp-rate 1\nicmp-rate 1", "5: icmp-rate: given on line 4 already" },
	{ GOOD "dynamic-pool 10.0.0.0/24\ndynamic-pool 10.0.0.128/25", "5: dynamic-pool 10.0.0.128/25: overlaps with 10.0.0.0/24 on line 4" },
	{ GOOD "dynamic-pool 10.0.0.0/24\ndynamic-pool 11.0.0.0/24\ndynamic-pool 10.0.0.0/23", "6: dynamic-pool 10.0.0.0/23: overlaps with 10.0.0.0/24 on line 4" },
	{ GOOD "dynamic-pool 10.0.0.0/8\ndynamic-pool 11.0.0.0/31", "5: dynamic-pool: all pools together may have 16777216 addresses" },
	{ GOOD "dynamic-pool 10.0.0.0/24\ndynamic-lifetime 0", "5: dynamic-lifetime 0: want a time such as 7440, 124m, 2h or 14d" },
	{ GOOD "dynamic-pool 10.0.0.0/24\ndynamic-lifetime 3651d", "5: dynamic-lifetime 3651d: want a time such as 7440, 124m, 2h or 14d" },
	{ GOOD "dynamic-pool 10.0.0.0/24\ndynamic-lifetime d", "5: dynamic-lifetime d: want a time such as 7440, 124m, 2h or 14d" },
	{ GOOD "dynamic-pool 10.0.0.0/24\ndynamic-lifetime 2hh", "5: dynamic-lifetime 2hh: want a time such as 7440, 124m, 2h or 14d" },
	{ GOOD "dynamic-pool 10.0.0.0/24\ndynamic-retention 123m", "5: dynamic-retention is shorter than dynamic-lifetime (7440 s), want at least as much" },
	{ GOOD "dynamic-pool 10.0.0.0/24\ndynamic-lifetime 15d", "5: dynamic-retention is shorter than dynamic-lifetime (1296000 s), want at least as much" },
	{ GOOD "dynamic-pool 10.0.0.0/24\ndynamic-limit -1", "5: dynamic-limit -1: want a number of leases a /64, 0 for no limit" },
	{ GOOD "dynamic-pool 10.0.0.0/24\ndynamic-source 2001:db8::1/48", "5: dynamic-source 2001:db8::1/48: has bits set behind the prefix, want 2001:db8::/48" },
	{ GOOD "dynamic-pool 10.0.0.0/24\ndynamic-source fe80::/10", "5: dynamic-source fe80::/10: is link-local, never translated" },
	/* tun-device */
	{ "tun-device a234567890123456\nipv4-addr 1.2.3.4\nprefix 2001:db8::/96", "1: tun-device a234567890123456: longer than 15 characters" },
	{ "tun-device a/b\nipv4-addr 1.2.3.4\nprefix 2001:db8::/96", "1: tun-device a/b: not a name for an interface" },
	{ "tun-device tun%d\nipv4-addr 1.2.3.4\nprefix 2001:db8::/96", "1: tun-device tun%d: not a name for an interface" },
	{ "tun-device a:b\nipv4-addr 1.2.3.4\nprefix 2001:db8::/96", "1: tun-device a:b: not a name for an interface" },
	{ "tun-device ..\nipv4-addr 1.2.3.4\nprefix 2001:db8::/96", "1: tun-device ..: not a name for an interface" },
	{ "ipv4-addr 1.2.3.4\nprefix 2001:db8::/96", "0: tun-device is missing: \"tun-device nat64\"" },
	/* ipv4-addr */
	{ "tun-device x\nprefix 2001:db8::/96", "0: ipv4-addr is missing: the translator's own IPv4 address, \"ipv4-addr 192.0.0.2\"" },
#define OWN4(a, kind)	{ "ipv4-addr " a "\ntun-device x\nprefix 2001:db8::/96", "1: ipv4-addr " a ": not the address of a single host, but " kind }
	OWN4("0.0.0.0", "this network"), OWN4("0.255.255.255", "this network"), OWN4("127.0.0.1", "loopback"), OWN4("224.0.0.1", "multicast"), OWN4("239.1.2.3", "multicast"), OWN4("255.255.255.255", "broadcast"),
#define NOT4(a)	{ "ipv4-addr " a "\ntun-device x\nprefix 2001:db8::/96", "1: ipv4-addr " a ": not an IPv4 address" }
	NOT4("1.2.3"), NOT4("1.2.3.4.5"), NOT4("1.2.3.256"), NOT4("::1"), NOT4("localhost"), NOT4("01x.2.3.4"), NOT4("-1.2.3.4"),
	{ "ipv4-addr 1.2.3.4/32\ntun-device x\nprefix 2001:db8::/96", "1: ipv4-addr 1.2.3.4/32: is one address, want it without /32" },
	{ "ipv4-addr 192.0.2.1/24\ntun-device x\nprefix 2001:db8::/96", "1: ipv4-addr 192.0.2.1/24: is one address, want it without /24" },
	NOT4("192.0.2.1/33"), NOT4("192.0.2.1/"),
	/* ipv6-addr */
#define OWN6(a, shown, kind)	{ GOOD "ipv6-addr " a, "4: ipv6-addr " shown ": not the address of a single host, but " kind }
	OWN6("::", "\"::\"", "unspecified"), OWN6("::1", "::1", "loopback"), OWN6("ff02::1", "ff02::1", "multicast"), OWN6("fe80::1", "fe80::1", "link-local"), OWN6("febf::1", "febf::1", "link-local"),
	{ GOOD "ipv6-addr 192.0.2.1", "4: ipv6-addr 192.0.2.1: not an IPv6 address" },
	{ GOOD "ipv6-addr 2001:db8::/64", "4: ipv6-addr 2001:db8::/64: is one address, want it without /64" },
	{ GOOD "ipv6-addr 2001:db8:64::1", "4: ipv6-addr 2001:db8:64::1: lies in prefix 2001:db8:64::/96, want one outside, or none" },
	{ "ipv6-addr 2001:db8:64::1\n" GOOD, "1: ipv6-addr 2001:db8:64::1: lies in prefix 2001:db8:64::/96, want one outside, or none" },
	{ BASE "map 192.0.2.1 2001:db8::1", "0: ipv6-addr is missing: without a prefix it cannot be derived from ipv4-addr, \"ipv6-addr 2001:db8::1\"" },
	{ BASE "ipv6-addr 2001:db8::1\nmap 192.0.2.0/24 2001:db8::/64", "3: ipv6-addr 2001:db8::1: lies in the map of 2001:db8::/64 (FILE:4), want one outside" },
	/* prefix */
	{ BASE, "0: neither prefix nor map: there is nothing to translate, try \"prefix 64:ff9b::/96\"" },
#define LEN(l)	{ BASE "prefix 2001:db8::/" l, "3: prefix 2001:db8::/" l ": length must be one of 32, 40, 48, 56, 64, 96" }
	LEN("95"), LEN("97"), LEN("33"), LEN("128"), LEN("72"), LEN("63"),
	{ BASE "prefix ::/0", "3: prefix ::/0: length must be one of 32, 40, 48, 56, 64, 96" },
	{ BASE "prefix 2001:db8::", "3: prefix \"2001:db8::\": length must be one of 32, 40, 48, 56, 64, 96" },
	{ BASE "prefix 64:ff9b:::", "3: prefix \"64:ff9b:::\": not an IPv6 prefix (2001:db8::/64)" },
	{ BASE "prefix 2001:db8::1/64", "3: prefix 2001:db8::1/64: has bits set behind the prefix, want 2001:db8::/64" },
	{ BASE "prefix 2001:db8:0:0:100::/64", "3: prefix 2001:db8:0:0:100::/64: has bits set behind the prefix, want 2001:db8::/64" },
	{ BASE "prefix 2001:db8::1/96", "3: prefix 2001:db8::1/96: has bits set behind the prefix, want 2001:db8::/96" },
	{ BASE "prefix 2001:db8:1::/32", "3: prefix 2001:db8:1::/32: has bits set behind the prefix, want 2001:db8::/32" },
	{ BASE "prefix 2001:db8::/129", "3: prefix 2001:db8::/129: not an IPv6 prefix (2001:db8::/64)" },
	{ BASE "prefix 2001:db8::/", "3: prefix 2001:db8::/: not an IPv6 prefix (2001:db8::/64)" },
	{ BASE "prefix 2001:db8::/9x", "3: prefix 2001:db8::/9x: not an IPv6 prefix (2001:db8::/64)" },
	{ BASE "prefix 10.0.0.0/8", "3: prefix 10.0.0.0/8: not an IPv6 prefix (2001:db8::/64)" },
	{ BASE "prefix ff00::/32", "3: prefix ff00::/32: is multicast, never translated" },
	{ BASE "prefix fe80::/64", "3: prefix fe80::/64: is link-local, never translated" },
	/* wkpf-strict and other words */
	{ GOOD "wkpf-strict maybe", "4: wkpf-strict maybe: want yes, private or no" },
	{ GOOD "wkpf-strict 2", "4: wkpf-strict 2: want yes, private or no" },
	{ GOOD "tun-up y", "4: tun-up y: want yes or no" },
	{ GOOD "wkpf-strict ye", "4: wkpf-strict ye: want yes, private or no" },
	{ GOOD "udp-cksum-mode zero", "4: udp-cksum-mode zero: want drop, calc or fwd" },
	{ GOOD "udp-cksum-mode dropped", "4: udp-cksum-mode dropped: want drop, calc or fwd" },
	{ GOOD "udp-cksum-mode fx", "4: udp-cksum-mode fx: want drop, calc or fwd" },
	{ GOOD "log all", "4: log all: want any of drop, reject, icmp, self, dyn" },
	{ GOOD "log drop dynamic", "4: log dynamic: want any of drop, reject, icmp, self, dyn" },
	/* numbers */
#define MTU(n)	{ GOOD "offlink-mtu " n, "4: offlink-mtu " n ": want a number from 1280 to 65535" }
	MTU("1279"), MTU("65536"), MTU("0"), MTU("-1280"), MTU("x"), MTU("1280x"), MTU("99999999999999999999"),
	{ GOOD "icmp-node-id perhaps", "4: icmp-node-id perhaps: want yes or no" },
	{ GOOD "offload yes", "4: offload yes: want auto or no" },
	{ GOOD "control-socket run/lichen", "4: control-socket run/lichen: want an absolute path to a file" },
	{ GOOD "control-socket /run/", "4: control-socket /run/: want an absolute path to a file" },
	{ GOOD "control-socket /" X99 X9, "4: control-socket /" X99 X9 ": longer than 103 characters" },
	{ GOOD "control-socket /a\ncontrol-socket /a", "5: control-socket: given on line 4 already" },
	{ GOOD "stats-file lichen.prom", "4: stats-file lichen.prom: want an absolute path to a file" },
	{ GOOD "stats-file /a\nstats-file /b", "5: stats-file: given on line 4 already" },
	{ GOOD "stats-interval 0", "4: stats-interval 0: want a number of seconds, 1 to 86400" },
	{ GOOD "stats-interval 86401", "4: stats-interval 86401: want a number of seconds, 1 to 86400" },
	{ GOOD "stats-interval 1m", "4: stats-interval 1m: want a number of seconds, 1 to 86400" },
	{ GOOD "fast-path sometimes", "4: fast-path sometimes: want auto, yes or no" },
	{ GOOD "fast-path no\nfast-path no", "5: fast-path: given on line 4 already" },
	{ GOOD "sandbox perhaps", "4: sandbox perhaps: want auto, yes or no" },
	{ GOOD "sandbox no\nsandbox no", "5: sandbox: given on line 4 already" },
	{ GOOD "icmp-rate -1", "4: icmp-rate -1: want a number of ICMP errors a second, 0 to 1000000" },
	{ GOOD "icmp-rate 1000001", "4: icmp-rate 1000001: want a number of ICMP errors a second, 0 to 1000000" },
	{ GOOD "icmp-rate 10 0", "4: icmp-rate 10 0: want a burst of 1 to 1000000" },
	{ GOOD "icmp-rate 10 x", "4: icmp-rate 10 x: want a burst of 1 to 1000000" },
	{ GOOD "icmp-rate 4294967297", "4: icmp-rate 4294967297: want a number of ICMP errors a second, 0 to 1000000" },
	{ GOOD "icmp-rate 10 1000001", "4: icmp-rate 10 1000001: want a burst of 1 to 1000000" },
	{ GOOD "workers -1", "4: workers -1: want a number" },
	{ GOOD "workers many", "4: workers many: want a number" },
	/* maps */
	{ GOOD "map 192.0.2.1/33 2001:db8::1", "4: map 192.0.2.1/33: not an IPv4 prefix (192.0.2.0/24)" },
	{ GOOD "map 192.0.2.1/ 2001:db8::1", "4: map 192.0.2.1/: not an IPv4 prefix (192.0.2.0/24)" },
	{ GOOD "map 192.0.2.1/-1 2001:db8::1", "4: map 192.0.2.1/-1: not an IPv4 prefix (192.0.2.0/24)" },
	{ GOOD "map 192.0.2.1/0x20 2001:db8::1", "4: map 192.0.2.1/0x20: not an IPv4 prefix (192.0.2.0/24)" },
	{ GOOD "map 192.0.2.1 2001:db8::1/129", "4: map 2001:db8::1/129: not an IPv6 prefix (2001:db8::/64)" },
	{ GOOD "map 192.0.2.1 2001:db8::g", "4: map 2001:db8::g: not an IPv6 prefix (2001:db8::/64)" },
	{ GOOD "map 2001:db8::1 192.0.2.1", "4: map 2001:db8::1 192.0.2.1: the sides are exchanged, want \"map 192.0.2.1 2001:db8::1\"" },
	{ GOOD "map 2001:db8::/120 192.0.2.0/24", "4: map 2001:db8::/120 192.0.2.0/24: the sides are exchanged, want \"map 192.0.2.0/24 2001:db8::/120\"" },
	{ GOOD "map 192.0.2.0/24 2001:db8::/121", "4: map 192.0.2.0/24 2001:db8::/121: 8 bits of IPv4 do not fit behind /121, want /120 or shorter" },
	{ GOOD "map 192.0.2.0/24 2001:db8::", "4: map 192.0.2.0/24 \"2001:db8::\": 8 bits of IPv4 do not fit behind /128, want /120 or shorter" },
	{ GOOD "map 127.0.0.1 2001:db8::1", "4: map 127.0.0.1: is loopback, never translated" },
	{ GOOD "map 0.0.0.0 2001:db8::1", "4: map 0.0.0.0: is this network, never translated" },
	{ GOOD "map 224.0.0.0/24 2001:db8::/120", "4: map 224.0.0.0/24: is multicast, never translated" },
	{ GOOD "map 255.255.255.255 2001:db8::1", "4: map 255.255.255.255: is broadcast, never translated" },
	{ GOOD "map 224.0.0.0/4 2001:db8::/64", "4: map 224.0.0.0/4: is multicast, never translated" },
	{ GOOD "map 232.0.0.0/5 2001:db8::/64", "4: map 232.0.0.0/5: is multicast, never translated" },
	{ GOOD "map 0.0.0.0/8 2001:db8::/64", "4: map 0.0.0.0/8: is this network, never translated" },
	{ GOOD "map 127.0.0.0/8 2001:db8::/64", "4: map 127.0.0.0/8: is loopback, never translated" },
	{ GOOD "map 192.0.2.0/24 ff00::/8", "4: map ff00::/8: is multicast, never translated" },
	{ GOOD "map 192.0.2.0/24 fe80::/10", "4: map fe80::/10: is link-local, never translated" },
	{ GOOD "map 192.0.2.0/31 ::/127", "4: map ::/127: is unspecified, never translated" },
	{ GOOD "map 192.0.2.1 fe80::1", "4: map fe80::1: is link-local, never translated" },
	{ GOOD "map 192.0.2.1 ff02::1", "4: map ff02::1: is multicast, never translated" },
	{ GOOD "map 192.0.2.1 ::1", "4: map ::1: is loopback, never translated" },
	{ GOOD "map 192.0.2.1 ::", "4: map \"::\": is unspecified, never translated" },
	{ GOOD "map 0.0.0.0/0 2001:db8:7::/96", "4: map: 0.0.0.0/0 is what prefix 2001:db8:64::/96 at FILE:3 stands for already, want one of the two" },
	{ "map 0/0 2001:db8:7::/96\n" GOOD, "1: map 0/0: not an IPv4 prefix (192.0.2.0/24)" },
	{ "map 0.0.0.0/0 2001:db8:7::/96\n" GOOD, "1: map: 0.0.0.0/0 is what prefix 2001:db8:64::/96 at FILE:4 stands for already, want one of the two" },
	{ GOOD "map 0.0.0.0/0 2001:db8:64::/96", "4: map: 0.0.0.0/0 is what prefix 2001:db8:64::/96 at FILE:3 stands for already, want one of the two" },
	{ GOOD "map 192.0.2.0/24 2001:db8:64::/96", "4: map: 2001:db8:64::/96 is the prefix at FILE:3 already" },
	{ GOOD "ipv6-addr 2001:db8:9::1\nmap 192.0.2.1 2001:db8:9::1", "4: ipv6-addr 2001:db8:9::1: lies in the map of 2001:db8:9::1/128 (FILE:5), want one outside" },
	{ GOOD "map 192.0.2.1 2001:db8::1\nmap 192.0.2.1 2001:db8::2", "5: map: 192.0.2.1/32 is mapped at FILE:4 already" },
	{ GOOD "map 192.0.2.1 2001:db8::1\nmap 192.0.2.2 2001:db8::1", "5: map: 2001:db8::1/128 is mapped at FILE:4 already" },
	{ GOOD "map 192.0.2.1 2001:db8::1\nmap 192.0.2.1/32 2001:db8::0001/128", "5: map: 192.0.2.1/32 is mapped at FILE:4 already" },
	{ GOOD "map 192.0.2.0/28 2001:db8::/64\n\nmap 192.0.2.0/28 2001:db8:5::/64", "6: map: 192.0.2.0/28 is mapped at FILE:4 already" },
	/* pool */
	{ GOOD "dynamic-pool 10.0.0.0/7", "4: dynamic-pool 10.0.0.0/7: more than the 16777216 addresses that all pools together may have, want /8 to /31" },
	{ GOOD "dynamic-pool 10.0.0.0", "4: dynamic-pool 10.0.0.0: nothing to lease, the first address never is; want /8 to /31" },
	{ GOOD "dynamic-pool 10.0.0.1/24", "4: dynamic-pool 10.0.0.1/24: has bits set behind the prefix, want 10.0.0.0/24" },
	{ GOOD "dynamic-pool 127.0.0.0/8", "4: dynamic-pool 127.0.0.0/8: has addresses that are never translated (loopback)" },
	{ GOOD "dynamic-pool 0.0.0.0/8", "4: dynamic-pool 0.0.0.0/8: has addresses that are never translated (this network)" },
	{ GOOD "dynamic-pool 224.1.0.0/16", "4: dynamic-pool 224.1.0.0/16: has addresses that are never translated (multicast)" },
	{ GOOD "dynamic-pool 169.254.7.0/24", "4: dynamic-pool 169.254.7.0/24: has addresses that are never translated (link-local)" },
	{ GOOD "dynamic-pool 169.0.0.0/8", "4: dynamic-pool 169.0.0.0/8: has addresses that are never translated (link-local)" },
	{ GOOD "dynamic-pool 240.0.0.0/8\ndynamic-pool 255.0.0.0/8", "5: dynamic-pool 255.0.0.0/8: has addresses that are never translated (broadcast)" },
	{ GOOD "dynamic-pool 255.255.255.254/31", "4: dynamic-pool 255.255.255.254/31: has addresses that are never translated (broadcast)" },
	{ GOOD "dynamic-pool 10.0.0.0/32", "4: dynamic-pool 10.0.0.0/32: nothing to lease, the first address never is; want /8 to /31" },
	{ GOOD "dynamic-pool 2001:db8::/64", "4: dynamic-pool 2001:db8::/64: not an IPv4 prefix (192.0.2.0/24)" },
	/* paths */
	{ GOOD "data-dir relative", "4: data-dir relative: want an absolute path" },
	{ GOOD "map-file maps", "4: map-file maps: a relative path wants data-dir" },
	{ GOOD "map-file /nonexistent/maps", "4: map-file /nonexistent/maps: cannot open: No such file or directory" },
	{ GOOD "map-file maps\ndata-dir x", "5: data-dir x: want an absolute path" },
	{ GOOD "map-file maps\ndata-dir /nonexistent", "4: map-file /nonexistent/maps: cannot open: No such file or directory" },
	{ GOOD "map-file /", "4: map-file /: cannot open: Is a directory" },
	/* interface */
	{ GOOD "tun-ip 127.0.0.1/8", "4: tun-ip 127.0.0.1/8: not the address of a single host" },
	{ GOOD "tun-ip ff02::1", "4: tun-ip ff02::1: not the address of a single host" },
	{ GOOD "tun-ip 2001:db8::9/129", "4: tun-ip 2001:db8::9/129: not an address, with /length or without (192.168.255.2/32)" },
	{ GOOD "tun-ip x", "4: tun-ip x: not an address, with /length or without (192.168.255.2/32)" },
	{ GOOD "tun-ip 1.2.3.4/40", "4: tun-ip 1.2.3.4/40: not an address, with /length or without (192.168.255.2/32)" },
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
	unsetenv("STATE_DIRECTORY");
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct conf_msgs m;
		struct conf *c = load(bad[i].text, &m);

		ck_assert_msg(c == NULL, "accepted: %s", bad[i].text);
		ck_assert_str_eq(message(&m, 0), with_file(bad[i].message));
		/* One mistake, one message: nothing that only follows. */
		ck_assert_msg(m.n == 1, "%s: also %s", bad[i].text,
		    message(&m, 1));
		ck_assert(m.msg[0].error);
		ck_assert_str_eq(m.msg[0].file, path);
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
		"4: map 2001:db8::x: not an IPv4 prefix (192.0.2.0/24)",
		"4: map 192.0.2.1: not an IPv6 prefix (2001:db8::/64)",
		"5: offlink-mtu 5: want a number from 1280 to 65535",
		"6: workers has no effect: one thread does it all",
		"8: map: 192.0.2.1/32 is mapped at FILE:7 already",
		"9: tun-up: wants 1 argument, has 0: \"tun-up yes\"",
		"0: ipv6-addr is missing: without a prefix it cannot be derived from ipv4-addr, \"ipv6-addr 2001:db8::1\"",
	};
	const size_t n = sizeof want / sizeof want[0];
	struct conf_msgs m;
	struct conf *c = load("tun-device a/b\nipv4-addr x\nnonsense\n"
	    "map 2001:db8::x 192.0.2.1\nofflink-mtu 5\nworkers 2\n"
	    "map 192.0.2.1 2001:db8::1\nmap 192.0.2.1 2001:db8::2\ntun-up\n", &m);

	ck_assert_ptr_null(c);
	for (size_t i = 0; i < n; i++) {
		ck_assert_str_eq(message(&m, i), with_file(want[i]));
		ck_assert(m.msg[i].error == (i != 6));
	}
	ck_assert_uint_eq(m.n, n);
	done(c, &m);
}
END_TEST

/* Nothing at all: what is mandatory, each once. */
START_TEST(empty_file)
{
	static const char *const files[] = { "", "\n", "# only\n  #this",
		"\xef\xbb\xbf", "\r\n \t\r\r\n" };

	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		struct conf_msgs m;
		struct conf *c = load(files[i], &m);

		ck_assert_ptr_null(c);
		ck_assert_uint_eq(m.n, 3);
		ck_assert_uint_eq(m.msg[0].line, 0);
		done(c, &m);
	}
}
END_TEST

/* Files that load, and the only thing that is said about them. */
START_TEST(warnings)
{
	static const struct {
		const char *text, *message;
	} files[] = {
		{ GOOD "dynamic-limit 5", "4: dynamic-limit: has no effect without dynamic-pool" },
		{ GOOD "dynamic-pool 10.0.0.0/24\ndynamic-pool 10.1.0.0/31\nmap 10.1.0.0/24 2001:db8::/64", "5: dynamic-pool 10.1.0.0/31: nothing to lease, all of it is in the map of 10.1.0.0/24 (FILE:6)" },
		{ GOOD "workers 0", "4: workers has no effect: one thread does it all" },
		{ GOOD "udp-cksum-mode calc\nudp-cksum-mode fwd", "5: udp-cksum-mode: given on line 4 already, this one counts" },
		{ GOOD "wkpf-strict yes\nwkpf-strict no", "5: wkpf-strict: given on line 4 already, this one counts" },
		{ "tun-device x\nipv4-addr 169.254.0.1\nprefix 2001:db8::/96", "2: ipv4-addr 169.254.0.1: link-local, routers will not forward it" },
		{ "prefix 64:ff9b::/96\n" BASE, "3: ipv4-addr 192.168.255.1 is private, and such addresses are not translated with 64:ff9b::/96: give an ipv6-addr of your own, or \"wkpf-strict no\", which translates them" },
		{ "prefix 64:ff9b::/96\nwkpf-strict private\ntun-device x\nipv4-addr 198.18.0.1\n", "4: ipv4-addr 198.18.0.1 is benchmarking, and such addresses are not translated with 64:ff9b::/96: give an ipv6-addr of your own, or \"wkpf-strict no\", which translates them" },
		{ BASE "prefix 2001:db8:0:0:100::/96", "3: prefix 2001:db8:0:0:100::/96: bits 64 to 71 are not zero, as RFC 6052 section 2.2 wants them" },
		{ BASE "prefix ::ffff:0:0/96", "3: prefix ::ffff:0:0/96: is IPv4-mapped, never translated; want one of your own or 64:ff9b::/96" },
		{ BASE "prefix ::/96", "3: prefix ::/96: hosts do not send to addresses in ::/64, want one of your own or 64:ff9b::/96" },
		{ GOOD "map 192.0.2.1 ::ffff:192.0.2.1", "4: map ::ffff:192.0.2.1: is IPv4-mapped, never translated" },
		{ GOOD "map 192.0.2.1 ::192.0.2.1", "4: map ::192.0.2.1: hosts do not send to addresses in ::/64" },
		{ GOOD "map 192.0.2.0/24 ::/64", "4: map ::/64: hosts do not send to addresses in ::/64" },
		{ GOOD "map 169.254.169.254 2001:db8::1", "4: map 169.254.169.254: is link-local, never translated" },
		{ GOOD "map 192.0.2.1/24 2001:db8::/120", "4: map 192.0.2.1/24: has bits set behind the prefix, taken as 192.0.2.0/24" },
		{ GOOD "map 192.0.2.0/24 2001:db8::1/120", "4: map 2001:db8::1/120: has bits set behind the prefix, taken as 2001:db8::/120" },
		{ GOOD "map 192.0.2.1 2001:db8:64::c0a8:ff01", "4: map: 2001:db8:64::c0a8:ff01/128 has 2001:db8:64::c0a8:ff01, our own address, derived from ipv4-addr: it is not translated; give another ipv6-addr" },
		{ GOOD "map 10.0.0.0/8 2001:db8::/32", "4: map: covers all of prefix 2001:db8:64::/96 (FILE:3), which then has no IPv6 addresses left" },
		{ GOOD "tun-up yes\ntun-ip 10.0.0.1\ntun-ip 192.168.255.1/24", "6: tun-ip 192.168.255.1: is ipv4-addr too, so the host answers for it; want another one" },
		{ GOOD "ipv6-addr 2001:db8::1\ntun-ip 2001:db8::1/64", "5: tun-ip 2001:db8::1: is ipv6-addr too, so the host answers for it; want another one" },
		{ GOOD "tun-route 10.0.0.0/8\ntun-route 2001:db8:64::/96", "4: tun-route: fails unless the interface is up already, want \"tun-up yes\"" },
		{ GOOD "dynamic-pool 192.168.255.0/31", "4: dynamic-pool 192.168.255.0/31: nothing to lease, the first address never is and the other is ipv4-addr" },
		{ GOOD "dynamic-pool 10.0.0.0/16\nmap 10.0.0.0/8 2001:db8::/64", "4: dynamic-pool 10.0.0.0/16: nothing to lease, all of it is in the map of 10.0.0.0/8 (FILE:5)" },
	};

	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		struct conf_msgs m;
		struct conf *c = load(files[i].text, &m);

		ck_assert_msg(c != NULL, "%s", message(&m, 0));
		ck_assert_str_eq(message(&m, 0), with_file(files[i].message));
		ck_assert_msg(m.n == 1, "also %s", message(&m, 1));
		ck_assert(!m.msg[0].error);
		done(c, &m);
	}
}
END_TEST

/* Files that load without a word. */
START_TEST(accepted)
{
	static const char *const files[] = {
		/* ipv4-addr in the pool, its base, its top, in a map */
		GOOD "dynamic-pool 192.168.255.0/24",
		"tun-device x\nprefix 2001:db8::/96\nipv4-addr 10.0.0.0\ndynamic-pool 10.0.0.0/8",
		GOOD "map 192.168.255.1 2001:db8::1",
		GOOD "map 192.168.0.0/16 2001:db8::/64",
		/* not illegal: class E, 192.0.0/24, next to what is illegal */
		"tun-device x\nprefix 2001:db8::/96\nipv4-addr 240.0.0.1",
		"tun-device x\nprefix 2001:db8::/96\nipv4-addr 223.255.255.255",
		"tun-device x\nprefix 64:ff9b::/96\nipv4-addr 192.0.0.2",
		"tun-device x\nprefix 64:ff9b::/96\nipv4-addr 240.0.0.1",
		GOOD "dynamic-pool 240.0.0.0/8",
		GOOD "dynamic-pool 126.0.0.0/8",
		/* ranges that cover something illegal, and overlaps */
		GOOD "map 0.0.0.0/1 2001:db8::/64\nmap 128.0.0.0/1 2001:db8:1::/64",
		GOOD "map 126.0.0.0/7 2001:db8::/64",
		GOOD "map 192.0.0.0/2 2001:db8::/64",
		GOOD "map 255.255.255.254/31 2001:db8::/64",
		GOOD "map 10.0.0.0/8 2001:db8::/64\nmap 10.1.0.0/16 2001:db8::/96\nmap 10.1.1.1 2001:db8::1",
		GOOD "map 192.0.2.0/24 2001:db8::/120\nmap 192.0.2.0/25 2001:db8::/121",
		GOOD "map 10.0.0.1 2001:db8:64::1",
		/* a private pool with the well-known prefix; own IPv6 address */
		"tun-device x\nprefix 64:ff9b::/96\nipv4-addr 203.0.114.1\ndynamic-pool 10.0.0.0/8",
		BASE "prefix 64:ff9b::/96\nipv6-addr 2001:db8::1",
		BASE "prefix 64:ff9b::/96\nwkpf-strict no",
		BASE "prefix 64:ff9b:1::/48",
		BASE "prefix 64:ff9b:1::/96",
		/* lengths */
		BASE "prefix 2001:db8::/32", BASE "prefix 2001:db8::/40",
		BASE "prefix 2001:db8::/56", BASE "prefix 2001:db8::/64",
		GOOD "dynamic-pool 10.0.0.0/31", GOOD "dynamic-pool 10.0.0.0/8",
		GOOD "offlink-mtu 1280", GOOD "offlink-mtu 65535",
		GOOD "icmp-rate 0", GOOD "icmp-rate 1000000 1000000",
		GOOD "tun-ip fe80::1/64", GOOD "log drop reject icmp self dyn",
		GOOD "strict-frag-hdr whatever", GOOD "map-file /dev/null",
		GOOD "wkpf-strict TRUE", GOOD "wkpf-strict 0",
		GOOD "wkpf-strict Private", GOOD "log", GOOD "log # drop",
		BASE "prefix 64:ff9b::/96\nwkpf-strict private",
		"tun-device x\nprefix 64:ff9b::/96\nipv4-addr 10.0.0.1\nmap 192.0.0.1 2001:db8::464",
		GOOD "tun-ip 169.254.0.1/16",
		GOOD "map 169.254.0.0/15 2001:db8::/64",
		GOOD "map 10.0.0.0/8 ::/32",
		/* the order of lines does not matter */
		"map-file /dev/null\ndata-dir /x\nprefix 2001:db8::/96\nipv4-addr 1.2.3.4\ntun-device x",
		/* separators, comments, no newline at the end */
		"\ttun-device\t nat64 \r\n\r  ipv4-addr\r1.2.3.4 #x\n#\nprefix 2001:db8::/96 # y",
		"\xef\xbb\xbftun-device x\nipv4-addr 1.2.3.4\nprefix 2001:db8::/96",
	};

	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		struct conf_msgs m;
		struct conf *c = load(files[i], &m);

		ck_assert_msg(m.n == 0, "%s: %s", files[i], message(&m, 0));
		ck_assert_ptr_nonnull(c);
		done(c, &m);
	}
}
END_TEST

START_TEST(defaults)
{
	struct conf_msgs m;
	struct conf *c;

	unsetenv("STATE_DIRECTORY");
	c = load(GOOD, &m);
	ck_assert_ptr_nonnull(c);
	ck_assert_uint_eq(m.n, 0);
	ck_assert_str_eq(c->tun_device, "nat64");
	ck_assert_uint_eq(c->ipv4_addr, 0xc0a8ff01);
	/* derived: RFC 6052 with a /96 */
	ck_assert(c->has_ipv6_addr);
	ck_assert(c->ipv6_addr.hi == UINT64_C(0x20010db800640000));
	ck_assert(c->ipv6_addr.lo == 0xc0a8ff01);
	ck_assert_int_eq(c->wkpf_strict, WKPF_YES);
	ck_assert_uint_eq(c->npools, 0);
	ck_assert_ptr_null(c->data_dir);
	ck_assert_ptr_null(c->map_file);
	ck_assert_int_eq(c->udp_cksum_mode, UDP_CKSUM_DROP);
	ck_assert_uint_eq(c->log, 0);
	ck_assert_uint_eq(c->offlink_mtu, 1280);
	ck_assert_uint_eq(c->dynamic_lifetime, 7440);
	ck_assert_uint_eq(c->dynamic_retention, 14 * 86400);
	ck_assert_uint_eq(c->dynamic_limit, 0);
	ck_assert_uint_eq(c->nsources, 0);
	ck_assert_uint_eq(c->icmp_rate, 1000);
	ck_assert_uint_eq(c->icmp_burst, 100);
	ck_assert(!c->tun_up);
	ck_assert(!c->icmp_node_id);
	ck_assert(c->offload);
	ck_assert_int_eq(c->sandbox, SANDBOX_AUTO);
	ck_assert(!c->set_tos);
	done(c, &m);
	c = load(GOOD "traffic-class Copy\n", &m);
	ck_assert(!c->set_tos);
	done(c, &m);
	c = load(GOOD "traffic-class 255\n", &m);
	ck_assert(c->set_tos);
	ck_assert_uint_eq(c->tos, 255);
	done(c, &m);
	c = load(GOOD "icmp-node-id on\noffload no\nsandbox yes\n", &m);
	ck_assert(c->icmp_node_id);
	ck_assert(!c->offload);
	ck_assert_int_eq(c->sandbox, SANDBOX_YES);
	ck_assert_int_eq(c->fast_path, FAST_PATH_AUTO);
	done(c, &m);
	c = load(GOOD "fast-path on\n", &m);
	ck_assert_int_eq(c->fast_path, FAST_PATH_YES);
	done(c, &m);
	c = load(GOOD "fast-path no\n", &m);
	ck_assert_int_eq(c->fast_path, FAST_PATH_NO);
	done(c, &m);
	c = load(GOOD "fast-path AUTO\n", &m);
	ck_assert_int_eq(c->fast_path, FAST_PATH_AUTO);
	done(c, &m);
	c = load(GOOD "sandbox off\n", &m);
	ck_assert_int_eq(c->sandbox, SANDBOX_NO);
	done(c, &m);
	c = load(GOOD "sandbox AUTO\n", &m);
	ck_assert_int_eq(c->sandbox, SANDBOX_AUTO);
	done(c, &m);
}
END_TEST

START_TEST(every_directive)
{
	struct conf_msgs m;
	struct conf *c = load("MAP\t192.0.2.1   2001:db8:1::1 # one host\r\n"
	    "map 198.51.100.0/24 2001:db8:2::/64\n"
	    "ipv6-addr 2001:db8::53\nPrefix 64:ff9b::/96\n"
	    "wkpf-strict off\ntun-device my-tun0\nipv4-addr 10.1.0.0\n"
	    "dynamic-pool 10.1.0.0/16\ndynamic-lifetime 90\n"
	    "dynamic-retention 2h\ndynamic-limit 9\n"
	    "dynamic-source 2001:db8:5::/48\ndynamic-source ::/0\n"
	    "data-dir /var/db/tayga\n"
	    "udp-cksum-mode forw\nlog drop DYN\nofflink-mtu 1500\n"
	    "icmp-rate 50\ntun-up on\ntun-ip 10.1.0.9/16\ntun-ip 2001:db8::9\n"
	    "tun-route 64:ff9b::/96\nstrict-frag-hdr 1", &m);
	ck_assert_ptr_nonnull(c);
	ck_assert_uint_eq(m.n, 0);
	ck_assert_uint_eq(c->nmaps, 2);
	ck_assert_uint_eq(c->maps[0].v4.addr, 0xc0000201);
	ck_assert_uint_eq(c->maps[0].v4.len, 32);
	ck_assert(c->maps[0].v6.addr.hi == UINT64_C(0x20010db800010000));
	ck_assert(c->maps[0].v6.addr.lo == 1);
	ck_assert_uint_eq(c->maps[0].v6.len, 128);
	ck_assert_uint_eq(c->maps[1].v4.addr, 0xc6336400);
	ck_assert_uint_eq(c->maps[1].v6.len, 64);
	ck_assert_str_eq(c->tun_device, "my-tun0");
	ck_assert_uint_eq(c->ipv4_addr, 0x0a010000);
	ck_assert(c->has_ipv6_addr);
	ck_assert(c->ipv6_addr.hi == UINT64_C(0x20010db800000000));
	ck_assert(c->ipv6_addr.lo == 0x53);
	ck_assert(c->has_prefix);
	ck_assert(c->prefix.addr.hi == UINT64_C(0x0064ff9b00000000));
	ck_assert(c->prefix.addr.lo == 0);
	ck_assert_uint_eq(c->prefix.len, 96);
	ck_assert_int_eq(c->wkpf_strict, WKPF_NO);
	ck_assert_uint_eq(c->npools, 1);
	ck_assert_uint_eq(c->pool[0].addr, 0x0a010000);
	ck_assert_uint_eq(c->pool[0].len, 16);
	ck_assert_uint_eq(c->dynamic_lifetime, 90);
	ck_assert_uint_eq(c->dynamic_retention, 7200);
	ck_assert_uint_eq(c->dynamic_limit, 9);
	ck_assert_uint_eq(c->nsources, 2);
	ck_assert(c->sources[0].addr.hi == UINT64_C(0x20010db800050000));
	ck_assert_uint_eq(c->sources[0].len, 48);
	ck_assert_uint_eq(c->sources[1].len, 0);
	ck_assert_str_eq(c->data_dir, "/var/db/tayga");
	ck_assert_int_eq(c->udp_cksum_mode, UDP_CKSUM_FWD);
	ck_assert_uint_eq(c->log, LOG_CLASS_DROP | LOG_CLASS_DYN);
	ck_assert_uint_eq(c->offlink_mtu, 1500);
	ck_assert_uint_eq(c->icmp_rate, 50);
	ck_assert_uint_eq(c->icmp_burst, 5);
	ck_assert(c->tun_up);
	ck_assert_uint_eq(c->tun_ip.n, 2);
	ck_assert(!c->tun_ip.p[0].is6);
	ck_assert_uint_eq(c->tun_ip.p[0].p4.addr, 0x0a010009);
	ck_assert_uint_eq(c->tun_ip.p[0].p4.len, 16);
	ck_assert(c->tun_ip.p[1].is6);
	ck_assert_uint_eq(c->tun_ip.p[1].p6.len, 128);
	ck_assert_uint_eq(c->tun_route.n, 1);
	ck_assert(c->tun_route.p[0].is6);
	ck_assert_uint_eq(c->tun_route.p[0].p6.len, 96);
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
	static const char nul[] = GOOD "log dr\0op\n#\0\n\0";
	struct conf_msgs m;
	struct conf *c = load_octets(nul, sizeof nul - 1, &m);

	ck_assert_ptr_null(c);
	ck_assert_uint_eq(m.n, 3);
	ck_assert_str_eq(message(&m, 0),
	    "4: NUL octet in the line, want plain text");
	ck_assert_uint_eq(m.msg[1].line, 5);
	ck_assert_uint_eq(m.msg[2].line, 6);
	done(c, &m);
}
END_TEST

/* A megabyte of x before and after: a word, a line, a comment. */
START_TEST(long_lines)
{
	static const struct {
		const char *before, *after;
	} files[] = {
		{ "", "" },			/* a word */
		{ GOOD "data-dir ", "\nnonsense" },
		{ GOOD "map-file /", "" },
		{ GOOD "tun-ip ", "" },
		{ GOOD "log drop drop drop drop drop drop drop drop ", "" },
		{ GOOD "# ", "\nnonsense" },
	};
	const size_t million = 1 << 20;
	char *text = malloc(million + 512);

	ck_assert_ptr_nonnull(text);
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		struct conf_msgs m;
		struct conf *c;

		strcpy(text, files[i].before);
		memset(text + strlen(files[i].before), 'x', million);
		strcpy(text + strlen(files[i].before) + million,
		    files[i].after);
		c = load(text, &m);
		ck_assert_ptr_null(c);
		ck_assert_uint_ge(m.n, 1);
		for (size_t k = 0; k < m.n; k++)
			ck_assert_uint_lt(strlen(m.msg[k].text), 600);
		done(c, &m);
	}
	free(text);
}
END_TEST

/* The middle of a long word is left out, what is wrong with it is not. */
START_TEST(long_message)
{
	char text[1000];
	struct conf_msgs m;
	struct conf *c;

	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	c = load(text, &m);
	ck_assert_ptr_null(c);
	ck_assert_uint_eq(m.msg[0].line, 1);
	ck_assert_int_eq(strncmp(m.msg[0].text, "xxxxxxxx", 8), 0);
	ck_assert_ptr_nonnull(strstr(m.msg[0].text, "xx...xx"));
	ck_assert_ptr_nonnull(strstr(m.msg[0].text, "xx: unknown directive"));
	done(c, &m);
}
END_TEST

START_TEST(many_errors)
{
	char *text = malloc(1 << 20);
	struct conf_msgs m;
	struct conf *c;

	ck_assert_ptr_nonnull(text);
	strcpy(text, GOOD);
	for (size_t i = 0, n = strlen(text); i < 5000; i++, n += 9)
		strcpy(text + n, "nonsense\n");
	c = load(text, &m);
	free(text);
	ck_assert_ptr_null(c);
	ck_assert_uint_eq(m.n, 1001);
	ck_assert_str_eq(message(&m, 999), "1003: nonsense: unknown directive");
	ck_assert_str_eq(message(&m, 1000),
	    "0: 4000 more messages are not shown");
	done(c, &m);
}
END_TEST

/* An error that is one too many to be told still is one. */
START_TEST(error_behind_warnings)
{
	char *text = malloc(1 << 20);
	struct conf_msgs m;
	struct conf *c;

	ck_assert_ptr_nonnull(text);
	strcpy(text, GOOD);
	for (size_t i = 0, n = strlen(text); i < 2000; i++, n += 10)
		strcpy(text + n, "workers 1\n");
	strcat(text, "nonsense\n");
	c = load(text, &m);
	free(text);
	ck_assert_ptr_null(c);
	ck_assert_uint_eq(m.n, 1001);
	ck_assert(!m.msg[999].error);
	ck_assert(m.msg[1000].error);
	done(c, &m);
}
END_TEST

START_TEST(unreadable_files)
{
	static const struct {
		const char *name, *message;
	} files[] = {
		{ "/nonexistent/tayga.conf",
		    "0: cannot open: No such file or directory" },
		{ "", "0: cannot open: No such file or directory" },
		{ "/dev/null/x", "0: cannot open: Not a directory" },
		{ "/", "0: cannot open: Is a directory" },
	};

	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		struct conf_msgs m;

		ck_assert_ptr_null(conf_load(files[i].name, &m));
		ck_assert_uint_eq(m.n, 1);
		ck_assert_str_eq(m.msg[0].file, files[i].name);
		ck_assert_str_eq(message(&m, 0), files[i].message);
		conf_msgs_free(&m);
	}
}
END_TEST

/* A map-file beside the configuration; its content and what is said about it. */
struct mapping {
	char dir[32], name[64];
	struct conf *conf;
	struct conf_msgs msgs;
};

static void
load_with_maps(struct mapping *t, const char *maps)
{
	char text[256];

	strcpy(t->dir, "/tmp/lichen-test-conf.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(t->dir));
	snprintf(t->name, sizeof t->name, "%s/maps", t->dir);
	write_file(t->name, maps);
	snprintf(text, sizeof text, GOOD "map 192.0.2.1 2001:db8::1\n"
	    "map-file maps\ndata-dir %s\n", t->dir);
	t->conf = load(text, &t->msgs);
	unlink(t->name);
	rmdir(t->dir);
}

/* The same with MAPS for the name of the map-file. */
static const char *
with_names(const char *want, const char *maps)
{
	static char buf[512];
	const char *at = strstr(want, "MAPS");

	if (at == NULL)
		return with_file(want);
	snprintf(buf, sizeof buf, "%.*s%s%s", (int)(at - want), want, maps,
	    at + 4);
	return buf;
}

START_TEST(map_file)
{
	struct mapping t;

	load_with_maps(&t, "\xef\xbb\xbf# more\r\n"
	    "MAP 192.0.2.2 2001:db8::2 # host\r\n\n"
	    "map 198.51.100.0/24 2001:db8:7::/64");
	ck_assert_ptr_nonnull(t.conf);
	ck_assert_uint_eq(t.msgs.n, 0);
	ck_assert_uint_eq(t.conf->nmaps, 3);
	ck_assert_uint_eq(t.conf->maps[1].v4.addr, 0xc0000202);
	ck_assert_uint_eq(t.conf->maps[2].v6.len, 64);
	ck_assert_str_eq(t.conf->map_file, t.name);
	done(t.conf, &t.msgs);
}
END_TEST

/* Its errors carry its own name and lines. */
START_TEST(map_file_errors)
{
	static const char *const want[] = {
		"2: prefix: a map-file has only map lines",
		"3: map: 192.0.2.1/32 is mapped at FILE:4 already, "
		    "this one is left out",
		"4: mapp: unknown directive, did you mean map?",
		"5: map: wants 2 arguments, has 1: "
		    "\"map 192.0.2.1 2001:db8::1\"",
		"6: map 10.0.0.1/8: has bits set behind the prefix, "
		    "taken as 10.0.0.0/8",
		"7: tun-device: a map-file has only map lines",
		"8: map: 0.0.0.0/0 is what prefix 2001:db8:64::/96 at FILE:3 "
		    "stands for already, this one is left out",
	};
	const size_t n = sizeof want / sizeof want[0];
	struct mapping t;

	load_with_maps(&t, "\nprefix 64:ff9b::/96\n"
	    "map 192.0.2.1 2001:db8::3\nmapp\nmap 1.2.3.4\n"
	    "map 10.0.0.1/8 2001:db8:7::/64\ntun-device x\n"
	    "map 0.0.0.0/0 2001:db8:8::/96\n");
	ck_assert_ptr_null(t.conf);
	for (size_t i = 0; i < n; i++) {
		ck_assert_str_eq(message(&t.msgs, i), with_file(want[i]));
		ck_assert_str_eq(t.msgs.msg[i].file, t.name);
	}
	ck_assert_uint_eq(t.msgs.n, n);
	done(t.conf, &t.msgs);
}
END_TEST

/* "V4 V6" of every map, with commas between. */
static const char *
maps_text(const struct conf *c)
{
	static char buf[1024];
	char v4[ADDR_TEXT_MAX], v6[ADDR_TEXT_MAX];
	size_t n = 0;

	for (size_t i = 0; i < c->nmaps; i++)
		n += (size_t)snprintf(buf + n, sizeof buf - n, "%s%s %s",
		    i == 0 ? "" : ", ", prefix4_text(c->maps[i].v4, v4),
		    prefix6_text(c->maps[i].v6, v6));
	return buf;
}

/*
 * A program wrote it: what the configuration has is left out, a later map takes the
 * place of an earlier one, and both are told about.  The configuration has 192.0.2.1
 * for 2001:db8::1 on line 4.
 */
START_TEST(map_file_duplicates)
{
#define ONE	"192.0.2.1/32 2001:db8::1/128"
#define TAKES	"already, this one takes its place"
#define OUT	"already, this one is left out"
	static const struct {
		const char *text, *maps, *said[4];
	} t[] = {
		{ "map 192.0.2.2 2001:db8::2\nmap 192.0.2.2 2001:db8::3",
		    ONE ", 192.0.2.2/32 2001:db8::3/128",
		    { "2: map: 192.0.2.2/32 is mapped at MAPS:1 " TAKES } },
		{ "map 192.0.2.2 2001:db8::2\nmap 192.0.2.3 2001:db8::2",
		    ONE ", 192.0.2.3/32 2001:db8::2/128",
		    { "2: map: 2001:db8::2/128 is mapped at MAPS:1 " TAKES } },
		/* the same again */
		{ "map 192.0.2.2 2001:db8::2\nmap 192.0.2.2 2001:db8::2",
		    ONE ", 192.0.2.2/32 2001:db8::2/128",
		    { "2: map: 192.0.2.2/32 is mapped at MAPS:1 " TAKES } },
		/* one drives out two */
		{ "map 192.0.2.2 2001:db8::2\nmap 192.0.2.3 2001:db8::3\n"
		    "map 192.0.2.2 2001:db8::3",
		    ONE ", 192.0.2.2/32 2001:db8::3/128",
		    { "3: map: 192.0.2.2/32 is mapped at MAPS:1 " TAKES,
		      "3: map: 2001:db8::3/128 is mapped at MAPS:2 " TAKES } },
		/* and what it had is free again */
		{ "map 192.0.2.2 2001:db8::2\nmap 192.0.2.2 2001:db8::3\n"
		    "map 192.0.2.3 2001:db8::2",
		    ONE ", 192.0.2.2/32 2001:db8::3/128, "
		    "192.0.2.3/32 2001:db8::2/128",
		    { "2: map: 192.0.2.2/32 is mapped at MAPS:1 " TAKES } },
		{ "map 192.0.2.2 2001:db8::2\nmap 192.0.2.2 2001:db8::3\n"
		    "map 192.0.2.4 2001:db8::3\nmap 192.0.2.2 2001:db8::2",
		    ONE ", 192.0.2.4/32 2001:db8::3/128, "
		    "192.0.2.2/32 2001:db8::2/128",
		    { "2: map: 192.0.2.2/32 is mapped at MAPS:1 " TAKES,
		      "3: map: 2001:db8::3/128 is mapped at MAPS:2 " TAKES } },
		/* the configuration comes first */
		{ "map 192.0.2.1 2001:db8::2", ONE,
		    { "1: map: 192.0.2.1/32 is mapped at FILE:4 " OUT } },
		{ "map 192.0.2.2 2001:db8::1", ONE,
		    { "1: map: 2001:db8::1/128 is mapped at FILE:4 " OUT } },
		{ "map 192.0.2.1 2001:db8::1", ONE,
		    { "1: map: 192.0.2.1/32 is mapped at FILE:4 " OUT } },
		/* what is left out drives nobody out */
		{ "map 192.0.2.2 2001:db8::2\nmap 192.0.2.1 2001:db8::2\n"
		    "map 192.0.2.2 2001:db8::1",
		    ONE ", 192.0.2.2/32 2001:db8::2/128",
		    { "2: map: 192.0.2.1/32 is mapped at FILE:4 " OUT,
		      "3: map: 2001:db8::1/128 is mapped at FILE:4 " OUT } },
		/* nor is it in anybody's way */
		{ "map 192.0.2.1 2001:db8::2\nmap 192.0.2.2 2001:db8::2",
		    ONE ", 192.0.2.2/32 2001:db8::2/128",
		    { "1: map: 192.0.2.1/32 is mapped at FILE:4 " OUT } },
		/* the prefix is one more map of the configuration */
		{ "map 0.0.0.0/0 2001:db8:9::/96\nmap 192.0.2.0/24 "
		    "2001:db8:64::/96\nmap 192.0.2.2 2001:db8::2",
		    ONE ", 192.0.2.2/32 2001:db8::2/128",
		    { "1: map: 0.0.0.0/0 is what prefix 2001:db8:64::/96 at "
		      "FILE:3 stands for " OUT,
		      "2: map: 2001:db8:64::/96 is the prefix at FILE:3 "
		      OUT } },
		/* other lengths are other prefixes */
		{ "map 192.0.2.0/24 2001:db8::/120\nmap 192.0.2.0/25 "
		    "2001:db8::/121", ONE ", 192.0.2.0/24 2001:db8::/120, "
		    "192.0.2.0/25 2001:db8::/121", { NULL } },
	};

	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		struct mapping m;
		size_t n = 0;

		load_with_maps(&m, t[i].text);
		ck_assert_msg(m.conf != NULL, "%s", t[i].text);
		ck_assert_str_eq(maps_text(m.conf), t[i].maps);
		for (; n < 4 && t[i].said[n] != NULL; n++) {
			ck_assert_str_eq(message(&m.msgs, n),
			    with_names(t[i].said[n], m.name));
			ck_assert(!m.msgs.msg[n].error);
			ck_assert_str_eq(m.msgs.msg[n].file, m.name);
		}
		ck_assert_uint_eq(m.msgs.n, n);
		/* where each came from has moved with it */
		for (size_t k = 1; k < m.conf->nmaps; k++)
			ck_assert_str_eq(m.conf->origin[k].file,
			    m.conf->map_file);
		ck_assert_uint_eq(m.conf->origin[0].line, 4);
		done(m.conf, &m.msgs);
	}
}
END_TEST

/* What wkpf-strict is where the file does not say: a CLAT's is "private". */
START_TEST(clat)
{
	struct conf_msgs m;
	struct conf *c = load("tun-device clat\nclat", &m);

	ck_assert_ptr_nonnull(c);
	ck_assert_uint_eq(m.n, 0);
	ck_assert(c->clat.on && !c->clat.force && !c->clat.has_prefix);
	ck_assert_str_eq(c->clat.interface, "");
	ck_assert(c->clat.finds_prefix && c->clat.finds_own4 &&
	    c->clat.finds_own6 && c->clat.finds_map);
	ck_assert(!c->has_prefix && c->nmaps == 0 && c->maps != NULL);
	ck_assert_uint_eq(c->ipv4_addr, 0xc0000002);
	ck_assert_int_eq(c->wkpf_strict, WKPF_PRIVATE);
	ck_assert(c->icmp_node_id);
	done(c, &m);

	c = load("clat FORCE wlan0\ntun-device clat\nicmp-node-id no\n"
	    "clat-prefix 2001:db8:1::/60\nprefix 2001:db8:64::/96\n"
	    "ipv4-addr 192.0.0.6\nipv6-addr 2001:db8::6\n"
	    "map 192.0.0.5 2001:db8::5\nwkpf-strict yes", &m);
	ck_assert_ptr_nonnull(c);
	ck_assert(c->clat.force);
	ck_assert_str_eq(c->clat.interface, "wlan0");
	ck_assert(c->clat.has_prefix && c->clat.prefix.len == 60);
	ck_assert(!c->clat.finds_prefix && !c->clat.finds_own4 &&
	    !c->clat.finds_own6 && !c->clat.finds_map);
	ck_assert_uint_eq(c->nmaps, 1);
	ck_assert_int_eq(c->wkpf_strict, WKPF_YES);
	ck_assert(!c->icmp_node_id);
	done(c, &m);
}
END_TEST

START_TEST(wkpf_strict_of_a_clat)
{
#define WKP	"tun-device x\nprefix 64:ff9b::/96\n"
	static const struct {
		const char *text;
		enum wkpf_strict want;
	} t[] = {
		{ WKP "ipv4-addr 192.0.0.2", WKPF_PRIVATE },
		{ WKP "ipv4-addr 192.0.0.0", WKPF_PRIVATE },
		{ WKP "ipv4-addr 192.0.0.7", WKPF_PRIVATE },
		{ WKP "ipv4-addr 192.0.0.8", WKPF_YES },
		{ WKP "ipv4-addr 192.0.1.2", WKPF_YES },
		{ WKP "ipv4-addr 203.0.114.1", WKPF_YES },
		{ WKP "ipv4-addr 203.0.114.1\nmap 192.0.0.1 2001:db8::1",
		    WKPF_PRIVATE },
		{ WKP "ipv4-addr 203.0.114.1\nmap 192.0.2.1 2001:db8::2\n"
		    "map 192.0.0.0/29 2001:db8::/124", WKPF_PRIVATE },
		/* not within */
		{ WKP "ipv4-addr 203.0.114.1\nmap 192.0.0.0/28 2001:db8::/64",
		    WKPF_YES },
		{ WKP "ipv4-addr 203.0.114.1\nmap 192.0.0.8 2001:db8::1",
		    WKPF_YES },
		/* who says what it is to be */
		{ WKP "ipv4-addr 192.0.0.2\nwkpf-strict yes", WKPF_YES },
		{ WKP "wkpf-strict no\nipv4-addr 192.0.0.2", WKPF_NO },
		{ WKP "ipv4-addr 203.0.114.1\nwkpf-strict private",
		    WKPF_PRIVATE },
		{ WKP "ipv4-addr 203.0.114.1\nwkpf-strict private\n"
		    "wkpf-strict on", WKPF_YES },
	};

	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		struct conf_msgs m;
		struct conf *c = load(t[i].text, &m);

		ck_assert_ptr_nonnull(c);
		ck_assert_msg(c->wkpf_strict == t[i].want, "%s", t[i].text);
		done(c, &m);
	}
}
END_TEST

/* A configuration may have all of its maps there. */
START_TEST(only_maps_of_a_file)
{
	struct conf_msgs m;
	char name[] = "/tmp/lichen-test-conf.XXXXXX", text[128];
	int fd = mkstemp(name);
	struct conf *c;

	ck_assert_int_ne(fd, -1);
	close(fd);
	write_file(name, "map 192.0.2.2 2001:db8::2\n");
	snprintf(text, sizeof text, BASE "ipv6-addr 2001:db8::1\n"
	    "map-file %s\n", name);
	c = load(text, &m);
	unlink(name);
	ck_assert_ptr_nonnull(c);
	ck_assert_uint_eq(m.n, 0);
	ck_assert_uint_eq(c->nmaps, 1);
	ck_assert(!c->has_prefix);
	ck_assert(c->has_ipv6_addr);
	done(c, &m);
}
END_TEST

START_TEST(state_directory)
{
	static const struct {
		const char *env, *text, *data_dir;
	} cases[] = {
		{ "/var/lib/lichen", GOOD, "/var/lib/lichen" },
		{ "/var/lib/lichen:/var/lib/other", GOOD, "/var/lib/lichen" },
		{ "/var/lib/lichen", GOOD "data-dir /x", "/x" },
		{ "", GOOD, NULL },
		{ ":/x", GOOD, NULL },
		{ "relative", GOOD, NULL },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct conf_msgs m;
		struct conf *c;

		setenv("STATE_DIRECTORY", cases[i].env, 1);
		c = load(cases[i].text, &m);
		ck_assert_ptr_nonnull(c);
		ck_assert_pstr_eq(c->data_dir, cases[i].data_dir);
		done(c, &m);
	}
}
END_TEST

/* A relative map-file is in that directory too. */
START_TEST(map_file_in_state_directory)
{
	struct conf_msgs m;
	struct conf *c;

	setenv("STATE_DIRECTORY", "/nonexistent:/tmp", 1);
	c = load(GOOD "map-file maps\n", &m);
	ck_assert_ptr_null(c);
	ck_assert_str_eq(message(&m, 0), "4: map-file /nonexistent/maps: "
	    "cannot open: No such file or directory");
	done(c, &m);
}
END_TEST

#define MANY	100000

/* MANY maps, the last of them given by the caller. */
static struct conf *
load_many(const char *last, struct conf_msgs *m)
{
	char *text = malloc(MANY * 48 + 256), *end = text;
	struct conf *c;

	ck_assert_ptr_nonnull(text);
	end += sprintf(end, "%s", GOOD);
	for (unsigned i = 0; i < MANY - 1; i++)
		end += sprintf(end, "map 10.%u.%u.%u 2001:db8:1::%x:%x\n",
		    i >> 16, i >> 8 & 255, i & 255, i >> 16, i & 0xffff);
	sprintf(end, "%s\n", last);
	c = load(text, m);
	free(text);
	return c;
}

START_TEST(many_maps)
{
	struct conf_msgs m;
	struct conf *c = load_many("map 192.0.2.1 2001:db8::1", &m);

	ck_assert_ptr_nonnull(c);
	ck_assert_uint_eq(m.n, 0);
	ck_assert_uint_eq(c->nmaps, MANY);
	ck_assert_uint_eq(c->maps[MANY - 2].v4.addr, 0x0a01869e);
	ck_assert_uint_eq(c->maps[MANY - 1].v4.addr, 0xc0000201);
	done(c, &m);
	/* One of them twice is found: 10.0.4.210 is the 1235th, on line 1238. */
	c = load_many("map 10.0.4.210 2001:db8::1", &m);
	ck_assert_ptr_null(c);
	ck_assert_uint_eq(m.n, 1);
	ck_assert_str_eq(message(&m, 0), with_file("100003: map: "
	    "10.0.4.210/32 is mapped at FILE:1238 already"));
	done(c, &m);
}
END_TEST

START_TEST(installed_example)
{
	const char *srcdir = getenv("srcdir");
	char name[512], text[8192];
	struct conf_msgs m;
	struct conf *c;
	FILE *f;

	snprintf(name, sizeof name, "%s/conf/tayga.conf",
	    srcdir == NULL ? "." : srcdir);
	c = conf_load(name, &m);
	ck_assert_msg(c != NULL, "%s", message(&m, 0));
	ck_assert_uint_eq(m.n, 0);
	ck_assert_str_eq(c->tun_device, "nat64");
	done(c, &m);
	/* What sed of ot-br-posix does to these: tests/e2e/contract-debian.sh. */
	f = fopen(name, "r");
	ck_assert_ptr_nonnull(f);
	text[fread(text, 1, sizeof text - 1, f)] = '\0';
	fclose(f);
	ck_assert_ptr_nonnull(strstr(text, "\nprefix 64:ff9b::/96\n"));
	ck_assert_ptr_nonnull(strstr(text, "\n# prefix 64:ff9b::/96\n"));
	ck_assert_ptr_null(strstr(text, "\n#ipv6-addr"));
}
END_TEST

/* With every "#directive" line made one, it loads too: nothing there is stale. */
START_TEST(installed_example_in_full)
{
	const char *srcdir = getenv("srcdir");
	char name[512], line[512], text[8192] = "map-file /dev/null\n";
	struct conf_msgs m;
	struct conf *c;
	FILE *f;

	snprintf(name, sizeof name, "%s/conf/tayga.conf",
	    srcdir == NULL ? "." : srcdir);
	f = fopen(name, "r");
	ck_assert_ptr_nonnull(f);
	while (fgets(line, sizeof line, f) != NULL) {
		bool off = line[0] == '#' && line[1] >= 'a' && line[1] <= 'z';

		/* The file that it names is not there. */
		if (strncmp(line, "#map-file", 9) == 0)
			continue;
		ck_assert_uint_lt(strlen(text) + strlen(line), sizeof text);
		strcat(text, off ? line + 1 : line);
	}
	fclose(f);
	c = load(text, &m);
	ck_assert_msg(c != NULL && m.n == 0, "%s", message(&m, 0));
	ck_assert_uint_eq(c->nmaps, 2);
	ck_assert_uint_ge(c->tun_route.n, 1);
	ck_assert_uint_eq(c->log, LOG_CLASS_DROP | LOG_CLASS_REJECT |
	    LOG_CLASS_ICMP | LOG_CLASS_SELF | LOG_CLASS_DYN);
	done(c, &m);
}
END_TEST

START_TEST(views)
{
	struct conf_msgs m;
	struct conf *c = load(GOOD "control-socket /run/lichen/control\n"
	    "stats-file /var/lib/lichen.prom\nstats-interval 60\n"
	    "map 192.0.2.1 2001:db8::1\n", &m);

	ck_assert_ptr_nonnull(c);
	ck_assert_uint_eq(m.n, 0);
	ck_assert_str_eq(c->control_socket, "/run/lichen/control");
	ck_assert_str_eq(c->stats_file, "/var/lib/lichen.prom");
	ck_assert_uint_eq(c->stats_interval, 60);
	ck_assert_str_eq(c->path, path);
	ck_assert_str_eq(c->origin[0].file, path);
	ck_assert_uint_eq(c->origin[0].line, 7);
	done(c, &m);
	c = load(GOOD, &m);
	ck_assert_ptr_nonnull(c);
	ck_assert_ptr_null(c->control_socket);
	ck_assert_ptr_null(c->stats_file);
	ck_assert_uint_eq(c->stats_interval, 15);
	done(c, &m);
}
END_TEST

static char *
socket_of(const char *text)
{
	char *found = NULL;
	struct conf *c;
	int fd;

	strcpy(path, "/tmp/lichen-test-conf.XXXXXX");
	fd = mkstemp(path);
	ck_assert_int_ne(fd, -1);
	close(fd);
	write_file(path, text);
	c = conf_peek(path);
	ck_assert_ptr_nonnull(c);
	if (c->control_socket != NULL)
		found = strdup(c->control_socket);
	conf_free(c);
	unlink(path);
	return found;
}

/* Errors elsewhere do not keep an operator from asking. */
START_TEST(control_socket_alone)
{
	char *found = socket_of("prefix 2001:db8::/95\ncontrol-socket /a/b\n"
	    "nonsense\n");

	ck_assert_ptr_nonnull(found);
	ck_assert_str_eq(found, "/a/b");
	free(found);
	ck_assert_ptr_null(socket_of(GOOD));
	conf_free(conf_peek("/nonexistent"));
}
END_TEST

TESTS(conf, views, control_socket_alone, bad_configurations, all_errors_at_once, empty_file, warnings,
    accepted, defaults, every_directive, files_of_others,
    words_of_udp_cksum_mode, odd_octets, long_lines, long_message, many_errors,
    error_behind_warnings, unreadable_files, map_file, map_file_errors,
    map_file_duplicates, clat, wkpf_strict_of_a_clat,
    only_maps_of_a_file, state_directory, map_file_in_state_directory,
    many_maps, installed_example, installed_example_in_full)
