/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keeper.c - System calls of the process, once it has begun: ppoll, send, recv, exit.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/wire.h"
#include "keeper.h"
#include "report/log.h"
#include "system/netwatch.h"
#include "system/process.h"
#include "system/sandbox.h"

#define FDS	1024		/* descriptors that a start may have open */
#define SETTLE	50		/* ms: one change brings others */

/* Nothing of the translator's: least of all the device, which would outlive it. */
static void
let_go(int life)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = 0; fd <= STDERR_FILENO && null != -1; fd++)
		dup2(null, fd);
	for (int fd = STDERR_FILENO + 1; fd < FDS; fd++)
		if (fd != life)
			close(fd);
}

static bool
wants_ipv6(const struct conf *c)
{
	const struct conf_prefixes *all[] = { &c->tun_ip, &c->tun_route };

	for (int i = 0; i < 2; i++)
		for (size_t k = 0; k < all[i]->n; k++)
			if (all[i]->p[k].is6)
				return true;
	return false;
}

/* Nothing of what is asked for is impossible. */
static bool
is_whole(const struct net_facts *f, bool ipv6)
{
	return f->up && (!ipv6 || (!f->no_ipv6 && f->mtu >= IP6_MIN_MTU));
}

_Noreturn static void
keep(const struct conf *c, struct netwatch *w, int life)
{
	struct pollfd pfd[] = {
		{ .fd = life, .events = POLLIN },
		{ .fd = w->events, .events = POLLIN },
	};
	bool ipv6 = wants_ipv6(c), took = false;
	struct net_facts f;

	/* On some routers there is never silence: it is not waited for. */
	while (poll(pfd, 2, -1) > 0 && pfd[0].revents == 0 &&
	    poll(pfd, 1, SETTLE) == 0) {
		took = netwatch_took(w) || took;
		netwatch_look(w, c, &f);
		if (!f.looked)
			continue;
		/* As far as it goes now, and once more when it is whole. */
		if (took && f.up)
			(void)netwatch_restore(w, c);
		took = !is_whole(&f, ipv6);
	}
	_exit(pfd[0].revents != 0 ? EXIT_SUCCESS : EXIT_FAILURE);
}

static void
begin(const struct conf *c, const char *device, const struct privs *privs,
    bool sandbox, int life)
{
	const struct sandbox walls = { .who = SANDBOX_KEEPER };
	struct privs own = *privs;
	struct netwatch w;
	char err[256];

	own.net_admin = true;
	process_name("lichen-keeper");
	signal(SIGCHLD, SIG_DFL);
	let_go(life);
	netwatch_open(&w, device);
	if (w.ask == -1 || w.events == -1 ||
	    !privs_drop(&own, NULL, err, sizeof err))
		_exit(EXIT_FAILURE);
	/* That it fails the daemon finds out, too, and says. */
	if (sandbox)
		(void)sandbox_start(&walls, err, sizeof err);
	keep(c, &w, life);
}

bool
keeper_start(struct keeper *k, const struct conf *c, const char *device,
    const struct privs *privs, bool sandbox)
{
	int ends[2];
	pid_t pid;

	k->life = -1;
	/* A CLAT sees to that itself. */
	if (!netwatch_tells || c->clat.on ||
	    (c->tun_ip.n == 0 && c->tun_route.n == 0))
		return true;
	if (pipe(ends) == -1) {
		log_warn("routes that are lost stay lost");
		return false;
	}
	(void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	/* Nobody waits for it. */
	signal(SIGCHLD, SIG_IGN);
	pid = fork();
	if (pid == 0) {
		close(ends[1]);
		begin(c, device, privs, sandbox, ends[0]);
	}
	close(ends[0]);
	if (pid == -1) {
		log_warn("routes that are lost stay lost");
		close(ends[1]);
		return false;
	}
	k->life = ends[1];
	return true;
}

void
keeper_stop(struct keeper *k)
{
	if (k->life != -1)
		close(k->life);
	k->life = -1;
}
