/* SPDX-License-Identifier: BSD-2-Clause */
#include <sys/ioctl.h>
#include <sys/syscall.h>

#include <net/if.h>

#include <linux/capability.h>
#include <linux/if_tun.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kernel.h"
#include "../unit/suite.h"

char err[256];

void
run(const char *command)
{
	ck_assert_msg(system(command) == 0, "%s", command);
}

void
has(const char *text, const char *part)
{
	ck_assert_msg(strstr(text, part) != NULL, "\"%s\" not in \"%s\"", part,
	    text);
}

void
lacks(const char *text, const char *part)
{
	ck_assert_msg(strstr(text, part) == NULL, "\"%s\" in \"%s\"", part,
	    text);
}

void
drop_capabilities(void)
{
	struct __user_cap_header_struct h = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct none[2] = { { 0, 0, 0 }, { 0, 0, 0 } };

	ck_assert_int_eq(syscall(SYS_capset, &h, none), 0);
}

struct tun
opened(const char *name)
{
	struct tun t;

	ck_assert_msg(tun_open(&t, name, err, sizeof err), "%s", err);
	return t;
}

/* The kernel answers to the address a little later than it has it. */
static void
wait_for_ip6(int net)
{
	char command[256];

	snprintf(command, sizeof command, "for i in $(seq 100); do "
	    "ip -6 route show table local | grep -q 2001:db8:%d::1 && exit; "
	    "sleep 0.05; done; exit 1", net);
	run(command);
}

void
set_up(const char *name, int net)
{
	char command[256];

	snprintf(command, sizeof command, "ip link set %s up && "
	    "ip addr add 2001:db8:%d::1/64 dev %s nodad", name, net, name);
	run(command);
	wait_for_ip6(net);
}

void
bring_up(const char *name, int net)
{
	char command[256];

	snprintf(command, sizeof command,
	    "ip addr add 198.51.%d.1/24 dev %s", net, name);
	run(command);
	set_up(name, net);
}

struct tun
opened_up(const char *name, int net)
{
	struct tun t = opened(name);

	bring_up(name, net);
	return t;
}

int
foreign(const char *name, int flags)
{
	int fd = open("/dev/net/tun", O_RDWR);
	struct ifreq ifr;

	memset(&ifr, 0, sizeof ifr);
	strcpy(ifr.ifr_name, name);
	ifr.ifr_flags = (short)(IFF_TUN | flags);
	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(ioctl(fd, TUNSETIFF, &ifr), 0);
	return fd;
}
