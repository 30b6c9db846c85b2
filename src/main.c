/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - options and the order of the start, nothing else.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf/file.h"
#include "config.h"
#include "processes/keeper.h"
#include "loop.h"
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

struct options {
	const char	*config;
	const char	*user, *group, *pidfile;
	bool		 debug, nodetach, chroot, mktun, rmtun, check;
	bool		 status, leases, explain, json, watch, nat44, tayga,
			 clat_test;
	char		**operands;
	enum log_target	 target;
};

enum {				/* long options without a letter */
	OPT_MKTUN = 256,
	OPT_RMTUN,
	OPT_CHECK,
	OPT_STATUS,
	OPT_LEASES,
	OPT_EXPLAIN,
	OPT_JSON,
	OPT_WATCH,
	OPT_NAT44,
	OPT_TAYGA_CONF,
	OPT_CLAT_TEST,
	OPT_SYSLOG,
	OPT_STDOUT,
	OPT_JOURNAL,
};

static const struct option longopts[] = {
	{ "config",	required_argument, NULL, 'c' },
	{ "debug",	no_argument,	   NULL, 'd' },
	{ "nodetach",	no_argument,	   NULL, 'n' },
	{ "user",	required_argument, NULL, 'u' },
	{ "group",	required_argument, NULL, 'g' },
	{ "chroot",	no_argument,	   NULL, 'r' },
	{ "pidfile",	required_argument, NULL, 'p' },
	{ "mktun",	no_argument,	   NULL, OPT_MKTUN },
	{ "rmtun",	no_argument,	   NULL, OPT_RMTUN },
	{ "check",	no_argument,	   NULL, OPT_CHECK },
	{ "clat-test",	no_argument,	   NULL, OPT_CLAT_TEST },
	{ "status",	no_argument,	   NULL, OPT_STATUS },
	{ "leases",	no_argument,	   NULL, OPT_LEASES },
	{ "explain",	no_argument,	   NULL, OPT_EXPLAIN },
	{ "json",	no_argument,	   NULL, OPT_JSON },
	{ "watch",	no_argument,	   NULL, OPT_WATCH },
	{ "nat44",	no_argument,	   NULL, OPT_NAT44 },
	{ "tayga-conf",	no_argument,	   NULL, OPT_TAYGA_CONF },
	{ "syslog",	no_argument,	   NULL, OPT_SYSLOG },
	{ "stdout",	no_argument,	   NULL, OPT_STDOUT },
	{ "journal",	no_argument,	   NULL, OPT_JOURNAL },
	{ "help",	no_argument,	   NULL, 'h' },
	{ "version",	no_argument,	   NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

static const char usage[] =
"Usage: lichen [-dnr] [-c file] [-u user] [-g group] [-p file]\n"
"       lichen [-c file] --mktun | --rmtun | --check\n"
"       lichen [-c file] --status [--json | --watch] | --leases [--json]\n"
"       lichen [-c file] --explain ADDRESS... | --clat-test\n"
"       lichen [-c file] --nat44 [INTERFACE] | --tayga-conf [0.9.2 | latest]\n"
"\n"
"  -c, --config FILE   configuration (default " SYSCONFDIR "/tayga.conf)\n"
"  -d, --debug         stay in the foreground, log to stdout\n"
"  -n, --nodetach      stay in the foreground, log to syslog\n"
"  -u, --user NAME     become this user once the device is open\n"
"  -g, --group NAME    become this group\n"
"  -r, --chroot        chroot to data-dir (needs -u)\n"
"  -p, --pidfile FILE  write the process id here\n"
"      --mktun         create the persistent TUN device and exit\n"
"      --rmtun         remove it and exit\n"
"      --check         check the configuration, print every error, exit\n"
"      --status        what the running daemon has done (--watch: every second)\n"
"      --leases        who has which address of the dynamic pool\n"
"      --explain       how addresses are mapped, and why not\n"
"      --nat44         print rules that give what it translates the address\n"
"                      of this host (of INTERFACE)\n"
"      --tayga-conf    print the configuration without what TAYGA lacks\n"
"      --clat-test     what the CLAT found, and whether IPv4 works\n"
"      --json          --status and --leases for programs\n"
"      --syslog, --stdout, --journal\n"
"                      where the log goes; the last one wins\n"
"  -h, --help          this text\n"
"  -V, --version       the version\n";

/* --- options -------------------------------------------------------------- */

static void
set_option(struct options *o, int c)
{
	switch (c) {
	case 'c':
		o->config = optarg;
		break;
	case 'd':
		o->debug = true;
		o->target = LOG_TO_STDOUT;
		break;
	case 'n':
		o->nodetach = true;
		break;
	case 'u':
		o->user = optarg;
		break;
	case 'g':
		o->group = optarg;
		break;
	case 'r':
		o->chroot = true;
		break;
	case 'p':
		o->pidfile = optarg;
		break;
	case OPT_MKTUN:
		o->mktun = true;
		break;
	case OPT_RMTUN:
		o->rmtun = true;
		break;
	case OPT_CHECK:
		o->check = true;
		break;
	case OPT_CLAT_TEST:
		o->clat_test = true;
		break;
	case OPT_STATUS:
		o->status = true;
		break;
	case OPT_LEASES:
		o->leases = true;
		break;
	case OPT_EXPLAIN:
		o->explain = true;
		break;
	case OPT_JSON:
		o->json = true;
		break;
	case OPT_WATCH:
		o->watch = true;
		break;
	case OPT_NAT44:
		o->nat44 = true;
		break;
	case OPT_TAYGA_CONF:
		o->tayga = true;
		break;
	case OPT_SYSLOG:
		o->target = LOG_TO_SYSLOG;
		break;
	case OPT_STDOUT:
		o->target = LOG_TO_STDOUT;
		break;
	case OPT_JOURNAL:
		o->target = LOG_TO_JOURNAL;
		break;
	case 'h':
		fputs(usage, stdout);
		exit(EXIT_SUCCESS);
	case 'V':
		puts(PACKAGE_STRING);
		exit(EXIT_SUCCESS);
	default:
		fputs(usage, stderr);
		exit(EXIT_FAILURE);
	}
}

static void
check_options(const struct options *o)
{
	if (o->mktun && o->rmtun)
		fatalx("--mktun and --rmtun exclude each other");
	if ((o->mktun || o->rmtun) && (o->user || o->group || o->chroot))
		fatalx("-u, -g and -r are for the daemon, not for --mktun "
		    "and --rmtun");
	if (o->status + o->leases + o->explain + o->check + o->mktun +
	    o->rmtun + o->nat44 + o->tayga + o->clat_test > 1)
		fatalx("one of --status, --leases, --explain, --check, "
		    "--mktun, --rmtun, --nat44, --tayga-conf, --clat-test "
		    "at a time");
	if (o->json && !o->status && !o->leases)
		fatalx("--json is for --status and --leases");
	if (o->watch && (!o->status || o->json))
		fatalx("--watch is for --status, without --json");
	if (o->chroot && o->user == NULL)
		fatalx("--chroot needs --user: root gets out of a chroot");
}

/* A word that stands alone was meant to be an option, or the configuration. */
static void
reject(const char *word)
{
	for (const struct option *o = longopts; o->name != NULL; o++)
		if (strcmp(o->name, word) == 0)
			fatalx("%s: did you mean --%s?", word, word);
	fatalx("%s: what is this for? (\"lichen --help\" has the options, "
	    "\"-c FILE\" names a configuration)", word);
}

static bool
is_called(const char *path, const char *name)
{
	const char *slash = strrchr(path, '/');

	return strcmp(slash == NULL ? path : slash + 1, name) == 0;
}

/*
 * TAYGA ignores operands, and so does whoever takes its name; clatd passes an empty
 * one whatever the name.
 */
static void
check_operands(const struct options *o, const char *called)
{
	if (o->explain || o->nat44 || o->tayga || is_called(called, "tayga"))
		return;
	for (char **w = o->operands; *w != NULL; w++)
		if (**w != '\0')
			reject(*w);
}

static struct options
read_options(int argc, char **argv)
{
	struct options o = {
		.config = SYSCONFDIR "/tayga.conf",
		.target = LOG_TO_SYSLOG,
	};
	int c;

	while ((c = getopt_long(argc, argv, "c:dnu:g:rp:hV", longopts,
	    NULL)) != -1)
		set_option(&o, c);
	o.operands = argv + optind;
	check_options(&o);
	if (argc > 0)
		check_operands(&o, argv[0]);
	return o;
}

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

/* The one that --nat44 and --tayga-conf may have; NULL if it is not there. */
static const char *
operand(const struct options *o)
{
	const char *first = o->operands[0];

	if (first != NULL && o->operands[1] != NULL)
		fatalx("%s: one at a time", o->operands[1]);
	return first == NULL || first[0] == '\0' ? NULL : first;
}

/* --check, --nat44, --mktun and --rmtun: do it, say so, and the exit status. */
static int
run_once(const struct options *o, const struct conf *conf)
{
	const char *name = conf->tun_device;
	char err[ERR_MAX];

	if (o->nat44)
		return print_nat44(conf, operand(o));
	if (o->mktun && !tun_create(name, err, sizeof err))
		fatalx("%s", err);
	if (o->rmtun && if_nametoindex(name) == 0) {
		/* Scripts run it to be sure: that is what they want. */
		printf("No tun device %s, nothing to remove\n", name);
		return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
	}
	if (o->rmtun && !tun_destroy(name, err, sizeof err))
		fatalx("%s", err);
	if (o->mktun)
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
		return print_tayga(o->config, operand(o));
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
	o = read_options(argc, argv);
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
