/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ring.c - a message is its kind and length, four octets, and its text; positions
 * only grow, modulo 2^32, and are written by one side each.  System calls: mmap,
 * munmap.
 */
#include <sys/mman.h>

#include <assert.h>
#include <string.h>

#include "ring.h"

#define KIND_SHIFT	24

static_assert(RING_MESSAGE < (1 << KIND_SHIFT), "a length leaves room for a kind");
static_assert((RING_SIZE & (RING_SIZE - 1)) == 0, "positions may overflow");

struct ring *
ring_map(void)
{
	struct ring *r = mmap(NULL, sizeof *r, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return r == MAP_FAILED ? NULL : r;
}

void
ring_unmap(struct ring *r)
{
	munmap(r, sizeof *r);
}

/* --- octets --------------------------------------------------------------- */

static size_t
until_wrap(uint32_t at, size_t n)
{
	size_t room = RING_SIZE - at % RING_SIZE;

	return n < room ? n : room;
}

static void
copy_in(struct ring *r, uint32_t at, const void *from, size_t n)
{
	size_t first = until_wrap(at, n);

	if (n == 0)
		return;		/* and from may be NULL */
	memcpy(r->octets + at % RING_SIZE, from, first);
	memcpy(r->octets, (const unsigned char *)from + first, n - first);
}

static void
copy_out(const struct ring *r, uint32_t at, void *to, size_t n)
{
	size_t first = until_wrap(at, n);

	if (n == 0)
		return;
	memcpy(to, r->octets + at % RING_SIZE, first);
	memcpy((unsigned char *)to + first, r->octets, n - first);
}

uint32_t
ring_used(const struct ring *r)
{
	return __atomic_load_n(&r->put, __ATOMIC_ACQUIRE) -
	    __atomic_load_n(&r->taken, __ATOMIC_ACQUIRE);
}

/* --- who puts ------------------------------------------------------------- */

bool
ring_put(struct ring *r, uint8_t kind, const void *message, size_t n,
    size_t reserve)
{
	uint32_t at = __atomic_load_n(&r->put, __ATOMIC_RELAXED);
	uint32_t head = (uint32_t)kind << KIND_SHIFT | (uint32_t)n;

	if (n > RING_MESSAGE ||
	    ring_used(r) + RING_HEAD + n + reserve > RING_SIZE)
		return false;
	copy_in(r, at, &head, sizeof head);
	copy_in(r, at + RING_HEAD, message, n);
	__atomic_store_n(&r->put, at + RING_HEAD + (uint32_t)n,
	    __ATOMIC_RELEASE);
	return true;
}

/* Either we see that it sleeps, or it sees what we put: both orders are total. */
bool
ring_wants_wake(struct ring *r)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return __atomic_load_n(&r->asleep, __ATOMIC_RELAXED) != 0 &&
	    __atomic_exchange_n(&r->asleep, 0, __ATOMIC_SEQ_CST) != 0;
}

/* --- who takes ------------------------------------------------------------ */

uint32_t
ring_begin(const struct ring *r)
{
	return __atomic_load_n(&r->taken, __ATOMIC_RELAXED);
}

bool
ring_take(struct ring *r, uint32_t *at, uint8_t *kind,
    unsigned char message[static RING_MESSAGE], size_t *n)
{
	uint32_t put = __atomic_load_n(&r->put, __ATOMIC_ACQUIRE);
	uint32_t there = put - *at, head;

	if (there == 0)
		return false;
	if (there >= RING_HEAD && there <= RING_SIZE) {
		copy_out(r, *at, &head, sizeof head);
		*n = head & ((UINT32_C(1) << KIND_SHIFT) - 1);
		*kind = (uint8_t)(head >> KIND_SHIFT);
		if (*n <= RING_MESSAGE && *n + RING_HEAD <= there) {
			copy_out(r, *at + RING_HEAD, message, *n);
			*at += RING_HEAD + (uint32_t)*n;
			return true;
		}
	}
	*at = put;
	return false;
}

void
ring_release(struct ring *r, uint32_t at)
{
	__atomic_store_n(&r->taken, at, __ATOMIC_RELEASE);
}

bool
ring_sleep(struct ring *r)
{
	__atomic_store_n(&r->asleep, 1, __ATOMIC_SEQ_CST);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (ring_used(r) == 0)
		return true;
	__atomic_store_n(&r->asleep, 0, __ATOMIC_SEQ_CST);
	return false;
}

void
ring_awake(struct ring *r)
{
	__atomic_store_n(&r->asleep, 0, __ATOMIC_SEQ_CST);
}
