/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reload.c - System calls at run time: those of kept-file.c, and read.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "conf/file.h"
#include "reload.h"
#include "report/conf-log.h"
#include "report/log.h"
#include "report/notify.h"
#include "system/sandbox.h"

static FILE *
open_kept(const struct daemon *d, const char *path)
{
	const struct kept_file *conf = &d->kept_conf, *map = &d->kept_map;

	if (conf->path != NULL && strcmp(path, conf->path) == 0)
		return kept_file_read(conf);
	if (map->path != NULL && strcmp(path, map->path) == 0)
		return kept_file_read(map);
	return kept_file_read(&(struct kept_file){ .path = (char *)path,
	    .dir = -1, .file = -1 });
}

static FILE *
open_again(void *arg, const char *path)
{
	FILE *f = open_kept(arg, path);
	int saved = errno;

	if (f == NULL && errno == EACCES && sandbox_has_walls())
		log_notice("%s: in the sandbox only what is in the "
		    "directories of the start can be read: restart", path);
	errno = saved;
	return f;
}

static bool
differ(const char *a, const char *b)
{
	return (a == NULL) != (b == NULL) || (a != NULL && strcmp(a, b) != 0);
}

static bool
same_prefixes(const struct conf_prefixes *a, const struct conf_prefixes *b)
{
	bool same = a->n == b->n;

	for (size_t i = 0; same && i < a->n; i++) {
		const struct conf_prefix *x = &a->p[i], *y = &b->p[i];

		same = x->is6 == y->is6 && (x->is6 ?
		    prefix6_eq(x->p6, y->p6) : prefix4_eq(x->p4, y->p4));
	}
	return same;
}

static void
name_restarts(const struct conf *old, const struct conf *new, bool can_fast)
{
	if (strcmp(old->tun_device, new->tun_device) != 0)
		log_warnx("tun-device %s needs a restart: %s stays",
		    new->tun_device, old->tun_device);
	if (old->tun_up != new->tun_up ||
	    !same_prefixes(&old->tun_ip, &new->tun_ip) ||
	    !same_prefixes(&old->tun_route, &new->tun_route))
		log_warnx("tun-up, tun-ip and tun-route need a restart");
	if (old->offload != new->offload)
		log_warnx("offload needs a restart");
	if (old->fast_path == FAST_PATH_NO && new->fast_path != FAST_PATH_NO &&
	    !can_fast)
		log_warnx("fast-path %s needs a restart: it was off at the "
		    "start", new->fast_path == FAST_PATH_YES ? "yes" : "auto");
	if (old->sandbox != new->sandbox)
		log_warnx("sandbox needs a restart");
	if (differ(old->data_dir, new->data_dir))
		log_warnx("data-dir needs a restart");
	if (differ(old->control_socket, new->control_socket))
		log_warnx("control-socket needs a restart");
	if (differ(old->stats_file, new->stats_file))
		log_warnx("stats-file needs a restart");
}

/* Packets do not wait for us: a queue of some hundred is full in no time. */
static void
breathe(void *arg)
{
	struct daemon *d = arg;
	mono_t now = state_clocks().mono;

	if (d->there)
		d->there = pump_batch(&d->pump, now);
	(void)log_work(now);
	notify_alive(now);
}

/* --- leases --------------------------------------------------------------- */

/*
 * Leases between two breaths: each may be the first to touch its part of the memory,
 * which the kernel clears then, up to 2 MiB of it.
 */
#define PIECE		8

#define LOG_PATIENCE	2000		/* ms */

/*
 * Tell it, at the pace of who reads the log: a hundred thousand at once he would miss.
 * He gets `patience` milliseconds for all of them, packets go on meanwhile.
 */
static void
tell(struct daemon *d, const struct lease_event *e, unsigned *patience)
{
	daemon_tell_lease(d, e);
	for (; log_is_behind() && *patience > 0; --*patience) {
		breathe(d);
		(void)poll(NULL, 0, 1);
	}
}

/* It ends with this reload.  Told once, and counted. */
static unsigned
lose(struct daemon *d, struct lease *l, ip4_t addr, unsigned *patience)
{
	const struct lease_event e = {
		.kind = LEASE_EVENT_RELEASED,
		.addr = addr,
		.host = l->host,
	};

	if (l->told)
		return 0;
	l->told = true;
	if (l->state == LEASE_ACTIVE)
		tell(d, &e, patience);
	return 1;
}

/*
 * Each lease that the new tables have room for, as it is while packets use and make
 * others.  Who never stops making new ones is not waited for.  Returns how many
 * there is no room for.
 */
