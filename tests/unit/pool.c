/* SPDX-License-Identifier: BSD-2-Clause */
#include <sys/resource.h>

#include "core/pool.h"
#include "suite.h"

/* What pool.h allows housekeeping and the lists to be late or out of order. */
#define TOLERANCE	10000

static const struct siphash_key key = { { 11, 22 } };
static struct lease_event ev;	/* of the last lease() */

struct fixture {
	struct pool	pool;
	void		*mem;
};

static void
start(struct fixture *f, const char *range)
{
	struct prefix4 r;

	ck_assert(prefix4_parse(range, &r));
	f->mem = calloc(1, pool_bytes(~mask4(r.len) + 1));
	ck_assert_ptr_nonnull(f->mem);
	pool_init(&f->pool, &r, 1, key, f->mem);
}

static void
finish(struct fixture *f)
{
	free(f->mem);
}

static struct ip6
host(uint64_t n)
{
	return (struct ip6){ UINT64_C(0x20010db800000000), n };
}

static ip4_t
lease(struct fixture *f, uint64_t n, mono_t now)
{
	ip4_t a = 0;

	if (!pool_lease(&f->pool, host(n), now, &a, &ev))
		return 0;
	return a;
}

/*
 * The contract's rule, transcribed octet by octet: four little-endian words are
 * added up, and what exceeds the host mask is folded back in.
 */
static uint32_t
expected_candidate(const uint8_t a[16], unsigned len)
{
	uint64_t m = (UINT64_C(1) << (32 - len)) - 1;
	uint32_t base = 0;

	for (int w = 0; w < 4; w++) {
		base += (uint32_t)(a[4 * w] + a[4 * w + 1] * 256u +
		    a[4 * w + 2] * 65536u + a[4 * w + 3] * 16777216u);
		while ((base & ~m) != 0)
			base = (uint32_t)((base & m) + (base >> (32 - len)));
	}
	return base;
}

START_TEST(address_choice_example)
{
	struct fixture f;
	struct ip6 h;
	ip4_t a;

	start(&f, "192.168.255.0/24");
	ck_assert(ip6_parse("2001:db8:1::2", &h));
	ck_assert(pool_lease(&f.pool, h, 0, &a, &ev));
	ck_assert_uint_eq(a, 0xc0a8ff00 + 233);
	ck_assert_int_eq(ev.kind, LEASE_EVENT_ASSIGNED);
	ck_assert_uint_eq(ev.addr, a);
	ck_assert(ip6_eq(ev.host, h));
	finish(&f);
}
END_TEST

/*
 * Worked out by hand.  The words of 2001:db8:1::2 are 0xb80d0120, 0x100, 0 and
 * 0x02000000; of fd00::1234:5678:9abc 0xfd, 0, 0x34120000 and 0xbc9a7856.
 */
START_TEST(address_choice_by_hand)
{
	static const struct {
		const char	*pool, *host, *addr;
	} t[] = {
		/* d0120 + b8, + 100, + 0, 20d02d8 -> d02d8 + 2 */
		{ "10.0.0.0/8", "2001:db8:1::2", "10.13.2.218" },
		/* d0120 + b80, + 100, + 0, 20d0da0 -> d0da0 + 20 */
		{ "172.16.0.0/12", "2001:db8:1::2", "172.29.13.192" },
		/* 120 + b80d, + 100, + 0, 200ba2d -> ba2d + 200 */
		{ "10.9.0.0/16", "2001:db8:1::2", "10.9.188.45" },
		/* modulo 7: 1, + 4, + 0, + 2; 7 is not folded any more */
		{ "192.0.2.8/29", "2001:db8:1::2", "192.0.2.15" },
		{ "192.0.2.2/31", "2001:db8:1::2", "192.0.2.3" },
		/* fd, + 0, 341200fd -> fd + 34120 -> 21d + 34 = 251,
		 * bc9a7aa7 -> aa7 + bc9a7 -> 44e + bd = 50b */
		{ "10.0.0.0/20", "fd00::1234:5678:9abc", "10.0.5.11" },
		/* sums wrap at 2^32: three times one less than d01d8, e6 */
		{ "10.0.0.0/8", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
		    "10.13.1.213" },
		{ "10.0.0.0/24", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
		    "10.0.0.227" },
	};

	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		struct fixture f;
		struct ip6 h;
		ip4_t a, want;

		start(&f, t[i].pool);
		ck_assert(ip6_parse(t[i].host, &h));
		ck_assert(ip4_parse(t[i].addr, &want));
		ck_assert(pool_lease(&f.pool, h, 0, &a, &ev));
		ck_assert_msg(a == want, "%s in %s", t[i].host, t[i].pool);
		finish(&f);
	}
}
END_TEST

/* Many hosts in pools of every size, the transcription walking naively. */
START_TEST(address_choice_all_sizes)
{
	for (unsigned len = POOL_LEN_MIN; len <= POOL_LEN_MAX; len++) {
		struct prefix4 r = { 0x0a000000, (uint8_t)len };
		uint32_t m = (UINT32_C(1) << (32 - len)) - 1;
		uint32_t hosts = m < 1000 ? m : 1000;
		bool *taken = calloc((size_t)m + 1, sizeof *taken);
		struct fixture f;

		f.mem = calloc(1, pool_bytes(~mask4(len) + 1));
		ck_assert_ptr_nonnull(f.mem);
		pool_init(&f.pool, &r, 1, key, f.mem);
		taken[0] = true;
		for (uint64_t n = 1; n <= hosts; n++) {
			struct ip6 h = { UINT64_C(0x20010db8aa550000) ^ n << 7,
			    n * UINT64_C(0x9e3779b97f4a7c15) };
			uint8_t octets[16];
			uint32_t want;
			ip4_t a;

			ip6_write(octets, h);
			want = expected_candidate(octets, len);
			while (taken[want])
				want = (want + 1) & m;
			taken[want] = true;
			ck_assert(pool_lease(&f.pool, h, 0, &a, &ev));
			ck_assert_uint_eq(a, 0x0a000000 + want);
		}
		free(taken);
		finish(&f);
	}
}
END_TEST

