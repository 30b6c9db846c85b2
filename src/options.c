/* SPDX-License-Identifier: BSD-2-Clause */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "options.h"

/* --- what there is -------------------------------------------------------- */

static struct options given = {
	.config = SYSCONFDIR "/tayga.conf",
	.target = LOG_TO_SYSLOG,
};

enum {				/* long options without a letter */
	OPT_SYSLOG = 256,
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
	{ "mktun",	no_argument,	   &given.mktun, 1 },
	{ "rmtun",	no_argument,	   &given.rmtun, 1 },
	{ "check",	no_argument,	   &given.check, 1 },
	{ "clat-test",	no_argument,	   &given.clat_test, 1 },
	{ "status",	no_argument,	   &given.status, 1 },
	{ "leases",	no_argument,	   &given.leases, 1 },
	{ "explain",	no_argument,	   &given.explain, 1 },
	{ "json",	no_argument,	   &given.json, 1 },
	{ "watch",	no_argument,	   &given.watch, 1 },
	{ "nat44",	no_argument,	   &given.nat44, 1 },
	{ "tayga-conf",	no_argument,	   &given.tayga, 1 },
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

/* --- reading -------------------------------------------------------------- */

_Noreturn static void
print_and_exit(const char *text)
{
	fputs(text, stdout);
	exit(fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
}

static void
set_option(int c)
{
	switch (c) {
	case 0:			/* a flag of the table's */
		break;
	case 'c':
		given.config = optarg;
		break;
	case 'd':
		given.debug = 1;
		given.target = LOG_TO_STDOUT;
		break;
	case 'n':
		given.nodetach = 1;
		break;
	case 'u':
		given.user = optarg;
		break;
	case 'g':
		given.group = optarg;
		break;
	case 'r':
		given.chroot = 1;
		break;
	case 'p':
		given.pidfile = optarg;
		break;
	case OPT_SYSLOG:
		given.target = LOG_TO_SYSLOG;
		break;
	case OPT_STDOUT:
		given.target = LOG_TO_STDOUT;
		break;
	case OPT_JOURNAL:
		given.target = LOG_TO_JOURNAL;
		break;
	case 'h':
		print_and_exit(usage);
	case 'V':
		print_and_exit(PACKAGE_STRING "\n");
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

struct options
options_read(int argc, char **argv)
{
	int c;

	while ((c = getopt_long(argc, argv, "c:dnu:g:rp:hV", longopts,
	    NULL)) != -1)
		set_option(c);
	given.operands = argv + optind;
	check_options(&given);
	if (argc > 0)
		check_operands(&given, argv[0]);
	return given;
}

const char *
options_operand(const struct options *o)
{
	const char *first = o->operands[0];

	if (first != NULL && o->operands[1] != NULL)
		fatalx("%s: one at a time", o->operands[1]);
	return first == NULL || first[0] == '\0' ? NULL : first;
}
