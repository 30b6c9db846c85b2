/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * directive.c - the directives: how each is written, and what its words
 * become in struct conf.  A new directive is one function and one line here.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/reason.h"
#include "directive.h"
#include "value.h"

#define DEFAULT_ICMP_RATE	1000	/* own ICMP errors a second */
#define DEFAULT_ICMP_BURST	100
#define DEFAULT_STATS_INTERVAL	15	/* seconds: what Prometheus scrapes at */

void
conf_defaults(struct conf *c)
{
	c->wkpf_strict = WKPF_YES;
	c->offlink_mtu = IP6_MIN_MTU;
	c->offload = true;
	c->stats_interval = DEFAULT_STATS_INTERVAL;
	c->icmp_rate = DEFAULT_ICMP_RATE;
	c->icmp_burst = DEFAULT_ICMP_BURST;
	c->dynamic_lifetime = POOL_LIFETIME / 1000;
	c->dynamic_retention = POOL_RETENTION / 1000;
}

/* --- words to values ------------------------------------------------------ */

static bool
to_number(const char *s, unsigned min, unsigned max, unsigned *out)
{
	char *end;
	unsigned long n;

	if (*s < '0' || *s > '9')
		return false;
	errno = 0;
	n = strtoul(s, &end, 10);
	if (errno != 0 || *end != '\0' || n < min || n > max)
		return false;
	*out = (unsigned)n;
	return true;
}

static bool
is_bool(const char *word, bool *out)
{
	static const char words[2][4][6] = {
		{ "no", "false", "off", "0" },
		{ "yes", "true", "on", "1" },
	};

	for (size_t i = 0; i < 8; i++)
		if (strcasecmp(word, words[i / 4][i % 4]) == 0) {
			*out = i / 4 == 1;
			return true;
		}
	return false;
}

static void
to_bool(struct conf_parse *p, char **w, bool *out)
{
	if (!is_bool(w[1], out))
		bad(p, "%s %s: want yes or no", w[0], w[1]);
}

/* Seconds, or with a unit behind the number; at most ten years. */
static void
to_duration(struct conf_parse *p, char **w, unsigned *out)
{
	static const struct {
		char		unit;
		unsigned	seconds;
	} units[] = {
		{ 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 },
	};
	const unsigned most = 3650 * 86400u;
	size_t len = strlen(w[1]);
	char number[16] = "";
	unsigned n, unit = 1;

	for (size_t i = 0; len > 0 && i < sizeof units / sizeof units[0]; i++)
		if (w[1][len - 1] == units[i].unit) {
			unit = units[i].seconds;
			len--;
			break;
		}
	if (len < sizeof number)
		memcpy(number, w[1], len);
	if (to_number(number, 1, most / unit, &n))
		*out = n * unit;
	else
		bad(p, "%s %s: want a time such as 7440, 124m, 2h or 14d",
		    w[0], w[1]);
}

/* A copy that conf owns. */
static void
keep(struct conf_parse *p, char **out, const char *s)
{
	free(*out);
	*out = strdup(s);
	if (*out == NULL)
		p->no_memory = true;
}

/* --- one directive each; w[0] is its name, a NULL ends the words ---------- */

static void
set_tun_device(struct conf_parse *p, char **w)
{
	if (conf_interface(p, "tun-device", w[1]))
		strcpy(p->conf->tun_device, w[1]);
}

static void
set_ipv4_addr(struct conf_parse *p, char **w)
{
	conf_own4(p, w[1], &p->conf->ipv4_addr);
}

static void
set_ipv6_addr(struct conf_parse *p, char **w)
{
	p->conf->has_ipv6_addr = conf_own6(p, w[1], &p->conf->ipv6_addr);
}

static void
set_prefix(struct conf_parse *p, char **w)
{
	p->conf->has_prefix = conf_nat64_prefix(p, w[1], &p->conf->prefix);
}

static void
set_wkpf_strict(struct conf_parse *p, char **w)
{
	bool yes;

	if (strcasecmp(w[1], "private") == 0)
		p->conf->wkpf_strict = WKPF_PRIVATE;
	else if (is_bool(w[1], &yes))
		p->conf->wkpf_strict = yes ? WKPF_YES : WKPF_NO;
	else
		bad(p, "wkpf-strict %s: want yes, private or no", w[1]);
}

static bool
grow_maps(struct conf_parse *p)
{
	size_t room = p->map_room == 0 ? 16 : p->map_room * 2;
	struct map *maps = realloc(p->conf->maps, room * sizeof *maps);
	struct conf_origin *origin = realloc(p->conf->origin,
	    room * sizeof *origin);

	if (maps != NULL)
		p->conf->maps = maps;
	if (origin != NULL)
		p->conf->origin = origin;
	if (maps == NULL || origin == NULL) {
		p->no_memory = true;
		return false;
	}
	p->map_room = room;
	return true;
}

