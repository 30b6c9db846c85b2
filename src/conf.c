/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conf.c - a line of the file becomes words, a word becomes a value, and every
 * error becomes a message.  What concerns several directives: conf-check.c.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "conf-parse.h"
#include "core/pool.h"
#include "core/reason.h"
#include "core/rfc6052.h"

#define WORDS_MAX	8
#define MSGS_MAX	1000		/* a hostile file must not fill memory */

#define DEFAULT_ICMP_RATE	1000	/* own ICMP errors a second */
#define DEFAULT_ICMP_BURST	100

/* --- messages ------------------------------------------------------------- */

void
conf_say(struct conf_parse *p, bool error, const char *file, unsigned line,
    const char *fmt, ...)
{
	struct conf_msgs *m = p->msgs;
	struct conf_msg *grown;
	va_list ap;
	char *text;
	int n;

	if (m->n >= MSGS_MAX)
		return;
	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	grown = realloc(m->msg, (m->n + 1) * sizeof *m->msg);
	if (grown != NULL)
		m->msg = grown;
	if (n == -1 || grown == NULL) {
		if (n != -1)
			free(text);
		p->no_memory = true;
		return;
	}
	m->msg[m->n++] = (struct conf_msg){
		.error = error,
		.file = strdup(file),
		.line = line,
		.text = text,
	};
}

#define bad(p, ...)	conf_say(p, true, (p)->file, (p)->line, __VA_ARGS__)
#define warn(p, ...)	conf_say(p, false, (p)->file, (p)->line, __VA_ARGS__)

/* --- words to values ------------------------------------------------------ */

static bool
to_number(const char *s, unsigned long max, unsigned *out)
{
	char *end;
	unsigned long n;

	if (*s < '0' || *s > '9')
		return false;
	errno = 0;
	n = strtoul(s, &end, 10);
	if (errno != 0 || *end != '\0' || n > max)
		return false;
	*out = (unsigned)n;
	return true;
}

