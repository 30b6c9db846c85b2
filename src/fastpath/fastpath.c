/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fastpath.c - when the program in the kernel is on, and what it knows.  System
 * calls: those of loader.c, at the start.
 */
#include <net/if.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fastpath.h"
#include "trial.h"

#define SWEEP_EVERY	1000	/* ms: pool.c sorts in windows of 8 s */
#define SWEEP_PLACES	4096	/* at a time: others want packets */
#define STALE_PLACES	512
#define SEARCH_LEASES	1024
#define SEARCH_EVERY	30000	/* ms: for those that found no place before */
#define SLACK		64	/* ms: more than two clocks differ */

/* --- on and off ----------------------------------------------------------- */

const char *
fastpath_name(enum fastpath_state state)
{
	static const char name[][16] = {
#define X(state, name) name,
		FASTPATH_STATES(X)
#undef X
	};

	return name[state];
}

static bool
refuse(struct fastpath *fp, enum fastpath_state state)
{
	fp->state = state;
	return false;
}

/* Of a system call that failed. */
static enum fastpath_state
state_of(int error)
{
	return error == EPERM || error == EACCES || error == E2BIG ?
	    FASTPATH_NO_PRIVILEGE :
	    error == ENOSYS ? FASTPATH_OLD_KERNEL : FASTPATH_ERROR;
}

static bool
attach(struct fastpath *fp, const char *device)
{
	unsigned ifindex = if_nametoindex(device);

	if (ifindex == 0) {
		snprintf(fp->why, sizeof fp->why, "%s: %s", device,
		    strerror(errno));
		return refuse(fp, FASTPATH_ERROR);
	}
	if (loader_attach(&fp->shared->loader, ifindex, fp->why,
	    sizeof fp->why))
		return true;
	return refuse(fp, errno == EINVAL ? FASTPATH_OLD_KERNEL :
	    state_of(errno));
}

static bool
make(struct fastpath *fp, const struct forward *f, const char *device,
    mono_t now)
{
	struct shared *t = fp->shared;

	if (!shared_open(t, f, fp->why, sizeof fp->why))
		return refuse(fp, state_of(errno));
	if (!trial(t, f, now, fp->why, sizeof fp->why))
		return refuse(fp, FASTPATH_DIFFERS);
	return attach(fp, device);
}

bool
fastpath_open(struct fastpath *fp, const struct forward *f,
    const char *device, mono_t now)
{
	*fp = (struct fastpath){ .state = FASTPATH_OFF };
	fp->shared = malloc(sizeof *fp->shared);
	if (fp->shared == NULL) {
		snprintf(fp->why, sizeof fp->why, "not enough memory");
		return refuse(fp, FASTPATH_ERROR);
	}
	if (make(fp, f, device, now)) {
		loader_finish(&fp->shared->loader);
		return true;
	}
	shared_close(fp->shared);
	free(fp->shared);
	fp->shared = NULL;
	return false;
}

void
fastpath_close(struct fastpath *fp)
{
	fp->state = FASTPATH_OFF;
	if (fp->shared == NULL)
		return;
	shared_close(fp->shared);
	free(fp->shared);
	fp->shared = NULL;
}

bool
fastpath_fill(struct fastpath *fp, const struct forward *f, mono_t now,
    const struct fastpath_breath *breath)
{
	struct shared *t = fp->shared;

	if (t == NULL)
		return false;
	shared_off(t);
	shared_settings(t, f);
	shared_forget_leases(t);
	fp->leases = 0;
	t->missing = 0;
	t->sweep_at = t->swept = t->search_at = now;
	if (!shared_maps(t, &f->map, breath, fp->why, sizeof fp->why))
		return refuse(fp, FASTPATH_NO_ROOM);
	fp->why[0] = '\0';
	fp->state = FASTPATH_ON;
	shared_on(t);
	return true;
}

void
fastpath_set_mtu(struct fastpath *fp, const struct forward *f)
{
	struct shared *t = fp->shared;

	if (!fastpath_is_on(fp))
		return;
	shared_off(t);
	shared_settings(t, f);
	shared_on(t);
}

/* --- leases --------------------------------------------------------------- */

static void
publish(struct fastpath *fp, const struct pool *pool, ip4_t addr, mono_t now)
{
	const struct lease *l = pool_look(pool, addr);
	struct fp_lease *known;

	if (l == NULL || l->state != LEASE_ACTIVE)
		return;
	known = shared_lease(fp->shared, addr);
	if (known == NULL)
		fp->leases += shared_publish(fp->shared, addr, l->host,
		    l->last, now);
	else if (l->last > (mono_t)known->used)
		known->used = (uint64_t)l->last;
}

static void
retire(struct fastpath *fp, ip4_t addr, mono_t now)
{
	struct shared *t = fp->shared;

	if (shared_lease(t, addr) == NULL)
		return;
	shared_retire(t, addr, now);
	fp->leases--;
}

void
fastpath_lease(struct fastpath *fp, const struct lease_event *e, mono_t now)
{
	struct shared *t = fp->shared;

	if (!fastpath_is_on(fp))
		return;
	switch (e->kind) {
	case LEASE_EVENT_NONE:
		return;
	case LEASE_EVENT_RELEASED:
		retire(fp, e->addr, now);
		return;
	case LEASE_EVENT_TAKEOVER:
		retire(fp, e->addr, now);
		break;
	case LEASE_EVENT_ASSIGNED:
		break;
	}
	/* More than that at once are found by fastpath_work(). */
	if (t->nwaiting < sizeof t->waiting / sizeof t->waiting[0])
		t->waiting[t->nwaiting++] = e->addr;
	else
		t->search_at = now;
}

