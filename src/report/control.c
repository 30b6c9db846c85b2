/* SPDX-License-Identifier: BSD-2-Clause */
#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "control.h"
#include "explain.h"

#define WORDS		3	/* of a request, at most */
#define LEASE_LINE	192	/* octets, the NUL included */

/* What an answer may have that is not made in pieces. */
#define ROOM_AT_ONCE	4000

static_assert(CONTROL_OUT / 2 > ROOM_AT_ONCE && CONTROL_OUT >= 2 * STATS_CHUNK &&
    ROOM_AT_ONCE >= EXPLAIN_MAX + 16 &&
    ROOM_AT_ONCE >= PROBLEM_COUNT * (PROBLEM_TEXT + 40) + 16,
    "any one piece of an answer fits");

static size_t
room(const struct control *c)
{
	return CONTROL_OUT - c->out_n;
}

/* The caller has made sure that it fits. */
static void __attribute__((__format__(__printf__, 2, 3)))
put(struct control *c, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(c->out + c->out_n, room(c), fmt, ap);
	va_end(ap);
	if (n > 0 && (size_t)n < room(c))
		c->out_n += (size_t)n;
}

static void
end_answer(struct control *c)
{
	put(c, "\n");
	c->job = CONTROL_IDLE;
}

static void
refuse(struct control *c, const char *why)
{
	put(c, "error: %s\n", why);
	end_answer(c);
}

/* --- requests ------------------------------------------------------------- */

static bool
take_format(const char *word, enum stats_format *out)
{
	static const char words[][11] = {
		[STATS_TEXT] = "", [STATS_JSON] = "json",
		[STATS_PROMETHEUS] = "prometheus",
	};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strcmp(word, words[i]) == 0) {
			*out = (enum stats_format)i;
			return true;
		}
	return false;
}

static void
begin_status(struct control *c, const char *arg, const struct control_view *v)
{
	(void)v;
	if (!take_format(arg, &c->format)) {
		refuse(c, "want \"status\", \"status json\" or "
		    "\"status prometheus\"");
		return;
	}
	c->at = (struct stats_cursor){ 0 };
	c->job = CONTROL_STATUS;
}

static void
begin_leases(struct control *c, const char *arg, const struct control_view *v)
{
	if (!take_format(arg, &c->format) || c->format == STATS_PROMETHEUS) {
		refuse(c, "want \"leases\" or \"leases json\"");
	} else if (v->map->pool == NULL && c->format == STATS_TEXT) {
		refuse(c, "there is no dynamic-pool");
	} else {
		c->lease = 0;
		c->first = true;
		c->job = CONTROL_LEASES;
	}
}

/* All at once: there are few. */
static void
do_problems(struct control *c, const char *arg, const struct control_view *v)
{
	const struct problems *p = v->stats->problems;

	if (arg[0] != '\0') {
		refuse(c, "want \"problems\"");
		return;
	}
	for (unsigned i = 0; p != NULL && i < PROBLEM_COUNT; i++)
		if (p->state[i].on)
			put(c, "%s %" PRId64 " %s\n",
			    problem_name((enum problem)i),
			    (v->now - p->state[i].since) / 1000,
			    p->state[i].text);
	end_answer(c);
}

static void
do_clat(struct control *c, const char *arg, const struct control_view *v)
{
	if (arg[0] != '\0') {
		refuse(c, "want \"clat\"");
		return;
	}
	put(c, "%s", v->clat == NULL ? "" : v->clat);
	end_answer(c);
}

static void
do_explain(struct control *c, const char *arg, const struct control_view *v)
{
	char text[EXPLAIN_MAX];

	if (arg[0] == '\0') {
		refuse(c, "want \"explain ADDRESS\"");
		return;
	}
	switch (explain(v->map, v->conf, arg, v->now, text)) {
	case EXPLAIN_MAPPED:
		explain_path(v->map, v->conf, v->stats->fast, arg, v->now,
		    text);
		put(c, "%s", text);
		end_answer(c);
		break;
	case EXPLAIN_UNMAPPED:
		put(c, "%s", text);
		end_answer(c);
		break;
	case EXPLAIN_NO_ADDRESS:
		put(c, "error: %s", text);
		end_answer(c);
		break;
	}
}

/* Which configuration it is that runs. */
static void
do_about(struct control *c, const char *arg, const struct control_view *v)
{
	if (arg[0] != '\0') {
		refuse(c, "want \"about\"");
		return;
	}
	put(c, "version %s\nconfig_time %" PRId64 "\nconfig %.1024s\n",
	    PACKAGE_VERSION, v->stats->configured,
	    v->conf->path == NULL ? "?" : v->conf->path);
	end_answer(c);
}

static void
do_help(struct control *c, const char *arg, const struct control_view *v)
{
	(void)arg;
	(void)v;
	put(c, "status [json | prometheus]\nproblems\nclat\nleases [json]\n"
	    "explain ADDRESS\nabout\nhelp\n");
	end_answer(c);
}

