/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * file.c - files become lines, and lines words for a directive.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "check.h"
#include "directive.h"
#include "file.h"
#include "system/plain-file.h"

#define WORDS_MAX	8		/* of a line, the directive included */

/* --- lines ---------------------------------------------------------------- */

static const struct directive *
find_directive(const char *name)
{
	for (size_t i = 0; i < conf_ndirectives; i++)
		if (strcasecmp(name, conf_directives[i].name) == 0)
			return &conf_directives[i];
	return NULL;
}

#define NAME_MAX_LEN	23	/* that is compared with names of directives */

static unsigned
least_of(unsigned a, unsigned b, unsigned c)
{
	return a <= b && a <= c ? a : b <= c ? b : c;
}

/* How many letters of a to insert, delete or change (Levenshtein) for b. */
static unsigned
distance(const char *a, const char *b)
{
	unsigned row[NAME_MAX_LEN + 1];
	size_t n = strlen(b);

	for (unsigned j = 0; j <= n; j++)
		row[j] = j;
	for (unsigned i = 1; a[i - 1] != '\0'; i++) {
		unsigned diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			bool same = tolower((unsigned char)a[i - 1]) ==
			    b[j - 1];
			unsigned change = diagonal + (same ? 0 : 1);

			diagonal = row[j];
			row[j] = least_of(row[j] + 1, row[j - 1] + 1, change);
		}
	}
	return row[n];
}

/* Two slips make another directive, in short names one does. */
static void
say_unknown(struct conf_parse *p, const char *name)
{
	const struct directive *best = NULL;
	size_t len = strlen(name);
	unsigned least = len < 5 ? 2 : 3;

	for (size_t i = 0; len <= NAME_MAX_LEN && i < conf_ndirectives; i++) {
		unsigned d = distance(name, conf_directives[i].name);

		if (d < least) {
			least = d;
			best = &conf_directives[i];
		}
	}
	if (best != NULL)
		bad(p, "%s: unknown directive, did you mean %s?", name,
		    best->name);
	else
		bad(p, "%s: unknown directive", name);
}

static bool
args_fit(struct conf_parse *p, const struct directive *d, int args)
{
	int want = args < d->min ? d->min : d->max;

	if (args >= d->min && args <= d->max)
		return true;
	bad(p, "%s: wants %s%d argument%s, has %d: \"%s %s\"", d->name,
	    d->min == d->max ? "" : args < d->min ? "at least " : "at most ",
	    want, want == 1 ? "" : "s", args, d->name, d->example);
	return false;
}

static bool
may_stand_here(struct conf_parse *p, const struct directive *d)
{
	unsigned *at = (void *)((char *)&p->at + d->at);

	if (p->in_map_file && d->at != offsetof(struct conf_lines, map)) {
		bad(p, "%s: a map-file has only map lines", d->name);
		return false;
	}
	if (d->repeat == ONCE && *at != 0) {
		bad(p, "%s: given on line %u already", d->name, *at);
		return false;
	}
	if (d->repeat == LAST && *at != 0)
		warn(p, "%s: given on line %u already, this one counts",
		    d->name, *at);
	if (d->repeat == LAST || *at == 0)
		*at = p->line;
	return true;
}

/* --- files ---------------------------------------------------------------- */

static void
parse_line(struct conf_parse *p, char *line)
{
	static const char space[] = " \t\r\n";
	char *w[WORDS_MAX + 1] = { NULL };
	const struct directive *d;
	int n = 0;

	/* '#' starts a comment where a word would start. */
	for (line += strspn(line, space); *line != '\0' && *line != '#';
	    line += strspn(line, space)) {
		if (n < WORDS_MAX)
			w[n] = line;
		n++;
		line += strcspn(line, space);
		if (*line != '\0')
			*line++ = '\0';
	}
	if (n == 0)
		return;
	d = find_directive(w[0]);
	if (d == NULL)
		say_unknown(p, w[0]);
	else if (may_stand_here(p, d) && args_fit(p, d, n - 1))
		d->set(p, w);
}

