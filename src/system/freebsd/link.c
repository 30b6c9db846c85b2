/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link.c - System calls: socket, ioctl, close.  A device that goes to another
 * network stack (vnet(9)) comes back when that ends; until then the MTU stays.
 */
#include <sys/socket.h>
#include <sys/ioctl.h>
#include <sys/sockio.h>

#include <net/if.h>
#include <net/if_tun.h>

#include <string.h>
#include <unistd.h>

#include "report/log.h"
#include "system/link.h"

void
link_open(struct link *l, const struct tun *t)
{
	*l = (struct link){ .fd = t->fd };
	memcpy(l->name, t->name, sizeof l->name);
	l->ask = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (l->ask == -1)
		log_warn("cannot ask for the mtu of %s", t->name);
	link_look(l);
}

void
link_close(struct link *l)
{
	if (l->ask != -1)
		close(l->ask);
	l->ask = -1;
}

int
link_events(const struct link *l)
{
	(void)l;
	return -1;
}

bool
link_is_away(const struct link *l)
{
	(void)l;
	return false;
}

void
link_look(struct link *l)
{
	struct ifreq ifr;

	memset(&ifr, 0, sizeof ifr);
	if (ioctl(l->fd, TUNGIFNAME, &ifr) == 0) {
		memcpy(l->name, ifr.ifr_name, sizeof l->name);
		l->name[sizeof l->name - 1] = '\0';
	}
	memset(&ifr, 0, sizeof ifr);
	memcpy(ifr.ifr_name, l->name, sizeof l->name);
	if (l->ask != -1 && ioctl(l->ask, SIOCGIFMTU, &ifr) == 0)
		l->mtu = (unsigned)ifr.ifr_mtu;
}
