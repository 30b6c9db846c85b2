/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shared.c - maps, leases and settings in the memory that the program reads.
 *
 * Programs run while it changes, on other processors.  Maps and settings change
 * only while the generation is 0; a program looks at it before and after it reads
 * them.  A lease does not change at all as long as a program that found it may run:
 * its place is used again after a second.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared.h"

#define PLACE_REST	1000	/* ms, before a place is used again */
#define PLACES_SPARE	8
#define CLOCK_BEHIND	16	/* ms, that the program's may be */
#define MAPS_MIN	64	/* room for some that a reload brings */
#define SEEDS		16
#define BREATHE_EVERY	1024

static struct fp_control *
control(const struct shared *t)
{
	return t->loader.mem[FP_CONTROL];
}

static struct fp_map *
map_array(const struct shared *t)
{
	return t->loader.mem[FP_MAPS];
}

static struct fp_lease *
lease_array(const struct shared *t)
{
	return t->loader.mem[FP_LEASES];
}

static struct fp_bucket *
bucket(const struct shared *t, enum fp_array array, uint32_t i,
    uint32_t mask)
{
	return (struct fp_bucket *)t->loader.mem[array] + (i & mask);
}

/* --- sizes ---------------------------------------------------------------- */

static uint32_t
power_of_two(uint64_t n)
{
	uint32_t p = 1;

	while (p < n)
		p *= 2;
	return p;
}

/* Numbers of processors go up to this; "0-3,8" is 8. */
static uint32_t
last_processor(void)
{
	FILE *f = fopen("/sys/devices/system/cpu/possible", "re");
	long n = sysconf(_SC_NPROCESSORS_CONF);
	uint32_t last = n > 0 ? (uint32_t)n - 1 : 0;
	char text[256], *p;

	if (f == NULL)
		return last;
	if (fgets(text, sizeof text, f) != NULL) {
		for (p = text + strlen(text); p > text &&
		    (p[-1] < '0' || p[-1] > '9'); p--)
			;
		for (; p > text && p[-1] >= '0' && p[-1] <= '9'; p--)
			;
		last = (uint32_t)strtoul(p, NULL, 10);
	}
	fclose(f);
	return last;
}

static void
choose_sizes(struct shared *t, const struct addrmap *map,
    uint32_t entries[FP_ARRAYS])
{
	uint64_t addresses = map->pool == NULL ? 1 : pool_size(map->pool);

	t->maps = (uint32_t)(map->nmaps + map->nmaps / 4 + MAPS_MIN);
	/* More than addresses, since places rest. */
	t->places = addresses * 2 + PLACES_SPARE < FP_LEASES_MAX ?
	    (uint32_t)addresses * 2 + PLACES_SPARE : FP_LEASES_MAX;
	t->processors = last_processor() + 1;
	entries[FP_CONTROL] = 1;
	entries[FP_MAPS] = t->maps;
	entries[FP_MAPS4] = entries[FP_MAPS6] = power_of_two(t->maps / 3 + 1);
	entries[FP_LEASES] = t->places;
	entries[FP_LEASES4] = entries[FP_LEASES6] =
	    power_of_two(t->places / 4 + 1);
	entries[FP_COUNTS] = t->processors;
	entries[FP_IDENT] = FP_IDENTS;
	entries[FP_HELD] = FP_FLOWS;
}

bool
shared_open(struct shared *t, const struct forward *f, char *err,
    size_t errsize)
{
	uint32_t entries[FP_ARRAYS];

	memset(t, 0, sizeof *t);
	loader_init(&t->loader);
	choose_sizes(t, &f->map, entries);
	t->free = calloc(t->places, sizeof *t->free);
	t->free_since = calloc(t->places, sizeof *t->free_since);
	if (t->free == NULL || t->free_since == NULL) {
		snprintf(err, errsize, "not enough memory");
		errno = ENOMEM;
		return false;
	}
	if (!loader_open(&t->loader, entries, err, errsize))
		return false;
	control(t)->map_mask = entries[FP_MAPS4] - 1;
	control(t)->lease_mask = entries[FP_LEASES4] - 1;
	shared_forget_leases(t);
	return true;
}

void
shared_close(struct shared *t)
{
	loader_close(&t->loader);
	free(t->free);
	free(t->free_since);
}

/* --- in force ------------------------------------------------------------- */

