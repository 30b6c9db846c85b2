/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - the order of the start, nothing else.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf/file.h"
#include "loop.h"
#include "options.h"
#include "processes/keeper.h"
#include "report/client.h"
#include "report/conf-log.h"
#include "report/log.h"
#include "report/notify.h"
#include "report/print.h"
#include "system/file-user.h"
#include "system/pidfile.h"
#include "system/privdrop.h"
#include "system/sandbox.h"

#define ERR_MAX		512

/* --- configuration -------------------------------------------------------- */

static struct conf *
load(const char *path)
{
	struct conf_msgs msgs;
	struct conf *conf = conf_load(path, &msgs);

	conf_log(&msgs);
	conf_msgs_free(&msgs);
	return conf;
}

/* --check, --nat44, --mktun and --rmtun: do it, say so, and the exit status. */
static int
run_once(const struct options *o, const struct conf *conf)
{
	const char *name = conf->tun_device;
	bool was = if_nametoindex(name) != 0;
	char err[ERR_MAX];

	if (o->nat44)
		return print_nat44(conf, options_operand(o));
	if (o->mktun && !tun_create(name, err, sizeof err))
		fatalx("%s", err);
	if (o->rmtun && !was) {
		/* Scripts run it to be sure: that is what they want. */
		printf("No tun device %s, nothing to remove\n", name);
		return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
	}
	if (o->rmtun && !tun_destroy(name, err, sizeof err))
		fatalx("%s", err);
	if (o->mktun && was)
		printf("There is a tun device %s already\n", name);
	else if (o->mktun)
		printf("Created persistent tun device %s\n", name);
	else if (o->rmtun)
		printf("Removed persistent tun device %s\n", name);
	else {
		printf("%s: good\n", o->config);
		print_hint(conf);
	}
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* --status and the like: the exit status; -1 if it is none of them. */
static int
ask_daemon(const struct options *o)
{
	const struct client_options c = {
		.config = o->config,
		.json = o->json,
		.watch = o->watch,
	};

	if (o->status)
		return client_status(&c);
	if (o->clat_test)
		return client_clat_test(&c);
	if (o->leases)
		return client_leases(&c);
	if (o->tayga)
		return print_tayga(o->config, options_operand(o));
	return o->explain ? client_explain(&c, o->operands) : -1;
}

/* --- process -------------------------------------------------------------- */

/*
 * The child goes on and returns the descriptor that it says "ready" to; the
 * parent waits for that and returns truthfully: 0 when packets flow, else 1, with
 * the reason on the stderr that both share.
 */
static int
daemonise(void)
{
	int ready[2];
	char byte;
	pid_t pid;
	ssize_t n;

	if (pipe(ready) == -1)
		fatal("pipe");
	pid = fork();
	if (pid == -1)
		fatal("fork");
	if (pid == 0) {
		close(ready[0]);
		fcntl(ready[1], F_SETFD, FD_CLOEXEC);
		setsid();
		return ready[1];
	}
	close(ready[1]);
	do
		n = read(ready[0], &byte, 1);
	while (n == -1 && errno == EINTR);
	_exit(n == 1 ? EXIT_SUCCESS : EXIT_FAILURE);
}

static void
tell_ready(int fd, int null)
{
	if (fd == -1)
		return;
	if (null != -1) {
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
		close(null);
		log_detach();
	}
	if (write(fd, "", 1) != 1)
		log_warn("cannot tell the parent");
	close(fd);
}

/* Before the start goes on in the background: a wrong name is told at once. */
static struct privs
look_up(const struct options *o)
{
	struct privs privs;
	char err[ERR_MAX];

	if (!privs_lookup(&privs, o->user, o->group, err, sizeof err))
		fatalx("%s", err);
	return privs;
}

static bool
wants_sandbox(enum sandbox_mode mode)
{
	return mode == SANDBOX_YES ||
	    (mode == SANDBOX_AUTO && sandbox_by_default());
}

/*
 * Who starts it as root and names no user wants it to go on as root: with as little
 * of that as will do.
 */
static void
warn_root(struct daemon *d)
{
	if (wants_sandbox(d->conf->sandbox) &&
	    file_user_leave(daemon_can_reload, d))
		log_warnx("runs as root: give it a user with -u; until then "
		    "root's files are none of its own");
	else
		log_warnx("runs as root: give it a user with -u");
}

/* False with a message in err: there is none, and there has to be. */
static bool
enter_sandbox(const struct daemon *d, char *err, size_t errsize)
{
	enum sandbox_mode mode = d->conf->sandbox;
	struct sandbox s;
	char why[ERR_MAX - 16];

	daemon_sandbox(d, &s);
	if (!wants_sandbox(mode) || sandbox_start(&s, why, sizeof why))
		return true;
	snprintf(err, errsize, "no sandbox: %s", why);
	if (mode == SANDBOX_YES)
		return false;
	log_notice("%s", err);
	return true;
}

/*
 * The start fails, and nothing of it stays: a device that was made for it goes, what
 * another one was told is taken back.  The log may be open by now, but who started
 * us is still listening on stderr.
 */
static void
give_up(struct daemon *d, bool log_is_open, const char *err)
{
	if (log_is_open)
		fprintf(stderr, "lichen: %s\n", err);
	daemon_free(d);
	fatalx("%s", err);
}

static int
run_daemon(const struct options *o, struct conf *conf, char *config)
{
	struct daemon *d = calloc(1, sizeof *d);
	struct keeper keeper;
	struct privs privs = look_up(o);
	char err[ERR_MAX];
	int ready = -1, null = -1, status;

	if (d == NULL)
		fatal("daemon");
	privs.net_admin = conf->clat.on;
	if (o->chroot && conf->data_dir == NULL)
		fatalx("--chroot needs data-dir in %s", config);
	loop_block_signals();
	notify_open();
	if (!o->debug && !o->nodetach)
		ready = daemonise();
	if (ready != -1)
		null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (!daemon_start(d, config, conf, err, sizeof err) ||
	    !pidfile_write(&d->pidfile, o->pidfile, d->leases.dir, err,
	    sizeof err))
		give_up(d, false, err);
	if (ready != -1 && chdir("/") == -1)
		log_warn("/");
	log_open(o->target, "lichen");
	if (d->leases.made_dir && privs.set_user &&
	    fchown(d->leases.dir, privs.uid, privs.gid) == -1)
		log_warn("data-dir %s: cannot give it to %s", conf->data_dir,
		    o->user);
	daemon_open_views(d, &privs);
	(void)keeper_start(&keeper, conf, d->tun.name, &privs,
	    wants_sandbox(conf->sandbox));
	if (!privs.set_user && geteuid() == 0)
		warn_root(d);
	if (!privs_drop(&privs, o->chroot ? conf->data_dir : NULL, err,
	    sizeof err) ||
	    !daemon_start_writer(d, o->chroot, wants_sandbox(conf->sandbox),
	    err, sizeof err) ||
	    !enter_sandbox(d, err, sizeof err))
		give_up(d, true, err);
	daemon_announce(d);
	tell_ready(ready, null);
	status = loop_run(d);
	log_close();
	daemon_free(d);
	free(d);
	return status;
}

/*
 * The kernel spares PID 1 every signal that it has no handler for.  Until the
 * daemon has its own, nothing is there that would have to be saved.
 */
static void
stop_early(int sig)
{
	(void)sig;
	_exit(EXIT_SUCCESS);
}

static void
let_signals_end_us(void)
{
	if (getpid() != 1)
		return;
	signal(SIGTERM, stop_early);
	signal(SIGINT, stop_early);
	signal(SIGQUIT, stop_early);
}

/* For reloads; links stay as they are, they may point elsewhere by then. */
static char *
absolute(const char *path)
{
	char *cwd = NULL, *all;

	if (path[0] == '/')
		all = strdup(path);
	else if ((cwd = getcwd(NULL, 0)) == NULL ||
	    asprintf(&all, "%s/%s", cwd, path) == -1)
		all = NULL;
	if (all == NULL)
		fatal("%s", path);
	free(cwd);
	return all;
}

/*
 * Started without standard descriptors, what is opened next would be one of them,
 * and be written to, or closed, as such.
 */
static void
fill_descriptors(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR);
		if (fd == -1)		/* a chroot without devices */
			fd = open("/", O_RDONLY);
	} while (fd != -1 && fd <= STDERR_FILENO);
	if (fd != -1)
		close(fd);
}

int
main(int argc, char **argv)
{
	struct options o;
	struct conf *conf;
	char *config;
	int status;

	fill_descriptors();
	o = options_read(argc, argv);
	let_signals_end_us();
	status = ask_daemon(&o);
	if (status != -1)
		return status;
	conf = load(o.config);
	if (conf == NULL)
		return EXIT_CONFIG;
	if (o.check || o.nat44 || o.mktun || o.rmtun) {
		status = run_once(&o, conf);
		conf_free(conf);
		return status;
	}
	config = absolute(o.config);
	status = run_daemon(&o, conf, config);
	free(config);
	return status;
}
