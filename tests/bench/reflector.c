/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reflector.c - writes every packet back to the TUN device as it was read:
 * what a translator that does nothing costs.  Super-packets stay what they are;
 * every packet is written by itself.
 *
 *	reflector DEVICE		until it is killed
 */
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <linux/if.h>
#include <linux/if_tun.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FEATURES	(TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN)
/* Since Linux 6.2; headers are often older than the kernel. */
#define FEATURES_USO	0x60

static int
open_tun(const char *name)
{
	struct ifreq ifr = { .ifr_flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR };
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

	if (fd == -1)
		err(1, "/dev/net/tun");
	snprintf(ifr.ifr_name, sizeof ifr.ifr_name, "%s", name);
	if (ioctl(fd, TUNSETIFF, &ifr) == -1)
		err(1, "%s", name);
	if (ioctl(fd, TUNSETOFFLOAD, FEATURES | FEATURES_USO) == -1 &&
	    ioctl(fd, TUNSETOFFLOAD, FEATURES) == -1)
		warn("%s: no offload", name);
	return fd;
}

int
main(int argc, char **argv)
{
	static uint8_t buf[10 + 65535 + 40];
	struct pollfd pfd = { .events = POLLIN };

	if (argc != 2)
		errx(1, "usage: reflector device");
	pfd.fd = open_tun(argv[1]);
	while (poll(&pfd, 1, -1) != -1 || errno == EINTR) {
		ssize_t n;

		while ((n = read(pfd.fd, buf, sizeof buf)) > 0)
			if (write(pfd.fd, buf, (size_t)n) == -1 &&
			    errno == EBADFD)
				break;
		if (n == -1 && errno != EAGAIN && errno != EINTR)
			err(1, "%s", argv[1]);
	}
	err(1, "poll");
}
