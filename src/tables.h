/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tables.h - the look-up tables of the core, allocated to fit a configuration.
 */
#ifndef LICHEN_TABLES_H
#define LICHEN_TABLES_H

#include "conf/conf.h"
#include "conf/reader.h"
#include "core/addrmap.h"
#include "core/pool.h"
#include "core/siphash.h"

struct tables {
	struct addrmap		 map;	/* refers to conf's maps and to pool */
	struct pool		*pool;	/* NULL: none */
	size_t			 pool_octets;	/* of its mapping */
	struct lpm_slot		*slot4, *slot6, *source_slot;
};

/*
 * Build the tables for conf, which must outlive them.  reader->breathe, if there
 * is one, is called now and then.  Return false (errno, and nothing allocated) if
 * there is not enough memory.  Free with tables_free().
 */
bool	tables_build(struct tables *, const struct conf *, struct siphash_key,
	    const struct conf_reader *);
void	tables_free(struct tables *);

/* The same in pieces: to give back a large pool takes time. */
void	tables_free_by(struct tables *, const struct conf_reader *);

/*
 * Where the pools of two tables are alike they change places, with all leases, and
 * the life times of the new one; false, doing nothing, where they are not.
 */
bool	tables_swap_pools(struct tables *to, const struct conf *to_conf,
	    struct tables *from, const struct conf *from_conf);

/* May this host have this address of the pool, as a lease? */
bool	tables_may_have(const struct tables *, ip4_t addr, struct ip6 host);

#endif