static void
add_map(struct conf_parse *p, char **w)
{
	struct conf *c = p->conf;
	struct map m;

	if (!conf_map(p, w[1], w[2], &m))
		return;
	if (c->nmaps == p->map_room && !grow_maps(p))
		return;
	p->conf->origin[c->nmaps] = (struct conf_origin){ p->file, p->line };
	c->maps[c->nmaps++] = m;
}

static void
add_pool(struct conf_parse *p, char **w)
{
	struct conf *c = p->conf;

	if (c->npools == POOL_RANGES)
		bad(p, "dynamic-pool %s: more than %d pools", w[1],
		    POOL_RANGES);
	else if (conf_pool(p, w[1], &c->pool[c->npools]))
		p->pool_line[c->npools++] = p->line;
}

static void
set_dynamic_lifetime(struct conf_parse *p, char **w)
{
	to_duration(p, w, &p->conf->dynamic_lifetime);
}

static void
set_dynamic_retention(struct conf_parse *p, char **w)
{
	to_duration(p, w, &p->conf->dynamic_retention);
}

static void
set_dynamic_limit(struct conf_parse *p, char **w)
{
	if (!to_number(w[1], 0, POOL_SIZE_MAX, &p->conf->dynamic_limit))
		bad(p, "dynamic-limit %s: want a number of leases a /64, 0 "
		    "for no limit", w[1]);
}

static void
add_source(struct conf_parse *p, char **w)
{
	struct conf *c = p->conf;
	struct prefix6 *grown, x;

	if (!conf_source(p, w[1], &x))
		return;
	grown = realloc(c->sources, (c->nsources + 1) * sizeof *grown);
	if (grown == NULL) {
		p->no_memory = true;
		return;
	}
	c->sources = grown;
	c->sources[c->nsources++] = x;
}

static void
set_data_dir(struct conf_parse *p, char **w)
{
	if (w[1][0] != '/')
		bad(p, "data-dir %s: want an absolute path", w[1]);
	else
		keep(p, &p->conf->data_dir, w[1]);
}

static void
set_map_file(struct conf_parse *p, char **w)
{
	keep(p, &p->conf->map_file, w[1]);
}

/* TAYGA takes the first letters of a word for the word. */
static void
set_udp_cksum_mode(struct conf_parse *p, char **w)
{
	static const struct {
		char			word[8];
		enum udp_cksum_mode	mode;
	} modes[] = {
		{ "drop", UDP_CKSUM_DROP },
		{ "calc", UDP_CKSUM_CALC },
		{ "fwd", UDP_CKSUM_FWD },
		{ "forward", UDP_CKSUM_FWD },
	};
	size_t len = strlen(w[1]);

	for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++)
		if (len <= strlen(modes[i].word) &&
		    strncasecmp(w[1], modes[i].word, len) == 0) {
			p->conf->udp_cksum_mode = modes[i].mode;
			return;
		}
	bad(p, "udp-cksum-mode %s: want drop, calc or fwd", w[1]);
}

static void
set_log(struct conf_parse *p, char **w)
{
	static const struct {
		char		word[8];
		unsigned	class;
	} classes[] = {
		{ "drop", LOG_CLASS_DROP }, { "reject", LOG_CLASS_REJECT },
		{ "icmp", LOG_CLASS_ICMP }, { "self", LOG_CLASS_SELF },
		{ "dyn", LOG_CLASS_DYN },
	};
	const size_t all = sizeof classes / sizeof classes[0];

	while (*++w != NULL) {
		size_t i = 0;

		while (i < all && strcasecmp(*w, classes[i].word) != 0)
			i++;
		if (i == all)
			bad(p, "log %s: want any of drop, reject, icmp, self, "
			    "dyn", *w);
		else
			p->conf->log |= classes[i].class;
	}
}

static void
set_offlink_mtu(struct conf_parse *p, char **w)
{
	if (!to_number(w[1], IP6_MIN_MTU, 65535, &p->conf->offlink_mtu))
		bad(p, "offlink-mtu %s: want a number from %d to 65535", w[1],
		    IP6_MIN_MTU);
}

