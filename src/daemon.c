/* SPDX-License-Identifier: BSD-2-Clause */
#include <sys/random.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "config.h"
#include "daemon.h"
#include "report/log.h"
#include "report/notify.h"
#include "report/sink.h"
#include "system/file-user.h"
#include "system/netif.h"
#include "system/path.h"
#include "system/plain-file.h"


#define FIRST_WORD	1000		/* ms, of the writer */
#define LAST_WORD	20		/* ms, for the writer */

/* --- start ---------------------------------------------------------------- */

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

/* What an interface is called and where it is, if that is not as it was. */
static void
tell_link(const struct link *was, const struct link *is)
{
	if (strcmp(was->name, is->name) != 0)
		log_info("interface %s is now %s", was->name, is->name);
	if (link_is_away(was) == link_is_away(is))
		return;
	if (link_is_away(is))
		log_info("%s is in another network namespace now: its mtu is "
		    "%u, unless that is told", is->name, is->mtu);
	else
		log_info("%s is back in this network namespace", is->name);
}

void
daemon_follow_link(struct daemon *d, mono_t now)
{
	struct link was = d->link;
	struct xlat_set *set = &d->forward.set;
	unsigned mtu;

	link_look(&d->link);
	tell_link(&was, &d->link);
	mtu = d->link.mtu;
	d->looked_at = now;
	if (mtu == 0)
		return;		/* gone: reading will tell */
	if (mtu != set->mtu && set->mtu != 0)
		log_info("mtu of %s is now %u", d->link.name, mtu);
	if (mtu == set->mtu && d->offlink_mtu == d->conf->offlink_mtu)
		return;
	set->mtu = mtu;
	set->offlink_mtu = d->offlink_mtu = d->conf->offlink_mtu;
	/* What is under 1280 cannot carry IPv6: RFC 8200 section 5. */
	if (set->offlink_mtu > mtu)
		set->offlink_mtu = mtu < IP6_MIN_MTU ? IP6_MIN_MTU : mtu;
	fastpath_set_mtu(&d->fast, &d->forward);
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
	if (d->tables.pool != NULL) {
		d->tables.pool->elsewhere = fastpath_last_use;
		d->tables.pool->elsewhere_arg = &d->fast;
	}
	daemon_follow_link(d, now);
}

/* --- the fast path -------------------------------------------------------- */

static void
tell_fast_path(const struct fastpath *fast)
{
	if (fastpath_is_on(fast))
		log_info("fast path: on");
	else if (fast->state == FASTPATH_DIFFERS)
		log_errx("fast path: off: %s", fast->why);
	else
		log_info("fast path: off: %s", fast->why);
}

/* Where it can be had; false if the configuration does not do without. */
static bool
start_fast_path(struct daemon *d, char *err, size_t errsize)
{
	mono_t now = state_clocks().mono;

	if (d->conf->fast_path == FAST_PATH_NO ||
	    (fastpath_open(&d->fast, &d->forward, d->link.name, now) &&
	    fastpath_fill(&d->fast, &d->forward, now, NULL)) ||
	    d->conf->fast_path == FAST_PATH_AUTO)
		return true;
	snprintf(err, errsize, "no fast path: %s", d->fast.why);
	return false;
}

void
daemon_refill_fast_path(struct daemon *d, mono_t now,
    const struct fastpath_breath *breath)
{
	if (d->conf->fast_path == FAST_PATH_NO || d->fast.shared == NULL)
		return;
	if (!fastpath_fill(&d->fast, &d->forward, now, breath))
		tell_fast_path(&d->fast);
}

void
daemon_follow_clat(struct daemon *d, mono_t now)
{
	struct tables tables;

	fastpath_off(&d->fast, d->tables.pool);
	clat_merge(&d->clat, d->conf);
	if (!tables_build(&tables, d->conf, d->key,
	    &(struct conf_reader){ 0 })) {
		log_err("clat");
		daemon_refill_fast_path(d, now, NULL);
		return;
	}
	tables_free(&d->tables);
	d->tables = tables;
	daemon_configure(d, now);
	daemon_refill_fast_path(d, now, NULL);
}

