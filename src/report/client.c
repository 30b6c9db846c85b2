/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ask.h"
#include "client.h"
#include "conf-log.h"
#include "conf/file.h"
#include "explain.h"
#include "leases/dynamic-map.h"
#include "log.h"
#include "tables.h"
#include "view.h"

#define UNMAPPED	2	/* exit status of --explain */

/* --- the daemon ----------------------------------------------------------- */

/* NULL: there is none that could be asked, which is an error if must. */
static FILE *
connect_to(const char *config, bool must)
{
	char *path = conf_control_socket(config);
	FILE *f = NULL;

	if (path != NULL) {
		f = ask_open(path);
		if (f == NULL && must)
			log_err("control-socket %s: is lichen running?", path);
	} else if (must && access(config, R_OK) == -1) {
		log_err("%s: cannot open", config);
	} else if (must) {
		log_errx("%s: has no control-socket to ask, try "
		    "\"control-socket /run/lichen/control\"", config);
	}
	free(path);
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

static bool
get_view(FILE *daemon, struct view *v)
{
	struct timespec now;
	bool ok;

	v->n = v->nproblems = 0;
	ok = ask(daemon, "status", take_sample, v) &&
	    ask(daemon, "problems", take_problem, v);
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
	int dir = data_dir == NULL ? -1 :
	    open(data_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (data_dir != NULL &&
	    (dir == -1 || state_load(pool, dir, now) == -1))
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
		explain_online(daemon, words, &e);
		fclose(daemon);
	} else {
		conf = conf_load(o->config, &msgs);
		if (conf == NULL)
			conf_log(&msgs);
		conf_msgs_free(&msgs);
		if (conf == NULL)
			return EXIT_FAILURE;
		printf("# %s, without a running lichen\n", conf->path);
		explain_offline(conf, words, &e);
		conf_free(conf);
	}
	if (finish(!e.failed) != EXIT_SUCCESS)
		return EXIT_FAILURE;
	return e.unmapped ? UNMAPPED : EXIT_SUCCESS;
}
