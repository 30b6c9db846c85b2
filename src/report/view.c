/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view.c - what belongs together stands together; what this program does not know,
 * because the daemon is newer, stands at the end.
 */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "view.h"

/* --- samples -------------------------------------------------------------- */

bool
view_add(struct view *v, const char *line)
{
	struct view_sample *s = &v->sample[v->n];
	int end = 0;

	if (v->n == VIEW_SAMPLES)
		return false;
	s->label[0] = '\0';
	if (sscanf(line, "%39s %" SCNu64 "%n", s->name, &s->value, &end) != 2 ||
	    line[end] != '\0')
		if (sscanf(line, "%39s %39s %" SCNu64 "%n", s->name, s->label,
		    &s->value, &end) != 3 || line[end] != '\0')
			return false;
	v->n++;
	return true;
}

/* KIND SECONDS TEXT */
bool
view_add_problem(struct view *v, const char *line)
{
	int at = 0;

	if (v->nproblems == VIEW_PROBLEMS ||
	    sscanf(line, "%*s %*u %n", &at) != 0 || at == 0 ||
	    line[at] == '\0')
		return false;
	snprintf(v->problem[v->nproblems++], VIEW_TEXT, "%s", line + at);
	return true;
}

bool
view_add_clat(struct view *v, const char *line)
{
	if (v->nclat == VIEW_CLAT)
		return false;
	snprintf(v->clat[v->nclat++], VIEW_TEXT, "%s", line);
	return true;
}

static const struct view_sample *
find(const struct view *v, const char *name, const char *label)
{
	for (size_t i = 0; v != NULL && i < v->n; i++)
		if (strcmp(v->sample[i].name, name) == 0 &&
		    (label == NULL || strcmp(v->sample[i].label, label) == 0))
			return &v->sample[i];
	return NULL;
}

static uint64_t
value(const struct view *v, const char *name, const char *label)
{
	const struct view_sample *s = find(v, name, label);

	return s == NULL ? 0 : s->value;
}

/* A second; 0 if it was another daemon before. */
static double
rate(const struct view *v, const struct view *before, const char *name,
    const char *label)
{
	uint64_t now = value(v, name, label);
	uint64_t then = value(before, name, label);

	return now < then || v->when <= before->when ? 0 :
	    (double)(now - then) / (v->when - before->when);
}

/* --- numbers -------------------------------------------------------------- */

/* Seven characters: 1234567, 12.3 M. */
static const char *
short_number(double x, char buf[static 24])
{
	static const char unit[] = " kMGTPE";
	int i = 0;

	if (x < 9999999.5 && x == (double)(uint64_t)x) {
		snprintf(buf, 24, "%7.0f", x);
		return buf;
	}
	for (; x >= 999.95 && i < 6; i++)
		x /= 1000;
	snprintf(buf, 24, "%5.1f%c%c", x, i == 0 ? ' ' : ' ', unit[i]);
	return buf;
}

static void
print_span(FILE *f, uint64_t s)
{
	if (s >= 86400)
		fprintf(f, "%" PRIu64 " d ", s / 86400);
	fprintf(f, "%02u:%02u:%02u", (unsigned)(s / 3600 % 24),
	    (unsigned)(s / 60 % 60), (unsigned)(s % 60));
}

/* --- parts ---------------------------------------------------------------- */

static void
print_head(const struct view *v, FILE *f)
{
	const struct view_sample *build = find(v, "build_info", NULL);
	const struct view_sample *mtu = find(v, "mtu_bytes", NULL);
	uint64_t start = value(v, "start_time_seconds", NULL);
	uint64_t now = (uint64_t)time(NULL);

	fprintf(f, "lichen %s on %s, mtu %" PRIu64 ", up ",
	    build == NULL ? "?" : build->label, mtu == NULL ? "?" : mtu->label,
	    mtu == NULL ? 0 : mtu->value);
	print_span(f, now > start ? now - start : 0);
	fprintf(f, "\n\n");
}

/* In lines of at most 78 columns, each but the first one with an indent. */
static void
print_folded(const char *text, FILE *f)
{
	size_t indent = 2;

	while (*text != '\0') {
		size_t n = strlen(text), room = 78 - indent;

		if (n > room)
			for (n = room; n > 1 && text[n] != ' '; n--)
				continue;
		fprintf(f, "%*s%.*s\n", (int)indent, "", (int)n, text);
		text += n;
		text += strspn(text, " ");
		indent = 6;
	}
}

static void
print_problems(const struct view *v, FILE *f)
{
	if (v->nproblems == 0)
		return;
	fprintf(f, "problems (TROUBLESHOOTING in lichen(8))\n");
	for (size_t i = 0; i < v->nproblems; i++)
		print_folded(v->problem[i], f);
	fputc('\n', f);
}

/* WORD TEXT */
static void
print_clat(const struct view *v, FILE *f)
{
	if (v->nclat == 0)
		return;
	fprintf(f, "clat\n");
	for (size_t i = 0; i < v->nclat; i++) {
		int n = (int)strcspn(v->clat[i], " ");

		fprintf(f, "  %-12.*s%s\n", n, v->clat[i], v->clat[i] + n);
	}
	fputc('\n', f);
}

