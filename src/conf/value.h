/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * value.h - words as values, each judged by itself.
 */
#ifndef LICHEN_CONF_VALUE_H
#define LICHEN_CONF_VALUE_H

#include "parse.h"

/*
 * A word as a value, judged by itself.  Return false, after saying what is wrong
 * with it, if it must not be used.  what: the directive, for the message.
 */
bool	conf_interface(struct conf_parse *, const char *what, const char *);
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

#endif