/* +1, +2 ... around the end, past the base and what is reserved or leased. */
START_TEST(next_address)
{
	struct fixture f;
	ip4_t got[6];

	start(&f, "10.0.0.0/29");
	pool_reserve(&f.pool, (struct prefix4){ 0x0a000003, 32 });
	/* seven folds to itself: hosts whose words all add up to the same */
	for (uint64_t n = 0; n < 6; n++) {
		struct ip6 h = { UINT64_C(0x2001000000000000) + n * 7, 0 };

		ck_assert(pool_lease(&f.pool, h, 0, &got[n], &ev));
		ck_assert(got[n] != 0x0a000000 && got[n] != 0x0a000003);
	}
	/* each is the next free one after the one before, around the end */
	for (unsigned n = 1; n < 6; n++) {
		uint32_t want = (got[n - 1] + 1) & 7;

		while (want == 0 || want == 3)
			want = (want + 1) & 7;
		ck_assert_uint_eq(got[n] & 7, want);
	}
	/* 8 addresses, less the base and the reserved one: that was all */
	ck_assert_uint_eq(f.pool.reserved, 2);
	ck_assert_uint_eq(lease(&f, 1000, 0), 0);
	finish(&f);
}
END_TEST

START_TEST(every_address_is_used)
{
	static const char *const sizes[] = { "10.0.0.0/31", "10.0.0.0/30",
	    "10.0.0.0/27", "10.0.0.0/26", "10.0.0.0/25", "10.0.0.0/20",
	    "10.0.0.0/19" };

	for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
		struct fixture f;
		uint64_t n = 0;

		start(&f, sizes[s]);
		while (lease(&f, n + 2, 0) != 0)
			n++;
		ck_assert_uint_eq(n, (UINT64_C(1) <<
		    (32 - f.pool.range[0].prefix.len)) - 1);
		finish(&f);
	}
}
END_TEST

START_TEST(life_of_a_lease)
{
	struct fixture f;
	struct ip6 h;
	ip4_t a, b;
	mono_t t = 1000000;

	start(&f, "10.0.0.0/24");
	a = lease(&f, 7, t);
	ck_assert(pool_host(&f.pool, a, t + POOL_LIFETIME - 1, false, &h));
	ck_assert(ip6_eq(h, host(7)));
	/* exactly at the end it is unreachable, swept or not */
	ck_assert(!pool_host(&f.pool, a, t + POOL_LIFETIME, false, &h));
	ck_assert(!pool_addr(&f.pool, host(7), t + POOL_LIFETIME, true, &b));
	ck_assert(!pool_expire(&f.pool, t + POOL_LIFETIME - 1, &ev));
	ck_assert(pool_expire(&f.pool, t + POOL_LIFETIME, &ev));
	ck_assert_int_eq(ev.kind, LEASE_EVENT_RELEASED);
	ck_assert_uint_eq(ev.addr, a);
	ck_assert_uint_eq(f.pool.dormant.count, 1);
	ck_assert(!pool_host(&f.pool, a, t, true, &h));
	/* the same host gets the same address back */
	ck_assert_uint_eq(lease(&f, 7, t + POOL_LIFETIME * 2), a);
	ck_assert_int_eq(ev.kind, LEASE_EVENT_ASSIGNED);
	ck_assert_uint_eq(f.pool.dormant.count, 0);
	/* and a use is no event */
	ck_assert_uint_eq(lease(&f, 7, t + POOL_LIFETIME * 2 + 1), a);
	ck_assert_int_eq(ev.kind, LEASE_EVENT_NONE);
	/* after the retention the address is free */
	t += POOL_LIFETIME * 2 + 1;
	ck_assert(pool_expire(&f.pool, t + POOL_RETENTION, &ev));
	ck_assert(pool_expire(&f.pool, t + POOL_RETENTION, &ev));
	ck_assert_int_eq(ev.kind, LEASE_EVENT_NONE);
	ck_assert(!pool_expire(&f.pool, t + POOL_RETENTION, &ev));
	ck_assert_uint_eq(f.pool.active.count + f.pool.dormant.count, 0);
	ck_assert_int_eq(pool_next_expiry(&f.pool), INT64_MAX);
	finish(&f);
}
END_TEST

/* The host of an overdue lease that nobody has swept up yet wakes it again. */
START_TEST(overdue_lease_wakes)
{
	struct fixture f;
	struct ip6 h;
	ip4_t a;

	start(&f, "10.0.0.0/24");
	a = lease(&f, 7, 0);
	ck_assert(!pool_host(&f.pool, a, POOL_LIFETIME, true, &h));
	ck_assert_uint_eq(lease(&f, 7, POOL_LIFETIME), a);
	ck_assert_int_eq(ev.kind, LEASE_EVENT_ASSIGNED);
	ck_assert_uint_eq(f.pool.active.count, 1);
	ck_assert(pool_host(&f.pool, a, POOL_LIFETIME * 2 - 1, false, &h));
	ck_assert(!pool_expire(&f.pool, POOL_LIFETIME * 2 - 1, &ev));
	finish(&f);
}
END_TEST

/* What is to be written to the file has changed: made, woken, moved, freed. */
/* Prefixes of any size, overlapping, across the edge or elsewhere. */
START_TEST(reserve)
{
	struct fixture f;
	unsigned n = 0;
	ip4_t a;

	start(&f, "10.0.1.0/24");
	pool_reserve(&f.pool, (struct prefix4){ 0x0a000180, 26 });
	pool_reserve(&f.pool, (struct prefix4){ 0x0a000180, 25 });
	pool_reserve(&f.pool, (struct prefix4){ 0x0a0001ff, 32 });
	pool_reserve(&f.pool, (struct prefix4){ 0x0a000200, 24 });
	pool_reserve(&f.pool, (struct prefix4){ 0x09000000, 8 });
	pool_reserve(&f.pool, (struct prefix4){ 0xffffffff, 32 });
	ck_assert_uint_eq(f.pool.reserved, 1 + 128);
	while ((a = lease(&f, n + 1, 0)) != 0) {
		ck_assert(a > 0x0a000100 && a < 0x0a000180);
		n++;
	}
	ck_assert_uint_eq(n, 127);
	finish(&f);
	start(&f, "10.0.1.0/24");
	pool_reserve(&f.pool, (struct prefix4){ 0, 0 });
	ck_assert_uint_eq(f.pool.reserved, 256);
	ck_assert_uint_eq(lease(&f, 1, 0), 0);
	finish(&f);
}
END_TEST

