/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * loader.h - the program in the kernel, and the arrays that it shares with us, by
 * bpf(2) alone: no library, no file.
 *
 * Nothing is pinned.  What is loaded goes when the last descriptor does, at the
 * latest with the process.
 */
#ifndef LICHEN_FASTPATH_LOADER_H
#define LICHEN_FASTPATH_LOADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/wire.h"
#include "layout.h"

/* Octets of an entry of each array. */
extern const uint32_t loader_entry_size[FP_ARRAYS];

struct loader {
	int	array[FP_ARRAYS];	/* descriptors; -1: none */
	void	*mem[FP_ARRAYS];	/* mapped; NULL: not */
	size_t	 size[FP_ARRAYS];	/* octets mapped */
	int	 program;
	int	 link;			/* attached; -1: not */
};

void	loader_init(struct loader *);

/*
 * Make the arrays, zeroed, with so many entries each, and load the program.  Needs
 * CAP_BPF and CAP_NET_ADMIN.  Return false with a message in err, and errno.
 */
bool	loader_open(struct loader *, const uint32_t entries[FP_ARRAYS], char *err,
	    size_t errsize);

/* From now on every packet to the interface passes the program: Linux 6.6. */
bool	loader_attach(struct loader *, unsigned ifindex, char *err, size_t errsize);

/* What is only for loading and trials; program and arrays go on. */
void	loader_finish(struct loader *);
void	loader_close(struct loader *);

/* What the program said. */
enum loader_verdict {
	LOADER_TO_DAEMON,
	LOADER_TRANSLATED,
	LOADER_OTHER,
};

/* In a trial packets have a link header, which the program has to be told of. */
#define LOADER_LINK_HEADER	14	/* of Ethernet */

/* Room for a packet and what comes with it. */
#define LOADER_PACKET_MAX	65600

/*
 * BPF_PROG_TEST_RUN: run the program on a packet (of up to some 3,000 octets; IPv4
 * or IPv6), in segments of gso_size if that is not 0.  The result is in out, n
 * octets.  Return false with errno if the kernel does not.
 */
bool	loader_try(const struct loader *, struct cur packet, uint16_t gso_size,
	    enum loader_verdict *, uint8_t out[static LOADER_PACKET_MAX],
	    size_t *n);

#endif