void
shared_off(struct shared *t)
{
	__atomic_store_n(&control(t)->generation, 0, __ATOMIC_SEQ_CST);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

void
shared_on(struct shared *t)
{
	if (++t->generation == 0)
		t->generation++;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	__atomic_store_n(&control(t)->generation, t->generation,
	    __ATOMIC_SEQ_CST);
}

void
shared_link_header(struct shared *t, bool there)
{
	control(t)->link_header = there ? LOADER_LINK_HEADER : 0;
}

static struct fp_range
range_of(struct prefix4 p)
{
	return (struct fp_range){ p.addr, p.addr | ~mask4(p.len) };
}

static void
settings_pool(struct fp_control *c, const struct pool *pool)
{
	c->ranges = 0;
	for (int i = 0; i < FP_RANGES; i++)
		c->range[i] = (struct fp_range){ 1, 0 };
	if (pool == NULL)
		return;
	c->lifetime = pool->lifetime < CLOCK_BEHIND ? 0 :
	    (uint64_t)pool->lifetime - CLOCK_BEHIND;
	for (unsigned i = 0; i < pool->nranges; i++)
		c->range[c->ranges++] = range_of(pool->range[i].prefix);
}

static void
settings_prefix(struct fp_control *c, const struct addrmap *map)
{
	struct ip6 mask = mask6(map->prefix.len);

	c->has_prefix = map->has_prefix;
	c->prefix_len = map->prefix.len;
	c->prefix_hi = map->prefix.addr.hi;
	c->prefix_lo = map->prefix.addr.lo;
	c->mask_hi = mask.hi;
	c->mask_lo = mask.lo;
	c->wkpf_strict = (uint8_t)map->wkpf_strict;
}

static_assert(WKPF_NO == 0 && WKPF_PRIVATE == 1 && WKPF_YES == 2,
    "program.c has these numbers");
static_assert(FP_RANGES >= POOL_RANGES, "room for every pool");

void
shared_settings(struct shared *t, const struct forward *f)
{
	struct fp_control *c = control(t);

	settings_prefix(c, &f->map);
	settings_pool(c, f->map.pool);
	c->own4 = f->own.addr4;
	c->own6_hi = f->own.addr6.hi;
	c->own6_lo = f->own.addr6.lo;
	c->mtu = f->set.mtu;
	c->offlink_mtu = f->set.offlink_mtu;
	c->set_tos = f->set.set_tos;
	c->tos = f->set.tos;
	/* Ours alone: the core's would show where its sequences are. */
	c->key[0] = f->ident.key.k[1] ^ 0x6c696368656e2066;
	c->key[1] = f->ident.key.k[0] ^ 0x6173742070617468;
}

/* --- buckets -------------------------------------------------------------- */

static unsigned
room(const struct fp_bucket *b, uint32_t tag)
{
	unsigned n = 0;

	for (int i = 0; i < FP_BUCKET; i++) {
		if (b->entry[i] == 0)
			n++;
		else if (b->tag[i] == tag)
			return 0;	/* cannot be told apart */
	}
	return n;
}

static bool
put(struct fp_bucket *b, uint32_t tag, uint32_t entry)
{
	int i = 0;

	while (i < FP_BUCKET && b->entry[i] != 0)
		i++;
	if (i == FP_BUCKET)
		return false;
	__atomic_store_n(&b->tag[i], tag, __ATOMIC_RELAXED);
	__atomic_store_n(&b->entry[i], entry, __ATOMIC_RELEASE);
	return true;
}

static bool
has_tag(const struct fp_bucket *b, uint32_t tag)
{
	for (int i = 0; i < FP_BUCKET; i++)
		if (b->entry[i] != 0 && b->tag[i] == tag)
			return true;
	return false;
}

/* Into the emptier of the two where it may be. */
static bool
insert(const struct shared *t, enum fp_array array, uint32_t mask,
    uint64_t hash, uint32_t entry)
{
	struct fp_bucket *a = bucket(t, array, FP_BUCKET_A(hash), mask);
	struct fp_bucket *b = bucket(t, array, FP_BUCKET_B(hash), mask);
	uint32_t tag = FP_TAG(hash);

	if (has_tag(a, tag) || has_tag(b, tag))
		return false;
	return put(room(a, tag) >= room(b, tag) ? a : b, tag, entry);
}

static void
take_out(struct fp_bucket *b, uint32_t entry)
{
	for (int i = 0; i < FP_BUCKET; i++)
		if (b->entry[i] == entry)
			__atomic_store_n(&b->entry[i], 0, __ATOMIC_RELAXED);
}

static void
delete(const struct shared *t, enum fp_array array, uint32_t mask,
    uint64_t hash, uint32_t entry)
{
	take_out(bucket(t, array, FP_BUCKET_A(hash), mask), entry);
	take_out(bucket(t, array, FP_BUCKET_B(hash), mask), entry);
}

/* The index + 1 of what has this hash, perhaps: as the program looks for it. */
static uint32_t
find(const struct shared *t, enum fp_array array, uint32_t mask,
    uint64_t hash)
{
	const struct fp_bucket *a = bucket(t, array, FP_BUCKET_A(hash), mask);
	const struct fp_bucket *b = bucket(t, array, FP_BUCKET_B(hash), mask);
	uint32_t found = 0, tag = FP_TAG(hash);

	for (int i = 0; i < FP_BUCKET; i++) {
		if (a->tag[i] == tag)
			found |= a->entry[i];
		if (b->tag[i] == tag)
			found |= b->entry[i];
	}
	return found;
}

static void
clear(const struct shared *t, enum fp_array array)
{
	memset(t->loader.mem[array], 0, t->loader.size[array]);
}

/* --- maps ----------------------------------------------------------------- */

static uint64_t
hash_map(const struct fp_map *m, enum fp_array array, uint32_t seed)
{
	return array == FP_MAPS4 ? fp_hash4(m->addr, m->len4, seed) :
	    fp_hash6(m->hi, m->lo, m->len6, seed);
}

/* All of them, by one family; false: they do not go into the buckets. */
static bool
fill_buckets(const struct shared *t, enum fp_array array, size_t n,
    uint32_t seed, const struct fastpath_breath *b)
{
	const struct fp_map *m = map_array(t);
	uint32_t mask = control(t)->map_mask;

	clear(t, array);
	for (uint32_t i = 0; i < n; i++) {
		if (i % BREATHE_EVERY == 0 && b != NULL)
			b->breathe(b->arg);
		if (!insert(t, array, mask, hash_map(&m[i], array, seed),
		    i + 1))
			return false;
	}
	/* A later one may hide an earlier one that has its tag. */
	for (uint32_t i = 0; i < n; i++) {
		if (i % BREATHE_EVERY == 0 && b != NULL)
			b->breathe(b->arg);
		if (find(t, array, mask, hash_map(&m[i], array, seed)) !=
		    i + 1)
			return false;
	}
	return true;
}

static void
copy_map(struct fp_map *to, const struct map *m)
{
	*to = (struct fp_map){
		.hi = m->v6.addr.hi,
		.lo = m->v6.addr.lo,
		.addr = m->v4.addr,
		.len4 = m->v4.len,
		.len6 = m->v6.len,
	};
}

static bool
copy_lengths(const struct lpm *from, uint64_t *to, uint8_t *n)
{
	*to = *n = 0;
	if (from->nlen > FP_LENGTHS)
		return false;
	for (int i = 0; i < from->nlen; i++)
		*to |= (uint64_t)from->len[i] << i * 8;
	*n = from->nlen;
	return true;
}

bool
shared_maps(struct shared *t, const struct addrmap *map,
    const struct fastpath_breath *b, char *err, size_t errsize)
{
	struct fp_control *c = control(t);

	if (map->nmaps > t->maps) {
		snprintf(err, errsize, "%zu maps, and room for %u since the "
		    "start: a restart makes more", map->nmaps, t->maps);
		return false;
	}
	if (!copy_lengths(&map->by4, &c->length4, &c->lengths4) ||
	    !copy_lengths(&map->by6, &c->length6, &c->lengths6)) {
		snprintf(err, errsize, "maps with more than %d different "
		    "prefix lengths", FP_LENGTHS);
		return false;
	}
	for (size_t i = 0; i < map->nmaps; i++)
		copy_map(&map_array(t)[i], &map->map[i]);
	for (c->seed = 1; c->seed <= SEEDS; c->seed++)
		if (fill_buckets(t, FP_MAPS4, map->nmaps, c->seed, b) &&
		    fill_buckets(t, FP_MAPS6, map->nmaps, c->seed, b))
			return true;
	snprintf(err, errsize, "the maps do not fit its tables");
	return false;
}

/* --- leases --------------------------------------------------------------- */

static uint64_t
hash_addr(const struct shared *t, ip4_t addr)
{
	const struct siphash_key key = { { control(t)->key[0],
	    control(t)->key[1] } };
	const uint64_t word = addr;

	return siphash(&key, &word, 1);
}

static uint64_t
hash_host(const struct shared *t, struct ip6 host)
{
	const struct siphash_key key = { { control(t)->key[0],
	    control(t)->key[1] } };
	const uint64_t words[] = { host.hi, host.lo };

	return siphash(&key, words, 2);
}

void
shared_forget_leases(struct shared *t)
{
	clear(t, FP_LEASES4);
	clear(t, FP_LEASES6);
	memset(lease_array(t), 0, t->high * sizeof(struct fp_lease));
	for (uint32_t i = 0; i < t->places; i++) {
		t->free[i] = i;
		t->free_since[i] = -PLACE_REST;
	}
	t->free_head = 0;
	t->nfree = t->places;
	t->high = t->sweep = t->stale = 0;
	t->nwaiting = 0;
}

static void
free_place(struct shared *t, uint32_t place, mono_t now)
{
	uint32_t at = (t->free_head + t->nfree) % t->places;

	t->free[at] = place;
	t->free_since[at] = now;
	t->nfree++;
}

struct fp_lease *
shared_lease(const struct shared *t, ip4_t addr)
{
	uint32_t entry = find(t, FP_LEASES4, control(t)->lease_mask,
	    hash_addr(t, addr));
	struct fp_lease *l;

	if (entry == 0 || entry > t->places)
		return NULL;
	l = &lease_array(t)[entry - 1];
	return l->active && l->addr == addr ? l : NULL;
}

bool
shared_publish(struct shared *t, ip4_t addr, struct ip6 host,
    mono_t used, mono_t now)
{
	uint32_t mask = control(t)->lease_mask, place;
	uint64_t h4 = hash_addr(t, addr), h6 = hash_host(t, host);
	struct fp_lease *l;

	if (t->nfree == 0 || t->free_since[t->free_head] + PLACE_REST > now)
		return false;
	place = t->free[t->free_head];
	l = &lease_array(t)[place];
	*l = (struct fp_lease){ host.hi, host.lo, (uint64_t)used, addr, 1 };
	__atomic_thread_fence(__ATOMIC_RELEASE);
	if (!insert(t, FP_LEASES4, mask, h4, place + 1))
		return false;
	if (!insert(t, FP_LEASES6, mask, h6, place + 1)) {
		delete(t, FP_LEASES4, mask, h4, place + 1);
		l->active = 0;
		t->free_head = (t->free_head + 1) % t->places;
		t->nfree--;
		free_place(t, place, now);
		return false;
	}
	t->free_head = (t->free_head + 1) % t->places;
	t->nfree--;
	if (place >= t->high)
		t->high = place + 1;
	return true;
}

void
shared_retire(struct shared *t, ip4_t addr, mono_t now)
{
	struct fp_lease *l = shared_lease(t, addr);
	uint32_t mask = control(t)->lease_mask, place;
	struct ip6 host;

	if (l == NULL)
		return;
	host = (struct ip6){ l->hi, l->lo };
	place = (uint32_t)(l - lease_array(t));
	__atomic_store_n(&l->active, 0, __ATOMIC_SEQ_CST);
	delete(t, FP_LEASES4, mask, hash_addr(t, addr), place + 1);
	delete(t, FP_LEASES6, mask, hash_host(t, host), place + 1);
	free_place(t, place, now);
}

/* --- counters ------------------------------------------------------------- */

struct fp_count
shared_count(const struct shared *t)
{
	const struct fp_count *each = t->loader.mem[FP_COUNTS];
	struct fp_count sum = { 0 };

	for (uint32_t i = 0; i < t->processors; i++) {
		const volatile struct fp_count *n = &each[i];

		sum.packets64 += n->packets64;
		sum.octets64 += n->octets64;
		sum.packets46 += n->packets46;
		sum.octets46 += n->octets46;
		sum.lost += n->lost;
	}
	return sum;
}