/* Packets from either side keep it; only looking does not. */
START_TEST(use_keeps_it)
{
	struct fixture f;
	struct ip6 h;
	ip4_t a, b;

	start(&f, "10.0.0.0/24");
	a = lease(&f, 7, 0);
	ck_assert(pool_host(&f.pool, a, POOL_LIFETIME - 1, true, &h));
	ck_assert(pool_host(&f.pool, a, POOL_LIFETIME * 2 - 2, false, &h));
	ck_assert(!pool_host(&f.pool, a, POOL_LIFETIME * 2 - 1, false, &h));
	ck_assert(pool_addr(&f.pool, host(7), POOL_LIFETIME, true, &b));
	ck_assert_uint_eq(a, b);
	ck_assert(pool_host(&f.pool, a, POOL_LIFETIME * 2 - 1, false, &h));
	finish(&f);
}
END_TEST

START_TEST(takeover_of_the_oldest_dormant)
{
	struct fixture f;
	ip4_t a[8];

	start(&f, "10.0.0.0/29");
	for (unsigned i = 1; i <= 7; i++)
		a[i] = lease(&f, i, i * 60000);
	ck_assert_uint_eq(lease(&f, 8, 8 * 60000), 0);
	/* 3 stays busy; 1, 2 and 4 are dormant in the end */
	ck_assert_uint_eq(lease(&f, 3, POOL_LIFETIME), a[3]);
	while (pool_expire(&f.pool, 4 * 60000 + POOL_LIFETIME, &ev))
		;
	ck_assert_uint_eq(f.pool.dormant.count, 3);
	ck_assert_uint_eq(lease(&f, 8, 4 * 60000 + POOL_LIFETIME), a[1]);
	ck_assert_int_eq(ev.kind, LEASE_EVENT_TAKEOVER);
	ck_assert(ip6_eq(ev.previous, host(1)));
	ck_assert(ip6_eq(ev.host, host(8)));
	ck_assert_uint_eq(lease(&f, 9, 4 * 60000 + POOL_LIFETIME), a[2]);
	ck_assert_uint_eq(lease(&f, 10, 4 * 60000 + POOL_LIFETIME), a[4]);
	ck_assert_uint_eq(lease(&f, 11, 4 * 60000 + POOL_LIFETIME), 0);
	/* overdue but not swept yet: may be taken as well */
	ck_assert_uint_eq(lease(&f, 11, 5 * 60000 + POOL_LIFETIME), a[5]);
	finish(&f);
}
END_TEST

START_TEST(restore)
{
	struct fixture f;
	struct ip6 h;
	mono_t now = 1000;

	start(&f, "10.0.0.0/24");
	pool_reserve(&f.pool, (struct prefix4){ 0x0a000009, 32 });
	ck_assert_ptr_null(pool_restore(&f.pool, 0x0a000005, host(5), -5000,
	    now));
	ck_assert(pool_host(&f.pool, 0x0a000005, now, false, &h));
	ck_assert_str_eq(pool_restore(&f.pool, 0x0a000005, host(6), 0, now),
	    "address is leased already");
	ck_assert_str_eq(pool_restore(&f.pool, 0x0a000006, host(5), 0, now),
	    "host has another lease");
	ck_assert_str_eq(pool_restore(&f.pool, 0x0a000000, host(6), 0, now),
	    "address is reserved");
	ck_assert_str_eq(pool_restore(&f.pool, 0x0a000009, host(6), 0, now),
	    "address is reserved");
	ck_assert_str_eq(pool_restore(&f.pool, 0x0a000100, host(6), 0, now),
	    "not in the pool");
	ck_assert_str_eq(pool_restore(&f.pool, 0x09ffffff, host(6), 0, now),
	    "not in the pool");
	ck_assert_str_eq(pool_restore(&f.pool, 0x0a000007,
	    (struct ip6){ 0, 1 }, 0, now), "not an address of a host");
	ck_assert_ptr_null(pool_restore(&f.pool, 0x0a000007, host(7),
	    now - POOL_LIFETIME, now));
	ck_assert_uint_eq(f.pool.dormant.count, 1);
	ck_assert_ptr_null(pool_restore(&f.pool, 0x0a000008, host(8),
	    now - POOL_RETENTION, now));
	ck_assert_uint_eq(f.pool.active.count, 1);
	ck_assert_uint_eq(f.pool.dormant.count, 1);
	/* the future is now */
	ck_assert_ptr_null(pool_restore(&f.pool, 0x0a000008, host(8),
	    now + 1, now));
	ck_assert_int_eq(f.pool.lease[8].last, now);
	ck_assert(pool_host(&f.pool, 0x0a000008, now + POOL_LIFETIME - 1,
	    false, &h));
	ck_assert(!pool_host(&f.pool, 0x0a000008, now + POOL_LIFETIME, false,
	    &h));
	finish(&f);
}
END_TEST

/* Life times are the caller's: also shorter than the grain of the lists. */
START_TEST(short_life)
{
	struct fixture f;
	struct ip6 h;
	ip4_t a;

	start(&f, "10.0.0.0/24");
	f.pool.lifetime = 100;
	f.pool.retention = 200;
	a = lease(&f, 1, 0);
	ck_assert_uint_ne(a, 0);
	ck_assert(!pool_expire(&f.pool, 99, &ev));
	ck_assert(pool_expire(&f.pool, 100, &ev));
	ck_assert_int_eq(ev.kind, LEASE_EVENT_RELEASED);
	ck_assert_uint_eq(lease(&f, 1, 150), a);
	ck_assert_int_eq(ev.kind, LEASE_EVENT_ASSIGNED);
	ck_assert_uint_eq(f.pool.active.count, 1);
	ck_assert_uint_eq(f.pool.dormant.count, 0);
	ck_assert_int_eq(pool_next_expiry(&f.pool), 250);
	ck_assert(pool_host(&f.pool, a, 249, false, &h));
	ck_assert(pool_expire(&f.pool, 250, &ev));
	ck_assert_int_eq(pool_next_expiry(&f.pool), 350);
	ck_assert(!pool_expire(&f.pool, 349, &ev));
	ck_assert(pool_expire(&f.pool, 350, &ev));
	ck_assert_int_eq(ev.kind, LEASE_EVENT_NONE);
	ck_assert_uint_eq(f.pool.dormant.count, 0);
	ck_assert(!pool_expire(&f.pool, 350, &ev));
	finish(&f);
}
END_TEST

/*
 * Another pool takes the leases as they are walked: also when some are overdue
 * but not swept, what was oldest stays oldest.
 */
