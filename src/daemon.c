/* SPDX-License-Identifier: BSD-2-Clause */
#include <sys/random.h>

#include <errno.h>
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
#include "report/log.h"
#include "system/netif.h"
#include "report/notify.h"

#define MTU_INTERVAL	1000		/* ms */
#define REFUSED_INTERVAL 60000		/* ms */
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

void
daemon_configure(struct daemon *d, mono_t now)
{
	struct forward *f = &d->forward;

	f->map = d->tables.map;
	f->own = (struct own_addrs){ d->conf->ipv4_addr, d->conf->ipv6_addr };
	f->set.udp_cksum_mode = d->conf->udp_cksum_mode;
	f->set.icmp_node_id = d->conf->icmp_node_id;
	f->set.set_tos = d->conf->set_tos;
	f->set.tos = (uint8_t)d->conf->tos;
	f->bucket.rate = f->too_big.rate = d->conf->icmp_rate;
	f->bucket.burst = f->too_big.burst = d->conf->icmp_burst;
	d->log.classes = d->conf->log;
	follow_mtu(d, now);
}


/* Who has which address already: the assignment log starts with it. */
static void
announce_leases(const struct daemon *d)
{
	const struct pool *pool = d->tables.pool;
	struct lease_event e = { .kind = LEASE_EVENT_ASSIGNED };
	const struct lease *l;
	uint32_t i = 0;

	if (d->leases.dir == -1)
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
	if (d->tables.pool != NULL)
		announce_leases(d);
	log_info("%s started, tun %s, mtu %u, offload: %s", PACKAGE_STRING,
	    d->tun.name, d->forward.set.mtu, d->offload);
	notify_ready("translating");
}

static bool
build_tables(struct daemon *d, char *err, size_t errsize)
{
	if (tables_build(&d->tables, d->conf, d->key,
	    &(struct conf_reader){ 0 }))
		return true;
	snprintf(err, errsize, "not enough memory for %zu maps and the pool",
	    d->conf->nmaps);
	return false;
}

/* A lease is written down before its first packet leaves. */
static void
on_lease(void *arg, const struct lease_event *e)
{
	struct daemon *d = arg;

	d->stats.leases[e->kind]++;
	pktlog_lease(&d->log, e);
	leases_event(&d->leases, e);
}

static bool
load_leases(struct daemon *d, char *err, size_t errsize)
{
	return d->tables.pool == NULL ||
	    leases_load(&d->leases, d->tables.pool, err, errsize);
}

bool
daemon_start(struct daemon *d, const char *config, struct conf *conf,
    char *err, size_t errsize)
{
	d->conf = conf;
	d->tun.fd = -1;
	d->leases.dir = d->leases.file = -1;
	control_socket_open(&d->control, NULL);
	stats_file_open(&d->stats_file, NULL);
	d->key = random_key();
	if (!reload_keep(&d->reload, config, conf->map_file)) {
		snprintf(err, errsize, "not enough memory");
		return false;
	}
	if (!build_tables(d, err, errsize) ||
	    !tun_open(&d->tun, conf->tun_device, err, errsize) ||
	    !netif_configure(conf, d->tun.name, err, errsize) ||
	    !leases_open(&d->leases, conf->data_dir, err, errsize) ||
	    !load_leases(d, err, errsize))
		return false;
	d->offload = conf->offload ? tun_offload(&d->tun) : "none";
	pump_init(&d->pump, &d->tun, &d->forward, &d->log, on_lease, d);
	daemon_configure(d, state_clocks().mono);
	forward_init(&d->forward, d->key, state_clocks().mono);
	/* Whoever brings it up takes it down: us, or a script of TAYGA's. */
	d->tun.fresh = d->tun.fresh && (d->conf->tun_up ||
	    d->conf->tun_ip.n > 0 || d->conf->tun_route.n > 0);
	return true;
}

void
daemon_open_views(struct daemon *d, const struct privs *privs)
{
	int64_t now = state_clocks().wall;

	d->stats.forward = &d->forward;
	d->stats.pump = &d->pump;
	d->stats.log = &d->log;
	d->stats.device = d->tun.name;
	d->stats.started = d->stats.configured = now;
	control_socket_open(&d->control, d->conf->control_socket);
	if (privs->set_user)
		control_socket_own(&d->control, privs->uid, privs->gid);
	stats_file_open(&d->stats_file, d->conf->stats_file);
}

void
daemon_free(struct daemon *d)
{
	control_socket_close(&d->control);
	stats_file_close(&d->stats_file);
	tun_close(&d->tun);
	leases_close(&d->leases);
	reload_free(&d->reload);
	tables_free(&d->tables);
	conf_free(d->conf);
}