void
fastpath_drained(struct fastpath *fp, const struct pool *pool, mono_t now)
{
	struct shared *t = fp->shared;

	if (!fastpath_is_on(fp) || t->nwaiting == 0)
		return;
	for (unsigned i = 0; i < t->nwaiting; i++)
		publish(fp, pool, t->waiting[i], now);
	t->nwaiting = 0;
}

mono_t
fastpath_last_use(const void *arg, ip4_t addr)
{
	const struct fastpath *fp = arg;
	const struct fp_lease *l;

	if (fp->shared == NULL)
		return INT64_MIN;
	l = shared_lease(fp->shared, addr);
	return l == NULL ? INT64_MIN : (mono_t)l->used;
}

/* --- time ----------------------------------------------------------------- */

/* Which leases were used since then?  So many places from t->sweep on. */
static bool
sweep(struct shared *t, struct pool *pool, mono_t since, uint32_t places)
{
	const struct fp_lease *l = t->loader.mem[FP_LEASES];
	uint32_t end = t->high - t->sweep < places ? t->high :
	    t->sweep + places;

	for (; t->sweep < end; t->sweep++)
		if (l[t->sweep].active && (mono_t)l[t->sweep].used >= since)
			pool_used(pool, l[t->sweep].addr,
			    (mono_t)l[t->sweep].used);
	return t->sweep == t->high;
}

void
fastpath_off(struct fastpath *fp, struct pool *pool)
{
	struct shared *t = fp->shared;

	if (!fastpath_is_on(fp))
		return;
	shared_off(t);
	t->sweep = 0;
	if (pool != NULL)
		sweep(t, pool, INT64_MIN, UINT32_MAX);
	t->sweep = 0;
	fp->why[0] = '\0';
	fp->state = FASTPATH_OFF;
}

/* Leases in use by packets that only the daemon sees. */
static void
refresh(struct fastpath *fp, const struct pool *pool, mono_t now)
{
	struct shared *t = fp->shared;
	const struct fp_lease *l = t->loader.mem[FP_LEASES];

	for (int i = 0; i < STALE_PLACES && t->high > 0; i++) {
		if (t->stale >= t->high)
			t->stale = 0;
		if (l[t->stale].active && now - (mono_t)l[t->stale].used >
		    pool->lifetime / 2)
			publish(fp, pool, l[t->stale].addr, now);
		if (++t->stale == t->high)
			return;
	}
}

/* Active leases that it does not know, the youngest first.  Are there more? */
static bool
search(struct fastpath *fp, const struct pool *pool, mono_t now)
{
	struct shared *t = fp->shared;
	uint32_t i = t->missing;
	ip4_t addr;

	if (i == 0 || pool->lease[i].state != LEASE_ACTIVE)
		i = pool->active.tail;
	for (int n = 0; n < SEARCH_LEASES && i != 0; n++) {
		if (pool_at(pool, i, &addr) != NULL)
			publish(fp, pool, addr, now);
		i = pool->lease[i].prev;
	}
	t->missing = i;
	if (i == 0)
		t->search_at = now + SEARCH_EVERY;
	return i != 0;
}

mono_t
fastpath_work(struct fastpath *fp, struct pool *pool, mono_t now)
{
	struct shared *t = fp->shared;
	bool done;

	if (!fastpath_is_on(fp) || pool == NULL)
		return INT64_MAX;
	if (now < t->sweep_at)
		return t->sweep_at;
	if (t->sweep == 0) {
		t->swept_before = t->swept;
		t->swept = now;
	}
	done = sweep(t, pool, t->swept_before - SLACK, SWEEP_PLACES);
	if (now >= t->search_at && fp->leases < pool->active.count &&
	    t->nfree > 0)
		done = !search(fp, pool, now) && done;
	if (!done)
		return now;
	refresh(fp, pool, now);
	t->sweep = 0;
	t->sweep_at = now + SWEEP_EVERY;
	return fp->leases == 0 && pool->active.count == 0 ? INT64_MAX :
	    t->sweep_at;
}

/* --- counters ------------------------------------------------------------- */

static void
add(struct traffic *t, uint64_t packets, uint64_t octets)
{
	t->packets += packets;
	t->octets += octets;
}

void
fastpath_count(struct fastpath *fp, struct forward_counters *c)
{
	struct fp_count now, *was;
	uint64_t p64, o64, p46, o46;

	if (fp->shared == NULL)
		return;
	now = shared_count(fp->shared);
	was = &fp->shared->counted;
	p64 = now.packets64 - was->packets64;
	o64 = now.octets64 - was->octets64;
	p46 = now.packets46 - was->packets46;
	o46 = now.octets46 - was->octets46;
	fp->lost += now.lost - was->lost;
	*was = now;
	fp->packets64 += p64;
	fp->packets46 += p46;
	add(&c->in6, p64, o64);
	add(&c->out4, p64, o64 - 20 * p64);
	add(&c->in4, p46, o46);
	add(&c->out6, p46, o46 + 20 * p46);
	c->reason[REASON_XLAT64] += p64;
	c->reason[REASON_XLAT46] += p46;
}