START_TEST(walk_to_another_pool)
{
	mono_t now = POOL_LIFETIME + 5 * 60000;
	const struct lease *l;
	struct fixture f, g;
	uint32_t i = 0;
	ip4_t a, first = 0;

	start(&f, "10.0.0.0/29");
	start(&g, "10.0.0.0/29");
	for (unsigned n = 1; n <= 7; n++)
		ck_assert_uint_ne(lease(&f, n, n * 60000), 0);
	while (pool_expire(&f.pool, POOL_LIFETIME + 2 * 60000, &ev))
		;
	while ((l = pool_next(&f.pool, &i, &a)) != NULL) {
		ck_assert_ptr_null(pool_restore(&g.pool, a, l->host, l->last,
		    now));
		first = first == 0 ? a : first;
	}
	ck_assert_uint_eq(g.pool.dormant.count, 5);
	ck_assert_uint_eq(g.pool.active.count, 2);
	ck_assert_int_eq(pool_next_expiry(&g.pool), POOL_LIFETIME + 6 * 60000);
	for (unsigned n = 1; n <= 5; n++) {
		ck_assert_uint_ne(lease(&g, n + 10, now), 0);
		ck_assert(ip6_eq(ev.previous, host(n)));
		ck_assert(n > 1 || ev.addr == first);
	}
	finish(&f);
	finish(&g);
}
END_TEST

/*
 * Leases of a thousand hosts in use at random: each becomes dormant at most ten
 * seconds late, though few packets move it in its list.
 */
START_TEST(housekeeping_is_not_late)
{
	mono_t last[1001] = { 0 }, now = 0;
	uint64_t seed = 1;
	unsigned released = 0;
	struct fixture f;

	start(&f, "10.0.0.0/20");
	while (now < 120000) {
		uint64_t n = 1 + (seed >> 33) % 1000;

		seed = seed * UINT64_C(6364136223846793005) + 1;
		now += 3;
		ck_assert_uint_ne(lease(&f, n, now), 0);
		last[n] = now;
	}
	for (now = POOL_LIFETIME; now < POOL_LIFETIME + 140000; now += 500)
		while (pool_expire(&f.pool, now, &ev)) {
			mono_t late = now - last[ev.host.lo] - POOL_LIFETIME;

			ck_assert_int_ge(late, 0);
			ck_assert_int_lt(late, TOLERANCE);
			released++;
		}
	ck_assert_uint_eq(f.pool.active.count, 0);
	ck_assert_uint_eq(f.pool.dormant.count, released);
	ck_assert_uint_gt(released, 900);
	finish(&f);
}
END_TEST

/* A full pool of several levels, addresses freed here and there. */
START_TEST(freed_addresses_are_found)
{
	static bool taken[8192];
	const uint32_t size = 8192, odd = 4093;
	mono_t now = 2 * POOL_RETENTION;
	struct fixture f;

	start(&f, "10.0.0.0/19");
	for (uint32_t k = 0, i = 0; k < size; k++, i = (i + odd) % size) {
		taken[i] = true;
		if (i != 0)
			ck_assert_ptr_null(pool_restore(&f.pool,
			    0x0a000000 + i, host(i), k * 10000,
			    k * 10000 + POOL_LIFETIME));
	}
	for (uint32_t round = 0; round < 2000; round++) {
		uint64_t h = 100000 + round * UINT64_C(0x9e3779b97f4a7c15);
		uint8_t octets[16];
		uint32_t want;

		/* two go, one comes */
		for (unsigned k = 0; k < 2; k++) {
			uint32_t gone = f.pool.dormant.head;

			f.pool.retention = now - f.pool.lease[gone].last;
			ck_assert(pool_expire(&f.pool, now, &ev));
			ck_assert_int_eq(f.pool.lease[gone].state, LEASE_FREE);
			taken[gone] = false;
		}
		taken[0] = true;
		ip6_write(octets, host(h));
		want = expected_candidate(octets, 19);
		while (taken[want])
			want = (want + 1) % size;
		taken[want] = true;
		ck_assert_uint_eq(lease(&f, h, now), 0x0a000000 + want);
	}
	finish(&f);
}
END_TEST

/* --- against a naive model: long random runs, all compared at each step ---- */

#define HOSTS		90
#define RESERVED	3	/* host number that is static in each pool */

struct model {
	uint32_t	size;		/* addresses, at most 64 */
	bool		used[64];	/* active or dormant */
	bool		dormant[64];
	uint64_t	host[64];
	mono_t		last[64];
};

static uint64_t state = 42;

static unsigned
rnd(unsigned n)
{
	state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (unsigned)(state >> 33) % n;
}

static int
model_find(const struct model *m, uint64_t h)
{
	int found = -1;

	for (int i = 0; i < 64; i++) {
		if (!m->used[i] || m->host[i] != h)
			continue;
		ck_assert_int_eq(found, -1);	/* no host has two */
		found = i;
	}
	return found;
}

/* Not active any more at a time, swept up or not. */
static bool
model_idle(const struct model *m, uint32_t i, mono_t now)
{
	return m->dormant[i] || m->last[i] + POOL_LIFETIME <= now;
}

/* Linked both ways, of one state, the count right, sorted but for windows. */
static bool
list_is_sound(const struct pool *p, const struct lease_list *list,
    enum lease_state want)
{
	uint32_t before = 0, n = 0;
	mono_t newest = 0;
	bool ok = true;

	for (uint32_t i = list->head; i != 0 && n < 64; i = p->lease[i].next) {
		const struct lease *l = &p->lease[i];

		ok = ok && l->state == want && l->prev == before &&
		    l->last >= newest - TOLERANCE;
		newest = l->last > newest ? l->last : newest;
		before = i;
		n++;
	}
	return ok && list->tail == before && list->count == n;
}

/* The walk finds what is leased, all of it, as it is. */
static bool
walk_is_sound(const struct pool *p, const struct model *m)
{
	const struct lease *l;
	uint32_t it = 0;
	unsigned left = 0;
	bool ok = true;
	ip4_t a;

	for (uint32_t i = 0; i < 64; i++)
		left += m->used[i];
	for (; (l = pool_next(p, &it, &a)) != NULL; left--) {
		uint32_t i = a - p->range[0].prefix.addr;

		ok = ok && left > 0 && m->used[i] && l->last == m->last[i] &&
		    ip6_eq(l->host, host(m->host[i])) &&
		    (l->state == LEASE_DORMANT) == m->dormant[i];
	}
	return ok && left == 0;
}

