/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reload.c - System calls at run time: those of kept-file.c, and read.
 */
#include <errno.h>
#include <string.h>

#include "conf/file.h"
#include "reload.h"
#include "report/conf-log.h"
#include "report/log.h"
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

	if (d->there)
		d->there = pump_batch(&d->pump, state_clocks().mono);
}

/* The new tables, and what they refer to, become those in use. */
static unsigned
swap(struct daemon *d, struct conf *conf, struct tables *tables)
{
	const struct fastpath_breath breath = { breathe, d };
	mono_t now = state_clocks().mono;
	bool had_pool = d->tables.pool != NULL;
	unsigned lost;
	char err[256];

	/* From here on packets come to the daemon until the new tables rule. */
	fastpath_off(&d->fast, d->tables.pool);
	lost = tables_move_leases(tables, conf, &d->tables, d->conf, now);
	tables_free(&d->tables);
	conf_free(d->conf);
	d->conf = conf;
	d->tables = *tables;
	daemon_configure(d, now);
	if (!had_pool && d->tables.pool != NULL &&
	    !leases_load(&d->leases, d->tables.pool, err, sizeof err))
		log_errx("%s", err);
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
	lost = swap(d, conf, &tables);
	leases_save(&d->leases);
	d->stats.reloads++;
	d->stats.configured = state_clocks().wall;
	log_info("reload: done, %zu maps, %u leases not kept", conf->nmaps,
	    lost);
}