static void
begin(struct control *c, char *line, const struct control_view *v)
{
	static const struct {
		char	word[9];
		void	(*begin)(struct control *, const char *,
			    const struct control_view *);
	} requests[] = {
		{ "status", begin_status },
		{ "leases", begin_leases },
		{ "problems", do_problems },
		{ "clat", do_clat },
		{ "explain", do_explain },
		{ "about", do_about },
		{ "help", do_help },
	};
	static const char space[] = " \t\r";
	const char *word[WORDS] = { "", "", "" };
	char *save = NULL, *w = strtok_r(line, space, &save);

	for (int i = 0; i < WORDS && w != NULL; i++) {
		word[i] = w;
		w = strtok_r(NULL, space, &save);
	}
	for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++)
		if (strcmp(word[0], requests[i].word) == 0 &&
		    word[2][0] == '\0') {
			requests[i].begin(c, word[1], v);
			return;
		}
	refuse(c, "unknown request, try \"help\"");
}

/* The next request, if all of it is there and its answer will fit. */
static void
next_request(struct control *c, const struct control_view *v)
{
	char *end = memchr(c->in, '\n', c->in_n);
	char line[CONTROL_IN];
	size_t n;

	if (c->over || room(c) < ROOM_AT_ONCE)
		return;
	if (end == NULL) {
		c->over = c->in_n == CONTROL_IN;
		if (c->over)
			refuse(c, "request too long");
		return;
	}
	n = (size_t)(end - c->in);
	memcpy(line, c->in, n);
	line[n] = '\0';		/* a NUL before it ends it, too */
	c->in_n -= n + 1;
	memmove(c->in, end + 1, c->in_n);
	begin(c, line, v);
}

/* --- answers that go on --------------------------------------------------- */

static void
go_on_status(struct control *c, const struct control_view *v)
{
	while (room(c) > STATS_CHUNK) {
		size_t n = stats_next(v->stats, c->format, &c->at,
		    c->out + c->out_n);

		if (n == 0) {
			end_answer(c);
			return;
		}
		c->out_n += n;
	}
}

static void
put_lease(struct control *c, const struct lease *l, ip4_t addr,
    const struct control_view *v)
{
	char v4[ADDR_TEXT_MAX], v6[ADDR_TEXT_MAX];
	bool active = l->state == LEASE_ACTIVE &&
	    v->now - l->last < v->map->pool->lifetime;
	const char *state = active ? "active" : "dormant";
	int64_t idle = (v->now - l->last) / 1000;

	ip4_text(addr, v4);
	ip6_text(l->host, v6);
	if (c->format == STATS_TEXT)
		put(c, "%s %s %s %" PRId64 "\n", v4, v6, state, idle);
	else
		put(c, "%s{\"ipv4\":\"%s\",\"ipv6\":\"%s\",\"state\":\"%s\","
		    "\"idle_seconds\":%" PRId64 "}", c->first ? "[" : ",\n",
		    v4, v6, state, idle);
	c->first = false;
}

/* A reload may have changed the pool meanwhile, or taken it away. */
static void
go_on_leases(struct control *c, const struct control_view *v)
{
	const struct pool *p = v->map->pool;
	ip4_t addr;

	while (p != NULL && pool_seek(p, &c->lease)) {
		const struct lease *l;

		if (room(c) <= LEASE_LINE)
			return;
		l = pool_at(p, c->lease++, &addr);
		put_lease(c, l, addr, v);
	}
	if (room(c) <= LEASE_LINE)
		return;
	if (c->format == STATS_JSON)
		put(c, c->first ? "[]\n" : "]\n");
	end_answer(c);
}

/* --- the conversation ----------------------------------------------------- */

void
control_begin(struct control *c)
{
	memset(c, 0, sizeof *c);
}

char *
control_room(struct control *c, size_t *n)
{
	*n = c->over ? 0 : CONTROL_IN - c->in_n;
	return c->in + c->in_n;
}

void
control_received(struct control *c, size_t n)
{
	c->in_n += n;
}

void
control_work(struct control *c, const struct control_view *v)
{
	if (c->job == CONTROL_IDLE)
		next_request(c, v);
	switch (c->job) {
	case CONTROL_IDLE:
		break;
	case CONTROL_STATUS:
		go_on_status(c, v);
		break;
	case CONTROL_LEASES:
		go_on_leases(c, v);
		break;
	}
}

static bool
asked(const struct control *c)
{
	return c->job != CONTROL_IDLE || (!c->over &&
	    (c->in_n == CONTROL_IN || memchr(c->in, '\n', c->in_n) != NULL));
}

bool
control_wants_work(const struct control *c)
{
	return asked(c) && room(c) > CONTROL_OUT / 2;
}

bool
control_busy(const struct control *c)
{
	return c->out_n > 0 || asked(c);
}

void
control_sent(struct control *c, size_t n)
{
	c->out_n -= n;
	memmove(c->out, c->out + n, c->out_n);
}