static bool
look_up_is_sound(struct pool *p, const struct model *m, uint64_t h, mono_t now)
{
	int i = model_find(m, h);
	bool active = i >= 0 && !model_idle(m, (uint32_t)i, now);
	ip4_t a;

	return pool_addr(p, host(h), now, false, &a) == active &&
	    (!active || a == p->range[0].prefix.addr + (uint32_t)i);
}

static void
check_model(struct fixture *f, const struct model *m, mono_t now)
{
	uint64_t taken = 0;

	ck_assert(list_is_sound(&f->pool, &f->pool.active, LEASE_ACTIVE));
	ck_assert(list_is_sound(&f->pool, &f->pool.dormant, LEASE_DORMANT));
	ck_assert(walk_is_sound(&f->pool, m));
	for (uint32_t i = 0; i < 64; i++)
		if (i == 0 || i == RESERVED || i >= m->size || m->used[i])
			taken |= UINT64_C(1) << i;
	ck_assert_uint_eq(f->pool.free.used[0][0], taken);
	for (uint64_t h = 1; h <= HOSTS; h++)
		if (!look_up_is_sound(&f->pool, m, h, now))
			ck_abort_msg("host %u", (unsigned)h);
}

static void
model_expire(struct fixture *f, struct model *m, mono_t now)
{
	while (pool_expire(&f->pool, now, &ev)) {
		uint32_t i = ev.addr - f->pool.range[0].prefix.addr;

		if (ev.kind == LEASE_EVENT_RELEASED) {
			ck_assert(m->used[i] && !m->dormant[i]);
			ck_assert(m->last[i] + POOL_LIFETIME <= now);
			m->dormant[i] = true;
		}
	}
	ck_assert_int_gt(pool_next_expiry(&f->pool), now);
	for (int i = 0; i < 64; i++) {
		mono_t idle = now - m->last[i];

		if (!m->used[i])
			continue;
		ck_assert(m->dormant[i] || idle < POOL_LIFETIME + TOLERANCE);
		if (f->pool.lease[i].state == LEASE_FREE) {
			ck_assert(m->dormant[i] && idle >= POOL_RETENTION);
			m->used[i] = false;
		}
		ck_assert(!m->used[i] || idle < POOL_RETENTION + TOLERANCE);
	}
}

/* The free address that a host must get, or 0 if there is none. */
static uint32_t
model_free(const struct model *m, struct ip6 h, unsigned len)
{
	uint8_t octets[16];
	uint32_t first;

	ip6_write(octets, h);
	first = expected_candidate(octets, len);
	for (uint32_t k = 0; k < m->size; k++) {
		uint32_t i = (first + k) & (m->size - 1);

		if (i != 0 && i != RESERVED && !m->used[i])
			return i;
	}
	return 0;
}

/* Nobody else was free to lose the address, or had been idle for longer. */
static void
check_takeover(const struct model *m, uint32_t i, mono_t now)
{
	ck_assert(m->used[i] && model_idle(m, i, now));
	ck_assert_uint_eq(ev.previous.lo, m->host[i]);
	for (uint32_t k = 0; k < m->size; k++)
		ck_assert(!m->used[k] || m->last[i] <= m->last[k] + TOLERANCE);
}

static void
model_lease(struct fixture *f, struct model *m, uint64_t h, mono_t now)
{
	uint32_t want = model_free(m, host(h), f->pool.range[0].prefix.len);
	int was = model_find(m, h);
	ip4_t a = lease(f, h, now);
	uint32_t i = a - f->pool.range[0].prefix.addr;

	if (a == 0) {
		ck_assert_int_eq(was, -1);
		ck_assert_uint_eq(want, 0);
		for (uint32_t k = 0; k < m->size; k++)	/* none to be had */
			ck_assert(!m->used[k] ||
			    !model_idle(m, k, now - TOLERANCE));
		return;
	}
	if (was >= 0) {
		ck_assert_int_eq((int)i, was);
		ck_assert_int_eq(ev.kind, model_idle(m, i, now) ?
		    LEASE_EVENT_ASSIGNED : LEASE_EVENT_NONE);
	} else if (want == 0) {
		ck_assert_int_eq(ev.kind, LEASE_EVENT_TAKEOVER);
		check_takeover(m, i, now);
	} else {
		ck_assert_int_eq(ev.kind, LEASE_EVENT_ASSIGNED);
		ck_assert_uint_eq(i, want);
	}
	m->used[i] = true;
	m->dormant[i] = false;
	m->host[i] = h;
	m->last[i] = now;
}

static void
model_packet_in(struct fixture *f, struct model *m, mono_t now)
{
	uint32_t n = rnd(m->size);
	bool active = m->used[n] && !model_idle(m, n, now);
	struct ip6 h;

	ck_assert_int_eq(pool_host(&f->pool, f->pool.range[0].prefix.addr + n, now,
	    true, &h), active);
	if (!active)
		return;
	ck_assert_uint_eq(h.lo, m->host[n]);
	m->last[n] = now;
}

static mono_t
step(void)
{
	switch (rnd(60)) {
	case 0:
		return (mono_t)rnd(20) * 86400000;
	case 1:
	case 2:
		return (mono_t)rnd(20) * 3600000;
	default:
		return rnd(rnd(2) ? 2000 : 300000);
	}
}

static void
run_model(const char *range, unsigned steps)
{
	struct model m = { 0 };
	unsigned takeovers = 0, refused = 0;
	struct fixture f;
	mono_t now = 0;

	start(&f, range);
	m.size = UINT32_C(1) << (32 - f.pool.range[0].prefix.len);
	pool_reserve(&f.pool, (struct prefix4){ f.pool.range[0].prefix.addr + RESERVED,
	    32 });
	for (unsigned i = 0; i < steps; i++) {
		uint32_t leased = f.pool.active.count + f.pool.dormant.count;

		now += step();
		switch (rnd(4)) {
		case 0:
			model_expire(&f, &m, now);
			break;
		case 1:
			model_packet_in(&f, &m, now);
			break;
		default:
			model_lease(&f, &m, 1 + rnd(HOSTS), now);
			takeovers += ev.kind == LEASE_EVENT_TAKEOVER;
			refused += leased == m.size - 2 &&
			    ev.kind == LEASE_EVENT_NONE;
		}
		check_model(&f, &m, now);
	}
	/* the run went where it was meant to go */
	ck_assert_uint_gt(takeovers, 10);
	ck_assert_uint_gt(refused, 10);
	finish(&f);
}

