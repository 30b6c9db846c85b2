/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * loop.c - what wakes the translator: packets, signals, clients and time.  System
 * calls: ppoll, sigtimedwait, and those of what it calls.
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "loop.h"
#include "reload.h"
#include "report/log.h"
#include "report/notify.h"

#define REFUSED_INTERVAL 60000		/* ms */
#define SIGNAL_INTERVAL	10		/* ms */
#define LINK_INTERVAL	1000		/* ms, if nothing is heard of it */
#define LINK_PAUSE	10		/* ms */
#define EXPIRE_BATCH	256		/* leases between packets */
#define PATIENCE	30		/* ms, for the writer, at the end */
#define PATIENCE_OF_PID_1 2000
#define FIXED_FDS	4		/* the device, its link, problems, the writer */

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
loop_block_signals(void)
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
		daemon_on_lease(d, &e);
	}
}

/* What others see of us: returns when it is due again. */
static mono_t
show(struct daemon *d, mono_t now)
{
	if (now >= d->stats_file.due)
		daemon_count(d);
	stats_file_work(&d->stats_file, &d->stats, d->conf->stats_interval,
	    now);
	return mono_earlier(d->stats_file.due, control_socket_due(&d->control));
}

static void
answer_clients(struct daemon *d, mono_t now)
{
	char clat[CLAT_TEXT_MAX];
	const struct control_view view = {
		.stats = &d->stats,
		.conf = d->conf,
		.map = &d->forward.map,
		.clat = clat_lines(&d->clat, now, clat),
		.now = now,
	};
	struct problem_counts counts;

	d->answered = now;
	daemon_count(d);
	counts = daemon_counts(d);
	problems_asked(&d->problems, d->conf, &counts, now);
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

static void
look_for_problems(struct daemon *d, mono_t now)
{
	struct problem_counts counts;

	if (!problems_due(&d->problems, now))
		return;
	daemon_count(d);
	counts = daemon_counts(d);
	problems_look(&d->problems, d->conf, &counts, now);
}

/* What is due; returns when something will be again. */
static mono_t
housekeeping(struct daemon *d, struct clocks now)
{
	struct pool *pool = d->tables.pool;
	mono_t due, fast;

	pktlog_flush(&d->log, now.mono);
	tell_refused(d, now.mono);
	look_for_problems(d, now.mono);
	fast = fastpath_work(&d->fast, pool, now.mono);
	expire(d, now.mono);
	notify_alive(now.mono);
	due = mono_earlier(d->looked_at + LINK_INTERVAL, notify_due());
	due = mono_earlier(due, fast);
	due = mono_earlier(due, leases_work(&d->leases, pool, now));
	due = mono_earlier(due, show(d, now.mono));
	due = mono_earlier(due, log_work(now.mono));
	due = mono_earlier(due, problems_until(&d->problems));
	due = mono_earlier(due, clat_due(&d->clat));
	return pool == NULL ? due : mono_earlier(due, pool_next_expiry(pool));
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
	log_counter("fast_path", d->fast.packets64 + d->fast.packets46);
	log_counter("fast_path_lost", d->fast.lost);
	log_counter("coalesced", d->pump.count.joined);
	log_counter("write_errors", d->pump.count.write_errors);
}

#define WOKE_LINK	1u		/* something became of some interface */
#define WOKE_CLIENT	2u		/* of the control socket: wants something */
#define WOKE_CLAT	4u		/* news of the network */

static bool
any_ready(const struct pollfd *p, nfds_t n)
{
	while (n-- > 0)
		if (p[n].revents != 0)
			return true;
	return false;
}

/*
 * Others are heard no more often than this: clients get one piece of an answer in a
 * millisecond, and it may be somebody else who changes interfaces all the time.
 * Packets come first.
 */
static unsigned
wait_for_work(struct daemon *d, mono_t until, mono_t now)
{
	struct pollfd pfd[FIXED_FDS + CLAT_FDS + CONTROL_FDS] = {
		{ .fd = d->tun.fd, .events = POLLIN },
		{ .fd = link_events(&d->link), .events = POLLIN },
		{ .fd = problems_fd(&d->problems), .events = POLLIN },
		{ .fd = d->writer.reports, .events = POLLIN },
	};
	struct timespec ts = { 0, 0 };
	sigset_t none;
	nfds_t clat = clat_fds(&d->clat, pfd + FIXED_FDS);
	nfds_t n = FIXED_FDS + clat;

	sigemptyset(&none);
	if (d->answered == now)
		until = mono_earlier(until, now + 1);
	else
		n += control_socket_fds(&d->control, pfd + n);
	if (now < d->looked_at + LINK_PAUSE) {
		until = mono_earlier(until, d->looked_at + LINK_PAUSE);
		pfd[1].fd = -1;
	}
	if (until > now) {
		ts.tv_sec = (time_t)((until - now) / 1000);
		ts.tv_nsec = (long)((until - now) % 1000) * 1000000;
	}
	if (ppoll(pfd, n, until == INT64_MAX ? NULL : &ts, &none) == -1) {
		if (errno != EINTR)
			log_warn("ppoll");
		return 0;
	}
	if (pfd[2].revents != 0)
		problems_changed(&d->problems);
	if (pfd[3].revents != 0)
		daemon_hear_writer(d);
	return (pfd[1].revents != 0 ? WOKE_LINK : 0) |
	    (any_ready(pfd + FIXED_FDS, clat) ? WOKE_CLAT : 0) |
	    (any_ready(pfd + FIXED_FDS + clat,
	    n - FIXED_FDS - clat) ? WOKE_CLIENT : 0);
}

static const char *
status(const struct daemon *d, char buf[static CLAT_TEXT_MAX])
{
	return d->clat.phase == CLAT_OFF ? "translating" :
	    clat_text(&d->clat, buf);
}

static void
work_clat(struct daemon *d, bool came, mono_t now)
{
	enum clat_phase was = d->clat.phase;
	char text[CLAT_TEXT_MAX];

	if (clat_work(&d->clat, came, now))
		daemon_follow_clat(d, now);
	if (d->clat.phase != was)
		notify_status(status(d, text));
}

/*
 * The writer goes on without us; but whoever looks at the file once we are gone should
 * find it written, if that takes a moment only.  Nobody outlives PID 1.
 */
static void
save_leases(struct daemon *d)
{
	struct pollfd p = { .fd = d->writer.reports, .events = POLLIN };
	mono_t until;

	leases_end(&d->leases, d->tables.pool, writer_taken);
	until = state_clocks().mono +
	    (getpid() == 1 ? PATIENCE_OF_PID_1 : PATIENCE);
	while (d->leases.unconfirmed && poll(&p, 1, 1) >= 0 &&
	    state_clocks().mono < until) {
		daemon_hear_writer(d);
		p.fd = d->writer.reports;
	}
}

int
loop_run(struct daemon *d)
{
	struct clocks now = state_clocks();
	mono_t signals_at = 0;
	char text[CLAT_TEXT_MAX];
	unsigned woke;

	d->there = true;
	while (d->there && stop_signal == 0) {
		woke = wait_for_work(d, housekeeping(d, now), now.mono);
		now = state_clocks();
		if (now.mono >= signals_at) {
			signals_at = now.mono + SIGNAL_INTERVAL;
			take_pending_signals();
		}
		if (reload_signal) {
			reload_signal = 0;
			notify_reloading();
			reload(d);
			notify_ready(status(d, text));
		}
		/* Before them, so that no packet is judged by an old one. */
		if (woke & WOKE_LINK || now.mono >= d->looked_at + LINK_INTERVAL)
			daemon_follow_link(d, now.mono);
		if (d->there)
			d->there = pump_batch(&d->pump, now.mono);
		work_clat(d, (woke & WOKE_CLAT) != 0, now.mono);
		if (d->pump.drained)
			fastpath_drained(&d->fast, d->tables.pool, now.mono);
		if (woke & WOKE_CLIENT || now.mono >= control_socket_due(&d->control))
			answer_clients(d, now.mono);
	}
	fastpath_off(&d->fast, d->tables.pool);
	daemon_count(d);
	d->stats_file.due = 0;		/* the last word */
	show(d, now.mono);
	notify_stopping();
	save_leases(d);
	log_counters(d);
	if (!d->there) {
		log_errx("interface %s is gone", d->link.name);
		return 1;
	}
	log_info("exiting on signal %d", (int)stop_signal);
	return 0;
}
