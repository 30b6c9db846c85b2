/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pump.c - what can be joined is held until the device has nothing more to read;
 * all else, and super-packets that came as such, is written at once from the
 * buffer it was read into, while that is in the cache.
 *
 * Functions return false when the device is gone.
 */
#include <errno.h>
#include <string.h>

#include "core/frag.h"
#include "core/rewrite.h"
#include "core/segment.h"
#include "pump.h"
#include "report/log.h"

#define ALIGN	64		/* of packets in room[]: a cache line */

/*
 * After so many batches of one packet, it is not asked for a second one, but every
 * so often: poll(2) tells just as well, and is called anyway.
 */
#define LONE_BATCHES	8

void
pump_init(struct pump *p, struct tun *tun, struct forward *forward,
    struct pktlog *log, void (*on_lease)(void *, const struct lease_event *),
    void *arg)
{
	p->tun = tun;
	p->forward = forward;
	p->log = log;
	p->on_lease = on_lease;
	p->on_lease_arg = arg;
	p->coalesce.tcp = tun->cuts_tcp;
	p->coalesce.udp = tun->cuts_udp;
	p->coalesce.ident = &forward->ident;
}

/* --- out ------------------------------------------------------------------ */

/*
 * Put the head in front of what follows it, where the packet's own head and what
 * the device said of it were: the kernel takes one piece faster than three.  NULL:
 * what follows is a held packet's, or nothing, or does not lie in room[] (it came
 * back, forward.h), or there is not room enough.
 */
static uint8_t *
in_one_piece(struct pump *p, const struct xlat_out *out)
{
	size_t at, head = out->head_len;

	if (out->tail.n == 0)
		return NULL;
	at = (uintptr_t)out->tail.p - (uintptr_t)p->room;
	if (at >= sizeof p->room || at < p->used + TUN_HEAD + head)
		return NULL;
	return memcpy(p->room + at - head, out->head, head);
}

static enum tun_status
hand_over(struct pump *p, const struct xlat_out *out)
{
	uint8_t *whole = in_one_piece(p, out);

	if (whole != NULL)
		return tun_write_whole(p->tun, &out->offload, whole,
		    out->head_len + out->tail.n);
	return tun_write(p->tun, &out->offload,
	    cur_of(out->head, out->head_len), out->tail);
}

static bool
is_taken(const struct pump *p, const struct offload *o)
{
	if (o->gso == GSO_NONE)
		return true;
	return o->gso == GSO_UDP ? p->tun->cuts_udp : p->tun->cuts_tcp;
}

static unsigned *
refusals(struct pump *p, const struct offload *o)
{
	return &p->refusals[o->gso == GSO_UDP];
}

/*
 * The device does not take a super-packet of the kind, though it said it would.
 * If none was taken meanwhile, so many times, it is asked for no more of them;
 * what still waits in its queue is cut here.
 */
static void
count_refusal(struct pump *p, const struct offload *o)
{
	bool udp = o->gso == GSO_UDP;

	if (++*refusals(p, o) < PUMP_REFUSALS || !is_taken(p, o))
		return;
	log_notice("the device refuses super-packets of %s: they are cut "
	    "here, and no more are asked for", udp ? "UDP" : "TCP");
	tun_no_super(p->tun, udp);
	p->coalesce.tcp = p->tun->cuts_tcp;
	p->coalesce.udp = p->tun->cuts_udp;
}

static bool
write_whole(struct pump *p, const struct xlat_out *out)
{
	switch (hand_over(p, out)) {
	case TUN_OK:
		return true;
	case TUN_AGAIN:
	case TUN_LOST:
		p->count.write_errors++;
		return true;
	case TUN_GONE:
		break;
	}
	return false;
}

/* What the device would have made of a super-packet. */
static bool
write_segments(struct pump *p, const struct xlat_out *out)
{
	struct segment s;

	p->whole = *out;
	p->whole.split = out->offload.gso_size;
	segment_init(&s, &p->whole);
	while (segment_next(&s, &p->packet)) {
		finish_partial(&p->packet);
		if (!write_whole(p, &p->packet))
			return false;
	}
	return true;
}

static bool
write_super(struct pump *p, const struct xlat_out *out)
{
	if (!is_taken(p, &out->offload) ||
	    out->offload.gso_size < OFFLOAD_SIZE_MIN)
		return write_segments(p, out);
	switch (hand_over(p, out)) {
	case TUN_OK:
		*refusals(p, &out->offload) = 0;
		return true;
	case TUN_LOST:
		if (errno == EINVAL) {
			count_refusal(p, &out->offload);
			return write_segments(p, out);
		}
		/* FALLTHROUGH */
	case TUN_AGAIN:
		p->count.write_errors++;
		return true;
	case TUN_GONE:
		break;
	}
	return false;
}

static bool
write_packet(struct pump *p, const struct xlat_out *out)
{
	return out->offload.gso == GSO_NONE ? write_whole(p, out) :
	    write_super(p, out);
}