static void
print_traffic(const struct view *v, const struct view *before, FILE *f)
{
	static const struct {
		char	title[10], packets[24], octets[24], family[6];
	} rows[] = {
		{ "IPv4 in", "received_packets_total", "received_bytes_total",
		    "ipv4" },
		{ "IPv4 out", "sent_packets_total", "sent_bytes_total",
		    "ipv4" },
		{ "IPv6 in", "received_packets_total", "received_bytes_total",
		    "ipv6" },
		{ "IPv6 out", "sent_packets_total", "sent_bytes_total",
		    "ipv6" },
		{ "other in", "received_packets_total", "received_bytes_total",
		    "other" },
	};
	char a[24], b[24];

	fprintf(f, "%-10s%18s%20s%s\n", "traffic", "packets", "octets",
	    before == NULL ? "" : "     packets/s     bit/s");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		/* Neither family: rare, and a screen has 24 lines. */
		if (strcmp(rows[i].family, "other") == 0 &&
		    value(v, rows[i].packets, rows[i].family) == 0)
			continue;
		fprintf(f, "%-10s%18" PRIu64 "%20" PRIu64, rows[i].title,
		    value(v, rows[i].packets, rows[i].family),
		    value(v, rows[i].octets, rows[i].family));
		if (before != NULL)
			fprintf(f, "%14s%10s", short_number(rate(v, before,
			    rows[i].packets, rows[i].family), a),
			    short_number(8 * rate(v, before, rows[i].octets,
			    rows[i].family), b));
		fputc('\n', f);
	}
}

/* Reasons that happened. */
static void
print_reasons(const struct view *v, const struct view *before, FILE *f)
{
	char a[24];

	fprintf(f, "\n%-16s%12s%s\n", "outcome", "packets",
	    before == NULL ? "" : "                      packets/s");
	for (size_t i = 0; i < v->n; i++) {
		const struct view_sample *s = &v->sample[i];

		if (strcmp(s->name, "packets_total") != 0 || s->value == 0)
			continue;
		fprintf(f, "%-16s%12" PRIu64, s->label, s->value);
		if (before != NULL)
			fprintf(f, "%31s", short_number(rate(v, before,
			    s->name, s->label), a));
		fputc('\n', f);
	}
}

static void
print_fast(const struct view *v, FILE *f)
{
	const struct view_sample *state = find(v, "fast_path", NULL);
	const char *word = state == NULL ? "" : state->label;

	if (state == NULL)
		return;
	fprintf(f, "\n%-15s ", "fast path");
	if (state->value == 0 && strcmp(word, "off") != 0)
		fprintf(f, "off: ");
	for (; *word != '\0'; word++)
		fputc(*word == '_' ? ' ' : *word, f);
	fprintf(f, ", packets ipv4 %" PRIu64 " ipv6 %" PRIu64 ", leases %"
	    PRIu64 "\n", value(v, "fast_path_packets_total", "ipv4"),
	    value(v, "fast_path_packets_total", "ipv6"),
	    value(v, "fast_path_leases", NULL));
}

struct group {
	char	title[16], name[28];
};

static const struct group groups[] = {
	{ "pool", "pool_addresses" },
	{ "leases", "leases_total" },
	{ "icmp errors", "icmp_errors_total" },
	{ "fragments", "fragments_total" },
	{ "device errors", "device_errors_total" },
	{ "reloads", "reloads_total" },
};

static bool
is_grouped(const char *name)
{
	for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++)
		if (strcmp(groups[i].name, name) == 0)
			return true;
	return false;
}

/* One line a group: each label with its value. */
static void
print_groups(const struct view *v, FILE *f)
{
	if (find(v, "fast_path", NULL) == NULL)
		fputc('\n', f);
	for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
		fprintf(f, "%-15s", groups[i].title);
		for (size_t k = 0; k < v->n; k++)
			if (strcmp(v->sample[k].name, groups[i].name) == 0)
				fprintf(f, " %s %" PRIu64, v->sample[k].label,
				    v->sample[k].value);
		fputc('\n', f);
	}
}

/* What a name means to people: no suffix of units, no underscore. */
static const char *
in_words(const char *name, char buf[static 40])
{
	static const char suffixes[][7] = { "_total", "_bytes" };
	size_t n = (size_t)snprintf(buf, 40, "%s", name);

	for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
		size_t k = strlen(suffixes[i]);

		if (n > k && strcmp(buf + n - k, suffixes[i]) == 0)
			buf[n -= k] = '\0';
	}
	for (char *c = buf; *c != '\0'; c++)
		if (*c == '_')
			*c = ' ';
	return buf;
}

static bool
was_told(const char *name)
{
	static const char told[][24] = {
		"build_info", "start_time_seconds", "config_time_seconds",
		"mtu_bytes", "received_packets_total", "received_bytes_total",
		"sent_packets_total", "sent_bytes_total", "packets_total",
		"pool_size", "problem", "fast_path", "fast_path_packets_total",
		"fast_path_leases",
	};

	for (size_t i = 0; i < sizeof told / sizeof told[0]; i++)
		if (strcmp(told[i], name) == 0)
			return true;
	return is_grouped(name);
}

/* All the rest that is not zero. */
static void
print_rest(const struct view *v, FILE *f)
{
	char words[40];

	for (size_t i = 0; i < v->n; i++) {
		const struct view_sample *s = &v->sample[i];

		if (s->value == 0 || was_told(s->name))
			continue;
		fprintf(f, "%s%s%s: %" PRIu64 "\n", in_words(s->name, words),
		    s->label[0] != '\0' ? ", " : "", s->label, s->value);
	}
}

void
view_print(const struct view *v, const struct view *before, FILE *f)
{
	print_head(v, f);
	print_problems(v, f);
	print_clat(v, f);
	print_traffic(v, before, f);
	print_reasons(v, before, f);
	print_fast(v, f);
	print_groups(v, f);
	print_rest(v, f);
}