START_TEST(equals_a_naive_model)
{
	run_model("10.0.0.0/29", 6000);
	run_model("10.0.0.0/27", 6000);
	run_model("10.0.0.0/26", 6000);
}
END_TEST

/* --- size ------------------------------------------------------------------ */

static long
faults(void)
{
	struct rusage u;

	ck_assert_int_eq(getrusage(RUSAGE_SELF, &u), 0);
	return u.ru_minflt;
}

/* A large idle pool costs address space: no start or walk touches it all. */
START_TEST(large_idle_pool)
{
	struct prefix4 r = { 0x0a000000, 8 };
	struct fixture f;
	long before;
	uint32_t i = 0;
	ip4_t a;

	f.mem = calloc(1, pool_bytes(1 << 24));
	ck_assert_ptr_nonnull(f.mem);
	before = faults();
	pool_init(&f.pool, &r, 1, key, f.mem);
	pool_reserve(&f.pool, (struct prefix4){ 0x0a000001, 32 });
	ck_assert_ptr_null(pool_next(&f.pool, &i, &a));
	ck_assert(!pool_expire(&f.pool, 0, &ev));
	ck_assert_uint_ne(lease(&f, 1, 0), 0);
	/* of some 180000 pages, an emulator's own among them */
	ck_assert_int_lt(faults() - before, 1000);
	finish(&f);
}
END_TEST

/* Filling one up does not take the square of its size. */
START_TEST(large_full_pool)
{
	uint32_t n = (UINT32_C(1) << 18) - 1;
	struct fixture f;

	start(&f, "10.0.0.0/14");
	for (uint64_t h = 1; h <= n; h++)
		ck_assert_uint_ne(lease(&f, h, (mono_t)h), 0);
	ck_assert_uint_eq(f.pool.active.count, n);
	for (uint64_t h = 1; h <= n; h++)
		ck_assert_uint_eq(lease(&f, n + h, n), 0);
	finish(&f);
}
END_TEST

/* Several ranges, in any order: the first one given is home. */
static void
start_three(struct fixture *f, struct prefix4 range[3])
{
	static const char *const text[3] = { "10.2.0.0/29", "10.0.0.0/30",
		"10.9.0.0/28" };
	uint32_t n;

	for (int i = 0; i < 3; i++)
		ck_assert(prefix4_parse(text[i], &range[i]));
	n = (uint32_t)pool_addresses(range, 3);
	ck_assert_uint_eq(n, 8 + 4 + 16);
	f->mem = calloc(1, pool_bytes(n));
	ck_assert_ptr_nonnull(f->mem);
	pool_init(&f->pool, range, 3, key, f->mem);
}

START_TEST(several_ranges)
{
	struct prefix4 range[3];
	struct fixture f;
	unsigned got[3] = { 0 };
	struct ip6 h;

	start_three(&f, range);
	ck_assert_uint_eq(f.pool.reserved, 3);
	for (uint64_t n = 0; n < 25; n++) {
		ip4_t a = lease(&f, n, 0);
		int r = 0;

		while (r < 3 && !prefix4_has(range[r], a))
			r++;
		ck_assert_int_lt(r, 3);
		ck_assert_uint_ne(a, range[r].addr);
		got[r]++;
		/* the first range before all others */
		ck_assert(n >= 7 || r == 0 || got[0] + a % 8 >= 7);
		ck_assert(pool_has(&f.pool, a) && pool_leases(&f.pool, a));
		ck_assert(pool_host(&f.pool, a, 0, false, &h));
		ck_assert(ip6_eq(h, host(n)));
	}
	ck_assert_uint_eq(got[0], 7);
	ck_assert_uint_eq(got[1], 3);
	ck_assert_uint_eq(got[2], 15);
	ck_assert_uint_eq(lease(&f, 99, 0), 0);
	for (int r = 0; r < 3; r++) {
		ck_assert(!pool_leases(&f.pool, range[r].addr));
		ck_assert(pool_has(&f.pool, range[r].addr));
		ck_assert(!pool_has(&f.pool, range[r].addr - 1));
		ck_assert(!pool_host(&f.pool, range[r].addr - 1, 0, false, &h));
	}
	finish(&f);
}
END_TEST

/* What TAYGA would choose stays the choice, with more pools behind it. */
START_TEST(more_ranges_move_nobody)
{
	struct prefix4 range[2] = { { 0xc0a8ff00, 24 }, { 0x0a000000, 24 } };
	struct fixture one, two;

	start(&one, "192.168.255.0/24");
	two.mem = calloc(1, pool_bytes(512));
	pool_init(&two.pool, range, 2, key, two.mem);
	for (uint64_t n = 1; n < 20; n++)
		ck_assert_uint_eq(lease(&one, n * 7, 0), lease(&two, n * 7, 0));
	finish(&one);
	finish(&two);
}
END_TEST

START_TEST(reserve_across_ranges)
{
	struct prefix4 range[3];
	struct fixture f;

	start_three(&f, range);
	pool_reserve(&f.pool, (struct prefix4){ 0x0a000000, 15 });
	/* all of 10.0.0.0/30, none of the others but their bases */
	ck_assert_uint_eq(f.pool.reserved, 4 + 1 + 1);
	pool_reserve(&f.pool, (struct prefix4){ 0, 0 });
	ck_assert_uint_eq(f.pool.reserved, 28);
	ck_assert_uint_eq(lease(&f, 1, 0), 0);
	finish(&f);
}
END_TEST

START_TEST(same)
{
	struct fixture f, g;

	start(&f, "10.0.0.0/24");
	start(&g, "10.0.0.0/24");
	ck_assert(pool_same(&f.pool, &g.pool));
	lease(&f, 1, 0);
	ck_assert(pool_same(&f.pool, &g.pool));
	pool_reserve(&f.pool, (struct prefix4){ 0x0a000005, 32 });
	ck_assert(!pool_same(&f.pool, &g.pool));
	pool_reserve(&g.pool, (struct prefix4){ 0x0a000006, 32 });
	ck_assert(!pool_same(&f.pool, &g.pool));
	pool_reserve(&f.pool, (struct prefix4){ 0x0a000006, 32 });
	pool_reserve(&g.pool, (struct prefix4){ 0x0a000005, 32 });
	ck_assert(pool_same(&f.pool, &g.pool));
	g.pool.quota.max = 1;
	ck_assert(!pool_same(&f.pool, &g.pool));
	finish(&g);
	start(&g, "10.0.0.0/25");
	ck_assert(!pool_same(&f.pool, &g.pool));
	finish(&f);
	finish(&g);
}
END_TEST

