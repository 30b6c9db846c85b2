/* SPDX-License-Identifier: BSD-2-Clause */
/* tun.c - attaching to devices, making and removing them. */
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>

#include <net/if.h>

#include <linux/ethtool.h>
#include <linux/if_tun.h>
#include <linux/sockios.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "kernel.h"
#include "../unit/suite.h"

#define ALL_TCP	(TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN)

static bool
exists(const char *name)
{
	return if_nametoindex(name) != 0;
}

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Does the kernel hand TCP over uncut? */
static bool
has_tso(const char *name)
{
	struct ethtool_value v = { .cmd = ETHTOOL_GTSO };
	struct ifreq ifr;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	memset(&ifr, 0, sizeof ifr);
	strcpy(ifr.ifr_name, name);
	ifr.ifr_data = (void *)&v;
	ck_assert_int_eq(ioctl(fd, SIOCETHTOOL, &ifr), 0);
	close(fd);
	return v.data != 0;
}

START_TEST(create_is_idempotent)
{
	ck_assert_msg(tun_create("c0", err, sizeof err), "%s", err);
	ck_assert(exists("c0"));
	ck_assert_msg(tun_create("c0", err, sizeof err), "%s", err);
	opened("c0");
	/* In use is no reason to complain either. */
	ck_assert_msg(tun_create("c0", err, sizeof err), "%s", err);
}
END_TEST

/* The one that the test before left. */
START_TEST(destroy_removes)
{
	ck_assert(exists("c0"));
	ck_assert_msg(tun_destroy("c0", err, sizeof err), "%s", err);
	ck_assert(!exists("c0"));
	ck_assert(!tun_destroy("c0", err, sizeof err));
	ck_assert_str_eq(err, "tun-device c0: no such interface");
	ck_assert(!exists("c0"));
}
END_TEST

START_TEST(destroy_waits)
{
	double start;
	struct tun t;

	ck_assert(tun_create("w0", err, sizeof err));
	t = opened("w0");
	start = seconds();
	if (fork() == 0) {
		usleep(500 * 1000);
		_exit(0);
	}
	tun_close(&t);		/* the child still has it */
	ck_assert_msg(tun_destroy("w0", err, sizeof err), "%s", err);
	ck_assert_double_gt(seconds() - start, 0.4);
	ck_assert(!exists("w0"));
}
END_TEST

START_TEST(destroy_gives_up)
{
	double start, took;

	ck_assert(tun_create("w1", err, sizeof err));
	opened("w1");
	start = seconds();
	ck_assert(!tun_destroy("w1", err, sizeof err));
	took = seconds() - start;
	ck_assert_str_eq(err, "tun-device w1: Device or resource busy "
	    "(another process has it)");
	ck_assert_double_gt(took, 1.5);
	ck_assert_double_lt(took, 3.5);
	ck_assert(exists("w1"));
}
END_TEST

START_TEST(open_absent)
{
	struct tun t = opened("a0");

	ck_assert_str_eq(t.name, "a0");
	ck_assert(t.vnet);
	ck_assert(exists("a0"));
	ck_assert_int_ne(fcntl(t.fd, F_GETFL) & O_NONBLOCK, 0);
	ck_assert_int_ne(fcntl(t.fd, F_GETFD) & FD_CLOEXEC, 0);
	tun_close(&t);
	ck_assert_int_eq(t.fd, -1);
	ck_assert(!exists("a0"));
	tun_close(&t);
}
END_TEST

START_TEST(open_busy)
{
	struct tun t = opened("b0"), u;

	ck_assert(!tun_open(&u, "b0", err, sizeof err));
	ck_assert_int_eq(errno, EBUSY);
	ck_assert_int_eq(u.fd, -1);
	ck_assert_str_eq(err, "tun-device b0: Device or resource busy "
	    "(another process has it)");
	tun_close(&t);
	t = opened("b0");
}
END_TEST

/* As TAYGA made them, before and after its 0.9.6. */
START_TEST(open_persistent)
{
	struct tun t;

	run("ip tuntap add mode tun name p1 && "
	    "ip tuntap add mode tun multi_queue name p2");
	for (int i = 0; i < 2; i++) {
		t = opened(i == 0 ? "p1" : "p2");
		ck_assert_str_eq(t.name, i == 0 ? "p1" : "p2");
		ck_assert(t.vnet);
		tun_close(&t);
		ck_assert(tun_create(i == 0 ? "p1" : "p2", err, sizeof err));
		ck_assert(tun_destroy(i == 0 ? "p1" : "p2", err, sizeof err));
		ck_assert(!exists(i == 0 ? "p1" : "p2"));
	}
}
END_TEST

/* A further queue has the packet format of the first: never misread it. */
START_TEST(open_shared_queues)
{
	struct tun t;
	int fd;

	run("ip tuntap add mode tun multi_queue name q0");
	fd = foreign("q0", IFF_MULTI_QUEUE);	/* with packet information */
	ck_assert(!tun_open(&t, "q0", err, sizeof err));
	ck_assert_str_eq(err, "tun-device q0: Device or resource busy "
	    "(another process has it)");
	close(fd);
	t = opened("q0");
}
END_TEST

