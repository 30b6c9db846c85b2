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
#define WORD		64		/* bits of a word of used[] */
#define NONE		0		/* the base address is never leased */

static uint32_t
addresses(const struct pool *p)
{
	return UINT32_C(1) << (32 - p->range.len);
}

/* Bits in use at a level of the bitmap. */
static uint32_t
bits_at(const struct pool *p, unsigned level)
{
	uint32_t n = addresses(p) >> (6 * level);

	return n == 0 ? 1 : n;
}

static size_t
words_at(unsigned len, unsigned level)
{
	size_t n = (size_t)1 << (32 - len) >> (6 * (level + 1));

	return n == 0 ? 1 : n;
}

static uint64_t
bit(uint32_t i)
{
	return UINT64_C(1) << (i % WORD);
}

/* --- free addresses: a bitmap of bitmaps ---------------------------------- */

static void
mark_used(struct pool *p, uint32_t i)
{
	for (unsigned l = 0; l < POOL_LEVELS; l++, i /= WORD) {
		uint64_t *w = &p->used[l][i / WORD];

		*w |= bit(i);
		if (*w != UINT64_MAX)
			break;
	}
}

static void
mark_free(struct pool *p, uint32_t i)
{
	for (unsigned l = 0; l < POOL_LEVELS; l++, i /= WORD) {
		uint64_t *w = &p->used[l][i / WORD];
		bool was_full = *w == UINT64_MAX;

		*w &= ~bit(i);
		if (!was_full)
			break;
	}
}

/*
 * The first free host number at or after i, or NONE: on the way up i is at least
 * 1, and above the last level there is but one bit.
 */
static uint32_t
next_free(const struct pool *p, uint32_t i)
{
	unsigned l = 0;
	uint64_t w;

	for (;;) {
		if (i >= bits_at(p, l))
			return NONE;
		w = p->used[l][i / WORD] | (bit(i) - 1);
		if (w != UINT64_MAX)
			break;
		i = i / WORD + 1;
		l++;
	}
	i = i / WORD * WORD + (uint32_t)__builtin_ctzll(~w);
	for (; l > 0; l--)
		i = i * WORD +
		    (uint32_t)__builtin_ctzll(~p->used[l - 1][i]);
	return i;
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

static bool
overdue(const struct pool *p, const struct lease *l, mono_t now)
{
	return l->last + p->lifetime <= now;
}

static bool
is_active(const struct pool *p, const struct lease *l, mono_t now)
{
	return l->state == LEASE_ACTIVE && !overdue(p, l, now);
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
	mark_used(p, i);
	p->generation++;
}

static void
release(struct pool *p, uint32_t i)
{
	unlink_lease(p, i);
	remove_from_bucket(p, i);
	p->lease[i] = (struct lease){ .state = LEASE_FREE };
	mark_free(p, i);
	p->generation++;
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
	unsigned bits = 32u - p->range.len;
	uint32_t mask = addresses(p) - 1;
	uint32_t base = 0;

	for (unsigned i = 0; i < 4; i++) {
		base += swap_octets(words[i]);
		while (base > mask)
			base = (base & mask) + (base >> bits);
	}
	return base;
}

/* The dormant lease that has been unused the longest, or NONE. */
static uint32_t
oldest_unused(const struct pool *p, mono_t now)
{
	uint32_t i = p->active.head;

	if (p->dormant.head != NONE)
		return p->dormant.head;
	return i != NONE && overdue(p, &p->lease[i], now) ? i : NONE;
}

static uint32_t
choose(struct pool *p, struct ip6 host, mono_t now, struct lease_event *event)
{
	uint32_t i = next_free(p, candidate(p, host));

	if (i == NONE)
		i = next_free(p, 1);
	if (i != NONE) {
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

size_t
pool_bytes(unsigned len)
{
	size_t n = (size_t)1 << (32 - len);
	size_t bytes = n * (sizeof(struct lease) + sizeof(uint32_t));

	for (unsigned l = 0; l < POOL_LEVELS; l++)
		bytes += words_at(len, l) * sizeof(uint64_t);
	return bytes;
}

void
pool_init(struct pool *p, struct prefix4 range, struct siphash_key key,
    void *mem)
{
	size_t n = (size_t)1 << (32 - range.len);
	uint64_t *words;

	*p = (struct pool){
		.range = range,
		.lifetime = POOL_LIFETIME,
		.retention = POOL_RETENTION,
		.key = key,
		.lease = mem,
		.bucket_mask = (uint32_t)(n - 1),
	};
	words = (void *)(p->lease + n);
	for (unsigned l = 0; l < POOL_LEVELS; l++) {
		uint32_t bits = bits_at(p, l);

		p->used[l] = words;
		words += words_at(range.len, l);
		/* What is beyond the end is not free. */
		if (bits < WORD)
			p->used[l][0] = ~(bit(bits) - 1);
	}
	p->bucket = (void *)words;
	pool_reserve(p, (struct prefix4){ range.addr, 32 });
}

void
pool_reserve(struct pool *p, struct prefix4 r)
{
	uint64_t first = r.addr;
	uint64_t last = first + (~mask4(r.len));
	uint64_t lo = p->range.addr;
	uint64_t hi = lo + addresses(p) - 1;

	if (first < lo)
		first = lo;
	if (last > hi)
		last = hi;
	for (uint64_t a = first; a <= last; a++) {
		uint32_t i = (uint32_t)(a - lo);

		if (p->lease[i].state == LEASE_STATIC)
			continue;
		p->lease[i].state = LEASE_STATIC;
		p->reserved++;
		mark_used(p, i);
	}
}

bool
pool_host(struct pool *p, ip4_t addr, mono_t now, bool use, struct ip6 *host)
{
	uint32_t i = addr - p->range.addr;

	if (!prefix4_has(p->range, addr) ||
	    !is_active(p, &p->lease[i], now))
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

	if (i == NONE || !is_active(p, &p->lease[i], now))
		return false;
	if (use)
		touch(p, i, now);
	*addr = p->range.addr + i;
	return true;
}

bool
pool_lease(struct pool *p, struct ip6 host, mono_t now, ip4_t *addr,
    struct lease_event *event)
{
	uint32_t i = find_host(p, host);

	event->kind = LEASE_EVENT_NONE;
	if (i == NONE) {
		i = choose(p, host, now, event);
		if (i == NONE)
			return false;
		assign(p, i, host, now, LEASE_ACTIVE);
	} else if (!is_active(p, &p->lease[i], now)) {
		event->kind = LEASE_EVENT_ASSIGNED;
		p->generation++;
		touch(p, i, now);
	} else {
		touch(p, i, now);
	}
	*addr = event->addr = p->range.addr + i;
	event->host = host;
	return true;
}

bool
pool_expire(struct pool *p, mono_t now, struct lease_event *event)
{
	uint32_t i = p->active.head;

	event->kind = LEASE_EVENT_NONE;
	if (i != NONE && overdue(p, &p->lease[i], now)) {
		event->kind = LEASE_EVENT_RELEASED;
		event->addr = p->range.addr + i;
		event->host = p->lease[i].host;
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
	uint32_t i = addr - p->range.addr;

	if (!prefix4_has(p->range, addr))
		return "not in the pool";
	if (p->lease[i].state == LEASE_STATIC)
		return "address is reserved";
	if (p->lease[i].state != LEASE_FREE)
		return "address is leased already";
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
	*addr = p->range.addr + n;
	return &p->lease[n];
}
