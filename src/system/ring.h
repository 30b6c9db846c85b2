/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ring.h - a queue of messages in memory that two processes share: one puts, one
 * takes, neither ever waits for the other.  What was put stays when either dies:
 * who puts may be killed, what he put is taken; who takes may be killed, another one
 * goes on from the last message that he had released.
 */
#ifndef LICHEN_SYSTEM_RING_H
#define LICHEN_SYSTEM_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RING_SIZE	(UINT32_C(1) << 20)	/* octets, heads included */
#define RING_HEAD	4			/* of them a message */
#define RING_MESSAGE	16384			/* octets of one, at most */

struct ring {
	uint32_t	put, taken;	/* octets, modulo 2^32 */
	uint32_t	asleep;		/* 1: who takes waits to be told */
	unsigned char	octets[RING_SIZE];
};

/* NULL with errno. */
struct ring *ring_map(void);
void	ring_unmap(struct ring *);

/*
 * Put a message of n octets, if so many more are free after it.  Return false,
 * and nothing is there, if not.
 */
bool	ring_put(struct ring *, uint8_t kind, const void *message, size_t n,
	    size_t reserve);

/* After messages were put: has who takes to be woken?  true once. */
bool	ring_wants_wake(struct ring *);

/* Octets that are not taken. */
uint32_t ring_used(const struct ring *);

/*
 * Take the message at *at, which starts as ring_begin(), and go on behind it;
 * false: there is none.  What the memory says is not trusted: nonsense empties
 * the ring.  *n is the length of it.
 */
uint32_t ring_begin(const struct ring *);
bool	ring_take(struct ring *, uint32_t *at, uint8_t *kind,
	    unsigned char message[static RING_MESSAGE], size_t *n);

/* What is before at need not be kept any more. */
void	ring_release(struct ring *, uint32_t at);

/* About to wait: true, unless there is a message. */
bool	ring_sleep(struct ring *);
void	ring_awake(struct ring *);

#endif
