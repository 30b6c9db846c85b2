/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * parse.h - what reading a configuration file (file.c, directive.c),
 * judging it (check.c) and telling about it (message.c) have in common.
 */
#ifndef LICHEN_CONF_PARSE_H
#define LICHEN_CONF_PARSE_H

#include "conf.h"

/* Lines that directives were seen on; 0: not at all. */
struct conf_lines {
	unsigned	tun_device, ipv4_addr, ipv6_addr, prefix, wkpf_strict,
			map, pool, lifetime, retention, limit, source,
			data_dir, map_file, udp_cksum_mode, log, offlink_mtu,
			icmp_rate, node_id, tos, offload, sandbox, tun_up, tun_ip,
			tun_route, control_socket, stats_file, stats_interval,
			workers, frag_hdr;
};

struct conf_parse {
	const struct conf_reader *reader;
	struct conf		*conf;
	struct conf_msgs	*msgs;
	const char		*path;	/* of the configuration */
	const char		*file;	/* being read: it, or the map-file */
	unsigned		 line;
	bool			 in_map_file;
	bool			 failed;	/* an error, whether told or not */
	bool			 no_memory;
	size_t			 untold;	/* messages beyond the limit */
	struct conf_lines	 at;
	unsigned		 pool_line[POOL_RANGES];
	size_t			 map_room;
};

enum repeat {
	ONCE,		/* a second one is an error */
	LAST,		/* the last one counts, as in TAYGA */
	MANY,
};

struct directive {
	char		name[20];
	int		min, max;	/* arguments */
	enum repeat	repeat;
	size_t		at;		/* its line in struct conf_lines */
	void		(*set)(struct conf_parse *, char **);
	char		example[40];
};

extern const struct directive	conf_directives[];
extern const size_t		conf_ndirectives;

/* What holds where the file says nothing. */
void	conf_defaults(struct conf *);

/* Add a message; the file and line are the caller's. */
void	conf_say(struct conf_parse *, bool error, const char *file,
	    unsigned line, const char *fmt, ...)
	    __attribute__((__format__(__printf__, 5, 6)));

/* About the line being read, and about a line of the configuration. */
#define bad(p, ...)	conf_say(p, true, (p)->file, (p)->line, __VA_ARGS__)
#define warn(p, ...)	conf_say(p, false, (p)->file, (p)->line, __VA_ARGS__)
#define bad_at(p, line, ...)	conf_say(p, true, (p)->path, line, __VA_ARGS__)
#define warn_at(p, line, ...)	conf_say(p, false, (p)->path, line, __VA_ARGS__)

/* Put the messages in order, and tell how many are left out. */
void	conf_msgs_finish(struct conf_parse *);

/*
 * A word as a value, judged by itself.  Return false, after saying what is wrong
 * with it, if it must not be used.  what: the directive, for the message.
 */
bool	conf_tun_name(struct conf_parse *, const char *);
bool	conf_own4(struct conf_parse *, const char *, ip4_t *);
bool	conf_own6(struct conf_parse *, const char *, struct ip6 *);
bool	conf_prefix4(struct conf_parse *, const char *what, const char *,
	    struct prefix4 *);
bool	conf_prefix6(struct conf_parse *, const char *what, const char *,
	    struct prefix6 *);
bool	conf_nat64_prefix(struct conf_parse *, const char *, struct prefix6 *);
bool	conf_map(struct conf_parse *, const char *v4, const char *v6,
	    struct map *);
bool	conf_pool(struct conf_parse *, const char *, struct prefix4 *);
bool	conf_source(struct conf_parse *, const char *, struct prefix6 *);
bool	conf_tun_ip(struct conf_parse *, const char *, struct conf_prefix *);
bool	conf_tun_route(struct conf_parse *, const char *, struct conf_prefix *);

/* Between lines, or what takes as long: let the caller do something else. */
void	conf_breathe(const struct conf_parse *, size_t n);

/* Checks that depend on several directives, and what they derive. */
void	conf_check(struct conf_parse *);

#endif
