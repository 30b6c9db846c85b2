/* SPDX-License-Identifier: BSD-2-Clause */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "log.h"
#include "stats.h"

struct sample {
	const char	*label;		/* value of the metric's label */
	uint64_t	 value;
};

struct metric {
	char	name[40];
	char	help[80];
	bool	counter;		/* else a gauge */
	char	label[12];		/* its name; "": one sample without */
	unsigned samples;
	void	(*get)(const struct stats *, unsigned i, struct sample *);
};

/* --- values --------------------------------------------------------------- */

static void
get_build(const struct stats *s, unsigned i, struct sample *out)
{
	(void)s;
	(void)i;
	*out = (struct sample){ PACKAGE_VERSION, 1 };
}

static void
get_started(const struct stats *s, unsigned i, struct sample *out)
{
	(void)i;
	out->value = (uint64_t)s->started;
}

static void
get_configured(const struct stats *s, unsigned i, struct sample *out)
{
	(void)i;
	out->value = (uint64_t)s->configured;
}

static void
get_reloads(const struct stats *s, unsigned i, struct sample *out)
{
	*out = i == 0 ? (struct sample){ "ok", s->reloads } :
	    (struct sample){ "failed", s->failed_reloads };
}

static const char family[][6] = { "ipv4", "ipv6", "other" };

/* Whatever they are: with them the packets read add up. */
static const struct traffic *
traffic_in(const struct stats *s, unsigned i)
{
	const struct forward_counters *c = &s->forward->count;

	return i == 0 ? &c->in4 : i == 1 ? &c->in6 : &c->in_other;
}

static void
get_in_packets(const struct stats *s, unsigned i, struct sample *out)
{
	*out = (struct sample){ family[i], traffic_in(s, i)->packets };
}

static void
get_in_bytes(const struct stats *s, unsigned i, struct sample *out)
{
	*out = (struct sample){ family[i], traffic_in(s, i)->octets };
}

static void
get_out_packets(const struct stats *s, unsigned i, struct sample *out)
{
	const struct forward_counters *c = &s->forward->count;

	*out = (struct sample){ family[i], i == 0 ? c->out4.packets :
	    c->out6.packets };
}

static void
get_out_bytes(const struct stats *s, unsigned i, struct sample *out)
{
	const struct forward_counters *c = &s->forward->count;

	*out = (struct sample){ family[i], i == 0 ? c->out4.octets :
	    c->out6.octets };
}

static void
get_reasons(const struct stats *s, unsigned i, struct sample *out)
{
	*out = (struct sample){ reason_name((enum reason)i),
	    s->forward->count.reason[i] };
}

static void
get_fragments(const struct stats *s, unsigned i, struct sample *out)
{
	*out = i == 0 ? (struct sample){ "received", s->pump->fragments_read } :
	    (struct sample){ "made", s->pump->fragments_made };
}

static void
get_icmp(const struct stats *s, unsigned i, struct sample *out)
{
	const struct forward_counters *c = &s->forward->count;
	const struct sample all[] = {
		{ "translated", c->icmp_translated },
		{ "generated", c->icmp_sent },
		{ "suppressed", c->icmp_suppressed },
	};

	*out = all[i];
}

static void
get_coalesced(const struct stats *s, unsigned i, struct sample *out)
{
	(void)i;
	out->value = s->pump->joined;
}

static void
get_device_errors(const struct stats *s, unsigned i, struct sample *out)
{
	*out = i == 0 ? (struct sample){ "read", s->pump->read_errors } :
	    (struct sample){ "write", s->pump->write_errors };
}

static void
get_fast(const struct stats *s, unsigned i, struct sample *out)
{
	(void)i;
	*out = (struct sample){ fastpath_name(s->fast->state),
	    fastpath_is_on(s->fast) };
}

static void
get_fast_packets(const struct stats *s, unsigned i, struct sample *out)
{
	*out = (struct sample){ family[i], i == 0 ? s->fast->packets46 :
	    s->fast->packets64 };
}

static void
get_fast_lost(const struct stats *s, unsigned i, struct sample *out)
{
	(void)i;
	out->value = s->fast->lost;
}

static void
get_fast_leases(const struct stats *s, unsigned i, struct sample *out)
{
	(void)i;
	out->value = s->fast->leases;
}

static void
get_mtu(const struct stats *s, unsigned i, struct sample *out)
{
	(void)i;
	*out = (struct sample){ s->device, s->forward->set.mtu };
}

static void
get_maps(const struct stats *s, unsigned i, struct sample *out)
{
	(void)i;
	out->value = s->forward->map.nmaps;
}

static void
get_pool_size(const struct stats *s, unsigned i, struct sample *out)
{
	const struct pool *p = s->forward->map.pool;

	(void)i;
	out->value = p == NULL ? 0 : pool_size(p);
}

