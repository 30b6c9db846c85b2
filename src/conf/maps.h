/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * maps.h - the maps of the configuration and of the map-file become one table.
 */
#ifndef LICHEN_CONF_MAPS_H
#define LICHEN_CONF_MAPS_H

#include "parse.h"

/*
 * RFC 7757 section 3.1: no prefix stands twice on its side of the table, and prefix
 * is one more entry of it.  Two maps of the configuration that collide are an error.
 * A map-file is written by programs, and must not stop the translator over that: of
 * it, what the configuration has already is left out, and a later map takes the place
 * of an earlier one, with a warning.  Takes out of the conf what is left out.
 */
void	conf_resolve_maps(struct conf_parse *);

#endif
