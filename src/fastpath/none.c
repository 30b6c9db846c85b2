/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * none.c - no fast path on this system, or none was built.
 */
#include <stdio.h>

#include "fastpath.h"

const char *
fastpath_name(enum fastpath_state state)
{
	return state == FASTPATH_OFF ? "off" : "not_built";
}

bool
fastpath_open(struct fastpath *fp, const struct forward *f,
    const char *device, mono_t now)
{
	(void)f;
	(void)device;
	(void)now;
	*fp = (struct fastpath){ .state = FASTPATH_UNBUILT };
	snprintf(fp->why, sizeof fp->why, "this lichen was built without it");
	return false;
}

void
fastpath_close(struct fastpath *fp)
{
	fp->state = FASTPATH_OFF;
}

void
fastpath_off(struct fastpath *fp, struct pool *pool)
{
	(void)fp;
	(void)pool;
}

bool
fastpath_fill(struct fastpath *fp, const struct forward *f, mono_t now,
    const struct fastpath_breath *breath)
{
	(void)fp;
	(void)f;
	(void)now;
	(void)breath;
	return false;
}

void
fastpath_set_mtu(struct fastpath *fp, const struct forward *f)
{
	(void)fp;
	(void)f;
}

void
fastpath_lease(struct fastpath *fp, const struct lease_event *e, mono_t now)
{
	(void)fp;
	(void)e;
	(void)now;
}

void
fastpath_drained(struct fastpath *fp, const struct pool *pool, mono_t now)
{
	(void)fp;
	(void)pool;
	(void)now;
}

mono_t
fastpath_last_use(const void *fp, ip4_t addr)
{
	(void)fp;
	(void)addr;
	return INT64_MIN;
}

mono_t
fastpath_work(struct fastpath *fp, struct pool *pool, mono_t now)
{
	(void)fp;
	(void)pool;
	(void)now;
	return INT64_MAX;
}

void
fastpath_count(struct fastpath *fp, struct forward_counters *c)
{
	(void)fp;
	(void)c;
}