static void
get_pool(const struct stats *s, unsigned i, struct sample *out)
{
	static const char state[][9] = { "leased", "dormant", "reserved",
	    "free" };
	const struct pool *p = s->forward->map.pool;
	uint64_t count[4] = { 0 };

	if (p != NULL) {
		count[0] = p->active.count;
		count[1] = p->dormant.count;
		count[2] = p->reserved;
		count[3] = pool_size(p) - count[0] - count[1] - count[2];
	}
	*out = (struct sample){ state[i], count[i] };
}

static void
get_leases(const struct stats *s, unsigned i, struct sample *out)
{
	const struct sample all[] = {
		{ "assigned", s->leases[LEASE_EVENT_ASSIGNED] },
		{ "released", s->leases[LEASE_EVENT_RELEASED] },
		{ "takeover", s->leases[LEASE_EVENT_TAKEOVER] },
	};

	*out = all[i];
}

static void
get_log(const struct stats *s, unsigned i, struct sample *out)
{
	(void)i;
	out->value = s->log->suppressed;
}

static void
get_log_lost(const struct stats *s, unsigned i, struct sample *out)
{
	(void)s;
	(void)i;
	out->value = log_lost();
}

static void
get_file_errors(const struct stats *s, unsigned i, struct sample *out)
{
	(void)i;
	out->value = s->file_errors;
}

static void
get_problem(const struct stats *s, unsigned i, struct sample *out)
{
	*out = (struct sample){ problem_name((enum problem)i),
	    s->problems != NULL && s->problems->state[i].on };
}

/* --- the table ------------------------------------------------------------ */

#define COUNTER	true
#define GAUGE	false

static const struct metric metrics[] = {
	{ "build_info", "The version that runs.", GAUGE, "version", 1,
	    get_build },
	{ "start_time_seconds", "When it started, in seconds since the epoch.",
	    GAUGE, "", 1, get_started },
	{ "config_time_seconds",
	    "When its configuration was read, in seconds since the epoch.",
	    GAUGE, "", 1, get_configured },
	{ "reloads_total", "Reloads of the configuration.", COUNTER, "result",
	    2, get_reloads },
	{ "received_packets_total", "Packets read from the device.", COUNTER,
	    "family", 3, get_in_packets },
	{ "received_bytes_total", "Octets read from the device.", COUNTER,
	    "family", 3, get_in_bytes },
	{ "sent_packets_total", "Packets written to the device.", COUNTER,
	    "family", 2, get_out_packets },
	{ "sent_bytes_total", "Octets written to the device.", COUNTER,
	    "family", 2, get_out_bytes },
	{ "packets_total", "Packets read, by what became of them.", COUNTER,
	    "reason", REASON_COUNT, get_reasons },
	{ "fragments_total", "Fragments read, and made of packets too large.",
	    COUNTER, "kind", 2, get_fragments },
	{ "icmp_errors_total",
	    "ICMP errors translated, sent by lichen, left unsent by icmp-rate.",
	    COUNTER, "kind", 3, get_icmp },
	{ "coalesced_packets_total",
	    "Packets that left joined to one before them.", COUNTER, "", 1,
	    get_coalesced },
	{ "device_errors_total",
	    "Packets that the device did not hand over or take.", COUNTER,
	    "operation", 2, get_device_errors },
	{ "fast_path", "Whether the kernel translates by itself, and why not.",
	    GAUGE, "state", 1, get_fast },
	{ "fast_path_packets_total",
	    "Packets that the kernel translated by itself, by where they came.",
	    COUNTER, "family", 2, get_fast_packets },
	{ "fast_path_lost_total",
	    "Packets that it could not finish, for want of memory.", COUNTER,
	    "", 1, get_fast_lost },
	{ "fast_path_leases", "Leases that it knows.", GAUGE, "", 1,
	    get_fast_leases },
	{ "mtu_bytes", "MTU of the device.", GAUGE, "device", 1, get_mtu },
	{ "maps", "Explicit address mappings.", GAUGE, "", 1, get_maps },
	{ "pool_size", "Addresses of the dynamic pool.", GAUGE, "", 1,
	    get_pool_size },
	{ "pool_addresses", "Addresses of the dynamic pool, by state.", GAUGE,
	    "state", 4, get_pool },
	{ "leases_total", "Leases made, ended and taken over.", COUNTER,
	    "event", 3, get_leases },
	{ "log_suppressed_total", "Log lines left out by the rate limit.",
	    COUNTER, "", 1, get_log },
	{ "log_lost_total", "Log lines lost: nobody read them in time.",
	    COUNTER, "", 1, get_log_lost },
	{ "stats_file_errors_total", "Failures to write stats-file.", COUNTER,
	    "", 1, get_file_errors },
	{ "problem", "What keeps packets from flowing: 1 if it does.",
	    GAUGE, "kind", PROBLEM_COUNT, get_problem },
};
#define METRICS	(sizeof metrics / sizeof metrics[0])

/* --- three ways to write it ----------------------------------------------- */

