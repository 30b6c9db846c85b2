/* SPDX-License-Identifier: BSD-2-Clause */
#include <sys/socket.h>

#include <net/if.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "conf/tayga.h"
#include "log.h"
#include "print.h"
#include "system/nat44.h"
#include "system/plain-file.h"

void
print_hint(const struct conf *c)
{
	char text[ADDR_TEXT_MAX], routes[(POOL_RANGES + 2) * 90] = "";
	size_t n = 0;

	/* A CLAT does it all by itself. */
	if (c->clat.on || c->tun_up || c->tun_route.n > 0 || c->tun_ip.n > 0 ||
	    if_nametoindex(c->tun_device) != 0)
		return;
	if (c->has_prefix)
		n += (size_t)snprintf(routes, sizeof routes,
		    ", \"tun-route %s\"", prefix6_text(c->prefix, text));
	for (unsigned i = 0; i < c->npools; i++)
		n += (size_t)snprintf(routes + n, sizeof routes - n,
		    ", \"tun-route %s\"", prefix4_text(c->pool[i], text));
	if (c->has_ipv6_addr && !(c->has_prefix &&
	    prefix6_has(c->prefix, c->ipv6_addr)))
		snprintf(routes + n, sizeof routes - n, ", \"tun-route %s\"",
		    ip6_text(c->ipv6_addr, text));
	log_notice("%s: hint: there is no %s yet, and neither tun-up nor "
	    "tun-route here.  Unless a script does what TAYGA's did, add "
	    "\"tun-up yes\"%s%s", c->path, c->tun_device, routes,
	    c->nmaps > 0 ? " and a tun-route for each map" : "");
}

int
print_nat44(const struct conf *c, const char *interface)
{
	char err[256];

	if (!nat44_write(c, interface, stdout, err, sizeof err)) {
		log_errx("%s", err);
		return EXIT_FAILURE;
	}
	if (fflush(stdout) == 0)
		return EXIT_SUCCESS;
	log_err("cannot write");
	return EXIT_FAILURE;
}

static void
warn_left_out(void *path, unsigned line, const char *why)
{
	log_warnx("%s:%u: warning: %s", (const char *)path, line, why);
}

int
print_tayga(const char *path, const char *version)
{
	enum tayga_version v = TAYGA_0_9_2;
	char *name = strdup(path);
	FILE *in;
	bool ok;

	if (version != NULL && strcmp(version, "latest") == 0)
		v = TAYGA_LATEST;
	else if (version != NULL && strcmp(version, "0.9.2") != 0)
		fatalx("--tayga-conf %s: want 0.9.2 or latest", version);
	in = plain_fopen(AT_FDCWD, path);
	if (in == NULL) {
		log_errx("%s: cannot open: %s", path, plain_error(errno));
		free(name);
		return EXIT_CONFIG;
	}
	if (name == NULL)
		fatal("%s", path);
	ok = tayga_write(in, stdout, v, warn_left_out, name);
	if (!ok)
		log_err("%s: cannot read or write it", path);
	fclose(in);
	free(name);
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