START_TEST(open_wrong_name)
{
	struct tun t;

	ck_assert(!tun_open(&t, "lo", err, sizeof err));
	ck_assert_str_eq(err, "tun-device lo: Invalid argument "
	    "(no good name, or an interface of another kind)");
	ck_assert(!tun_open(&t, "a/b", err, sizeof err));
	has(err, "tun-device a/b: Invalid argument");
	ck_assert(!tun_open(&t, "sixteen-letters-", err, sizeof err));
	ck_assert_str_eq(err, "tun-device sixteen-letters-: "
	    "name longer than 15 characters");
	ck_assert_int_eq(t.fd, -1);
	t = opened("fifteen-letters");
	ck_assert_str_eq(t.name, "fifteen-letters");
	ck_assert(!tun_create("sixteen-letters-", err, sizeof err));
	ck_assert(!tun_destroy("lo", err, sizeof err));
	has(err, "tun-device lo: Invalid argument");
}
END_TEST

START_TEST(open_no_device_file)
{
	struct tun t;

	ck_assert_int_eq(unshare(CLONE_NEWNS), 0);
	ck_assert_int_eq(mount("none", "/dev/net", "tmpfs", 0, NULL), 0);
	ck_assert(!tun_open(&t, "n0", err, sizeof err));
	ck_assert_str_eq(err, "/dev/net/tun: No such file or directory "
	    "(modprobe tun; in a container, bind-mount /dev/net/tun)");
	ck_assert(!tun_create("n0", err, sizeof err));
	has(err, "modprobe tun");
}
END_TEST

START_TEST(open_no_capability)
{
	struct tun t;
	bool others;

	ck_assert(tun_create("u0", err, sizeof err));
	run("ip tuntap add mode tun user 0 name u1");
	/* Where there are other users at all. */
	others = system("ip tuntap add mode tun user 12345 name u3 "
	    "2>/dev/null") == 0;
	drop_capabilities();
	ck_assert(!tun_open(&t, "u2", err, sizeof err));
	ck_assert_str_eq(err, "tun-device u2: Operation not permitted "
	    "(needs CAP_NET_ADMIN, or an interface made before for this user)");
	if (others) {
		ck_assert(!tun_open(&t, "u3", err, sizeof err));
		has(err, "tun-device u3: Operation not permitted (needs CAP_");
	}
	t = opened("u0");
	tun_close(&t);
	t = opened("u1");
	tun_close(&t);
}
END_TEST

START_TEST(features_do_not_outlive)
{
	struct tun t;
	int size = 12, fd;

	ck_assert(tun_create("f0", err, sizeof err));
	fd = foreign("f0", IFF_NO_PI | IFF_VNET_HDR);
	ck_assert_int_eq(ioctl(fd, TUNSETOFFLOAD, ALL_TCP), 0);
	ck_assert_int_eq(ioctl(fd, TUNSETVNETHDRSZ, &size), 0);
	close(fd);
	ck_assert(has_tso("f0"));
	t = opened("f0");
	ck_assert(!has_tso("f0"));
	ck_assert_int_eq(ioctl(t.fd, TUNGETVNETHDRSZ, &size), 0);
	ck_assert_int_eq(size, 10);
	ck_assert_int_eq(ioctl(t.fd, TUNSETOFFLOAD, ALL_TCP), 0);
	ck_assert(has_tso("f0"));
	tun_close(&t);
	ck_assert(!has_tso("f0"));
}
END_TEST

START_TEST(deleted_under_us)
{
	struct tun t = opened_up("g0", 100);
	struct pollfd p = { .fd = t.fd, .events = POLLIN };
	uint8_t room[TUN_HEAD + TUN_PACKET_MAX] = { 0 }, *b = room + TUN_HEAD;
	struct offload o = { .gso = GSO_NONE };
	struct cur packet = cur_of(b, 20);

	run("ip link del g0");
	ck_assert_int_eq(poll(&p, 1, 2000), 1);
	ck_assert_int_ne(p.revents & POLLERR, 0);
	ck_assert_int_eq(tun_read(&t, b, &packet, &o), TUN_GONE);
	ck_assert_int_eq(errno, EBADFD);
	ck_assert_int_eq(tun_write(&t, &o, packet, cur_of(NULL, 0)), TUN_GONE);
	ck_assert_int_eq(errno, EBADFD);
	tun_close(&t);
	t = opened("g0");
	ck_assert_int_eq(tun_read(&t, b, &packet, &o), TUN_AGAIN);
}
END_TEST

TESTS(tun, create_is_idempotent, destroy_removes, destroy_waits, destroy_gives_up,
    open_absent, open_busy, open_persistent, open_shared_queues, open_wrong_name,
    open_no_device_file, open_no_capability, features_do_not_outlive,
    deleted_under_us)
