/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conf.h - tayga.conf, read into a value.  It knows nothing of files and lines:
 * file.h makes it.
 */
#ifndef LICHEN_CONF_CONF_H
#define LICHEN_CONF_CONF_H

#include <stdbool.h>
#include <stddef.h>

#include "core/addr.h"
#include "core/addrmap.h"
#include "core/pool.h"
#include "core/xlat.h"

#define CONF_TUN_NAME_MAX	15
#define CONF_SOCKET_MAX		103	/* what every system has room for */

struct conf_prefix {		/* tun-ip, tun-route */
	bool		is6;
	struct prefix4	p4;	/* tun-ip keeps its host bits */
	struct prefix6	p6;
	unsigned	line;	/* that it was read on */
};

struct conf_prefixes {
	struct conf_prefix	*p;
	size_t			 n;
};

/* Where a map was read; file is the conf's. */
struct conf_origin {
	const char	*file;
	unsigned	 line;
};

enum fast_path_mode {
	FAST_PATH_AUTO,		/* where it can be had */
	FAST_PATH_YES,		/* or do not start */
	FAST_PATH_NO,
};

enum sandbox_mode {
	SANDBOX_AUTO,		/* if the system lets us */
	SANDBOX_YES,		/* or do not start */
	SANDBOX_NO,
};

/* A CLAT that sets itself up, and what it has to find: src/clat. */
struct conf_clat {
	bool		on, force;
	char		interface[CONF_TUN_NAME_MAX + 1]; /* "": any */
	bool		has_prefix;
	struct prefix6	prefix;		/* delegated: nobody else is in it */
	/* What the file does not say. */
	bool		finds_prefix, finds_own4, finds_own6, finds_map;
};

struct conf {
	char			*path;		/* that it was read from */
	char			 tun_device[CONF_TUN_NAME_MAX + 1];
	ip4_t			 ipv4_addr;
	struct ip6		 ipv6_addr;	/* given, or derived from prefix */
	bool			 has_ipv6_addr;	/* false: no prefix either */
	bool			 has_prefix;
	struct prefix6		 prefix;
	enum wkpf_strict	 wkpf_strict;
	struct map		*maps;		/* of the file and the map-file */
	struct conf_origin	*origin;	/* of each of them */
	size_t			 nmaps;
	struct prefix4		 pool[POOL_RANGES];
	unsigned		 npools;	/* 0: no dynamic pool */
	unsigned		 dynamic_lifetime;	/* seconds */
	unsigned		 dynamic_retention;	/* seconds */
	unsigned		 dynamic_limit;	/* leases a /64; 0: no limit */
	struct prefix6		*sources;	/* that may lease; none: all */
	size_t			 nsources;
	char			*data_dir;	/* NULL: none */
	char			*map_file;	/* NULL: none; else absolute */
	enum udp_cksum_mode	 udp_cksum_mode;
	unsigned		 log;		/* enum log_class bits */
	unsigned		 offlink_mtu;	/* octets, 1280 to 65535 */
	unsigned		 icmp_rate;	/* own ICMP errors a second, 0: no limit */
	unsigned		 icmp_burst;
	bool			 icmp_node_id;
	bool			 set_tos;	/* else it is copied */
	unsigned		 tos;
	bool			 offload;	/* as far as the device can */
	enum sandbox_mode	 sandbox;
	enum fast_path_mode	 fast_path;
	bool			 tun_up;
	struct conf_prefixes	 tun_ip, tun_route;
	struct conf_clat	 clat;
	char			*control_socket;	/* NULL: none */
	char			*stats_file;		/* NULL: none */
	unsigned		 stats_interval;	/* seconds */
};

void	conf_free(struct conf *);	/* NULL is fine */

#endif