/* Every prefix, their number and the one that comes first are the pool's. */
START_TEST(same_ranges)
{
	static const struct {
		struct prefix4 range[2];
		unsigned n;
		bool same;
	} t[] = {
		{ { { 0x0a000000, 24 }, { 0x0a000100, 24 } }, 2, true },
		{ { { 0x0a000000, 24 }, { 0x0a000000, 24 } }, 1, false },
		{ { { 0x0a000100, 24 }, { 0x0a000000, 24 } }, 2, false },
		{ { { 0x0a000000, 24 }, { 0x0a000200, 24 } }, 2, false },
		{ { { 0x0a000000, 24 }, { 0x0a000100, 25 } }, 2, false },
		{ { { 0x0a000000, 25 }, { 0x0a000100, 24 } }, 2, false },
	};
	struct fixture f, g;

	f.mem = calloc(1, pool_bytes(512));
	pool_init(&f.pool, t[0].range, 2, key, f.mem);
	for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
		g.mem = calloc(1, pool_bytes(512));
		pool_init(&g.pool, t[i].range, t[i].n, key, g.mem);
		ck_assert_msg(pool_same(&f.pool, &g.pool) == t[i].same,
		    "%zu", i);
		ck_assert_msg(pool_same(&g.pool, &f.pool) == t[i].same,
		    "%zu", i);
		finish(&g);
	}
	finish(&f);
}
END_TEST

/* How many leases pool_seek() finds: there is one wherever it says so. */
static unsigned
sought(const struct pool *p)
{
	unsigned n = 0;
	ip4_t a;

	for (uint32_t i = 0; i < pool_size(p) && pool_seek(p, &i); i++, n++)
		ck_assert_ptr_nonnull(pool_at(p, i, &a));
	return n;
}

/* Looking changes nothing, and sees what is leased, dormant or not. */
START_TEST(looks)
{
	const struct lease *l;
	struct fixture f;
	uint32_t seen = 0;
	ip4_t a, b;

	start(&f, "10.0.0.0/24");
	a = lease(&f, 1, 0);
	l = pool_look(&f.pool, a);
	ck_assert_ptr_nonnull(l);
	ck_assert(ip6_eq(l->host, host(1)));
	ck_assert_ptr_null(pool_look(&f.pool, a ^ 1));
	ck_assert_ptr_null(pool_look(&f.pool, 0x0a000000));
	ck_assert_ptr_null(pool_look(&f.pool, 0x0a000100));
	ck_assert_ptr_null(pool_look(&f.pool, 0x09ffffff));
	ck_assert_ptr_eq(pool_look(&f.pool, a), l);
	ck_assert(pool_expire(&f.pool, POOL_LIFETIME, &ev));
	ck_assert_ptr_eq(pool_look(&f.pool, a), l);
	lease(&f, 2, POOL_LIFETIME);
	ck_assert_uint_eq(pool_size(&f.pool), 256);
	for (uint32_t i = 0; i < pool_size(&f.pool); i++) {
		l = pool_at(&f.pool, i, &b);
		if (l == NULL)
			continue;
		ck_assert_uint_eq(b, 0x0a000000 + i);
		ck_assert_ptr_eq(pool_look(&f.pool, b), l);
		seen++;
	}
	ck_assert_uint_eq(seen, 2);
	ck_assert_uint_eq(sought(&f.pool), 2);
	while (pool_expire(&f.pool, POOL_RETENTION, &ev))
		;
	ck_assert_ptr_null(pool_look(&f.pool, a));
	ck_assert_uint_eq(sought(&f.pool), 1);
	finish(&f);
}
END_TEST

/* Two active leases a /64; dormant ones do not count. */
START_TEST(quota_of_a_net)
{
	struct quota_slot *slot = calloc(quota_slots(256), sizeof *slot);
	struct ip6 other = { UINT64_C(0x20010db800010000), 1 };
	struct fixture f;
	ip4_t a;

	start(&f, "10.0.0.0/24");
	quota_init(&f.pool.quota, 2, 256, key, slot);
	ck_assert_uint_ne(lease(&f, 1, 0), 0);
	ck_assert(!pool_limited(&f.pool, host(9)));
	ck_assert_uint_ne(lease(&f, 2, 1000), 0);
	ck_assert(pool_limited(&f.pool, host(9)));
	ck_assert_uint_eq(lease(&f, 3, 1000), 0);
	ck_assert_int_eq(ev.kind, LEASE_EVENT_NONE);
	/* those that there are stay, and so do other networks */
	ck_assert_uint_ne(lease(&f, 1, 1000), 0);
	ck_assert(pool_lease(&f.pool, other, 1000, &a, &ev));
	/* one goes dormant: its place is free */
	ck_assert_uint_ne(lease(&f, 1, POOL_LIFETIME), 0);
	ck_assert(pool_expire(&f.pool, POOL_LIFETIME + 1000, &ev));
	ck_assert(ip6_eq(ev.host, host(2)));
	ck_assert_uint_ne(lease(&f, 3, POOL_LIFETIME + 1000), 0);
	ck_assert_uint_eq(lease(&f, 2, POOL_LIFETIME + 1000), 0);
	/* a restored lease counts, and is never refused */
	ck_assert_ptr_null(pool_restore(&f.pool, 0x0a000077, host(50),
	    POOL_LIFETIME, POOL_LIFETIME + 1000));
	ck_assert_uint_eq(f.pool.active.count, 4);
	ck_assert_uint_eq(lease(&f, 4, POOL_LIFETIME + 1000), 0);
	/* all asleep; the first that wakes counts again */
	while (pool_expire(&f.pool, 3 * POOL_LIFETIME, &ev))
		;
	ck_assert_uint_eq(f.pool.active.count, 0);
	ck_assert_uint_ne(lease(&f, 1, 3 * POOL_LIFETIME), 0);
	ck_assert_uint_ne(lease(&f, 2, 3 * POOL_LIFETIME), 0);
	ck_assert_uint_eq(lease(&f, 3, 3 * POOL_LIFETIME), 0);
	ck_assert(pool_limited(&f.pool, host(3)));
	free(slot);
	finish(&f);
}
END_TEST

/* --- packets that pass by another way --------------------------------------- */

