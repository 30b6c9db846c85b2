/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The daemon's start against a double of FreeBSD's kernel (freebsd/kernel.h), where
 * a device outlives who made it: a start that fails leaves nothing.
 */
#include <sys/socket.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../freebsd/kernel.h"
#include "conf/file.h"
#include "daemon.h"
#include "suite.h"
#include "system/link.h"
#include "system/netif.h"
#include "system/sandbox.h"
#include "system/tun.h"

static struct daemon d;
static char err[512];

const char *
kernel_text(bool is6, const void *addr, char buf[static 64])
{
	return inet_ntop(is6 ? AF_INET6 : AF_INET, addr, buf, 64);
}

static bool
starts(const char *more)
{
	char path[] = "/tmp/test_start_freebsd.XXXXXX";
	int fd = mkstemp(path);
	FILE *f = fd == -1 ? NULL : fdopen(fd, "w");
	struct conf_msgs msgs;
	struct conf *c;
	bool ok;

	ck_assert_ptr_nonnull(f);
	fprintf(f, "tun-device nat64\nipv4-addr 192.0.2.1\n"
	    "prefix 2001:db8:1::/96\n%s", more);
	fclose(f);
	c = conf_load(path, &msgs);
	ck_assert_msg(c != NULL, "%s", msgs.n > 0 ? msgs.msg[0].text : "?");
	conf_msgs_free(&msgs);
	d = (struct daemon){ .there = true };
	ok = daemon_start(&d, path, c, err, sizeof err);
	remove(path);
	return ok;
}

static void
is_gone(void)
{
	daemon_free(&d);
	ck_assert_uint_eq(kernel_count(), 0);
	ck_assert_uint_eq(kernel_descriptors(), 0);
	ck_assert_uint_eq(kernel.deadlocks, 0);
}

START_TEST(no_data_dir)
{
	kernel_reset();
	ck_assert(!starts("data-dir /dev/null/nowhere\n"));
	ck_assert_uint_eq(kernel_count(), 1);
	is_gone();
}
END_TEST

START_TEST(no_address)
{
	kernel_reset();
	kernel.ipv6 = false;
	ck_assert(!starts("tun-ip 2001:db8:2::1\n"));
	is_gone();
}
END_TEST

/* Such as a pid file that cannot be written: nothing was announced yet. */
START_TEST(what_comes_after)
{
	kernel_reset();
	ck_assert_msg(starts(""), "%s", err);
	is_gone();
	ck_assert_msg(starts("tun-up yes\n"), "%s", err);
	is_gone();
}
END_TEST

START_TEST(no_device)
{
	kernel_reset();
	kernel.module = false;
	ck_assert(!starts(""));
	is_gone();
}
END_TEST

START_TEST(what_was_there_stays)
{
	kernel_reset();
	kernel_make(KIND_TUN, "nat64");
	ck_assert(!starts("data-dir /dev/null/nowhere\n"));
	daemon_free(&d);
	ck_assert_uint_eq(kernel_count(), 1);
	ck_assert_uint_eq(kernel_descriptors(), 0);
}
END_TEST

/* Once it runs, its device is left to TAYGA's scripts, or is its own affair. */
START_TEST(after_a_good_start)
{
	kernel_reset();
	ck_assert_msg(starts(""), "%s", err);
	daemon_announce(&d);
	daemon_free(&d);
	ck_assert_uint_eq(kernel_count(), 1);

	kernel_reset();
	ck_assert_msg(starts("tun-up yes\n"), "%s", err);
	daemon_announce(&d);
	is_gone();
}
END_TEST

/* Named here, FreeBSD's are linked, not those of this system. */
int
main(void)
{
	void (*const volatile theirs[])(void) = {
		(void (*)(void))tun_open, (void (*)(void))netif_configure,
		(void (*)(void))link_open, (void (*)(void))sandbox_start,
	};

	return theirs[0] == NULL ? EXIT_FAILURE : RUN_SUITE(start_freebsd,
	    no_data_dir, no_address, what_comes_after, no_device,
	    what_was_there_stays, after_a_good_start);
}
