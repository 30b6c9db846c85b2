/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conf-parse.h - what reading a configuration file (conf.c) and judging it as a
 * whole (conf-check.c) have in common.
 */
#ifndef LICHEN_CONF_PARSE_H
#define LICHEN_CONF_PARSE_H

#include "conf.h"

/* Where a map was read: beside conf->maps, index by index. */
struct conf_origin {
	const char	*file;
	unsigned	 line;
};

/* Lines on which directives were first seen; 0: not at all. */
struct conf_lines {
	unsigned	tun_device, ipv4_addr, ipv6_addr, prefix, pool,
			data_dir, map_file, udp_cksum_mode, log, offlink_mtu,
			wkpf_strict, tun_up, icmp_rate, workers, frag_hdr;
};

struct conf_parse {
	struct conf		*conf;
	struct conf_msgs	*msgs;
	const char		*file;	/* being read */
	unsigned		 line;
	bool			 in_map_file;
	bool			 no_memory;
	struct conf_lines	 at;
	struct conf_origin	*origin;
	size_t			 map_room;
};

/* Add a message; the file and line are the caller's. */
void	conf_say(struct conf_parse *, bool error, const char *file,
	    unsigned line, const char *fmt, ...)
	    __attribute__((__format__(__printf__, 5, 6)));

/* Checks that depend on several directives, and what they derive. */
void	conf_check(struct conf_parse *, const char *file);

#endif