static bool
to_bool(struct conf_parse *p, char **w, bool *out)
{
	static const char yes[][5] = { "yes", "true", "on", "1" };
	static const char no[][6] = { "no", "false", "off", "0" };

	for (size_t i = 0; i < 4; i++) {
		if (strcasecmp(w[1], yes[i]) == 0)
			return *out = true, true;
		if (strcasecmp(w[1], no[i]) == 0)
			return *out = false, true;
	}
	bad(p, "%s %s: want yes or no", w[0], w[1]);
	return false;
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

/* --- one directive each --------------------------------------------------- */

static void
set_tun_device(struct conf_parse *p, int n, char **w)
{
	(void)n;
	if (strlen(w[1]) > CONF_TUN_NAME_MAX)
		bad(p, "tun-device %s: longer than %d characters", w[1],
		    CONF_TUN_NAME_MAX);
	else if (strchr(w[1], '/') != NULL || strchr(w[1], '%') != NULL ||
	    strcmp(w[1], ".") == 0 || strcmp(w[1], "..") == 0)
		bad(p, "tun-device %s: not a name for an interface", w[1]);
	else
		strcpy(p->conf->tun_device, w[1]);
}

static void
set_ipv4_addr(struct conf_parse *p, int n, char **w)
{
	ip4_t a;

	(void)n;
	if (!ip4_parse(w[1], &a)) {
		bad(p, "ipv4-addr %s: not an IPv4 address", w[1]);
		return;
	}
	if (!ip4_is_unicast(a))
		bad(p, "ipv4-addr %s: not the address of a single host "
		    "(0/8, 127/8, 224/4 and 255.255.255.255 are not)", w[1]);
	if (a >> 16 == 0xa9fe)
		warn(p, "ipv4-addr %s: link-local, routers will not "
		    "forward it", w[1]);
	p->conf->ipv4_addr = a;
}

static void
set_ipv6_addr(struct conf_parse *p, int n, char **w)
{
	(void)n;
	if (!ip6_parse(w[1], &p->conf->ipv6_addr)) {
		bad(p, "ipv6-addr %s: not an IPv6 address", w[1]);
		return;
	}
	if (!ip6_is_unicast(p->conf->ipv6_addr))
		bad(p, "ipv6-addr %s: not the address of a single host "
		    "(unspecified, loopback, multicast and link-local are "
		    "not)", w[1]);
	p->conf->has_ipv6_addr = true;
}

/* A prefix without host bits; else say which one it would be. */
static bool
to_prefix4(struct conf_parse *p, const char *what, const char *s,
    struct prefix4 *out)
{
	char text[ADDR_TEXT_MAX];
	struct prefix4 base;

	if (!prefix4_parse(s, out)) {
		bad(p, "%s %s: not an IPv4 prefix (192.0.2.0/24)", what, s);
		return false;
	}
	base = prefix4_masked(*out);
	if (base.addr == out->addr)
		return true;
	bad(p, "%s %s: has bits set behind the prefix, want %s", what, s,
	    prefix4_text(base, text));
	return false;
}

static bool
to_prefix6(struct conf_parse *p, const char *what, const char *s,
    struct prefix6 *out)
{
	char text[ADDR_TEXT_MAX];
	struct prefix6 base;

	if (!prefix6_parse(s, out)) {
		bad(p, "%s %s: not an IPv6 prefix (2001:db8::/64)", what, s);
		return false;
	}
	base = prefix6_masked(*out);
	if (ip6_eq(base.addr, out->addr))
		return true;
	bad(p, "%s %s: has bits set behind the prefix, want %s", what, s,
	    prefix6_text(base, text));
	return false;
}

static void
set_prefix(struct conf_parse *p, int n, char **w)
{
	struct prefix6 prefix;

	(void)n;
	if (!to_prefix6(p, "prefix", w[1], &prefix))
		return;
	if (!rfc6052_len_ok(prefix.len)) {
		bad(p, "prefix %s: length must be one of 32, 40, 48, 56, 64, "
		    "96", w[1]);
		return;
	}
	if (!ip6_is_unicast(prefix.addr) && prefix.addr.hi != 0) {
		bad(p, "prefix %s: multicast or link-local", w[1]);
		return;
	}
	/* RFC 6052 section 2.2: bits 64 to 71 are zero. */
	if (prefix.len == 96 && prefix.addr.lo >> 56 != 0) {
		bad(p, "prefix %s: bits 64 to 71 must be zero", w[1]);
		return;
	}
	p->conf->prefix = prefix;
	p->conf->has_prefix = true;
}

static void
set_wkpf_strict(struct conf_parse *p, int n, char **w)
{
	(void)n;
	to_bool(p, w, &p->conf->wkpf_strict);
}

static bool
map_is_sane(struct conf_parse *p, char **w, const struct map *m)
{
	if (32 - m->v4.len > 128 - m->v6.len) {
		bad(p, "map %s %s: %d bits of IPv4 do not fit behind /%d, "
		    "want /%d or shorter", w[1], w[2], 32 - m->v4.len,
		    m->v6.len, 96 + m->v4.len);
		return false;
	}
	/* A large range may cover what is never translated; a host may not. */
	if (m->v4.len >= 8 && !ip4_is_unicast(m->v4.addr)) {
		bad(p, "map %s: never translated (0/8, 127/8, 224/4, "
		    "255.255.255.255)", w[1]);
		return false;
	}
	if ((m->v6.len == 128 || m->v6.addr.hi != 0) &&
	    !ip6_is_unicast(m->v6.addr)) {
		bad(p, "map %s: never translated (unspecified, loopback, "
		    "multicast, link-local)", w[2]);
		return false;
	}
	return true;
}

static void
add_map(struct conf_parse *p, int n, char **w)
{
	struct conf *c = p->conf;
	struct map m;
	bool ok4 = to_prefix4(p, "map", w[1], &m.v4);
	bool ok6 = to_prefix6(p, "map", w[2], &m.v6);

	(void)n;
	if (!ok4 || !ok6 || !map_is_sane(p, w, &m))
		return;
	if (c->nmaps == p->map_room) {
		size_t room = p->map_room == 0 ? 16 : p->map_room * 2;
		struct map *maps = realloc(c->maps, room * sizeof *maps);
		struct conf_origin *origin = realloc(p->origin,
		    room * sizeof *origin);

		if (maps != NULL)
			c->maps = maps;
		if (origin != NULL)
			p->origin = origin;
		if (maps == NULL || origin == NULL) {
			p->no_memory = true;
			return;
		}
		p->map_room = room;
	}
	p->origin[c->nmaps] = (struct conf_origin){ p->file, p->line };
	c->maps[c->nmaps++] = m;
}

static void
set_pool(struct conf_parse *p, int n, char **w)
{
	struct prefix4 r;

	(void)n;
	if (!to_prefix4(p, "dynamic-pool", w[1], &r))
		return;
	if (r.len < POOL_LEN_MIN || r.len > POOL_LEN_MAX)
		bad(p, "dynamic-pool %s: length must be %d to %d", w[1],
		    POOL_LEN_MIN, POOL_LEN_MAX);
	else if (!ip4_is_unicast(r.addr))
		bad(p, "dynamic-pool %s: not addresses of hosts", w[1]);
	p->conf->pool = r;
	p->conf->has_pool = true;
}

static void
set_data_dir(struct conf_parse *p, int n, char **w)
{
	(void)n;
	if (w[1][0] != '/')
		bad(p, "data-dir %s: want an absolute path", w[1]);
	keep(p, &p->conf->data_dir, w[1]);
}

static void
set_map_file(struct conf_parse *p, int n, char **w)
{
	(void)n;
	keep(p, &p->conf->map_file, w[1]);
}

static void
set_udp_cksum_mode(struct conf_parse *p, int n, char **w)
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

	(void)n;
	for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++)
		if (len <= strlen(modes[i].word) &&
		    strncasecmp(w[1], modes[i].word, len) == 0) {
			p->conf->udp_cksum_mode = modes[i].mode;
			return;
		}
	bad(p, "udp-cksum-mode %s: want drop, calc or fwd", w[1]);
}