struct other {
	ip4_t	addr;
	mono_t	last;
};

static mono_t
other_use(const void *arg, ip4_t addr)
{
	const struct other *o = arg;

	return addr == o->addr ? o->last : INT64_MIN;
}

START_TEST(use_elsewhere)
{
	struct fixture f;
	struct other o = { 0 };
	struct ip6 h;
	ip4_t a, b;

	start(&f, "10.0.0.0/24");
	f.pool.elsewhere = other_use;
	f.pool.elsewhere_arg = &o;
	a = o.addr = lease(&f, 1, 0);
	o.last = POOL_LIFETIME - 1;
	b = lease(&f, 2, 1000);
	/* a is in use; b is found behind it. */
	ck_assert(pool_expire(&f.pool, POOL_LIFETIME + 1000, &ev));
	ck_assert_uint_eq(ev.addr, b);
	ck_assert(!pool_expire(&f.pool, POOL_LIFETIME + 1000, &ev));
	ck_assert(pool_host(&f.pool, a, POOL_LIFETIME + 1000, false, &h));
	ck_assert_int_eq(pool_look(&f.pool, a)->last, POOL_LIFETIME - 1);
	/* Nobody used it since: exactly then it ends, and is not made younger. */
	ck_assert(pool_host(&f.pool, a, 2 * POOL_LIFETIME - 2, false, &h));
	ck_assert(!pool_host(&f.pool, a, 2 * POOL_LIFETIME - 1, false, &h));
	o.last = 5;
	ck_assert(!pool_host(&f.pool, a, 2 * POOL_LIFETIME - 1, false, &h));
	ck_assert(pool_expire(&f.pool, 2 * POOL_LIFETIME - 1, &ev));
	ck_assert_uint_eq(ev.addr, a);
	finish(&f);
}
END_TEST

START_TEST(told_of_use)
{
	struct fixture f;
	ip4_t a;

	start(&f, "10.0.0.0/24");
	a = lease(&f, 1, 0);
	pool_used(&f.pool, a, 50000);
	ck_assert_int_eq(pool_look(&f.pool, a)->last, 50000);
	pool_used(&f.pool, a, 40000);
	ck_assert_int_eq(pool_look(&f.pool, a)->last, 50000);
	pool_used(&f.pool, 0x01020304, 60000);
	/* What has ended stays so. */
	ck_assert(pool_expire(&f.pool, 50000 + POOL_LIFETIME, &ev));
	pool_used(&f.pool, a, 50000 + POOL_LIFETIME);
	ck_assert_int_eq(pool_look(&f.pool, a)->state, LEASE_DORMANT);
	ck_assert_int_eq(pool_look(&f.pool, a)->last, 50000);
	finish(&f);
}
END_TEST

static unsigned
random_below(unsigned n)
{
	static uint32_t x = 88172645;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return x % n;
}

/* Leases of a, all of them, are those of b; pool_seek() finds as many. */
static void
is_the_same(const struct pool *a, const struct pool *b)
{
	uint32_t n = 0;
	ip4_t addr, other;

	for (uint32_t i = 0; pool_seek(a, &i); i++, n++) {
		const struct lease *x = pool_at(a, i, &addr);
		const struct lease *y = pool_at(b, i, &other);

		ck_assert_ptr_nonnull(y);
		ck_assert(ip6_eq(x->host, y->host));
		ck_assert_int_eq(x->state, y->state);
		/* Used again within a window: that is not seen. */
		ck_assert_int_le(y->last, x->last);
		ck_assert_int_le(x->last - y->last, 8192);
	}
	ck_assert_uint_eq(n, a->active.count + a->dormant.count);
	ck_assert_uint_eq(n, b->active.count + b->dormant.count);
	ck_assert_uint_eq(a->active.count, b->active.count);
}

/*
 * A pool is carried to another, some at a time, while hosts use, wake, make and take
 * over leases.
 */
START_TEST(carried_while_it_is_used)
{
	for (int round = 0; round < 300; round++) {
		struct fixture f, g;
		mono_t now = 50 * POOL_LIFETIME;
		struct lease *l;
		unsigned steps = 0;
		ip4_t a;

		start(&f, "192.168.0.0/24");
		start(&g, "192.168.0.0/24");
		for (int i = 0; i < 300; i++)
			lease(&f, random_below(200), now - POOL_LIFETIME * 2 +
			    i * 40000);
		while (pool_expire(&f.pool, now, &ev))
			;
		pool_walk(&f.pool);
		for (;;) {
			now += random_below(300);
			for (unsigned k = random_below(4); k > 0; k--)
				if (steps++ < 400)
					lease(&f, random_below(400), now);
			l = pool_walk_next(&f.pool, &a);
			if (l == NULL)
				break;
			ck_assert_ptr_null(pool_carry(&g.pool, a, l->host,
			    l->last, now));
		}
		is_the_same(&f.pool, &g.pool);
		finish(&f);
		finish(&g);
	}
}
END_TEST

/* What is reserved takes no memory but its bits, and no time. */
START_TEST(half_of_the_largest_pool_reserved)
{
	struct rusage before, after;
	struct fixture f;

	start(&f, "10.0.0.0/8");
	getrusage(RUSAGE_SELF, &before);
	pool_reserve(&f.pool, (struct prefix4){ 0x0a000000, 9 });
	getrusage(RUSAGE_SELF, &after);
	ck_assert_int_lt(after.ru_minflt - before.ru_minflt, 600);
	ck_assert_uint_eq(f.pool.reserved, 1 << 23);
	ck_assert(!pool_leases(&f.pool, 0x0a7fffff));
	ck_assert(pool_leases(&f.pool, 0x0a800000));
	ck_assert_uint_ge(lease(&f, 1, 1), 0x0a800000);
	finish(&f);
}
END_TEST

TESTS(pool, carried_while_it_is_used, half_of_the_largest_pool_reserved,
    use_elsewhere, told_of_use, several_ranges, more_ranges_move_nobody, reserve_across_ranges,
    same, same_ranges, looks, quota_of_a_net, address_choice_example, address_choice_by_hand,
    address_choice_all_sizes, next_address, every_address_is_used,
    life_of_a_lease, overdue_lease_wakes, reserve, use_keeps_it,
    takeover_of_the_oldest_dormant, restore, short_life, walk_to_another_pool,
    housekeeping_is_not_late, freed_addresses_are_found, equals_a_naive_model,
    large_idle_pool, large_full_pool)
