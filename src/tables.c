/* SPDX-License-Identifier: BSD-2-Clause */
#include <sys/mman.h>

#include <stdlib.h>
#include <string.h>

#include "core/rfc6052.h"
#include "tables.h"

#define PIECE	(2 * 1024 * 1024)	/* octets to give back at a time */

static void
breathe(const struct conf_reader *reader)
{
	if (reader->breathe != NULL)
		reader->breathe(reader->arg);
}

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
		if (i % CONF_BREATHE == 0)
			breathe(reader);
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

/* Zeroed, and not there before it is touched; NULL without memory. */
static void *
map_memory(size_t n)
{
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

static void
reserve_maps(struct pool *p, const struct conf *conf,
    const struct conf_reader *reader)
{
	for (size_t i = 0; i < conf->nmaps; i++) {
		if (i % CONF_BREATHE == 0)
			breathe(reader);
		if (conf->maps[i].v4.len > 0)
			pool_reserve(p, conf->maps[i].v4);
	}
}

/* The pool and its memory in one block, each part on a cache line of its own. */
static bool
build_pool(struct tables *t, const struct conf *conf, struct siphash_key key,
    const struct conf_reader *reader)
{
	uint32_t n = (uint32_t)pool_addresses(conf->pool, conf->npools);
	size_t head = aligned(sizeof *t->pool), body;
	size_t slots = conf->dynamic_limit == 0 ? 0 : quota_slots(n);
	char *mem;

	if (n == 0)
		return true;
	body = aligned(pool_bytes(n));
	t->pool_octets = head + body + slots * sizeof(struct quota_slot);
	mem = map_memory(t->pool_octets);
	if (mem == NULL)
		return false;
	t->map.pool = t->pool = (void *)mem;
	pool_init(t->pool, conf->pool, conf->npools, key, mem + head);
	t->pool->lifetime = (mono_t)conf->dynamic_lifetime * 1000;
	t->pool->retention = (mono_t)conf->dynamic_retention * 1000;
	quota_init(&t->pool->quota, conf->dynamic_limit, n, key,
	    (void *)(mem + head + body));
	pool_reserve(t->pool, (struct prefix4){ conf->ipv4_addr, 32 });
	reserve_maps(t->pool, conf, reader);
	return true;
}

bool
tables_build(struct tables *t, const struct conf *conf, struct siphash_key key,
    const struct conf_reader *reader)
{
	memset(t, 0, sizeof *t);
	if (build_maps(t, conf, reader) && build_sources(t, conf) &&
	    build_pool(t, conf, key, reader))
		return true;
	tables_free(t);
	return false;
}

static void
free_pool(struct tables *t, const struct conf_reader *reader)
{
	char *mem = (char *)t->pool;
	size_t left = t->pool == NULL ? 0 : t->pool_octets, n;

	for (; left > 0; left -= n, mem += n) {
		n = left < PIECE ? left : PIECE;
		munmap(mem, n);
		breathe(reader);
	}
}

void
tables_free_by(struct tables *t, const struct conf_reader *reader)
{
	free(t->slot4);
	free(t->slot6);
	free(t->source_slot);
	free_pool(t, reader);
	memset(t, 0, sizeof *t);
}

void
tables_free(struct tables *t)
{
	tables_free_by(t, &(struct conf_reader){ 0 });
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

bool
tables_swap_pools(struct tables *to, const struct conf *to_conf,
    struct tables *from, const struct conf *from_conf)
{
	struct pool *pool = to->pool;
	size_t octets = to->pool_octets;

	if (pool == NULL || from->pool == NULL ||
	    !pool_same(pool, from->pool) || !same_sources(to_conf, from_conf))
		return false;
	from->pool->lifetime = pool->lifetime;
	from->pool->retention = pool->retention;
	to->pool = to->map.pool = from->pool;
	to->pool_octets = from->pool_octets;
	from->pool = from->map.pool = pool;
	from->pool_octets = octets;
	return true;
}

bool
tables_may_have(const struct tables *t, ip4_t addr, struct ip6 host)
{
	return t->pool != NULL && pool_has(t->pool, addr) &&
	    pool_leases(t->pool, addr) && addrmap_may_lease(&t->map, host);
}
