/* SPDX-License-Identifier: BSD-2-Clause */
#include <sys/random.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "config.h"
#include "daemon.h"
#include "log.h"
#include "netif.h"
#include "notify.h"

#define SAVE_DELAY	1000		/* ms: many new leases, one write */
#define SAVE_RETRY	60000		/* ms, after a failed write */
#define MTU_INTERVAL	1000		/* ms */
#define SIGNAL_INTERVAL	10		/* ms */
#define EXPIRE_BATCH	256		/* leases between packets */

static volatile sig_atomic_t stop_signal, reload_signal;

static void
on_signal(int sig)
{
	if (sig == SIGHUP)
		reload_signal = 1;
	else
		stop_signal = sig;
}

static const int signals[] = { SIGHUP, SIGINT, SIGTERM, SIGQUIT };

static sigset_t
signal_set(void)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
		sigaddset(&set, signals[i]);
	return set;
}

void
daemon_block_signals(void)
{
	struct sigaction sa = { .sa_handler = on_signal };
	sigset_t set = signal_set();

	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
		sigaction(signals[i], &sa, NULL);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/*
 * ppoll() that finds the device readable at once lets no signal in: under a
 * flood they are asked for.
 */
static void
take_pending_signals(void)
{
	sigset_t set = signal_set();
	struct timespec now = { 0, 0 };
	int sig;

	while ((sig = sigtimedwait(&set, NULL, &now)) > 0)
		on_signal(sig);
}

/* --- start ---------------------------------------------------------------- */

bool
daemon_report(const struct conf_msgs *msgs)
{
	bool ok = true;

	for (size_t i = 0; i < msgs->n; i++) {
		const struct conf_msg *m = &msgs->msg[i];
		char where[32] = "";

		if (m->line != 0)
			snprintf(where, sizeof where, ":%u", m->line);
		if (m->error)
			log_errx("%s%s: %s", m->file, where, m->text);
		else
			log_warnx("%s%s: warning: %s", m->file, where,
			    m->text);
		ok = ok && !m->error;
	}
	return ok;
}

/*
 * Never wait for an unseeded pool of randomness: at first boot a key from clocks
 * and addresses has to do.
 */
static struct siphash_key
random_key(void)
{
	struct siphash_key key;
	struct timespec ts;

	if (getrandom(&key, sizeof key, GRND_NONBLOCK) ==
	    (ssize_t)sizeof key)
		return key;
	clock_gettime(CLOCK_REALTIME, &ts);
	key.k[0] = (uint64_t)ts.tv_nsec << 32 ^ (uint64_t)ts.tv_sec ^
	    (uint64_t)getpid() << 16;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	key.k[1] = (uint64_t)ts.tv_nsec << 32 ^ (uint64_t)(uintptr_t)&key;
	log_notice("no randomness yet: identifications and hashes are "
	    "keyed by clocks");
	return key;
}

/* Everything in struct forward that comes from the configuration. */
static void
configure_forward(struct daemon *d)
{
	struct forward *f = &d->forward;

	f->map = d->tables.map;
	f->own = (struct own_addrs){ d->conf->ipv4_addr, d->conf->ipv6_addr };
	f->set.udp_cksum_mode = d->conf->udp_cksum_mode;
	f->set.icmp_node_id = d->conf->icmp_node_id;
	f->bucket.rate = d->conf->icmp_rate;
	f->bucket.burst = d->conf->icmp_burst;
	d->log.classes = d->conf->log;
}

static void
follow_mtu(struct daemon *d, mono_t now)
{
	unsigned mtu = netif_mtu(d->tun.name);
	struct xlat_set *set = &d->forward.set;

	d->mtu_at = now + MTU_INTERVAL;
	if (mtu == 0)
		return;		/* gone: reading will tell */
	if (mtu != set->mtu && set->mtu != 0)
		log_info("mtu of %s is now %u", d->tun.name, mtu);
	set->mtu = mtu;
	set->offlink_mtu = d->conf->offlink_mtu;
	/* What is under 1280 cannot carry IPv6: RFC 8200 section 5. */
	if (set->offlink_mtu > mtu)
		set->offlink_mtu = mtu < IP6_MIN_MTU ? IP6_MIN_MTU : mtu;
}

static bool
open_state_dir(struct daemon *d, char *err, size_t errsize)
{
	const char *dir = d->conf->data_dir;

	d->state_dir = -1;
	if (dir == NULL)
		return true;
	d->made_state_dir = mkdir(dir, 0755) == 0;
	if (!d->made_state_dir && errno != EEXIST) {
		snprintf(err, errsize, "data-dir %s: cannot create: %s", dir,
		    strerror(errno));
		return false;
	}
	d->state_dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (d->state_dir == -1) {
		snprintf(err, errsize, "data-dir %s: cannot open: %s", dir,
		    strerror(errno));
		return false;
	}
	return true;
}

static bool
load_leases(struct daemon *d, char *err, size_t errsize)
{
	if (!d->conf->has_pool || d->state_dir == -1)
		return true;
	if (state_load(&d->tables.pool, d->state_dir, state_clocks()) == -1) {
		snprintf(err, errsize, "%s/%s: cannot read: %s",
		    d->conf->data_dir, STATE_FILE, strerror(errno));
		return false;
	}
	d->saved = d->tables.pool.generation;
	return true;
}

/* Who has which address already: the assignment log starts with it. */
static void
announce_leases(const struct daemon *d)
{
	const struct pool *pool = &d->tables.pool;
	struct lease_event e = { .kind = LEASE_EVENT_ASSIGNED };
	const struct lease *l;
	uint32_t i = 0;

	if (d->state_dir == -1)
		log_notice("no data-dir: leases of the dynamic pool are "
		    "forgotten at exit");
	else
		log_info("leases restored: %u active, %u dormant",
		    pool->active.count, pool->dormant.count);
	while ((l = pool_next(pool, &i, &e.addr)) != NULL)
		if (l->state == LEASE_ACTIVE) {
			e.host = l->host;
			pktlog_lease(&d->log, &e);
		}
}

void
daemon_announce(const struct daemon *d)
{
	netif_warn_forwarding(d->tun.name);
	if (d->conf->has_pool)
		announce_leases(d);
	log_info("%s started, tun %s, mtu %u, offload: %s", PACKAGE_STRING,
	    d->tun.name, d->forward.set.mtu, d->offload);
	notify_ready("translating");
}

bool
daemon_start(struct daemon *d, const char *config, struct conf *conf,
    char *err, size_t errsize)
{
	mono_t now = state_clocks().mono;

	d->config = config;
	d->conf = conf;
	d->tun.fd = -1;
	d->state_dir = -1;
	d->save_at = INT64_MAX;
	d->key = random_key();
	if (!tables_build(&d->tables, conf, d->key)) {
		snprintf(err, errsize, "not enough memory for %zu maps and "
		    "the pool", conf->nmaps);
		return false;
	}
	configure_forward(d);
	forward_init(&d->forward, d->key, now);
	if (!tun_open(&d->tun, conf->tun_device, err, errsize) ||
	    !netif_configure(conf, d->tun.name, err, errsize) ||
	    !open_state_dir(d, err, errsize) || !load_leases(d, err, errsize))
		return false;
	d->offload = conf->offload ? tun_offload(&d->tun) : "none";
	pump_init(&d->pump, &d->tun, &d->forward, &d->log);
	follow_mtu(d, now);
	/* At the end the next one may have it already: it stays. */
	d->tun.fresh = false;
	return true;
}

void
daemon_free(struct daemon *d)
{
	tun_close(&d->tun);
	if (d->state_dir != -1)
		close(d->state_dir);
	tables_free(&d->tables);
	conf_free(d->conf);
}

/* --- state ---------------------------------------------------------------- */

static void
save(struct daemon *d, struct clocks now)
{
	d->save_at = INT64_MAX;
	if (d->state_dir == -1 || d->tables.map.pool == NULL)
		return;
	if (!state_save(&d->tables.pool, d->state_dir, now)) {
		log_warn("%s/%s: cannot write, the old file stays",
		    d->conf->data_dir, STATE_FILE);
		d->save_at = now.mono + SAVE_RETRY;
		return;
	}
	d->saved = d->tables.pool.generation;
}

static void
expire(struct daemon *d, mono_t now)
{
	struct lease_event e;

	if (d->tables.map.pool == NULL)
		return;
	for (int i = 0; i < EXPIRE_BATCH; i++) {
		if (!pool_expire(&d->tables.pool, now, &e))
			break;
		pktlog_lease(&d->log, &e);
	}
}

static mono_t
earlier(mono_t a, mono_t b)
{
	return a < b ? a : b;
}

/* What is due; returns when something will be again. */
static mono_t
housekeeping(struct daemon *d, struct clocks now)
{
	struct pool *pool = d->tables.map.pool;

	if (now.mono >= d->mtu_at)
		follow_mtu(d, now.mono);
	pktlog_flush(&d->log, now.mono);
	expire(d, now.mono);
	notify_alive(now.mono);
	if (pool == NULL)
		return notify_due();
	if (pool->generation != d->saved && d->save_at == INT64_MAX)
		d->save_at = now.mono + SAVE_DELAY;
	if (now.mono >= d->save_at)
		save(d, now);
	return earlier(notify_due(), earlier(d->save_at,
	    pool_next_expiry(pool)));
}

/* --- reload --------------------------------------------------------------- */

static void
name_restarts(const struct conf *old, const struct conf *new)
{
	if (strcmp(old->tun_device, new->tun_device) != 0)
		log_warnx("tun-device %s needs a restart: %s stays",
		    new->tun_device, old->tun_device);
	if (old->offload != new->offload)
		log_warnx("offload needs a restart");
	if ((old->data_dir == NULL) != (new->data_dir == NULL) ||
	    (old->data_dir != NULL &&
	    strcmp(old->data_dir, new->data_dir) != 0))
		log_warnx("data-dir needs a restart");
}

/* Read all of it again; on any error the old configuration goes on. */
static void
reload(struct daemon *d, struct clocks now)
{
	struct conf_msgs msgs;
	struct conf *conf = conf_load(d->config, &msgs);
	struct tables tables;
	unsigned lost;

	daemon_report(&msgs);
	conf_msgs_free(&msgs);
	if (conf == NULL) {
		log_errx("reload: errors in the configuration, "
		    "the old one stays");
		return;
	}
	if (!tables_build(&tables, conf, d->key)) {
		log_err("reload: the old configuration stays");
		conf_free(conf);
		return;
	}
	name_restarts(d->conf, conf);
	lost = tables_move_leases(&tables, &d->tables, now.mono);
	tables_free(&d->tables);
	conf_free(d->conf);
	d->conf = conf;
	d->tables = tables;
	if (tables.map.pool != NULL)
		d->tables.map.pool = &d->tables.pool;
	configure_forward(d);
	follow_mtu(d, now.mono);
	save(d, now);
	log_info("reload: done, %zu maps, %u leases not kept", conf->nmaps,
	    lost);
}

/* --- the loop ------------------------------------------------------------- */

static void
log_counter(const char *name, uint64_t value)
{
	if (value != 0)
		log_event("counter=%s value=%" PRIu64, name, value);
}

static void
log_counters(const struct daemon *d)
{
	const struct forward_counters *c = &d->forward.count;

	log_counter("in4_packets", c->in4.packets);
	log_counter("in4_octets", c->in4.octets);
	log_counter("in6_packets", c->in6.packets);
	log_counter("in6_octets", c->in6.octets);
	log_counter("out4_packets", c->out4.packets);
	log_counter("out4_octets", c->out4.octets);
	log_counter("out6_packets", c->out6.packets);
	log_counter("out6_octets", c->out6.octets);
	for (int r = 0; r < REASON_COUNT; r++)
		if (c->reason[r] != 0)
			log_event("reason=%s packets=%" PRIu64,
			    reason_name((enum reason)r), c->reason[r]);
	log_counter("icmp_translated", c->icmp_translated);
	log_counter("icmp_sent", c->icmp_sent);
	log_counter("icmp_suppressed", c->icmp_suppressed);
	log_counter("coalesced", d->pump.joined);
	log_counter("write_errors", d->pump.write_errors);
}

static void
wait_for_work(struct daemon *d, mono_t until, mono_t now)
{
	struct pollfd pfd = { .fd = d->tun.fd, .events = POLLIN };
	struct timespec ts = { 0, 0 };
	sigset_t none;

	sigemptyset(&none);
	if (until > now) {
		ts.tv_sec = (time_t)((until - now) / 1000);
		ts.tv_nsec = (long)((until - now) % 1000) * 1000000;
	}
	if (ppoll(&pfd, 1, until == INT64_MAX ? NULL : &ts, &none) == -1 &&
	    errno != EINTR)
		log_warn("ppoll");
}

int
daemon_run(struct daemon *d)
{
	struct clocks now = state_clocks();
	mono_t signals_at = 0;
	bool there = true;

	while (there && stop_signal == 0) {
		wait_for_work(d, housekeeping(d, now), now.mono);
		now = state_clocks();
		if (now.mono >= signals_at) {
			signals_at = now.mono + SIGNAL_INTERVAL;
			take_pending_signals();
		}
		if (reload_signal) {
			reload_signal = 0;
			notify_reloading();
			reload(d, now);
			notify_ready("translating");
		}
		there = pump_batch(&d->pump, now.mono);
	}
	notify_stopping();
	save(d, state_clocks());
	log_counters(d);
	if (!there) {
		log_errx("interface %s is gone", d->tun.name);
		return 1;
	}
	log_info("exiting on signal %d", (int)stop_signal);
	return 0;
}
