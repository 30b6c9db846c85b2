/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/pool.h"
#include "suite.h"

static const struct siphash_key key = { { 11, 22 } };
static struct lease_event ev;

struct fixture {
	struct pool	pool;
	void		*mem;
};

static void
start(struct fixture *f, const char *range)
{
	struct prefix4 r;

	ck_assert(prefix4_parse(range, &r));
	f->mem = calloc(1, pool_bytes(r.len));
	ck_assert_ptr_nonnull(f->mem);
	pool_init(&f->pool, r, key, f->mem);
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

START_TEST(address_choice_all_sizes)
{
	for (unsigned len = POOL_LEN_MIN; len <= 31; len++) {
		for (uint64_t n = 1; n < 30; n++) {
			struct prefix4 r = { 0x0a000000, (uint8_t)len };
			struct ip6 h = { UINT64_C(0x20010db8aa550000) ^ n << 7,
			    n * UINT64_C(0x9e3779b97f4a7c15) };
			uint8_t octets[16];
			struct fixture f;
			uint32_t want;
			ip4_t a;

			f.mem = calloc(1, pool_bytes(len));
			pool_init(&f.pool, r, key, f.mem);
			ip6_write(octets, h);
			want = expected_candidate(octets, len);
			if (want == 0)
				want = 1;	/* the base is skipped */
			ck_assert(pool_lease(&f.pool, h, 0, &a, &ev));
			ck_assert_uint_eq(a, 0x0a000000 + want);
			finish(&f);
		}
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
		    (32 - f.pool.range.len)) - 1);
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
	ck_assert_ptr_nonnull(pool_restore(&f.pool, 0x0a000005, host(6), 0,
	    now));
	ck_assert_ptr_nonnull(pool_restore(&f.pool, 0x0a000006, host(5), 0,
	    now));
	ck_assert_ptr_nonnull(pool_restore(&f.pool, 0x0a000000, host(6), 0,
	    now));
	ck_assert_ptr_nonnull(pool_restore(&f.pool, 0x0a000009, host(6), 0,
	    now));
	ck_assert_ptr_nonnull(pool_restore(&f.pool, 0x0a000100, host(6), 0,
	    now));
	ck_assert_ptr_nonnull(pool_restore(&f.pool, 0x09ffffff, host(6), 0,
	    now));
	ck_assert_ptr_nonnull(pool_restore(&f.pool, 0x0a000007,
	    (struct ip6){ 0, 1 }, 0, now));
	ck_assert_ptr_null(pool_restore(&f.pool, 0x0a000007, host(7),
	    now - POOL_LIFETIME, now));
	ck_assert_uint_eq(f.pool.dormant.count, 1);
	ck_assert_ptr_null(pool_restore(&f.pool, 0x0a000008, host(8),
	    now - POOL_RETENTION, now));
	ck_assert_uint_eq(f.pool.active.count, 1);
	ck_assert_uint_eq(f.pool.dormant.count, 1);
	finish(&f);
}
END_TEST

/* --- against a naive model ------------------------------------------------ */

#define HOSTS	60

struct model {
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
	for (int i = 0; i < 64; i++)
		if (m->used[i] && m->host[i] == h)
			return i;
	return -1;
}

static void
check_model(struct fixture *f, const struct model *m, mono_t now)
{
	uint32_t it = 0;
	unsigned walked = 0, used = 0;
	const struct lease *l;
	ip4_t a;

	for (int i = 0; i < 64; i++)
		used += m->used[i];
	while ((l = pool_next(&f->pool, &it, &a)) != NULL) {
		uint32_t i = a - f->pool.range.addr;

		ck_assert(m->used[i]);
		ck_assert(l->host.lo == m->host[i]);
		ck_assert_int_eq(l->last, m->last[i]);
		walked++;
	}
	ck_assert_uint_eq(walked, used);
	ck_assert_uint_eq(f->pool.active.count + f->pool.dormant.count, used);
	for (uint64_t h = 1; h <= HOSTS; h++) {
		int i = model_find(m, h);
		bool active = i >= 0 && !m->dormant[i] &&
		    m->last[i] + POOL_LIFETIME > now;

		ck_assert_int_eq(pool_addr(&f->pool, host(h), now, false, &a),
		    active);
	}
}

