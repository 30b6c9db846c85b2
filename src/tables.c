/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "core/rfc6052.h"
#include "tables.h"

static bool
build_maps(struct tables *t, const struct conf *conf)
{
	size_t slots = lpm_slots(conf->nmaps);
	size_t other;

	if (slots > 0) {
		t->slot4 = calloc(slots, sizeof *t->slot4);
		t->slot6 = calloc(slots, sizeof *t->slot6);
		if (t->slot4 == NULL || t->slot6 == NULL)
			return false;
	}
	/* conf has refused maps that stand twice. */
	(void)addrmap_init(&t->map, conf->maps, conf->nmaps, t->slot4,
	    t->slot6, &other);
	t->map.has_prefix = conf->has_prefix;
	t->map.prefix = conf->prefix;
	t->map.wkpf_strict = conf->wkpf_strict && conf->has_prefix &&
	    rfc6052_is_wkp(conf->prefix);
	return true;
}

static bool
build_pool(struct tables *t, const struct conf *conf, struct siphash_key key)
{
	if (!conf->has_pool)
		return true;
	t->pool_mem = calloc(1, pool_bytes(conf->pool.len));
	if (t->pool_mem == NULL)
		return false;
	pool_init(&t->pool, conf->pool, key, t->pool_mem);
	pool_reserve(&t->pool, (struct prefix4){ conf->ipv4_addr, 32 });
	for (size_t i = 0; i < conf->nmaps; i++)
		if (conf->maps[i].v4.len > 0)
			pool_reserve(&t->pool, conf->maps[i].v4);
	t->map.pool = &t->pool;
	return true;
}

bool
tables_build(struct tables *t, const struct conf *conf, struct siphash_key key)
{
	memset(t, 0, sizeof *t);
	if (build_maps(t, conf) && build_pool(t, conf, key))
		return true;
	tables_free(t);
	return false;
}

void
tables_free(struct tables *t)
{
	free(t->slot4);
	free(t->slot6);
	free(t->pool_mem);
	memset(t, 0, sizeof *t);
}

unsigned
tables_move_leases(struct tables *to, const struct tables *from, mono_t now)
{
	const struct lease *l;
	uint32_t i = 0;
	ip4_t addr;
	unsigned lost = 0;

	if (from->map.pool == NULL)
		return 0;
	while ((l = pool_next(&from->pool, &i, &addr)) != NULL)
		if (to->map.pool == NULL || pool_restore(&to->pool, addr,
		    l->host, l->last, now) != NULL)
			lost++;
	return lost;
}
