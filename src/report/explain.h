/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explain.h - how an address is mapped, by which rule, and if not, why not: for
 * people.  Looks only: no lease is made or kept alive.
 */
#ifndef LICHEN_REPORT_EXPLAIN_H
#define LICHEN_REPORT_EXPLAIN_H

#include <stddef.h>

#include "conf/conf.h"
#include "core/addrmap.h"
#include "fastpath/fastpath.h"

/* Room for any explanation, the NUL included. */
#define EXPLAIN_MAX	2048

enum explained {
	EXPLAIN_MAPPED,		/* it has, or would get, a counterpart */
	EXPLAIN_UNMAPPED,
	EXPLAIN_NO_ADDRESS,	/* the word is none; the text says so */
};

/*
 * Explain word, an IPv4 or IPv6 address, in whole lines; the first is the address,
 * "->", and its counterpart or "nothing".  conf is what the table was made of.
 */
enum explained	explain(struct addrmap *, const struct conf *,
		    const char *word, mono_t now,
		    char text[static EXPLAIN_MAX]);

/*
 * Of one that is mapped, where the daemon runs: who translates plain packets between
 * it and another mapped address, the kernel by itself or the daemon.  Added to text.
 */
void		explain_path(struct addrmap *, const struct conf *,
		    const struct fastpath *, const char *word, mono_t now,
		    char text[static EXPLAIN_MAX]);

#endif
