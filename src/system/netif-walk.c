/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "netif-walk.h"

bool
netif_fail(const struct netif_steps *steps, const char *step,
    const struct conf_prefix *p, char *err, size_t errsize)
{
	char text[ADDR_TEXT_MAX] = "";
	int error = errno;

	if (p != NULL && p->is6)
		prefix6_text(p->p6, text);
	else if (p != NULL)
		prefix4_text(p->p4, text);
	snprintf(err, errsize, "%s%s%s: %s%s", step, p == NULL ? "" : " ",
	    text, strerror(error), steps->hint(error, p != NULL && p->is6));
	return false;
}

bool
netif_apply(const struct netif_steps *steps, const struct netif_target *t,
    const struct conf *conf, char *err, size_t errsize)
{
	const struct {
		const char	*name;
		const struct conf_prefixes *list;
		int		 (*add)(const struct netif_target *,
				    const struct conf_prefix *);
	} all[] = {
		{ "tun-ip", &conf->tun_ip, steps->add_address },
		{ "tun-route", &conf->tun_route, steps->add_route },
	};

	if (conf->tun_up && steps->up(t) == -1)
		return netif_fail(steps, "tun-up", NULL, err, errsize);
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		for (size_t k = 0; k < all[i].list->n; k++)
			if (all[i].add(t, &all[i].list->p[k]) == -1)
				return netif_fail(steps, all[i].name,
				    &all[i].list->p[k], err, errsize);
	return true;
}

bool
netif_add_all(const struct netif_steps *steps, const struct netif_target *t,
    const struct conf *conf)
{
	int error = 0;

	for (size_t i = 0; i < conf->tun_ip.n; i++)
		if (steps->add_address(t, &conf->tun_ip.p[i]) == -1)
			error = errno;
	for (size_t i = 0; i < conf->tun_route.n; i++)
		if (steps->add_route(t, &conf->tun_route.p[i]) == -1)
			error = errno;
	errno = error;
	return error == 0;
}