static void
set_icmp_rate(struct conf_parse *p, char **w)
{
	struct conf *c = p->conf;

	if (!to_number(w[1], 0, 1000000, &c->icmp_rate)) {
		bad(p, "icmp-rate %s: want a number of ICMP errors a second, "
		    "0 to 1000000", w[1]);
		return;
	}
	c->icmp_burst = c->icmp_rate < 10 ? 1 : c->icmp_rate / 10;
	if (w[2] != NULL && !to_number(w[2], 1, 1000000, &c->icmp_burst))
		bad(p, "icmp-rate %s %s: want a burst of 1 to 1000000", w[1],
		    w[2]);
}

static void
set_icmp_node_id(struct conf_parse *p, char **w)
{
	to_bool(p, w, &p->conf->icmp_node_id);
}

static void
set_traffic_class(struct conf_parse *p, char **w)
{
	struct conf *c = p->conf;

	c->set_tos = strcasecmp(w[1], "copy") != 0;
	if (c->set_tos && !to_number(w[1], 0, 255, &c->tos))
		bad(p, "traffic-class %s: want copy or a number from 0 to 255",
		    w[1]);
}

static void
set_offload(struct conf_parse *p, char **w)
{
	if (strcasecmp(w[1], "auto") == 0)
		p->conf->offload = true;
	else if (strcasecmp(w[1], "no") == 0)
		p->conf->offload = false;
	else
		bad(p, "offload %s: want auto or no", w[1]);
}

static void
set_sandbox(struct conf_parse *p, char **w)
{
	bool yes;

	if (strcasecmp(w[1], "auto") == 0)
		p->conf->sandbox = SANDBOX_AUTO;
	else if (is_bool(w[1], &yes))
		p->conf->sandbox = yes ? SANDBOX_YES : SANDBOX_NO;
	else
		bad(p, "sandbox %s: want auto, yes or no", w[1]);
}

static void
set_fast_path(struct conf_parse *p, char **w)
{
	bool yes;

	if (strcasecmp(w[1], "auto") == 0)
		p->conf->fast_path = FAST_PATH_AUTO;
	else if (is_bool(w[1], &yes))
		p->conf->fast_path = yes ? FAST_PATH_YES : FAST_PATH_NO;
	else
		bad(p, "fast-path %s: want auto, yes or no", w[1]);
}

static void
set_tun_up(struct conf_parse *p, char **w)
{
	to_bool(p, w, &p->conf->tun_up);
}

static void
add_prefix(struct conf_parse *p, struct conf_prefixes *list,
    struct conf_prefix x)
{
	struct conf_prefix *grown = realloc(list->p,
	    (list->n + 1) * sizeof *grown);

	if (grown == NULL) {
		p->no_memory = true;
		return;
	}
	list->p = grown;
	list->p[list->n++] = x;
}

static void
add_tun_ip(struct conf_parse *p, char **w)
{
	struct conf_prefix x = { .line = p->line };

	if (conf_tun_ip(p, w[1], &x))
		add_prefix(p, &p->conf->tun_ip, x);
}

static void
add_tun_route(struct conf_parse *p, char **w)
{
	struct conf_prefix x = { .line = p->line };

	if (conf_tun_route(p, w[1], &x))
		add_prefix(p, &p->conf->tun_route, x);
}

/* An interface, the word force, or both. */
static void
set_clat(struct conf_parse *p, char **w)
{
	struct conf_clat *c = &p->conf->clat;

	c->on = true;
	for (w++; *w != NULL; w++) {
		if (strcasecmp(*w, "force") == 0)
			c->force = true;
		else if (c->interface[0] != '\0')
			bad(p, "clat: %s and %s, want one interface",
			    c->interface, *w);
		else if (conf_interface(p, "clat", *w))
			strcpy(c->interface, *w);
	}
}

static void
set_clat_prefix(struct conf_parse *p, char **w)
{
	struct conf_clat *c = &p->conf->clat;

	if (!conf_prefix6(p, "clat-prefix", w[1], &c->prefix))
		return;
	c->has_prefix = true;
	if (c->prefix.len > 64)
		bad(p, "clat-prefix %s: want a /64 or shorter", w[1]);
}

static void
set_path(struct conf_parse *p, char **w, char **out)
{
	if (w[1][0] != '/' || w[1][strlen(w[1]) - 1] == '/')
		bad(p, "%s %s: want an absolute path to a file", w[0], w[1]);
	else
		keep(p, out, w[1]);
}

static void
set_control_socket(struct conf_parse *p, char **w)
{
	if (strlen(w[1]) > CONF_SOCKET_MAX)
		bad(p, "control-socket %s: longer than %d characters", w[1],
		    CONF_SOCKET_MAX);
	else
		set_path(p, w, &p->conf->control_socket);
}

static void
set_stats_file(struct conf_parse *p, char **w)
{
	set_path(p, w, &p->conf->stats_file);
}