static void
set_log(struct conf_parse *p, int n, char **w)
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

	for (int k = 1; k < n; k++) {
		size_t i = 0;

		while (i < all && strcasecmp(w[k], classes[i].word) != 0)
			i++;
		if (i == all)
			bad(p, "log %s: want any of drop, reject, icmp, self, "
			    "dyn", w[k]);
		else
			p->conf->log |= classes[i].class;
	}
}

static void
set_offlink_mtu(struct conf_parse *p, int n, char **w)
{
	(void)n;
	if (!to_number(w[1], 65535, &p->conf->offlink_mtu) ||
	    p->conf->offlink_mtu < IP6_MIN_MTU)
		bad(p, "offlink-mtu %s: want a number from %d to 65535", w[1],
		    IP6_MIN_MTU);
}

static void
set_icmp_rate(struct conf_parse *p, int n, char **w)
{
	struct conf *c = p->conf;

	if (!to_number(w[1], 1000000, &c->icmp_rate)) {
		bad(p, "icmp-rate %s: want a number of ICMP errors a second, "
		    "0 to 1000000", w[1]);
		return;
	}
	c->icmp_burst = c->icmp_rate < 10 ? 1 : c->icmp_rate / 10;
	if (n == 3 && (!to_number(w[2], 1000000, &c->icmp_burst) ||
	    c->icmp_burst == 0))
		bad(p, "icmp-rate %s %s: want a burst of 1 to 1000000", w[1],
		    w[2]);
}

