/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "conf.h"

void
conf_free(struct conf *c)
{
	if (c == NULL)
		return;
	free(c->path);
	free(c->control_socket);
	free(c->stats_file);
	free(c->maps);
	free(c->sources);
	free(c->origin);
	free(c->data_dir);
	free(c->map_file);
	free(c->tun_ip.p);
	free(c->tun_route.p);
	free(c);
}