static void
model_expire(struct fixture *f, struct model *m, mono_t now)
{
	while (pool_expire(&f->pool, now, &ev)) {
		uint32_t i = ev.addr - f->pool.range.addr;

		if (ev.kind == LEASE_EVENT_RELEASED) {
			ck_assert(m->used[i] && !m->dormant[i]);
			ck_assert(m->last[i] + POOL_LIFETIME <= now);
			m->dormant[i] = true;
		}
	}
	for (int i = 0; i < 64; i++) {
		/* housekeeping is at most ten seconds late */
		ck_assert(!m->used[i] || m->dormant[i] ||
		    m->last[i] + POOL_LIFETIME + 10000 > now);
		if (m->used[i] && m->dormant[i] && f->pool.lease[i].state ==
		    LEASE_FREE) {
			ck_assert(m->last[i] + POOL_RETENTION <= now);
			m->used[i] = false;
		}
	}
}

static void
model_lease(struct fixture *f, struct model *m, uint64_t h, mono_t now)
{
	int was = model_find(m, h);
	ip4_t a = lease(f, h, now);
	uint32_t i = a - f->pool.range.addr;
	unsigned used = 0;

	for (int k = 0; k < 64; k++)
		used += m->used[k];
	if (a == 0) {
		ck_assert_int_eq(was, -1);
		for (int k = 0; k < 64; k++)	/* nothing was to be had */
			ck_assert(!m->used[k] || (!m->dormant[k] &&
			    m->last[k] + POOL_LIFETIME + 10000 > now));
		return;
	}
	ck_assert(i != 0 && i < 64);
	if (was >= 0)
		ck_assert_int_eq((int)i, was);
	else if (ev.kind == LEASE_EVENT_TAKEOVER)
		for (int k = 0; k < 64; k++)	/* the oldest, nearly */
			ck_assert(!m->used[k] || !m->dormant[k] ||
			    m->last[i] <= m->last[k] + 10000);
	else
		ck_assert(!m->used[i]);
	m->used[i] = true;
	m->dormant[i] = false;
	m->host[i] = h;
	m->last[i] = now;
}

static void
run_model(const char *range, unsigned steps)
{
	struct model m = { 0 };
	struct fixture f;
	mono_t now = 0;

	start(&f, range);
	for (unsigned i = 0; i < steps; i++) {
		now += rnd(20) == 0 ? (mono_t)rnd(20) * 3600000 : rnd(30000);
		switch (rnd(4)) {
		case 0:
			model_expire(&f, &m, now);
			break;
		case 1: {
			uint32_t n = 1 + rnd((1u << (32 - f.pool.range.len)) -
			    1);
			struct ip6 h;

			if (pool_host(&f.pool, f.pool.range.addr + n, now,
			    true, &h)) {
				ck_assert(m.used[n] && h.lo == m.host[n]);
				ck_assert(m.last[n] + POOL_LIFETIME > now);
				m.last[n] = now;
			}
			break;
		}
		default:
			model_lease(&f, &m, 1 + rnd(HOSTS), now);
		}
		check_model(&f, &m, now);
	}
	finish(&f);
}

START_TEST(equals_a_naive_model)
{
	run_model("10.0.0.0/29", 4000);
	run_model("10.0.0.0/27", 4000);
	run_model("10.0.0.0/26", 4000);
}
END_TEST

/* A large pool costs address space, not time: nothing is walked. */
START_TEST(large_pool)
{
	struct fixture f;
	uint32_t i = 0;
	ip4_t a;

	start(&f, "10.0.0.0/8");
	ck_assert_ptr_null(pool_next(&f.pool, &i, &a));
	for (uint64_t n = 1; n <= 100000; n++)
		ck_assert(lease(&f, n, (mono_t)n) != 0);
	ck_assert_uint_eq(f.pool.active.count, 100000);
	finish(&f);
}
END_TEST

TESTS(pool, address_choice_example, address_choice_all_sizes, next_address,
    every_address_is_used, life_of_a_lease, use_keeps_it,
    takeover_of_the_oldest_dormant, restore, equals_a_naive_model, large_pool)
