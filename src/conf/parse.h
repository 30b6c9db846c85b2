/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * parse.h - a configuration being read: what file.c, directive.c, value.c and
 * check.c know of it, and how they tell what is wrong.
 */
#ifndef LICHEN_CONF_PARSE_H
#define LICHEN_CONF_PARSE_H

#include "conf.h"
#include "message.h"
#include "reader.h"

/* Lines that directives were seen on; 0: not at all. */
struct conf_lines {
	unsigned	tun_device, ipv4_addr, ipv6_addr, prefix, wkpf_strict,
			map, pool, lifetime, retention, limit, source,
			data_dir, map_file, udp_cksum_mode, log, offlink_mtu,
			icmp_rate, node_id, tos, offload, fast_path, sandbox, tun_up,
			tun_ip, tun_route, clat, clat_prefix, control_socket, stats_file,
			stats_interval,
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
	char			 quoted[ADDR_TEXT_MAX + 2];	/* for a message */
};

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
void	conf_say_finish(struct conf_parse *);

#endif
