/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check.h - what several directives say together.
 */
#ifndef LICHEN_CONF_CHECK_H
#define LICHEN_CONF_CHECK_H

#include "parse.h"

/* Checks that depend on several directives, and what they derive. */
void	conf_check(struct conf_parse *);

#endif