void
daemon_count(struct daemon *d)
{
	fastpath_count(&d->fast, &d->forward.count);
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

struct problem_counts
daemon_counts(const struct daemon *d)
{
	const uint64_t *reason = d->forward.count.reason;

	return (struct problem_counts){ reason[REASON_XLAT46],
	    reason[REASON_XLAT64] };
}

void
daemon_announce(struct daemon *d)
{
	struct problem_counts counts = daemon_counts(d);

	/* Whoever brings it up takes it down: us, or a script of TAYGA's. */
	d->tun.fresh = d->tun.fresh && (d->conf->tun_up ||
	    d->conf->tun_ip.n > 0 || d->conf->tun_route.n > 0 ||
	    d->conf->clat.on);
	if (d->conf->fast_path != FAST_PATH_NO)
		tell_fast_path(&d->fast);
	problems_look(&d->problems, d->conf, &counts, state_clocks().mono);
	if (d->tables.pool != NULL)
		announce_leases(d);
	log_info("%s started, tun %s, mtu %u, offload: %s", PACKAGE_STRING,
	    d->link.name, d->forward.set.mtu, d->offload);
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

/* Where what it changed on the host is written down: a directory of ours in /run. */
static bool
start_clat(struct daemon *d, char *err, size_t errsize)
{
	const char *dir = getenv("RUNTIME_DIRECTORY");	/* systemd.exec(5) */
	char undo[256];

	if (!d->conf->clat.on)
		return true;
	if (dir == NULL || dir[0] != '/')
		dir = "/run/lichen";
	snprintf(undo, sizeof undo, "%.*s/%s.undo", (int)strcspn(dir, ":"),
	    dir, d->tun.name);
	return clat_open(&d->clat, d->conf, d->tun.name, undo, err, errsize);
}

void
daemon_tell_lease(struct daemon *d, const struct lease_event *e)
{
	d->stats.leases[e->kind]++;
	pktlog_lease(&d->log, e);
}

/* A lease is written down before its first packet leaves. */
void
daemon_on_lease(void *arg, const struct lease_event *e)
{
	struct daemon *d = arg;

	d->stats.leases[e->kind]++;
	fastpath_lease(&d->fast, e, state_clocks().mono);
	pktlog_lease(&d->log, e);
	leases_event(&d->leases, d->tables.pool, e);
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
	d->tun.fd = d->link.ask = -1;
	d->leases.dir = d->leases.file = -1;
	d->problems.watch.ask = d->problems.watch.events = -1;
	writer_none(&d->writer);
	control_socket_open(&d->control, NULL);
	stats_file_open(&d->stats_file, NULL);
	(void)kept_file_open(&d->kept_map, NULL);
	d->pidfile.dir = -1;
	d->key = random_key();
	if (!kept_file_open(&d->kept_conf, config) ||
	    !kept_file_open(&d->kept_map, conf->map_file)) {
		snprintf(err, errsize, "not enough memory");
		return false;
	}
	if (!build_tables(d, err, errsize) ||
	    !tun_open(&d->tun, conf->tun_device, err, errsize) ||
	    !netif_configure(conf, d->tun.name, err, errsize) ||
	    !start_clat(d, err, errsize) ||
	    !leases_open(&d->leases, conf->data_dir, err, errsize) ||
	    !load_leases(d, err, errsize))
		return false;
	link_open(&d->link, &d->tun);
	problems_open(&d->problems, d->tun.name);
	d->offload = conf->offload ? tun_offload(&d->tun) : "none";
	pump_init(&d->pump, &d->tun, &d->forward, &d->log,
	    daemon_on_lease, d);
	daemon_configure(d, state_clocks().mono);
	forward_init(&d->forward, d->key, state_clocks().mono);
	if (!start_fast_path(d, err, errsize))
		return false;
	return true;
}

/*
 * /run is empty after each boot: its last directory is made, where nobody else could
 * have, and is whose the socket is.
 */
static void
make_socket_dir(const char *path, const struct privs *privs)
{
	char *dir = path_dir(path);
	int fd = -1;

	if (dir != NULL && dir[1] != '\0' && plain_is_our_dir(AT_FDCWD, dir) &&
	    mkdir(dir, 0755) == 0)
		fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd != -1 && (fchmod(fd, 0755) == -1 ||
	    (privs->set_user && fchown(fd, privs->uid, privs->gid) == -1)))
		log_warn("control-socket %s: its directory", path);
	if (fd != -1)
		close(fd);
	free(dir);
}

/*
 * The user that we become owns it.  Where somebody else may put things it is made
 * as that user, not by root and given away: by then it may be another file.
 */
static void
open_control_socket(struct daemon *d, const struct privs *privs)
{
	const char *path = d->conf->control_socket;
	bool borrow;

	if (path != NULL)
		make_socket_dir(path, privs);
	borrow = path != NULL && privs->set_user &&
	    !plain_is_our_dir(AT_FDCWD, path);

	if (borrow && !privs_borrow(privs))
		log_warn("control-socket %s: cannot make it as its user",
		    path);
	else
		control_socket_open(&d->control, path);
	if (borrow && !privs_return())
		fatal("cannot become root again");
	if (!borrow && privs->set_user)
		control_socket_own(&d->control, privs->uid, privs->gid);
}

void
daemon_open_views(struct daemon *d, const struct privs *privs)
{
	int64_t now = state_clocks().wall;

	d->stats.forward = &d->forward;
	d->stats.pump = &d->pump.count;
	d->stats.log = &d->log;
	d->stats.problems = &d->problems;
	d->stats.device = d->link.name;
	d->stats.fast = &d->fast;
	d->stats.started = d->stats.configured = now;
	open_control_socket(d, privs);
	stats_file_open(&d->stats_file, d->conf->stats_file);
}

static bool
can_read_leases(int dir)
{
	int fd = dir == -1 ? -1 : plain_read_own(dir, STATE_FILE);

	if (fd != -1)
		close(fd);
	return fd != -1 || dir == -1 || errno == ENOENT;
}

bool
daemon_can_reload(void *daemon)
{
	const struct daemon *d = daemon;

	return kept_file_by_name(&d->kept_conf) &&
	    kept_file_by_name(&d->kept_map) &&
	    (!d->conf->clat.on ||
	    kept_file_by_name(&d->clat.question.resolv_conf)) &&
	    can_read_leases(d->leases.dir);
}

static void
may_read(struct sandbox *s, const struct kept_file *k)
{
	dirs_add(&s->read, k->dir);
	for (unsigned i = 0; i < k->nway; i++)
		dirs_add(&s->read, k->way[i]);
}

void
daemon_sandbox(const struct daemon *d, struct sandbox *s)
{
	*s = (struct sandbox){
		.who = SANDBOX_TRANSLATOR,
		.asks = d->conf->clat.on,
	};
	may_read(s, &d->kept_conf);
	may_read(s, &d->kept_map);
	/* For a pool that there was none of at the start. */
	dirs_add(&s->read, d->leases.dir);
	if (d->conf->clat.on)
		may_read(s, &d->clat.question.resolv_conf);
}

/* --- the writer ----------------------------------------------------------- */

/* The log and the metrics must leave room for leases. */
static bool
hand_over_log(void *arg, const char *line, size_t n)
{
	return writer_send(arg, MAIL_LOG, line, n, RING_SIZE / 2);
}

static bool
hand_over_stats(void *arg, const char *text, size_t n)
{
	return writer_send(arg, MAIL_STATS, text, n, RING_SIZE / 2);
}

/* It has no use for tables, and would keep the memory that we change. */
static void
forget(void *arg)
{
	struct daemon *d = arg;

	file_user_return();
	tables_free(&d->tables);
}

static void
on_report(void *arg, struct report r)
{
	struct daemon *d = arg;

	if (r.kind == REPORT_STATS)
		stats_file_result(&d->stats_file, &d->stats, r.error);
	else
		leases_report(&d->leases, r);
}

void
daemon_hear_writer(struct daemon *d)
{
	if (writer_listen(&d->writer, on_report, d))
		return;
	/* Both of its processes are gone.  We do what we can without. */
	writer_close(&d->writer);
	sink_hand_over(NULL, NULL);
	d->stats_file.hand_over = NULL;
	leases_no_writer(&d->leases);
	notify_status("translating, but leases are not saved: restart it");
}

bool
daemon_start_writer(struct daemon *d, bool chrooted, bool sandbox, char *err,
    size_t errsize)
{
	const struct writer_job job = {
		.dir = d->leases.dir,
		.file = d->leases.file,
		.dir_path = chrooted ? NULL : d->conf->data_dir,
		.stats_file = &d->stats_file,
		.made = { &d->pidfile, &d->control.made },
		.sandbox = sandbox,
		.forget = forget,
		.forget_arg = d,
	};

	struct pollfd p = { .events = POLLIN };

	if (job.dir == -1 && d->stats_file.dir == -1 &&
	    !sink_needs_writer() && d->pidfile.dir == -1 &&
	    d->control.made.dir == -1)
		return true;
	if (!writer_start(&d->writer, &job)) {
		snprintf(err, errsize, "cannot start the writer: %s",
		    strerror(errno));
		return false;
	}
	if (d->leases.file != -1)
		close(d->leases.file);
	d->leases.file = -1;
	sink_hand_over(hand_over_log, &d->writer);
	d->stats_file.hand_over = hand_over_stats;
	d->stats_file.hand_over_arg = &d->writer;
	d->leases.send = writer_send;
	d->leases.send_arg = &d->writer;
	/* What it cannot do is known from the start. */
	p.fd = d->writer.reports;
	if (poll(&p, 1, FIRST_WORD) == 1)
		daemon_hear_writer(d);
	return true;
}

void
daemon_free(struct daemon *d)
{
	clat_close(&d->clat);
	if (!writer_send(&d->writer, MAIL_REMOVE, "", 0, 0))
		plain_remove(&d->pidfile);
	plain_forget(&d->pidfile);
	/* What it was told, whoever looks for it after our end should find. */
	writer_wait(&d->writer, 0, LAST_WORD);
	writer_close(&d->writer);
	control_socket_close(&d->control);
	stats_file_close(&d->stats_file);
	fastpath_close(&d->fast);
	link_close(&d->link);
	problems_close(&d->problems);
	tun_close(&d->tun);
	leases_close(&d->leases);
	kept_file_close(&d->kept_conf);
	kept_file_close(&d->kept_map);
	tables_free(&d->tables);
	tables_free(&d->parked);
	conf_free(d->conf);
}
