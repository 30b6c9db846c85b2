/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pool.c - leases, indexed by host number, and three ways to find one: by
 * address (the index itself), by host (a keyed hash), by age (two lists).
 *
 * The lists are sorted by `last` in windows of eight seconds: a lease moves to
 * the tail at its first packet in a window, so that the packets after it write
 * nothing but `last`.  That is how late housekeeping may be; look-ups compare
 * `last` itself and are exact.
 */
#include <string.h>

#include "pool.h"

#define WINDOW_BITS	13		/* 8192 ms */
#define NONE		0		/* the base address is never leased */

/* Buckets for n addresses: a power of two. */
static uint32_t
buckets(uint32_t n)
{
	uint32_t b = 1;

	while (b < n)
		b *= 2;
	return b;
}

/* --- host numbers --------------------------------------------------------- */

/* Ranges are sorted both ways: the last one that starts at or before it. */
static const struct pool_range *
range_of_addr(const struct pool *p, ip4_t a)
{
	unsigned lo = 0, n = p->nranges;

	while (n > 1) {
		unsigned half = n / 2;

		if (p->range[lo + half].prefix.addr <= a)
			lo += half;
		n -= half;
	}
	return &p->range[lo];
}

static ip4_t
addr_of(const struct pool *p, uint32_t i)
{
	unsigned lo = 0, n = p->nranges;

	while (n > 1) {
		unsigned half = n / 2;

		if (p->range[lo + half].first <= i)
			lo += half;
		n -= half;
	}
	return p->range[lo].prefix.addr + (i - p->range[lo].first);
}

/* NONE for an address that is not in the pool (as for the very first one). */
static uint32_t
number_of(const struct pool *p, ip4_t a)
{
	const struct pool_range *r = range_of_addr(p, a);

	return prefix4_has(r->prefix, a) ? r->first + (a - r->prefix.addr) :
	    NONE;
}

bool
pool_has(const struct pool *p, ip4_t a)
{
	return prefix4_has(range_of_addr(p, a)->prefix, a);
}

static bool
is_leased(const struct pool *p, uint32_t i)
{
	return p->lease[i].state != LEASE_FREE;
}

static bool
is_reserved(const struct pool *p, uint32_t i)
{
	return !freemap_is_free(&p->free, i) && !is_leased(p, i);
}

bool
pool_leases(const struct pool *p, ip4_t a)
{
	return !is_reserved(p, number_of(p, a));
}

/* --- leases by age -------------------------------------------------------- */

static struct lease_list *
list_of(struct pool *p, enum lease_state state)
{
	return state == LEASE_ACTIVE ? &p->active : &p->dormant;
}

static void
unlink_lease(struct pool *p, uint32_t i)
{
	struct lease *l = &p->lease[i];
	struct lease_list *list = list_of(p, (enum lease_state)l->state);

	if (l->prev == NONE)
		list->head = l->next;
	else
		p->lease[l->prev].next = l->next;
	if (l->next == NONE)
		list->tail = l->prev;
	else
		p->lease[l->next].prev = l->prev;
	if (p->walk == i)
		p->walk = l->prev;
	list->count--;
}

static void
append_lease(struct pool *p, uint32_t i, enum lease_state state)
{
	struct lease *l = &p->lease[i];
	struct lease_list *list = list_of(p, state);

	l->state = (uint8_t)state;
	l->next = NONE;
	l->prev = list->tail;
	if (list->tail == NONE)
		list->head = i;
	else
		p->lease[list->tail].next = i;
	list->tail = i;
	list->count++;
}

static void
touch(struct pool *p, uint32_t i, mono_t now)
{
	struct lease *l = &p->lease[i];

	if (l->last >> WINDOW_BITS != now >> WINDOW_BITS ||
	    l->state != LEASE_ACTIVE) {
		unlink_lease(p, i);
		append_lease(p, i, LEASE_ACTIVE);
	}
	l->last = now;
}

/* An active lease: catch up with what others know of it. */
static bool
overdue(struct pool *p, uint32_t i, mono_t now)
{
	mono_t last = p->lease[i].last;

	if (last + p->lifetime > now)
		return false;
	if (p->elsewhere != NULL)
		last = p->elsewhere(p->elsewhere_arg, addr_of(p, i));
	if (last > p->lease[i].last)
		touch(p, i, last);
	return p->lease[i].last + p->lifetime <= now;
}

static bool
is_active(struct pool *p, uint32_t i, mono_t now)
{
	return p->lease[i].state == LEASE_ACTIVE && !overdue(p, i, now);
}

