/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "core/rfc6052.h"
#include "tables.h"

static bool
build_maps(struct tables *t, const struct conf *conf,
    const struct conf_reader *reader)
{
	size_t slots = lpm_slots(conf->nmaps);

	if (slots > 0) {
		t->slot4 = calloc(slots, sizeof *t->slot4);
		t->slot6 = calloc(slots, sizeof *t->slot6);
		if (t->slot4 == NULL || t->slot6 == NULL)
			return false;
	}
	addrmap_init(&t->map, conf->maps, conf->nmaps, t->slot4, t->slot6);
	for (size_t i = 0; i < conf->nmaps; i++) {
		if (i % CONF_BREATHE == 0 && reader->breathe != NULL)
			reader->breathe(reader->arg);
		/* conf has refused maps that stand twice. */
		(void)addrmap_add(&t->map, i);
	}
	t->map.has_prefix = conf->has_prefix;
	t->map.prefix = conf->prefix;
	t->map.wkpf_strict = conf->has_prefix &&
	    rfc6052_is_wkp(conf->prefix) ? conf->wkpf_strict : WKPF_NO;
	return true;
}

static bool
build_sources(struct tables *t, const struct conf *conf)
{
	if (conf->nsources == 0)
		return true;
	t->source_slot = calloc(lpm_slots(conf->nsources),
	    sizeof *t->source_slot);
	if (t->source_slot == NULL)
		return false;
	lpm_init6(&t->map.sources, t->source_slot, conf->nsources,
	    conf->sources, sizeof *conf->sources);
	for (size_t i = 0; i < conf->nsources; i++)
		(void)lpm_add6(&t->map.sources, (uint32_t)i);
	t->map.has_sources = true;
	return true;
}

static size_t
aligned(size_t n)
{
	return (n + 63) / 64 * 64;
}

/* The pool and its memory in one block, each part on a cache line of its own. */
static bool
build_pool(struct tables *t, const struct conf *conf, struct siphash_key key)
{
	uint32_t n = (uint32_t)pool_addresses(conf->pool, conf->npools);
	size_t head = aligned(sizeof *t->pool), body;
	size_t slots = conf->dynamic_limit == 0 ? 0 : quota_slots(n);
	char *mem;

	if (n == 0)
		return true;
	body = aligned(pool_bytes(n));
	mem = calloc(1, head + body + slots * sizeof(struct quota_slot));
	if (mem == NULL)
		return false;
	t->map.pool = t->pool = (void *)mem;
	pool_init(t->pool, conf->pool, conf->npools, key, mem + head);
	t->pool->lifetime = (mono_t)conf->dynamic_lifetime * 1000;
	t->pool->retention = (mono_t)conf->dynamic_retention * 1000;
	quota_init(&t->pool->quota, conf->dynamic_limit, n, key,
	    (void *)(mem + head + body));
	pool_reserve(t->pool, (struct prefix4){ conf->ipv4_addr, 32 });
	for (size_t i = 0; i < conf->nmaps; i++)
		if (conf->maps[i].v4.len > 0)
			pool_reserve(t->pool, conf->maps[i].v4);
	return true;
}

bool
tables_build(struct tables *t, const struct conf *conf, struct siphash_key key,
    const struct conf_reader *reader)
{
	memset(t, 0, sizeof *t);
	if (build_maps(t, conf, reader) && build_sources(t, conf) &&
	    build_pool(t, conf, key))
		return true;
	tables_free(t);
	return false;
}

void
tables_free(struct tables *t)
{
	free(t->slot4);
	free(t->slot6);
	free(t->source_slot);
	free(t->pool);
	memset(t, 0, sizeof *t);
}

/* --- leases --------------------------------------------------------------- */

static bool
same_sources(const struct conf *a, const struct conf *b)
{
	bool same = a->nsources == b->nsources;

	for (size_t i = 0; same && i < a->nsources; i++)
		same = prefix6_eq(a->sources[i], b->sources[i]);
	return same;
}

static bool
restore(struct tables *to, ip4_t addr, const struct lease *l, mono_t now)
{
	return to->pool != NULL && addrmap_may_lease(&to->map, l->host) &&
	    pool_restore(to->pool, addr, l->host, l->last, now) == NULL;
}

unsigned
tables_move_leases(struct tables *to, const struct conf *to_conf,
    struct tables *from, const struct conf *from_conf, mono_t now)
{
	const struct lease *l;
	struct pool *pool;
	uint32_t i = 0;
	ip4_t addr;
	unsigned lost = 0;

	if (from->pool == NULL)
		return 0;
	if (to->pool != NULL && pool_same(to->pool, from->pool) &&
	    same_sources(to_conf, from_conf)) {
		pool = to->pool;
		from->pool->lifetime = pool->lifetime;
		from->pool->retention = pool->retention;
		to->pool = to->map.pool = from->pool;
		from->pool = from->map.pool = pool;
		return 0;
	}
	while ((l = pool_next(from->pool, &i, &addr)) != NULL)
		if (!restore(to, addr, l, now))
			lost++;
	return lost;
}