/* --- time ----------------------------------------------------------------- */

static void
expire(struct daemon *d, mono_t now)
{
	struct lease_event e;

	if (d->tables.pool == NULL)
		return;
	for (int i = 0; i < EXPIRE_BATCH; i++) {
		if (!pool_expire(d->tables.pool, now, &e))
			break;
		on_lease(d, &e);
	}
}

static mono_t
earlier(mono_t a, mono_t b)
{
	return a < b ? a : b;
}

/* What others see of us: returns when it is due again. */
static mono_t
show(struct daemon *d, mono_t now)
{
	stats_file_work(&d->stats_file, &d->stats, d->conf->stats_interval,
	    now);
	return earlier(d->stats_file.due, control_socket_due(&d->control));
}

static void
answer_clients(struct daemon *d, mono_t now)
{
	const struct control_view view = {
		.stats = &d->stats,
		.conf = d->conf,
		.map = &d->forward.map,
		.now = now,
	};

	d->answered = now;
	control_socket_work(&d->control, &view);
}

/* Without `log reject` too: who runs a pool wants to know that it is too small. */
static void
tell_refused(struct daemon *d, mono_t now)
{
	const uint64_t *count = d->forward.count.reason;
	uint64_t full = count[REASON_POOL_FULL];
	uint64_t limited = count[REASON_POOL_LIMIT];

	if (full + limited == d->refused || now < d->refused_at)
		return;
	log_warnx("no lease for %" PRIu64 " packets more: %" PRIu64 " since "
	    "the start found the pool full, %" PRIu64 " were beyond "
	    "dynamic-limit", full + limited - d->refused, full, limited);
	d->refused = full + limited;
	d->refused_at = now + REFUSED_INTERVAL;
}

/* What is due; returns when something will be again. */
static mono_t
housekeeping(struct daemon *d, struct clocks now)
{
	const struct pool *pool = d->tables.pool;
	mono_t due;

	if (now.mono >= d->mtu_at)
		follow_mtu(d, now.mono);
	pktlog_flush(&d->log, now.mono);
	tell_refused(d, now.mono);
	expire(d, now.mono);
	notify_alive(now.mono);
	due = earlier(notify_due(), leases_work(&d->leases, pool, now));
	due = earlier(due, show(d, now.mono));
	return pool == NULL ? due : earlier(due, pool_next_expiry(pool));
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
	log_counter("in_other_packets", c->in_other.packets);
	log_counter("in_other_octets", c->in_other.octets);
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

/*
 * true: a client of the control socket wants something.  They get no more than one
 * piece of an answer in a millisecond: packets come first.
 */
static bool
wait_for_work(struct daemon *d, mono_t until, mono_t now)
{
	struct pollfd pfd[1 + CONTROL_FDS] = {
		{ .fd = d->tun.fd, .events = POLLIN },
	};
	struct timespec ts = { 0, 0 };
	sigset_t none;
	nfds_t n = 1;
	int ready;

	sigemptyset(&none);
	if (d->answered == now)
		until = earlier(until, now + 1);
	else
		n += control_socket_fds(&d->control, pfd + 1);
	if (until > now) {
		ts.tv_sec = (time_t)((until - now) / 1000);
		ts.tv_nsec = (long)((until - now) % 1000) * 1000000;
	}
	ready = ppoll(pfd, n, until == INT64_MAX ? NULL : &ts, &none);
	if (ready == -1 && errno != EINTR)
		log_warn("ppoll");
	return ready > (pfd[0].revents != 0);
}

int
daemon_run(struct daemon *d)
{
	struct clocks now = state_clocks();
	mono_t signals_at = 0;
	bool asked;

	d->there = true;
	while (d->there && stop_signal == 0) {
		asked = wait_for_work(d, housekeeping(d, now), now.mono);
		now = state_clocks();
		if (now.mono >= signals_at) {
			signals_at = now.mono + SIGNAL_INTERVAL;
			take_pending_signals();
		}
		if (reload_signal) {
			reload_signal = 0;
			notify_reloading();
			reload(d);
			notify_ready("translating");
		}
		if (d->there)
			d->there = pump_batch(&d->pump, now.mono);
		if (asked || now.mono >= control_socket_due(&d->control))
			answer_clients(d, now.mono);
	}
	d->stats_file.due = 0;		/* the last word */
	show(d, now.mono);
	notify_stopping();
	leases_save(&d->leases, d->tables.pool, state_clocks());
	log_counters(d);
	if (!d->there) {
		log_errx("interface %s is gone", d->tun.name);
		return 1;
	}
	log_info("exiting on signal %d", (int)stop_signal);
	return 0;
}