/* --- leases by host ------------------------------------------------------- */

static uint32_t *
bucket_of(const struct pool *p, struct ip6 host)
{
	const uint64_t words[] = { host.hi, host.lo };

	return &p->bucket[siphash(&p->key, words, 2) & p->bucket_mask];
}

static uint32_t
find_host(const struct pool *p, struct ip6 host)
{
	uint32_t i = *bucket_of(p, host);

	while (i != NONE && !ip6_eq(p->lease[i].host, host))
		i = p->lease[i].chain;
	return i;
}

static void
add_to_bucket(struct pool *p, uint32_t i)
{
	uint32_t *b = bucket_of(p, p->lease[i].host);

	p->lease[i].chain = *b;
	*b = i;
}

static void
remove_from_bucket(struct pool *p, uint32_t i)
{
	uint32_t *at = bucket_of(p, p->lease[i].host);

	while (*at != i)
		at = &p->lease[*at].chain;
	*at = p->lease[i].chain;
}

/* --- making and ending leases --------------------------------------------- */

static void
assign(struct pool *p, uint32_t i, struct ip6 host, mono_t last,
    enum lease_state state)
{
	p->lease[i].host = host;
	p->lease[i].last = last;
	add_to_bucket(p, i);
	append_lease(p, i, state);
	freemap_use(&p->free, i);
	freemap_free(&p->leased, i);
	if (state == LEASE_ACTIVE)
		quota_add(&p->quota, host.hi);
}

static void
release(struct pool *p, uint32_t i)
{
	if (p->lease[i].state == LEASE_ACTIVE)
		quota_sub(&p->quota, p->lease[i].host.hi);
	unlink_lease(p, i);
	remove_from_bucket(p, i);
	p->lease[i] = (struct lease){ .state = LEASE_FREE };
	freemap_free(&p->free, i);
	freemap_use(&p->leased, i);
}

static uint32_t
swap_octets(uint32_t v)
{
	return v >> 24 | (v >> 8 & 0xff00) | (v << 8 & 0xff0000) | v << 24;
}

/*
 * Where TAYGA starts to look, so that a switch changes nobody's address: the
 * little-endian words of the address, added up and folded to the host mask.
 */
static uint32_t
candidate(const struct pool *p, struct ip6 host)
{
	const uint32_t words[] = {
		(uint32_t)(host.hi >> 32), (uint32_t)host.hi,
		(uint32_t)(host.lo >> 32), (uint32_t)host.lo,
	};
	const struct pool_range *r = &p->range[p->home];
	unsigned bits = 32u - r->prefix.len;
	uint32_t mask = ~mask4(r->prefix.len);
	uint32_t base = 0;

	for (unsigned i = 0; i < 4; i++) {
		base += swap_octets(words[i]);
		while (base > mask)
			base = (base & mask) + (base >> bits);
	}
	return r->first + base;
}

/* The dormant lease that has been unused the longest, or NONE. */
static uint32_t
oldest_unused(struct pool *p, mono_t now)
{
	uint32_t i = p->active.head;

	if (p->dormant.head != NONE)
		return p->dormant.head;
	return i != NONE && overdue(p, i, now) ? i : NONE;
}

static uint32_t
choose(struct pool *p, struct ip6 host, mono_t now, struct lease_event *event)
{
	uint32_t i = freemap_next(&p->free, candidate(p, host));

	if (i == FREEMAP_NONE)
		i = freemap_next(&p->free, 1);
	if (i != FREEMAP_NONE) {
		event->kind = LEASE_EVENT_ASSIGNED;
		return i;
	}
	i = oldest_unused(p, now);
	if (i == NONE)
		return NONE;
	event->kind = LEASE_EVENT_TAKEOVER;
	event->previous = p->lease[i].host;
	release(p, i);
	return i;
}

/* --- interface ------------------------------------------------------------ */

uint64_t
pool_addresses(const struct prefix4 *range, unsigned n)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < n; i++)
		sum += UINT64_C(1) << (32 - range[i].len);
	return sum;
}

size_t
pool_bytes(uint32_t n)
{
	return n * sizeof(struct lease) +
	    2 * freemap_words(n) * sizeof(uint64_t) +
	    buckets(n) * sizeof(uint32_t);
}

/* Sorted by address, by insertion; home is the one that was given first. */
static void
take_ranges(struct pool *p, const struct prefix4 *range, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		unsigned k = i;

		for (; k > 0 && p->range[k - 1].prefix.addr > range[i].addr;
		    k--)
			p->range[k] = p->range[k - 1];
		p->range[k].prefix = range[i];
		if (i > 0 && k <= p->home)
			p->home++;
	}
	for (unsigned i = 0; i < n; i++) {
		p->range[i].first = p->size;
		p->size += ~mask4(p->range[i].prefix.len) + 1;
	}
	p->nranges = n;
}

