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

/*
 * Give the leases of old tables to new ones, as far as they fit there; return how
 * many did not.  Where the pools are alike, they change places at once.
 */
unsigned	tables_move_leases(struct tables *to, const struct conf *to_conf,
		    struct tables *from, const struct conf *from_conf,
		    mono_t now);

#endif