static bool
write_fragments(struct pump *p, const struct xlat_out *out)
{
	struct frag f;

	if (out->frag_mtu == 0)
		return write_packet(p, out);
	frag_init(&f, out);
	while (frag_next(&f, &p->fragment)) {
		p->count.fragments_made++;
		if (!write_packet(p, &p->fragment))
			return false;
	}
	return true;
}

static bool
write_out(struct pump *p, const struct xlat_out *out)
{
	struct segment s;

	if (out->split == 0)
		return write_fragments(p, out);
	segment_init(&s, out);
	while (segment_next(&s, &p->segment))
		if (!write_fragments(p, &p->segment))
			return false;
	return true;
}

static bool
write_singly(struct pump *p, const struct coalesce_flow *f)
{
	for (unsigned i = 0; i < f->count; i++) {
		coalesce_part(f, i, p->part[i], &p->packet);
		if (!write_whole(p, &p->packet))
			return false;
	}
	return true;
}

static bool
flush(struct pump *p, struct coalesce_flow *f)
{
	struct xlat_out *out = &p->super;
	bool there = true;

	coalesce_finish(&p->coalesce, f, out, p->part);
	switch (tun_write_parts(p->tun, &out->offload,
	    cur_of(out->head, out->head_len), p->part, f->count)) {
	case TUN_OK:
		p->count.joined += f->count - 1u;
		if (f->count > 1)
			*refusals(p, &out->offload) = 0;
		break;
	case TUN_LOST:
		if (errno == EINVAL && f->count > 1) {
			count_refusal(p, &out->offload);
			there = write_singly(p, f);
			break;
		}
		/* FALLTHROUGH */
	case TUN_AGAIN:
		p->count.write_errors += f->count;
		break;
	case TUN_GONE:
		there = false;
		break;
	}
	coalesce_clear(&p->coalesce, f);
	return there;
}

static bool
flush_all(struct pump *p)
{
	struct coalesce_flow *f;
	bool there = true;
	unsigned i = 0;

	while ((f = coalesce_next(&p->coalesce, &i)) != NULL)
		there = flush(p, f) && there;
	p->used = 0;
	return there;
}

/* --- in ------------------------------------------------------------------- */

/* Hold it, behind those of its flow, or write it behind them. */
static bool
send_out(struct pump *p, struct cur packet, const struct offload *in)
{
	struct coalesce *c = &p->coalesce;
	const struct outcome *o = &p->outcome;
	struct coalesce_flow *f;
	uint32_t hash;

	f = c->tcp || c->udp ? coalesce_slot(c, o, &hash) : NULL;
	if (f == NULL)
		return write_out(p, &o->out);
	if (!coalesce_hold(c, f, hash, o, in)) {
		if (f->count != 0 && !flush(p, f))
			return false;
		if (!coalesce_hold(c, f, hash, o, in))
			return write_out(p, &o->out);
	}
	p->used += (PUMP_FRONT + packet.n + ALIGN - 1) / ALIGN * ALIGN;
	if (f->closed) {
		if (!flush(p, f))
			return false;
		/* The same memory again, while it is in the cache. */
		if (c->open == 0)
			p->used = 0;
	}
	return true;
}

static bool
handle(struct pump *p, struct cur packet, const struct offload *offload,
    mono_t now)
{
	struct outcome *o = &p->outcome;

	forward_packet(p->forward, packet, offload, now, o);
	p->count.fragments_read += pkt_is_fragment(&o->pkt);
	if (o->event.kind != LEASE_EVENT_NONE)
		p->on_lease(p->on_lease_arg, &o->event);
	if (p->log->classes != 0)
		pktlog_packet(p->log, o, now);
	return !o->send || send_out(p, packet, offload);
}

/* How many packets to ask for. */
static int
batch_size(const struct pump *p)
{
	return p->lone > LONE_BATCHES && p->lone % LONE_BATCHES != 0 ? 1 :
	    PUMP_PACKETS;
}

bool
pump_batch(struct pump *p, mono_t now)
{
	struct cur packet;
	struct offload offload;
	uint8_t *buf;
	bool more = true, there = true;
	int i, n = 0, size = batch_size(p);
	size_t octets = 0;

	for (i = 0; more && there && i < size && octets < PUMP_OCTETS &&
	    p->used < PUMP_OCTETS; i++) {
		buf = p->room + PUMP_FRONT + p->used;
		switch (tun_read(p->tun, buf, &packet, &offload)) {
		case TUN_OK:
			/* The core does not write to what it reads. */
			offload_finish_inner(buf + (packet.p - buf), packet.n,
			    &offload);
			there = handle(p, packet, &offload, now);
			octets += packet.n;
			n++;
			break;
		case TUN_LOST:
			p->count.read_errors++;
			break;
		case TUN_AGAIN:
			more = false;
			break;
		case TUN_GONE:
			there = false;
			break;
		}
	}
	p->drained = !more;
	if (n != 0)
		p->lone = n == 1 ? p->lone + 1 : 0;
	return flush_all(p) && there;
}