static unsigned
carry_leases(struct daemon *d, struct pool *from, struct tables *to)
{
	uint64_t most = UINT64_C(4) * pool_size(from);
	struct lease *l;
	unsigned lost = 0, patience = LOG_PATIENCE;
	ip4_t addr;

	pool_walk(from);
	for (uint64_t i = 0; ; i++) {
		if (i % PIECE == 0 && i < most)
			breathe(d);
		l = pool_walk_next(from, &addr);
		if (l == NULL)
			return lost;
		if (tables_may_have(to, addr, l->host))
			(void)pool_carry(to->pool, addr, l->host, l->last,
			    state_clocks().mono);
		else
			lost += lose(d, l, addr, &patience);
	}
}

/* A pool that comes back has leases again: the log of assignments has to know. */
static void
tell_assigned(struct daemon *d)
{
	struct lease_event e = { .kind = LEASE_EVENT_ASSIGNED };
	unsigned patience = LOG_PATIENCE;
	uint32_t i = 0;

	for (unsigned n = 1; pool_seek(d->tables.pool, &i); i++, n++) {
		const struct lease *l = pool_at(d->tables.pool, i, &e.addr);

		if (l->state == LEASE_ACTIVE) {
			e.host = l->host;
			tell(d, &e, &patience);
		}
		if (n % CONF_BREATHE == 0)
			breathe(d);
	}
}

/* The pool of a configuration that has none any more stays for one that has. */
static void
park(struct tables *parked, struct tables *t, const struct conf_reader *reader)
{
	if (t->pool == NULL)
		return;
	tables_free_by(parked, reader);
	parked->pool = t->pool;
	parked->pool_octets = t->pool_octets;
	t->pool = NULL;
}

/* Into the new tables, which are not in use yet; returns how many were lost. */
static unsigned
move_leases(struct daemon *d, struct conf *conf, struct tables *to)
{
	char err[256];

	if (tables_swap_pools(to, conf, &d->tables, d->conf))
		return 0;
	if (d->tables.pool != NULL)
		return carry_leases(d, d->tables.pool, to);
	if (to->pool == NULL)
		return 0;
	if (d->parked.pool != NULL)
		return carry_leases(d, d->parked.pool, to);
	if (!leases_load(&d->leases, to->pool, err, sizeof err))
		log_errx("%s", err);
	return 0;
}

/* The new tables, and what they refer to, become those in use. */
static unsigned
swap(struct daemon *d, struct conf *conf, struct tables *tables,
    const struct conf_reader *reader)
{
	const struct fastpath_breath breath = { breathe, d };
	struct conf *old_conf = d->conf;
	struct tables old;
	unsigned lost;
	mono_t now;

	/* From here on packets come to the daemon until the new tables rule. */
	fastpath_off(&d->fast, d->tables.pool);
	lost = move_leases(d, conf, tables);
	now = state_clocks().mono;
	old = d->tables;
	d->conf = conf;
	d->tables = *tables;
	daemon_configure(d, now);
	if (d->tables.pool == NULL) {
		park(&d->parked, &old, reader);
	} else if (old.pool == NULL) {
		tables_free_by(&d->parked, reader);
		tell_assigned(d);
	}
	tables_free_by(&old, reader);
	conf_free(old_conf);
	daemon_refill_fast_path(d, now, &breath);
	return lost;
}

void
reload(struct daemon *d)
{
	const struct conf_reader reader = { open_again, breathe, d };
	struct conf_msgs msgs;
	struct conf *conf = conf_load_by(&reader, d->kept_conf.path, &msgs);
	struct tables tables;
	struct kept_file map;
	unsigned lost;

	conf_log(&msgs);
	conf_msgs_free(&msgs);
	if (conf == NULL) {
		log_errx("reload: errors in the configuration, "
		    "the old one stays");
		d->stats.failed_reloads++;
		return;
	}
	if (conf->clat.on != d->conf->clat.on) {
		log_errx("reload: clat needs a restart, the old configuration "
		    "stays");
		d->stats.failed_reloads++;
		conf_free(conf);
		return;
	}
	if (conf->clat.on)
		clat_merge(&d->clat, conf);
	if (!tables_build(&tables, conf, d->key, &reader)) {
		log_err("reload: the old configuration stays");
		d->stats.failed_reloads++;
		conf_free(conf);
		return;
	}
	name_restarts(d->conf, conf, d->fast.shared != NULL);
	if (differ(d->kept_map.path, conf->map_file) &&
	    kept_file_open(&map, conf->map_file)) {
		kept_file_close(&d->kept_map);
		d->kept_map = map;
	}
	lost = swap(d, conf, &tables, &reader);
	if (conf->clat.on)
		clat_reconfigure(&d->clat, conf, state_clocks().mono);
	leases_save(&d->leases);
	d->stats.reloads++;
	d->stats.configured = state_clocks().wall;
	log_info("reload: done, %zu maps, %u leases not kept", conf->nmaps,
	    lost);
}
