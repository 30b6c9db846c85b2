/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tables.h - the look-up tables of the core, allocated to fit a configuration.
 */
#ifndef LICHEN_TABLES_H
#define LICHEN_TABLES_H

#include "conf.h"
#include "core/addrmap.h"
#include "core/pool.h"
#include "core/siphash.h"

struct tables {
	struct addrmap	 map;		/* refers to conf's maps and to pool */
	struct pool	 pool;
	struct lpm_slot	*slot4, *slot6;
	void		*pool_mem;
};

/*
 * Build the tables for conf, which must outlive them.  Return false (errno, and
 * nothing allocated) if there is not enough memory.  Free with tables_free().
 */
bool	tables_build(struct tables *, const struct conf *, struct siphash_key);
void	tables_free(struct tables *);

/*
 * Put the leases of one pool into another, as far as they fit there; return how
 * many did not.
 */
unsigned	tables_move_leases(struct tables *to, const struct tables *from,
		    mono_t now);

#endif