static void
lay_out(struct pool *p, void *mem)
{
	uint64_t *words;

	p->lease = mem;
	words = (void *)(p->lease + p->size);
	freemap_init(&p->free, p->size, words);
	words += freemap_words(p->size);
	freemap_init(&p->leased, p->size, words);
	freemap_fill(&p->leased);
	words += freemap_words(p->size);
	p->bucket = (void *)words;
	p->bucket_mask = buckets(p->size) - 1;
}

void
pool_init(struct pool *p, const struct prefix4 *range, unsigned n,
    struct siphash_key key, void *mem)
{
	*p = (struct pool){
		.lifetime = POOL_LIFETIME,
		.retention = POOL_RETENTION,
		.key = key,
	};
	take_ranges(p, range, n);
	lay_out(p, mem);
	for (unsigned i = 0; i < n; i++)
		pool_reserve(p, (struct prefix4){ range[i].addr, 32 });
}

static void
reserve_in(struct pool *p, const struct pool_range *in, struct prefix4 r)
{
	ip4_t first = in->prefix.addr;
	ip4_t last = first | ~mask4(in->prefix.len);
	uint64_t range[2];		/* host numbers */

	if (first < r.addr)
		first = r.addr;
	if (last > (r.addr | ~mask4(r.len)))
		last = r.addr | ~mask4(r.len);
	if (first > last)
		return;
	range[0] = in->first + (first - in->prefix.addr);
	range[1] = in->first + (last - in->prefix.addr);
	p->reserved += freemap_use_range(&p->free, (uint32_t)range[0],
	    (uint32_t)range[1]);
	p->reserved_sum += siphash(&p->key, range, 2);
}

void
pool_reserve(struct pool *p, struct prefix4 r)
{
	for (unsigned i = 0; i < p->nranges; i++)
		reserve_in(p, &p->range[i], r);
}

bool
pool_same(const struct pool *a, const struct pool *b)
{
	for (unsigned i = 0; i < a->nranges && i < b->nranges; i++)
		if (!prefix4_eq(a->range[i].prefix, b->range[i].prefix))
			return false;
	return a->nranges == b->nranges && a->home == b->home &&
	    a->reserved == b->reserved && a->reserved_sum == b->reserved_sum &&
	    a->quota.max == b->quota.max;
}

bool
pool_host(struct pool *p, ip4_t addr, mono_t now, bool use, struct ip6 *host)
{
	uint32_t i = number_of(p, addr);

	if (!is_active(p, i, now))
		return false;
	if (use)
		touch(p, i, now);
	*host = p->lease[i].host;
	return true;
}

bool
pool_addr(struct pool *p, struct ip6 host, mono_t now, bool use, ip4_t *addr)
{
	uint32_t i = find_host(p, host);

	if (i == NONE || !is_active(p, i, now))
		return false;
	if (use)
		touch(p, i, now);
	*addr = addr_of(p, i);
	return true;
}

bool
pool_limited(const struct pool *p, struct ip6 host)
{
	return quota_reached(&p->quota, host.hi);
}

/* It may be in the list of the active still, and counted, though overdue. */
static bool
wake(struct pool *p, uint32_t i, mono_t now, struct lease_event *event)
{
	struct ip6 host = p->lease[i].host;

	if (p->lease[i].state == LEASE_DORMANT) {
		if (pool_limited(p, host))
			return false;
		quota_add(&p->quota, host.hi);
	}
	event->kind = LEASE_EVENT_ASSIGNED;
	touch(p, i, now);
	return true;
}

bool
pool_lease(struct pool *p, struct ip6 host, mono_t now, ip4_t *addr,
    struct lease_event *event)
{
	uint32_t i = find_host(p, host);

	event->kind = LEASE_EVENT_NONE;
	if (i == NONE) {
		if (pool_limited(p, host))
			return false;
		i = choose(p, host, now, event);
		if (i == NONE)
			return false;
		assign(p, i, host, now, LEASE_ACTIVE);
	} else if (is_active(p, i, now)) {
		touch(p, i, now);
	} else if (!wake(p, i, now, event)) {
		return false;
	}
	*addr = event->addr = addr_of(p, i);
	event->host = host;
	return true;
}

