/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * breath.h - what is called now and then while something takes long, so that packets
 * need not wait for it.
 */
#ifndef LICHEN_FASTPATH_BREATH_H
#define LICHEN_FASTPATH_BREATH_H

struct fastpath_breath {
	void	(*breathe)(void *);
	void	*arg;
};

#endif