static void
set_tun_up(struct conf_parse *p, int n, char **w)
{
	(void)n;
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
add_tun_ip(struct conf_parse *p, int n, char **w)
{
	struct conf_prefix x = { .is6 = strchr(w[1], ':') != NULL };

	(void)n;
	if (x.is6 ? !prefix6_parse(w[1], &x.p6) : !prefix4_parse(w[1], &x.p4))
		bad(p, "tun-ip %s: want an address, with /length or without",
		    w[1]);
	else
		add_prefix(p, &p->conf->tun_ip, x);
}

static void
add_tun_route(struct conf_parse *p, int n, char **w)
{
	struct conf_prefix x = { .is6 = strchr(w[1], ':') != NULL };

	(void)n;
	if (x.is6 ? to_prefix6(p, "tun-route", w[1], &x.p6) :
	    to_prefix4(p, "tun-route", w[1], &x.p4))
		add_prefix(p, &p->conf->tun_route, x);
}

static void
note_workers(struct conf_parse *p, int n, char **w)
{
	unsigned ignored;

	(void)n;
	if (!to_number(w[1], 65535, &ignored))
		bad(p, "workers %s: want a number", w[1]);
	else
		warn(p, "workers has no effect: one thread does it all");
}

static void
ignore(struct conf_parse *p, int n, char **w)
{
	(void)p;
	(void)n;
	(void)w;
}

/* --- the directives ------------------------------------------------------- */

#define AT(field)	offsetof(struct conf_lines, field)
#define REPEATABLE	SIZE_MAX

static const struct directive {
	char	name[16];
	int	min, max;	/* arguments */
	size_t	at;		/* its line in struct conf_lines: only once */
	void	(*set)(struct conf_parse *, int, char **);
	char	example[40];
} directives[] = {
	{ "tun-device", 1, 1, AT(tun_device), set_tun_device, "nat64" },
	{ "ipv4-addr", 1, 1, AT(ipv4_addr), set_ipv4_addr, "192.0.0.2" },
	{ "ipv6-addr", 1, 1, AT(ipv6_addr), set_ipv6_addr, "2001:db8:1::2" },
	{ "prefix", 1, 1, AT(prefix), set_prefix, "64:ff9b::/96" },
	{ "wkpf-strict", 1, 1, AT(wkpf_strict), set_wkpf_strict, "yes" },
	{ "map", 2, 2, REPEATABLE, add_map, "192.0.2.1 2001:db8::1" },
	{ "dynamic-pool", 1, 1, AT(pool), set_pool, "192.168.255.0/24" },
	{ "data-dir", 1, 1, AT(data_dir), set_data_dir, "/var/db/tayga" },
	{ "map-file", 1, 1, AT(map_file), set_map_file, "maps" },
	{ "udp-cksum-mode", 1, 1, AT(udp_cksum_mode), set_udp_cksum_mode,
	    "calc" },
	{ "log", 1, 5, AT(log), set_log, "drop reject" },
	{ "offlink-mtu", 1, 1, AT(offlink_mtu), set_offlink_mtu, "1280" },
	{ "icmp-rate", 1, 2, AT(icmp_rate), set_icmp_rate, "1000 100" },
	{ "tun-up", 1, 1, AT(tun_up), set_tun_up, "yes" },
	{ "tun-ip", 1, 1, REPEATABLE, add_tun_ip, "192.0.0.1/32" },
	{ "tun-route", 1, 1, REPEATABLE, add_tun_route, "64:ff9b::/96" },
	{ "workers", 1, 1, AT(workers), note_workers, "0" },
	{ "strict-frag-hdr", 1, 1, AT(frag_hdr), ignore, "yes" },
};
#define DIRECTIVES	(sizeof directives / sizeof directives[0])

static const struct directive *
find_directive(const char *name)
{
	for (size_t i = 0; i < DIRECTIVES; i++)
		if (strcasecmp(name, directives[i].name) == 0)
			return &directives[i];
	return NULL;
}

/* How many letters to insert, delete or change, for names as short as these. */
static unsigned
distance(const char *a, const char *b)
{
	unsigned row[24];
	size_t n = strlen(b);

	if (strlen(a) > 23 || n > 23)
		return 99;
	for (unsigned j = 0; j <= n; j++)
		row[j] = j;
	for (unsigned i = 1; a[i - 1] != '\0'; i++) {
		unsigned diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			unsigned best = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[n];
}

static void
say_unknown(struct conf_parse *p, const char *name)
{
	const struct directive *best = NULL;
	unsigned least = 3;

	for (size_t i = 0; i < DIRECTIVES; i++) {
		unsigned d = distance(name, directives[i].name);

		if (d < least) {
			least = d;
			best = &directives[i];
		}
	}
	if (best != NULL)
		bad(p, "%s: unknown directive, did you mean %s?", name,
		    best->name);
	else
		bad(p, "%s: unknown directive", name);
}

static bool
may_stand_here(struct conf_parse *p, const struct directive *d, int args)
{
	unsigned *at;

	if (p->in_map_file && d->set != add_map) {
		bad(p, "%s: a map-file has only map lines", d->name);
		return false;
	}
	if (args < d->min || args > d->max) {
		bad(p, "%s: wants %s%d argument%s, has %d: \"%s %s\"", d->name,
		    d->min == d->max ? "" : args < d->min ? "at least " :
		    "at most ", args < d->min ? d->min : d->max,
		    (args < d->min ? d->min : d->max) == 1 ? "" : "s", args,
		    d->name, d->example);
		return false;
	}
	if (d->at == REPEATABLE)
		return true;
	at = (void *)((char *)&p->at + d->at);
	if (*at != 0) {
		bad(p, "%s: given on line %u already", d->name, *at);
		return false;
	}
	*at = p->line;
	return true;
}

/* --- files ---------------------------------------------------------------- */

static void
parse_line(struct conf_parse *p, char *line)
{
	static const char space[] = " \t\r\n";
	char *w[WORDS_MAX + 1];
	const struct directive *d;
	int n = 0;

	/* '#' starts a comment where a word would start. */
	for (line += strspn(line, space); *line != '\0' && *line != '#';
	    line += strspn(line, space)) {
		if (n <= WORDS_MAX)
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
	else if (may_stand_here(p, d, n - 1))
		d->set(p, n, w);
}

static void
parse_file(struct conf_parse *p, const char *path)
{
	FILE *f = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	p->file = path;
	p->line = 0;
	if (f == NULL) {
		bad(p, "cannot open: %s", strerror(errno));
		return;
	}
	while ((n = getline(&line, &size, f)) != -1) {
		char *text = line;

		if (++p->line == 1 && strncmp(text, "\xef\xbb\xbf", 3) == 0)
			text += 3;	/* byte order mark */
		if (strlen(line) != (size_t)n)
			bad(p, "NUL octet in the line");
		else
			parse_line(p, text);
	}
	p->line = 0;
	if (ferror(f))
		bad(p, "cannot read: %s", strerror(errno));
	free(line);
	fclose(f);
}

/* A relative map-file is one in data-dir. */
static void
resolve_map_file(struct conf_parse *p, const char *file)
{
	struct conf *c = p->conf;
	char *path;

	if (c->map_file == NULL || c->map_file[0] == '/')
		return;
	if (c->data_dir == NULL) {
		conf_say(p, true, file, p->at.map_file, "map-file %s: a "
		    "relative path wants data-dir", c->map_file);
		free(c->map_file);
		c->map_file = NULL;
		return;
	}
	if (asprintf(&path, "%s/%s", c->data_dir, c->map_file) == -1) {
		p->no_memory = true;
		return;
	}
	free(c->map_file);
	c->map_file = path;
}

/* systemd's: the first of a list. */
static void
default_data_dir(struct conf_parse *p)
{
	const char *dirs = getenv("STATE_DIRECTORY");

	if (p->conf->data_dir != NULL || dirs == NULL || dirs[0] != '/')
		return;
	p->conf->data_dir = strndup(dirs, strcspn(dirs, ":"));
	if (p->conf->data_dir == NULL)
		p->no_memory = true;
}

static bool
any_error(const struct conf_msgs *m)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->msg[i].error)
			return true;
	return false;
}

struct conf *
conf_load(const char *path, struct conf_msgs *msgs)
{
	struct conf_parse p = { .msgs = msgs, .file = path };
	bool readable;

	*msgs = (struct conf_msgs){ 0 };
	p.conf = calloc(1, sizeof *p.conf);
	if (p.conf == NULL)
		return NULL;
	p.conf->wkpf_strict = true;
	p.conf->offlink_mtu = IP6_MIN_MTU;
	p.conf->icmp_rate = DEFAULT_ICMP_RATE;
	p.conf->icmp_burst = DEFAULT_ICMP_BURST;
	parse_file(&p, path);
	readable = msgs->n == 0 || msgs->msg[0].line != 0;
	default_data_dir(&p);
	resolve_map_file(&p, path);
	if (p.conf->map_file != NULL) {
		p.in_map_file = true;
		parse_file(&p, p.conf->map_file);
	}
	if (readable)
		conf_check(&p, path);
	if (p.no_memory)
		conf_say(&p, true, path, 0, "not enough memory");
	free(p.origin);
	if (!any_error(msgs) && !p.no_memory)
		return p.conf;
	conf_free(p.conf);
	return NULL;
}

void
conf_free(struct conf *c)
{
	if (c == NULL)
		return;
	free(c->maps);
	free(c->data_dir);
	free(c->map_file);
	free(c->tun_ip.p);
	free(c->tun_route.p);
	free(c);
}

void
conf_msgs_free(struct conf_msgs *m)
{
	for (size_t i = 0; i < m->n; i++) {
		free(m->msg[i].file);
		free(m->msg[i].text);
	}
	free(m->msg);
	*m = (struct conf_msgs){ 0 };
}