/* Return NULL, or what could not be done, with errno. */
static const char *
parse_file(struct conf_parse *p, const char *path)
{
	const struct conf_reader *r = p->reader;
	FILE *f = r->open != NULL ? r->open(r->arg, path) :
	    plain_fopen(AT_FDCWD, path);
	char *line = NULL;
	size_t size = 0;
	ssize_t n;
	int error;

	if (f == NULL)
		return "cannot open";
	p->file = path;
	p->line = 0;
	while ((n = getline(&line, &size, f)) != -1) {
		char *text = line;

		conf_breathe(p->reader, p->line);
		if (++p->line == 1 && strncmp(text, "\xef\xbb\xbf", 3) == 0)
			text += 3;	/* byte order mark */
		if (strlen(line) != (size_t)n)
			bad(p, "NUL octet in the line, want plain text");
		else
			parse_line(p, text);
	}
	/* Otherwise a read error, or no memory for a line. */
	error = feof(f) ? 0 : errno;
	free(line);
	fclose(f);
	errno = error;
	return error == 0 ? NULL : "cannot read";
}

/* systemd's: the first of a list. */
static void
default_data_dir(struct conf_parse *p)
{
	const char *dirs = getenv("STATE_DIRECTORY");

	if (p->at.data_dir != 0 || dirs == NULL || dirs[0] != '/')
		return;
	p->conf->data_dir = strndup(dirs, strcspn(dirs, ":"));
	if (p->conf->data_dir == NULL)
		p->no_memory = true;
}

/* A relative map-file is one in data-dir. */
static bool
resolve_map_file(struct conf_parse *p)
{
	struct conf *c = p->conf;
	char *path;

	if (c->map_file[0] == '/')
		return true;
	if (c->data_dir == NULL) {
		if (p->at.data_dir == 0)
			bad_at(p, p->at.map_file, "map-file %s: a relative "
			    "path wants data-dir", c->map_file);
		return false;
	}
	if (asprintf(&path, "%s/%s", c->data_dir, c->map_file) == -1) {
		p->no_memory = true;
		return false;
	}
	free(c->map_file);
	c->map_file = path;
	return true;
}

static void
parse_map_file(struct conf_parse *p)
{
	const char *failed;

	if (p->conf->map_file == NULL || !resolve_map_file(p))
		return;
	p->in_map_file = true;
	failed = parse_file(p, p->conf->map_file);
	if (failed != NULL)
		bad_at(p, p->at.map_file, "map-file %s: %s: %s",
		    p->conf->map_file, failed, plain_error(errno));
}

static void
parse_all(struct conf_parse *p)
{
	const char *failed = parse_file(p, p->path);

	if (failed != NULL) {
		bad_at(p, 0, "%s: %s", failed, plain_error(errno));
		return;
	}
	default_data_dir(p);
	parse_map_file(p);
	conf_check(p);
}

/* The configuration, however wrong it is; NULL without memory. */
static struct conf *
load(struct conf_parse *p)
{
	p->conf = calloc(1, sizeof *p->conf);
	if (p->conf != NULL)
		p->conf->path = strdup(p->path);
	if (p->conf == NULL || p->conf->path == NULL) {
		p->no_memory = true;
	} else {
		p->path = p->conf->path;
		conf_defaults(p->conf);
		parse_all(p);
	}
	if (p->no_memory)
		bad_at(p, 0, "not enough memory");
	conf_say_finish(p);
	return p->conf;
}

struct conf *
conf_load(const char *path, struct conf_msgs *msgs)
{
	return conf_load_by(&(struct conf_reader){ 0 }, path, msgs);
}

struct conf *
conf_load_by(const struct conf_reader *reader, const char *path,
    struct conf_msgs *msgs)
{
	struct conf_parse p = {
		.reader = reader,
		.msgs = msgs,
		.path = path,
	};
	struct conf *conf;

	*msgs = (struct conf_msgs){ 0 };
	conf = load(&p);
	if (!p.failed && !p.no_memory)
		return conf;
	conf_free(conf);
	return NULL;
}

struct conf *
conf_peek(const char *path)
{
	const struct conf_reader reader = { 0 };
	struct conf_msgs msgs = { 0 };
	struct conf_parse p = {
		.reader = &reader,
		.msgs = &msgs,
		.path = path,
	};
	struct conf *conf = load(&p);

	conf_msgs_free(&msgs);
	return conf;
}