void
pool_used(struct pool *p, ip4_t addr, mono_t last)
{
	uint32_t i = number_of(p, addr);

	if (p->lease[i].state == LEASE_ACTIVE && last > p->lease[i].last)
		touch(p, i, last);
}

/* The active lease that has been unused the longest, if too long, or NONE. */
static uint32_t
first_overdue(struct pool *p, mono_t now)
{
	uint32_t i;

	/* One that turns out to be in use goes to the other end of the list. */
	do {
		i = p->active.head;
		if (i != NONE && overdue(p, i, now))
			return i;
	} while (i != p->active.head);
	return NONE;
}

bool
pool_expire(struct pool *p, mono_t now, struct lease_event *event)
{
	uint32_t i = first_overdue(p, now);

	event->kind = LEASE_EVENT_NONE;
	if (i != NONE) {
		event->kind = LEASE_EVENT_RELEASED;
		event->addr = addr_of(p, i);
		event->host = p->lease[i].host;
		quota_sub(&p->quota, event->host.hi);
		unlink_lease(p, i);
		append_lease(p, i, LEASE_DORMANT);
		return true;
	}
	i = p->dormant.head;
	if (i != NONE && p->lease[i].last + p->retention <= now) {
		release(p, i);
		return true;
	}
	return false;
}

mono_t
pool_next_expiry(const struct pool *p)
{
	mono_t t = INT64_MAX, u;

	if (p->active.head != NONE)
		t = p->lease[p->active.head].last + p->lifetime;
	if (p->dormant.head != NONE) {
		u = p->lease[p->dormant.head].last + p->retention;
		if (u < t)
			t = u;
	}
	return t;
}

const char *
pool_restore(struct pool *p, ip4_t addr, struct ip6 host, mono_t last,
    mono_t now)
{
	uint32_t i = number_of(p, addr);

	if (!pool_has(p, addr))
		return "not in the pool";
	if (is_leased(p, i))
		return "address is leased already";
	if (is_reserved(p, i))
		return "address is reserved";
	if (!ip6_is_unicast(host))
		return "not an address of a host";
	if (find_host(p, host) != NONE)
		return "host has another lease";
	if (last > now)
		last = now;
	if (last + p->retention <= now)
		return NULL;
	assign(p, i, host, last,
	    last + p->lifetime <= now ? LEASE_DORMANT : LEASE_ACTIVE);
	return NULL;
}

/* Dormant first, then active, which are younger: *i is the last handed out. */
const struct lease *
pool_next(const struct pool *p, uint32_t *i, ip4_t *addr)
{
	uint32_t n = *i == NONE ? p->dormant.head : p->lease[*i].next;

	if (n == NONE && (*i == NONE || p->lease[*i].state == LEASE_DORMANT))
		n = p->active.head;
	if (n == NONE)
		return NULL;
	*i = n;
	*addr = addr_of(p, n);
	return &p->lease[n];
}

void
pool_walk(struct pool *p)
{
	p->walking = LEASE_DORMANT;
	p->walk = NONE;
}

struct lease *
pool_walk_next(struct pool *p, ip4_t *addr)
{
	uint32_t n = p->walk == NONE ? list_of(p, p->walking)->head :
	    p->lease[p->walk].next;

	if (n == NONE && p->walking == LEASE_DORMANT) {
		p->walking = LEASE_ACTIVE;
		p->walk = NONE;
		n = p->active.head;
	}
	if (n == NONE)
		return NULL;
	p->walk = n;
	*addr = addr_of(p, n);
	return &p->lease[n];
}

const char *
pool_carry(struct pool *p, ip4_t addr, struct ip6 host, mono_t last, mono_t now)
{
	uint32_t i = number_of(p, addr);

	if (is_leased(p, i))
		release(p, i);
	i = find_host(p, host);
	if (i != NONE)
		release(p, i);
	return pool_restore(p, addr, host, last, now);
}

uint32_t
pool_size(const struct pool *p)
{
	return p->size;
}

bool
pool_seek(const struct pool *p, uint32_t *i)
{
	uint32_t n = freemap_next(&p->leased, *i);

	if (n == FREEMAP_NONE)
		return false;
	*i = n;
	return true;
}

const struct lease *
pool_at(const struct pool *p, uint32_t i, ip4_t *addr)
{
	const struct lease *l = &p->lease[i];

	if (!is_leased(p, i))
		return NULL;
	*addr = addr_of(p, i);
	return l;
}

const struct lease *
pool_look(const struct pool *p, ip4_t a)
{
	ip4_t same;

	return pool_has(p, a) ? pool_at(p, number_of(p, a), &same) : NULL;
}
