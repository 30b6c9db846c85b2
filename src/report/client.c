/* SPDX-License-Identifier: BSD-2-Clause */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ask.h"
#include "client.h"
#include "conf-log.h"
#include "conf/file.h"
#include "core/rfc6052.h"
#include "explain.h"
#include "leases/dynamic-map.h"
#include "log.h"
#include "ping.h"
#include "system/netif.h"
#include "tables.h"
#include "view.h"

/* --- the daemon ----------------------------------------------------------- */

/* Whoever may ask, besides root: the group of the socket, if that can be seen. */
static void
say_who_may(const char *path)
{
	struct stat st;
	struct group *g;

	if (stat(path, &st) == -1) {
		log_errx("control-socket %s: not allowed: its directory is "
		    "closed to others, root may ask", path);
		return;
	}
	g = getgrgid(st.st_gid);
	log_errx("control-socket %s: not allowed: root and members of group %s "
	    "may ask", path, g == NULL ? "lichen" : g->gr_name);
}

/* What lichen/NAME.conf is called: lichen@NAME, as its unit and that one's /run. */
static int
instance_len(const char *config, const char **name)
{
	static const char dir[] = "/lichen";
	const char *slash = strrchr(config, '/'), *dot = strrchr(config, '.');

	*name = "";
	if (slash == NULL || slash - config < (ptrdiff_t)sizeof dir - 1 ||
	    memcmp(slash - (sizeof dir - 1), dir, sizeof dir - 1) != 0 ||
	    dot == NULL || dot <= slash + 1 || strcmp(dot, ".conf") != 0)
		return 0;
	*name = slash + 1;
	return (int)(dot - *name);
}

/* There is no line of it in the configuration: what it would be. */
static void
say_to_add(const char *config, const char *why, const char *then)
{
	const char *name;
	int len = instance_len(config, &name);

	log_errx("%s: has no control-socket%s; add \"control-socket "
	    "/run/lichen%s%.*s/control\"%s", config, why, len == 0 ? "" : "@",
	    len, name, then);
}

static void
say_runs_without(const char *config, const char *dev)
{
	char why[128];

	snprintf(why, sizeof why, ": %s is in use, so it is running without",
	    dev);
	say_to_add(config, why, " and restart it");
}

/* Why nobody answered, by what errno was and by what can be seen of the device. */
static void
say_why_not(const struct conf *c, const char *config, int error)
{
	const char *path = c->control_socket, *dev = c->tun_device;
	bool there = dev[0] != '\0' && netif_in_use(dev);

	if (path == NULL && access(config, R_OK) == -1)
		log_err("%s: cannot open", config);
	else if (path == NULL && there)
		say_runs_without(config, dev);
	else if (path == NULL)
		say_to_add(config, ", and it is not running", "");
	else if (error == EACCES || error == EPERM)
		say_who_may(path);
	else if (there)
		log_errx("control-socket %s: %s; but %s is in use, so it is "
		    "running with another control-socket or without: restart "
		    "it", path, strerror(error), dev);
	else
		log_errx("control-socket %s: %s: lichen is not running", path,
		    strerror(error));
}

/* NULL: there is none that could be asked, which is an error if must. */
static FILE *
connect_to(const char *config, bool must)
{
	struct conf *c = conf_peek(config);
	FILE *f = NULL;

	if (c == NULL)
		fatal("%s", config);
	if (c->control_socket != NULL)
		f = ask_open(c->control_socket);
	if (f == NULL && must)
		say_why_not(c, config, errno);
	conf_free(c);
	return f;
}

static void
print_line(void *arg, char *line)
{
	(void)arg;
	puts(line);
}