static int
write_text(const struct metric *m, const struct sample *v, char *buf)
{
	return snprintf(buf, STATS_CHUNK, "%s%s%s %" PRIu64 "\n", m->name,
	    m->label[0] != '\0' ? " " : "",
	    m->label[0] != '\0' ? v->label : "", v->value);
}

/* Names and label values have nothing to escape: see tests/unit/stats.c. */
static int
write_prometheus(const struct metric *m, const struct sample *v, unsigned i,
    char *buf)
{
	char head[STATS_CHUNK / 2] = "", label[64] = "";

	if (i == 0)
		snprintf(head, sizeof head, "# HELP lichen_%s %s\n"
		    "# TYPE lichen_%s %s\n", m->name, m->help, m->name,
		    m->counter ? "counter" : "gauge");
	if (m->label[0] != '\0')
		snprintf(label, sizeof label, "{%s=\"%s\"}", m->label,
		    v->label);
	return snprintf(buf, STATS_CHUNK, "%slichen_%s%s %" PRIu64 "\n", head,
	    m->name, label, v->value);
}

/* A comma behind each of them: the problems are last. */
static int
write_json(const struct metric *m, const struct sample *v, unsigned i,
    char *buf)
{
	const char *begin = m == metrics ? "{" : "";

	if (m->label[0] == '\0')
		return snprintf(buf, STATS_CHUNK, "%s\"lichen_%s\":%" PRIu64
		    ",\n", begin, m->name, v->value);
	if (i == 0)
		begin = m == metrics ? "{\"lichen_" : "\"lichen_";
	return snprintf(buf, STATS_CHUNK, "%s%s%s\"%s\":%" PRIu64 "%s\n",
	    i == 0 ? begin : "", i == 0 ? m->name : "", i == 0 ? "\":{" : " ",
	    v->label, v->value, i + 1 == m->samples ? "}," : ",");
}

/* Sentences of ours with names of devices in them: nothing needs more than this. */
static void
json_text(const char *text, char buf[static PROBLEM_TEXT])
{
	size_t i;

	for (i = 0; text[i] != '\0' && i < PROBLEM_TEXT - 1; i++)
		buf[i] = strchr("\"\\", text[i]) != NULL || text[i] < ' ' ?
		    '?' : text[i];
	buf[i] = '\0';
}

/* The next one from *i on, with what is before and, at the end, behind them. */
static int
write_json_problem(const struct problems *p, unsigned *i, bool first,
    char *buf)
{
	const char *begin = first ? "\"problems\":[" : "";
	char text[PROBLEM_TEXT];

	while (p != NULL && *i < PROBLEM_COUNT && !p->state[*i].on)
		(*i)++;
	if (p == NULL || *i >= PROBLEM_COUNT)
		return snprintf(buf, STATS_CHUNK, "%s]}\n", begin);
	json_text(p->state[*i].text, text);
	return snprintf(buf, STATS_CHUNK, "%s{\"kind\":\"%s\",\"text\":"
	    "\"%s\"}", first ? begin : ",\n ", problem_name((enum problem)*i),
	    text);
}

static int
write_sample(enum stats_format format, const struct metric *m,
    const struct sample *v, unsigned i, char *buf)
{
	switch (format) {
	case STATS_TEXT:
		return write_text(m, v, buf);
	case STATS_JSON:
		return write_json(m, v, i, buf);
	case STATS_PROMETHEUS:
		return write_prometheus(m, v, i, buf);
	}
	return 0;
}

/* Behind the metrics; the cursor then counts kinds, and is at their end once. */
static size_t
next_json_problem(const struct stats *s, struct stats_cursor *c, char *buf)
{
	int n = write_json_problem(s->problems, &c->sample, !c->told, buf);

	c->told = true;
	if (s->problems == NULL || c->sample++ >= PROBLEM_COUNT)
		c->metric++;
	return (size_t)n;
}

size_t
stats_next(const struct stats *s, enum stats_format format,
    struct stats_cursor *c, char buf[static STATS_CHUNK])
{
	const struct metric *m;
	struct sample v = { .label = "" };
	int n;

	if (c->metric == METRICS && format == STATS_JSON)
		return next_json_problem(s, c, buf);
	if (c->metric >= METRICS)
		return 0;
	m = &metrics[c->metric];
	m->get(s, c->sample, &v);
	n = write_sample(format, m, &v, c->sample, buf);
	assert(n > 0 && n < STATS_CHUNK);
	if (++c->sample == m->samples) {
		c->sample = 0;
		c->metric++;
	}
	return (size_t)n;
}

size_t
stats_all(const struct stats *s, enum stats_format format,
    char buf[static STATS_TEXT_MAX])
{
	struct stats_cursor c = { 0 };
	size_t n = 0, more;

	while (n <= STATS_TEXT_MAX - STATS_CHUNK &&
	    (more = stats_next(s, format, &c, buf + n)) > 0)
		n += more;
	return n;
}
