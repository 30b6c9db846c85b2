/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "conf/tayga.h"
#include "core/addr.h"

#define WORDS	3		/* of a line that matter */

struct way_back {
	enum tayga_version version;
	bool		 has_pool;
};

struct words {
	char	*w[WORDS];	/* "" if there are fewer */
};

/* In TAYGA: from the first one on, or only later. */
static const struct {
	char			name[16];
	enum tayga_version	since;
} known[] = {
	{ "tun-device", TAYGA_0_9_2 },
	{ "ipv4-addr", TAYGA_0_9_2 },
	{ "ipv6-addr", TAYGA_0_9_2 },
	{ "prefix", TAYGA_0_9_2 },
	{ "map", TAYGA_0_9_2 },
	{ "dynamic-pool", TAYGA_0_9_2 },
	{ "data-dir", TAYGA_0_9_2 },
	{ "strict-frag-hdr", TAYGA_0_9_2 },
	{ "wkpf-strict", TAYGA_LATEST },
	{ "map-file", TAYGA_LATEST },
	{ "udp-cksum-mode", TAYGA_LATEST },
	{ "log", TAYGA_LATEST },
	{ "offlink-mtu", TAYGA_LATEST },
	{ "tun-up", TAYGA_LATEST },
	{ "tun-ip", TAYGA_LATEST },
	{ "tun-route", TAYGA_LATEST },
	{ "workers", TAYGA_LATEST },
};

/* What else is to be done where TAYGA lacks it. */
static const char *
instead(const char *name)
{
	static const struct {
		char	name[16], what[96];
	} all[] = {
		{ "tun-up", "bring the device up by ip link or the init "
		    "script" },
		{ "tun-ip", "give the device the address by ip addr or the "
		    "init script" },
		{ "tun-route", "add the route by ip route or the init "
		    "script" },
		{ "map-file", "write its map lines into this file" },
		{ "dynamic-limit", "nothing holds a host to its share" },
		{ "dynamic-source", "let the packet filter keep strangers "
		    "out" },
	};

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		if (strcasecmp(all[i].name, name) == 0)
			return all[i].what;
	return NULL;
}

static const char *
why_not_map(const struct words *l)
{
	struct prefix4 v4;
	struct prefix6 v6;

	if (prefix4_parse(l->w[1], &v4) && prefix6_parse(l->w[2], &v6) &&
	    32 - v4.len != 128 - v6.len)
		return "TAYGA wants as many bits behind the IPv4 prefix as "
		    "behind the IPv6 prefix";
	return NULL;
}

/* NULL: this TAYGA takes the line. */
static const char *
why_not(struct way_back *b, const struct words *l)
{
	const char *name = l->w[0];
	bool had = b->has_pool;

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		if (strcasecmp(known[i].name, name) != 0)
			continue;
		if (known[i].since > b->version)
			return "TAYGA 0.9.2 does not know it";
		if (strcasecmp(name, "map") == 0)
			return why_not_map(l);
		if (strcasecmp(name, "wkpf-strict") == 0 &&
		    strcasecmp(l->w[1], "private") == 0)
			return "TAYGA knows only yes and no";
		if (strcasecmp(name, "dynamic-pool") != 0)
			return NULL;
		b->has_pool = true;
		return had ? "TAYGA has one pool" : NULL;
	}
	return "TAYGA does not know it";
}

/* The first words of a line, which is cut up for it. */
static struct words
split(char *line)
{
	static const char space[] = " \t\r\n";
	static char none[1];
	struct words l = { { none, none, none } };
	char *save = NULL, *w = strtok_r(line, space, &save);

	for (int i = 0; i < WORDS && w != NULL && w[0] != '#'; i++) {
		l.w[i] = w;
		w = strtok_r(NULL, space, &save);
	}
	return l;
}

static void
tell(const struct words *l, const char *why, unsigned line,
    void (*left_out)(void *, unsigned, const char *), void *arg)
{
	const char *what = instead(l->w[0]);
	char text[256];

	snprintf(text, sizeof text, "%.40s: left out, %s%s%s", l->w[0], why,
	    what == NULL ? "" : ": ", what == NULL ? "" : what);
	left_out(arg, line, text);
}

static bool
write_line(struct way_back *b, const char *text, FILE *out, unsigned number,
    void (*left_out)(void *, unsigned, const char *), void *arg)
{
	char *copy = strdup(text);
	const char *why = NULL;
	struct words l;

	if (copy == NULL)
		return false;
	l = split(copy);
	if (l.w[0][0] != '\0')
		why = why_not(b, &l);
	if (why != NULL)
		tell(&l, why, number, left_out, arg);
	else
		fputs(text, out);
	free(copy);
	return true;
}

bool
tayga_write(FILE *in, FILE *out, enum tayga_version version,
    void (*left_out)(void *, unsigned, const char *), void *arg)
{
	struct way_back b = { .version = version };
	char *line = NULL;
	unsigned n = 0;
	size_t size = 0;
	ssize_t len;
	bool ok = true;

	errno = 0;
	while (ok && (len = getline(&line, &size, in)) != -1) {
		/* TAYGA has no use for a byte order mark. */
		bool mark = ++n == 1 && strncmp(line, "\xef\xbb\xbf", 3) == 0;

		if (strlen(line) != (size_t)len) {
			left_out(arg, n, "left out, a NUL octet is in it");
			continue;
		}
		ok = write_line(&b, line + (mark ? 3 : 0), out, n, left_out,
		    arg);
	}
	free(line);
	return ok && !ferror(in) && fflush(out) == 0;
}