static int
finish(bool ok)
{
	return fflush(stdout) == 0 && ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* --- --status ------------------------------------------------------------- */

static void
take_sample(void *arg, char *line)
{
	view_add(arg, line);
}

static void
take_problem(void *arg, char *line)
{
	view_add_problem(arg, line);
}

static void
take_clat(void *arg, char *line)
{
	view_add_clat(arg, line);
}

static bool
get_view(FILE *daemon, struct view *v)
{
	struct timespec now;
	bool ok;

	v->n = v->nproblems = v->nclat = 0;
	ok = ask(daemon, "status", take_sample, v) &&
	    ask(daemon, "problems", take_problem, v) &&
	    ask(daemon, "clat", take_clat, v);
	clock_gettime(CLOCK_MONOTONIC, &now);
	v->when = (double)now.tv_sec + (double)now.tv_nsec / 1e9;
	return ok;
}

/* Until it is interrupted, or the daemon is gone. */
static bool
watch(FILE *daemon)
{
	static struct view v[2];
	const char *clear = isatty(STDOUT_FILENO) ? "\033[H\033[J" : "";
	const struct view *before = NULL;

	for (unsigned i = 0; ; i++) {
		struct view *now = &v[i % 2];

		if (!get_view(daemon, now))
			return false;
		fputs(clear, stdout);
		view_print(now, before, stdout);
		if (clear[0] == '\0')
			putchar('\n');
		if (fflush(stdout) != 0)
			return false;
		before = now;
		sleep(1);
	}
}

int
client_status(const struct client_options *o)
{
	static struct view v;
	FILE *daemon = connect_to(o->config, true);
	bool ok;

	if (daemon == NULL)
		return EXIT_FAILURE;
	if (o->watch) {
		ok = watch(daemon);
	} else if (o->json) {
		ok = ask(daemon, "status json", print_line, NULL);
	} else {
		ok = get_view(daemon, &v);
		if (ok)
			view_print(&v, NULL, stdout);
	}
	fclose(daemon);
	return finish(ok);
}

/* --- --clat-test ---------------------------------------------------------- */

struct clat_answer {
	bool		asked, has_prefix;
	struct prefix6	prefix;
};

static void
take_clat_answer(void *arg, char *line)
{
	struct clat_answer *a = arg;
	char prefix[64];

	puts(line);
	a->asked = true;
	if (sscanf(line, "prefix %63s", prefix) == 1)
		a->has_prefix = prefix6_parse(prefix, &a->prefix);
}

static bool
tell_ping(const char *what, int ms)
{
	if (ms >= 0)
		printf("%s: answers in %d ms\n", what, ms);
	else
		printf("%s: %s\n", what, errno == ETIMEDOUT ?
		    "no answer" : strerror(errno));
	return ms >= 0;
}

/* Either of ipv4only.arpa's addresses, RFC 7050. */
static bool
try_clat(struct prefix6 prefix)
{
	static const ip4_t wka[] = { 0xc00000aa, 0xc00000ab };
	char what[2 * ADDR_TEXT_MAX], addr[ADDR_TEXT_MAX];
	bool any = false;

	for (size_t i = 0; i < 2; i++) {
		struct ip6 image = rfc6052_embed(prefix, wka[i]);

		tell_ping(ip6_text(image, addr), ping6(image));
		snprintf(what, sizeof what, "%s through the CLAT",
		    ip4_text(wka[i], addr));
		any = tell_ping(what, ping4(wka[i])) || any;
	}
	return any;
}

int
client_clat_test(const struct client_options *o)
{
	FILE *daemon = connect_to(o->config, true);
	struct clat_answer a = { 0 };
	bool ok;

	if (daemon == NULL)
		return EXIT_FAILURE;
	ok = ask(daemon, "clat", take_clat_answer, &a);
	fclose(daemon);
	if (ok && !a.asked)
		log_errx("%s: has no clat", o->config);
	if (!ok || !a.has_prefix)
		return EXIT_FAILURE;
	ok = try_clat(a.prefix);
	puts(ok ? "IPv4 works" : "nobody answers for ipv4only.arpa here; "
	    "if IPv4 addresses do not answer either, ask who runs the NAT64");
	return finish(ok);
}

/* --- --leases ------------------------------------------------------------- */

static void
print_lease(void *arg, char *line)
{
	char v4[64], v6[64], state[16];
	long idle;

	(void)arg;
	if (sscanf(line, "%63s %63s %15s %ld", v4, v6, state, &idle) == 4)
		printf("%-15s  %-39s  %-7s  %ld s\n", v4, v6, state, idle);
	else
		puts(line);
}

int
client_leases(const struct client_options *o)
{
	FILE *daemon = connect_to(o->config, true);
	bool ok;

	if (daemon == NULL)
		return EXIT_FAILURE;
	ok = ask(daemon, o->json ? "leases json" : "leases",
	    o->json ? print_line : print_lease, NULL);
	fclose(daemon);
	return finish(ok);
}

/* --- --explain ------------------------------------------------------------ */

struct explaining {
	bool	unmapped;	/* any of them */
	bool	failed;
};

static void
take_explanation(void *arg, char *line)
{
	static const char nothing[] = "-> nothing";
	struct explaining *e = arg;
	size_t n = strlen(line);

	if (n >= sizeof nothing &&
	    strcmp(line + n - (sizeof nothing - 1), nothing) == 0)
		e->unmapped = true;
	puts(line);
}

struct about {
	char	config[1100];
	int64_t	read;		/* seconds since the epoch */
};

static void
take_about(void *arg, char *line)
{
	struct about *a = arg;

	(void)(sscanf(line, "config_time %" SCNd64, &a->read) == 1 ||
	    sscanf(line, "config %1099[^\n]", a->config) == 1);
}

/* With which configuration it runs, and whether that is the file's. */
static void
say_about(FILE *daemon)
{
	struct about a = { .read = 0 };
	struct stat st;
	char when[32] = "";
	struct tm tm;
	time_t t;

	if (!ask(daemon, "about", take_about, &a) || a.config[0] == '\0')
		return;
	t = (time_t)a.read;
	if (localtime_r(&t, &tm) != NULL)
		strftime(when, sizeof when, "%Y-%m-%d %H:%M:%S", &tm);
	printf("# the running lichen, with %s as of %s\n", a.config, when);
	if (stat(a.config, &st) == 0 && st.st_mtime > t)
		printf("# (changed since: a reload makes it follow)\n");
}

static void
explain_online(FILE *daemon, char **words, struct explaining *e)
{
	char request[256];

	for (; *words != NULL; words++) {
		if (strpbrk(*words, " \t\r\n") != NULL || strlen(*words) > 100)
			snprintf(request, sizeof request, "explain ?");
		else
			snprintf(request, sizeof request, "explain %s",
			    *words);
		if (!ask(daemon, request, take_explanation, e))
			e->failed = true;
	}
}

/* The leases as they were written last; without them if we may not read. */
static void
read_leases(struct pool *pool, const char *data_dir, struct clocks now)
{
	struct state_found found;
	int dir = data_dir == NULL ? -1 :
	    open(data_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (data_dir != NULL &&
	    (dir == -1 || state_load(pool, dir, now, &found) == -1))
		log_warn("%s/%s: cannot read, leases are not known", data_dir,
		    STATE_FILE);
	if (dir != -1)
		close(dir);
}

static void
explain_offline(const struct conf *conf, char **words, struct explaining *e)
{
	struct siphash_key key = { { 0 } };
	struct clocks now = state_clocks();
	char text[EXPLAIN_MAX];
	struct tables t;

	if (!tables_build(&t, conf, key,
	    &(struct conf_reader){ 0 }))
		fatal("%s", conf->path);
	if (t.map.pool != NULL)
		read_leases(t.map.pool, conf->data_dir, now);
	for (; *words != NULL; words++) {
		switch (explain(&t.map, conf, *words, now.mono, text)) {
		case EXPLAIN_MAPPED:
			break;
		case EXPLAIN_UNMAPPED:
			e->unmapped = true;
			break;
		case EXPLAIN_NO_ADDRESS:
			e->failed = true;
			log_errx("%.*s", (int)strcspn(text, "\n"), text);
			continue;
		}
		fputs(text, stdout);
	}
	tables_free(&t);
}

int
client_explain(const struct client_options *o, char **words)
{
	struct explaining e = { false, false };
	FILE *daemon = connect_to(o->config, false);
	struct conf_msgs msgs;
	struct conf *conf;

	if (*words == NULL)
		fatalx("--explain wants addresses");
	if (daemon != NULL) {
		say_about(daemon);
		explain_online(daemon, words, &e);
		fclose(daemon);
	} else {
		conf = conf_load(o->config, &msgs);
		if (conf == NULL)
			conf_log(&msgs);
		conf_msgs_free(&msgs);
		if (conf == NULL)
			return EXIT_CONFIG;
		printf("# %s, without %s\n", conf->path,
		    netif_in_use(conf->tun_device) ?
		    "asking the lichen that runs" : "a running lichen");
		if (conf->clat.on)
			puts("# (clat: prefix and address are found when it "
			    "runs)");
		explain_offline(conf, words, &e);
		conf_free(conf);
	}
	if (finish(!e.failed) != EXIT_SUCCESS)
		return EXIT_FAILURE;
	return e.unmapped ? EXIT_UNMAPPED : EXIT_SUCCESS;
}