static void
set_stats_interval(struct conf_parse *p, char **w)
{
	if (!to_number(w[1], 1, 86400, &p->conf->stats_interval))
		bad(p, "stats-interval %s: want a number of seconds, 1 to "
		    "86400", w[1]);
}

static void
note_workers(struct conf_parse *p, char **w)
{
	unsigned ignored;

	if (!to_number(w[1], 0, UINT_MAX, &ignored))
		bad(p, "workers %s: want a number", w[1]);
	else
		warn(p, "workers has no effect: one thread does it all");
}

static void
ignore(struct conf_parse *p, char **w)
{
	(void)p;
	(void)w;
}

/* --- the directives ------------------------------------------------------- */

#define AT(field)	offsetof(struct conf_lines, field)

const struct directive conf_directives[] = {
	{ "tun-device", 1, 1, ONCE, AT(tun_device), set_tun_device, "nat64" },
	{ "ipv4-addr", 1, 1, ONCE, AT(ipv4_addr), set_ipv4_addr, "192.0.0.2" },
	{ "ipv6-addr", 1, 1, ONCE, AT(ipv6_addr), set_ipv6_addr,
	    "2001:db8:1::2" },
	{ "prefix", 1, 1, ONCE, AT(prefix), set_prefix, "64:ff9b::/96" },
	{ "wkpf-strict", 1, 1, LAST, AT(wkpf_strict), set_wkpf_strict, "yes" },
	{ "map", 2, 2, MANY, AT(map), add_map, "192.0.2.1 2001:db8::1" },
	{ "dynamic-pool", 1, 1, MANY, AT(pool), add_pool, "192.168.255.0/24" },
	{ "dynamic-lifetime", 1, 1, ONCE, AT(lifetime), set_dynamic_lifetime,
	    "124m" },
	{ "dynamic-retention", 1, 1, ONCE, AT(retention),
	    set_dynamic_retention, "14d" },
	{ "dynamic-limit", 1, 1, ONCE, AT(limit), set_dynamic_limit, "32" },
	{ "dynamic-source", 1, 1, MANY, AT(source), add_source,
	    "2001:db8:1::/48" },
	{ "data-dir", 1, 1, ONCE, AT(data_dir), set_data_dir, "/var/db/tayga" },
	{ "map-file", 1, 1, ONCE, AT(map_file), set_map_file, "maps" },
	{ "udp-cksum-mode", 1, 1, LAST, AT(udp_cksum_mode), set_udp_cksum_mode,
	    "calc" },
	{ "log", 0, 5, ONCE, AT(log), set_log, "drop reject" },
	{ "offlink-mtu", 1, 1, ONCE, AT(offlink_mtu), set_offlink_mtu, "1280" },
	{ "icmp-rate", 1, 2, ONCE, AT(icmp_rate), set_icmp_rate, "1000 100" },
	{ "icmp-node-id", 1, 1, ONCE, AT(node_id), set_icmp_node_id, "yes" },
	{ "traffic-class", 1, 1, ONCE, AT(tos), set_traffic_class, "copy" },
	{ "offload", 1, 1, ONCE, AT(offload), set_offload, "auto" },
	{ "fast-path", 1, 1, ONCE, AT(fast_path), set_fast_path, "auto" },
	{ "sandbox", 1, 1, ONCE, AT(sandbox), set_sandbox, "auto" },
	{ "tun-up", 1, 1, LAST, AT(tun_up), set_tun_up, "yes" },
	{ "tun-ip", 1, 1, MANY, AT(tun_ip), add_tun_ip, "192.0.0.1/32" },
	{ "tun-route", 1, 1, MANY, AT(tun_route), add_tun_route,
	    "64:ff9b::/96" },
	{ "clat", 0, 2, ONCE, AT(clat), set_clat, "eth0" },
	{ "clat-prefix", 1, 1, ONCE, AT(clat_prefix), set_clat_prefix,
	    "2001:db8:2:1::/64" },
	{ "control-socket", 1, 1, ONCE, AT(control_socket), set_control_socket,
	    "/run/lichen/control" },
	{ "stats-file", 1, 1, ONCE, AT(stats_file), set_stats_file,
	    "/run/lichen/lichen.prom" },
	{ "stats-interval", 1, 1, ONCE, AT(stats_interval),
	    set_stats_interval, "15" },
	{ "workers", 1, 1, LAST, AT(workers), note_workers, "0" },
	{ "strict-frag-hdr", 1, 1, LAST, AT(frag_hdr), ignore, "yes" },
};
const size_t conf_ndirectives =
    sizeof conf_directives / sizeof conf_directives[0];
