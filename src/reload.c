/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reload.c - System calls at run time: openat, fstat, fstatat, dup, lseek, read,
 * close; open for a file that was not named before.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon.h"
#include "report/log.h"
#include "system/path.h"
#include "reload.h"

/* --- files ---------------------------------------------------------------- */

static void
forget(struct kept_file *k)
{
	if (k->dir != -1)
		close(k->dir);
	if (k->file != -1)
		close(k->file);
	free(k->path);
	*k = (struct kept_file){ .dir = -1, .file = -1 };
}

static bool
keep(struct kept_file *k, const char *path)
{
	*k = (struct kept_file){ .dir = -1, .file = -1 };
	if (path == NULL || path[0] != '/')
		return true;
	k->path = strdup(path);
	if (k->path == NULL)
		return false;
	k->dir = path_open_dir(path);
	k->file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	return true;
}

bool
reload_keep(struct reload *r, const char *conf, const char *map_file)
{
	return keep(&r->conf, conf) && keep(&r->map, map_file);
}

void
reload_free(struct reload *r)
{
	forget(&r->conf);
	forget(&r->map);
}

/* Is the file of that name still the one that we hold? */
static bool
is_the_same(const struct kept_file *k)
{
	struct stat is, was;

	return k->file != -1 &&
	    fstatat(k->dir, path_name(k->path), &is, 0) == 0 &&
	    fstat(k->file, &was) == 0 && S_ISREG(was.st_mode) &&
	    is.st_dev == was.st_dev && is.st_ino == was.st_ino;
}

/* It may be readable for root only: then the descriptor is what we have. */
static int
open_kept(const struct kept_file *k)
{
	int fd = k->dir == -1 ? open(k->path, O_RDONLY | O_CLOEXEC) :
	    openat(k->dir, path_name(k->path), O_RDONLY | O_CLOEXEC);

	if (fd != -1 || (errno != EACCES && errno != EPERM))
		return fd;
	if (!is_the_same(k)) {
		errno = EACCES;
		return -1;
	}
	fd = fcntl(k->file, F_DUPFD_CLOEXEC, 0);
	if (fd != -1)
		lseek(fd, 0, SEEK_SET);
	return fd;
}

static FILE *
open_again(void *arg, const char *path)
{
	const struct reload *r = &((struct daemon *)arg)->reload;
	const struct kept_file *k =
	    r->conf.path != NULL && strcmp(path, r->conf.path) == 0 ? &r->conf :
	    r->map.path != NULL && strcmp(path, r->map.path) == 0 ? &r->map :
	    &(struct kept_file){ .path = (char *)path, .dir = -1, .file = -1 };
	int fd = open_kept(k);
	FILE *f = fd == -1 ? NULL : fdopen(fd, "r");
	int saved = errno;

	if (fd != -1 && f == NULL)
		close(fd);
	errno = saved;
	return f;
}

/* --- reload --------------------------------------------------------------- */

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
name_restarts(const struct conf *old, const struct conf *new)
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
	mono_t now = state_clocks().mono;
	bool had_pool = d->tables.pool != NULL;
	unsigned lost = tables_move_leases(tables, conf, &d->tables, d->conf,
	    now);
	char err[256];

	tables_free(&d->tables);
	conf_free(d->conf);
	d->conf = conf;
	d->tables = *tables;
	daemon_configure(d, now);
	if (!had_pool && d->tables.pool != NULL &&
	    !leases_load(&d->leases, d->tables.pool, err, sizeof err))
		log_errx("%s", err);
	return lost;
}

void
reload(struct daemon *d)
{
	const struct conf_reader reader = { open_again, breathe, d };
	struct conf_msgs msgs;
	struct conf *conf = conf_load_by(&reader, d->reload.conf.path, &msgs);
	struct tables tables;
	struct kept_file map;
	unsigned lost;

	daemon_report(&msgs);
	conf_msgs_free(&msgs);
	if (conf == NULL) {
		log_errx("reload: errors in the configuration, "
		    "the old one stays");
		d->stats.failed_reloads++;
		return;
	}
	if (!tables_build(&tables, conf, d->key, &reader)) {
		log_err("reload: the old configuration stays");
		d->stats.failed_reloads++;
		conf_free(conf);
		return;
	}
	name_restarts(d->conf, conf);
	if (differ(d->reload.map.path, conf->map_file) &&
	    keep(&map, conf->map_file)) {
		forget(&d->reload.map);
		d->reload.map = map;
	}
	lost = swap(d, conf, &tables);
	leases_save(&d->leases, d->tables.pool, state_clocks());
	d->stats.reloads++;
	d->stats.configured = state_clocks().wall;
	log_info("reload: done, %zu maps, %u leases not kept", conf->nmaps,
	    lost);
}
