/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * frag.h - cut a translated IPv6 packet into fragments: RFC 8200 section 4.5.
 */
#ifndef LICHEN_FRAG_H
#define LICHEN_FRAG_H

#include <stdbool.h>
#include <stddef.h>

#include "xlat.h"

struct frag {
	const struct xlat_out	*whole;
	size_t			 net_len;	/* of whole's head */
	size_t			 done;		/* octets of payload handed out */
	size_t			 step;		/* payload of a fragment */
	uint16_t		 first_off;	/* if whole is a fragment itself */
	bool			 last_more;
	uint32_t		 id;
	uint8_t			 next;
};

/* Start cutting; whole->frag_mtu (1280 or more) is the size, frag_id the name. */
void	frag_init(struct frag *, const struct xlat_out *whole);

/*
 * The next fragment, first to last; its tail points where whole's does.  Return
 * false when there are no more.
 */
bool	frag_next(struct frag *, struct xlat_out *piece);

#endif
