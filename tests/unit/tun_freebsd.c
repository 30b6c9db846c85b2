/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * freebsd/tun.c against a double of FreeBSD's kernel (freebsd/kernel.h): a case for
 * everything that is known of tun(4) there.
 */
#include <sys/socket.h>

#include <arpa/inet.h>
#include <string.h>

#include "../freebsd/kernel.h"
#include "system/sandbox.h"
#include "suite.h"
#include "system/tun.h"

#define PACKET4	"\x45\x00 an IPv4 packet"
#define PACKET6	"\x60\x00 an IPv6 packet"
#define N4	(sizeof PACKET4 - 1)
#define N6	(sizeof PACKET6 - 1)

static char err[256];
static struct tun tun;

const char *
kernel_text(bool is6, const void *addr, char buf[static 64])
{
	return inet_ntop(is6 ? AF_INET6 : AF_INET, addr, buf, 64);
}

static void
opens(const char *name)
{
	ck_assert_msg(tun_open(&tun, name, err, sizeof err), "%s", err);
	ck_assert_str_eq(tun.name, name);
	ck_assert_ptr_nonnull(kernel_iface(name));
	ck_assert_int_eq(kernel_descriptors(), 1);
}

static void
fails(const char *name, const char *why)
{
	ck_assert(!tun_open(&tun, name, err, sizeof err));
	ck_assert_msg(strstr(err, why) != NULL, "%s", err);
	ck_assert_int_eq(tun.fd, -1);
	ck_assert_int_eq(kernel_descriptors(), 0);
	ck_assert_int_eq(kernel.deadlocks, 0);
}

/* As the daemon does when it has started, and scripts care for the interface. */
static void
runs(const char *name)
{
	opens(name);
	tun.fresh = false;
}

static void
write_is(struct cur packet, enum tun_status want)
{
	struct offload none = { .gso = GSO_NONE };
	struct cur head = cur_of(packet.p, 8), tail = packet;

	tail.p += 8;
	tail.n -= 8;
	ck_assert_int_eq(tun_write(&tun, &none, head, tail), want);
}

/* In one piece; what is before the room for the device's own is not touched. */
static void
write_whole_is(struct cur packet, enum tun_status want)
{
	static uint8_t room[1 + TUN_HEAD + 65536];
	struct offload none = { .gso = GSO_NONE };

	room[0] = 0xa5;
	memcpy(room + 1 + TUN_HEAD, packet.p, packet.n);
	ck_assert_int_eq(tun_write_whole(&tun, &none, room + 1 + TUN_HEAD,
	    packet.n), want);
	ck_assert_uint_eq(room[0], 0xa5);
}

static struct cur
packet4(void)
{
	return cur_of((const uint8_t *)PACKET4, N4);
}

static struct cur
packet6(void)
{
	return cur_of((const uint8_t *)PACKET6, N6);
}

static void
feed(struct iface *p, uint8_t family, struct cur packet)
{
	const uint8_t head[4] = { 0, 0, 0, family };

	memcpy(p->in, head, sizeof head);
	memcpy(p->in + 4, packet.p, packet.n);
	p->in_len = 4 + packet.n;
}

static void
read_is(struct cur want)
{
	static uint8_t room[TUN_HEAD + TUN_PACKET_MAX];
	struct offload offload = { .gso = GSO_TCP4, .flags = 0xff };
	struct cur got;

	ck_assert_int_eq(tun_read(&tun, room + TUN_HEAD, &got, &offload),
	    TUN_OK);
	ck_assert_ptr_eq(got.p, room + TUN_HEAD);
	ck_assert_uint_eq(got.n, want.n);
	ck_assert_mem_eq(got.p, want.p, want.n);
	ck_assert_int_eq(offload.gso, GSO_NONE);
	ck_assert_int_eq(offload.flags, 0);
}

/* --- open ------------------------------------------------------------------ */

START_TEST(open_clones_the_lowest_free_unit)
{
	kernel_reset();
	kernel_make(KIND_TUN, "other");		/* unit 0, renamed */
	opens("nat64");
	ck_assert_uint_eq(kernel_iface("nat64")->unit, 1);
	ck_assert(kernel_iface("nat64")->point_to_point);
	ck_assert(!kernel_iface("nat64")->up);
	ck_assert_uint_eq(kernel_count(), 2);
}
END_TEST

/* Row "SIOCSIFNAME tun0 -> nat64", and the numbers that need none. */
START_TEST(renamed_unless_it_is_the_units_own_name)
{
	kernel_reset();
	opens("nat64");
	tun_close(&tun);
	opens("tun7");
	ck_assert_uint_eq(kernel_iface("tun7")->unit, 7);
	tun_close(&tun);
	opens("tun07");				/* no unit is called so */
	ck_assert_uint_eq(kernel_iface("tun07")->unit, 0);
	tun_close(&tun);
	opens("tun");
	tun_close(&tun);
	opens("exactly15octets");
	tun_close(&tun);
	fails("sixteen-octets-0", "longer than 15");
	ck_assert_uint_eq(kernel_count(), 0);
}
END_TEST

START_TEST(what_a_crash_left_is_used_again)
{
	kernel_reset();
	for (int i = 0; i < 5; i++) {
		runs("nat64");
		kernel_iface("nat64")->up = true;
		kernel_crash();
		ck_assert_uint_eq(kernel_count(), 1);
		ck_assert(!kernel_iface("nat64")->up);
	}
	opens("nat64");
	ck_assert(!tun.fresh);
	ck_assert_uint_eq(kernel_iface("nat64")->unit, 0);
	ck_assert_uint_eq(kernel.slept, 0);
}
END_TEST

START_TEST(a_restart_on_the_heels_of_the_last_one_waits)
{
	kernel_reset();
	kernel_make(KIND_TUN, "nat64");
	kernel_open("nat64");
	kernel_later(600, kernel_close, "nat64");
	opens("nat64");
	ck_assert_uint_eq(kernel.slept, 600);
	ck_assert_uint_eq(kernel_count(), 1);
}
END_TEST

START_TEST(somebody_else_has_it)
{
	kernel_reset();
	kernel_make(KIND_TUN, "nat64");
	kernel_open("nat64");
	fails("nat64", "EBUSY (another process has it)");
	ck_assert_uint_ge(kernel.slept, 900);
	ck_assert_uint_le(kernel.slept, 1500);
	ck_assert_uint_eq(kernel_count(), 1);
}
END_TEST

/* OPNsense: kill -INT, ifconfig nat64 destroy, and the start at once. */
START_TEST(a_restart_during_the_destruction_waits)
{
	kernel_reset();
	kernel_make(KIND_TUN, "nat64");
	kernel_open("nat64");
	kernel_destroy("nat64");
	ck_assert_ptr_nonnull(kernel_iface("nat64"));
	kernel_later(250, kernel_close, "nat64");
	opens("nat64");
	ck_assert(tun.fresh);
	ck_assert_uint_eq(kernel.slept, 250);
	ck_assert_uint_eq(kernel_count(), 1);
}
END_TEST

/*
 * while :; do lichen -p P; kill -2 $(cat P); done: the next one starts while the last
 * one's unit is not free yet.
 */
START_TEST(overlapping_restarts)
{
	static const int releases[] = { 12, 14, 15 };

	for (size_t i = 0; i < sizeof releases / sizeof releases[0]; i++) {
		kernel_reset();
		kernel.release = releases[i];
		for (unsigned round = 0; round < 50; round++) {
			if (kernel_iface("nat64") == NULL)
				kernel_make(KIND_TUN, "nat64");
			kernel_open("nat64");
			kernel_later(kernel.slept + 150, kernel_end, "nat64");
			opens("nat64");
			ck_assert(tun.fresh);
			ck_assert_uint_eq(kernel.slept, round * 150 + 150);
			ck_assert_uint_eq(kernel_count(), 1);
			tun_close(&tun);
			ck_assert_uint_eq(kernel_count(), 0);
		}
		ck_assert_uint_eq(kernel.dead_nodes, 0);
		ck_assert_uint_eq(kernel.panics, 0);
		ck_assert_uint_eq(kernel.deadlocks, 0);
	}
}
END_TEST

/* Without the next one waiting for the last one. */
START_TEST(restarts_back_to_back)
{
	kernel_reset();
	kernel.release = 15;
	for (int round = 0; round < 50; round++) {
		opens("nat64");
		tun_close(&tun);
		ck_assert_uint_eq(kernel_count(), 0);
	}
	ck_assert_uint_eq(kernel.panics, 0);
	ck_assert_uint_eq(kernel.slept, 0);
}
END_TEST

/* A unit whose destruction is not over: by the node, it would be taken. */
START_TEST(a_unit_on_its_way_out_is_not_taken)
{
	kernel_reset();
	kernel_make(KIND_TUN, "other");
	kernel_open("other");
	kernel_end_slowly("other");
	opens("nat64");
	ck_assert_uint_eq(kernel_iface("nat64")->unit, 1);
	ck_assert_uint_eq(kernel.slept, 0);
	ck_assert_uint_eq(kernel.dead_nodes, 0);
	tun_close(&tun);

	kernel_reset();
	kernel_make(KIND_TUN, "tun0");
	kernel_open("tun0");
	kernel_end_slowly("tun0");
	opens("tun0");			/* is waited for */
	ck_assert(tun.fresh);
	ck_assert_uint_ge(kernel.slept, 200);
	ck_assert_uint_eq(kernel.dead_nodes, 0);
}
END_TEST

/* Its node is gone, the interface not yet. */
START_TEST(half_destroyed)
{
	kernel_reset();
	kernel_make(KIND_TUN, "nat64")->node = false;
	kernel_later(100, kernel_destroy, "nat64");
	opens("nat64");
	ck_assert(tun.fresh);
	ck_assert_uint_eq(kernel_count(), 1);
}
END_TEST

/* Between our looking and our renaming: the unit that we made goes. */
START_TEST(the_name_is_taken_meanwhile)
{
	kernel_reset();
	kernel_at_rename(kernel_steal, "nat64");
	opens("nat64");
	ck_assert(!tun.fresh);
	ck_assert_uint_eq(kernel_count(), 1);
	ck_assert_uint_eq(kernel.deadlocks, 0);
}
END_TEST

static void
steal_and_hold(const char *name)
{
	kernel_steal(name);
	kernel_open(name);
}

START_TEST(the_name_is_taken_and_held)
{
	kernel_reset();
	kernel_at_rename(steal_and_hold, "nat64");
	fails("nat64", "EBUSY");
	ck_assert_uint_eq(kernel_count(), 1);
}
END_TEST

START_TEST(without_cloning_it_is_created)
{
	kernel_reset();
	kernel.cloning = false;
	opens("nat64");
	ck_assert(tun.fresh);
	tun_close(&tun);
	opens("tun3");
	ck_assert_uint_eq(kernel_iface("tun3")->unit, 3);
}
END_TEST

/* Who may not create one, but may open /dev/tunN: devfs makes it. */
START_TEST(where_everybody_may_open)
{
	kernel_reset();
	kernel.root = false;
	kernel.everybody = true;
	opens("tun3");
	ck_assert(tun.fresh);
	ck_assert_uint_eq(kernel_iface("tun3")->unit, 3);
	tun_close(&tun);
	ck_assert_uint_eq(kernel_count(), 1);	/* nor may he destroy it */
	fails("nat64", "EPERM (needs root");	/* which wants a rename */
	ck_assert_uint_eq(kernel_count(), 1);
	kernel_make(KIND_TUN, "theirs");	/* unit 0 */
	fails("tun0", "/dev/tun0 belongs to the interface theirs");
	kernel.cloning = false;
	fails("tun5", "EPERM (needs root");
	ck_assert_uint_eq(kernel_count(), 2);
}
END_TEST

START_TEST(without_the_module_it_says_so)
{
	kernel_reset();
	kernel.module = false;
	fails("nat64", "kldload if_tuntap");
	fails("tun3", "kldload if_tuntap");
	ck_assert_uint_eq(kernel_count(), 0);
}
END_TEST

START_TEST(nobody_may_open_or_make_one)
{
	kernel_reset();
	kernel.root = false;
	fails("nat64", "EPERM (needs root");
	kernel_make(KIND_TUN, "nat64");
	fails("nat64", "EACCES (needs root");
	ck_assert_uint_eq(kernel.slept, 0);
}
END_TEST

START_TEST(interfaces_of_other_kinds_are_left_alone)
{
	kernel_reset();
	kernel_make(KIND_TAP, "tap0");
	kernel_make(KIND_BRIDGE, "bridge0");
	fails("tap0", "an interface of another kind?");
	fails("bridge0", "it is no tun");
	ck_assert_uint_eq(kernel_count(), 2);
}
END_TEST

/* The node of a unit stays when the interface is renamed. */
START_TEST(the_unit_of_another_interface_is_left_alone)
{
	kernel_reset();
	kernel_make(KIND_TUN, "theirs");
	fails("tun0", "EEXIST (the unit of an interface of another name");
	ck_assert_ptr_nonnull(kernel_iface("theirs"));
	ck_assert_uint_eq(kernel_count(), 1);
}
END_TEST

START_TEST(an_interface_that_is_up_already)
{
	struct iface *p;

	kernel_reset();
	p = kernel_make(KIND_TUN, "nat64");
	p->up = true;				/* TUNSIFMODE: EBUSY */
	opens("nat64");
	ck_assert(p->head);
}
END_TEST

/* --- close ----------------------------------------------------------------- */

START_TEST(a_start_that_fails_takes_its_interface_away)
{
	kernel_reset();
	opens("nat64");
	tun_close(&tun);
	ck_assert_uint_eq(kernel_count(), 0);
	ck_assert_uint_eq(kernel.deadlocks, 0);
	tun_close(&tun);			/* once more is nothing */

	kernel_make(KIND_TUN, "nat64");
	opens("nat64");
	tun_close(&tun);			/* not ours to take */
	ck_assert_uint_eq(kernel_count(), 1);
	ck_assert_uint_eq(kernel_descriptors(), 0);
}
END_TEST

START_TEST(the_end_leaves_what_scripts_take_away)
{
	kernel_reset();
	runs("nat64");
	tun_close(&tun);
	ck_assert_uint_eq(kernel_count(), 1);
	ck_assert_ptr_nonnull(kernel_iface("nat64"));
}
END_TEST

/* Also since 15, whose kernel would take it away by itself (TUNSTRANSIENT). */
START_TEST(what_a_crash_leaves_stays)
{
	kernel_reset();
	kernel.release = 15;
	opens("nat64");
	kernel_crash();
	ck_assert_uint_eq(kernel_count(), 1);
	opens("nat64");
	ck_assert(!tun.fresh);
	tun_close(&tun);
	ck_assert_uint_eq(kernel_count(), 1);
}
END_TEST

/* Who may not any more leaves it, and it is used again. */
START_TEST(nobody_leaves_a_fresh_one)
{
	kernel_reset();
	opens("nat64");
	kernel.root = false;
	tun_close(&tun);
	ck_assert_uint_eq(kernel_count(), 1);
	ck_assert_uint_eq(kernel_descriptors(), 0);
	kernel.root = true;
	opens("nat64");
	ck_assert_uint_eq(kernel_count(), 1);
}
END_TEST

/* What has the name after our close is not ours to destroy. */
START_TEST(the_next_ones_interface_is_left_alone)
{
	kernel_reset();
	kernel.release = 15;
	opens("nat64");
	kernel_at_close(kernel_steal, "nat64");
	tun_close(&tun);
	ck_assert_uint_eq(kernel_count(), 1);
}
END_TEST

START_TEST(who_opens_it_closes_it)
{
	kernel_reset();
	runs("nat64");
	tun_close(&tun);
	ck_assert_uint_eq(kernel.complaints, 0);
}
END_TEST

/* It waits for us, and meanwhile all goes on. */
START_TEST(destroyed_while_we_have_it)
{
	struct iface *p;

	kernel_reset();
	runs("nat64");
	p = kernel_iface("nat64");
	p->up = true;
	kernel_destroy("nat64");
	write_is(packet4(), TUN_OK);
	feed(p, 2, packet4());
	read_is(packet4());
	tun_close(&tun);
	ck_assert_uint_eq(kernel_count(), 0);
}
END_TEST

/* With privileges dropped the end is the same. */
START_TEST(nobody_with_the_descriptor)
{
	struct iface *p;

	kernel_reset();
	runs("nat64");
	p = kernel_iface("nat64");
	p->up = true;
	kernel.root = false;
	write_is(packet6(), TUN_OK);
	tun_close(&tun);
	ck_assert_uint_eq(kernel_descriptors(), 0);
	ck_assert_uint_eq(kernel_count(), 1);
}
END_TEST

START_TEST(in_capability_mode)
{
	const struct sandbox nothing = { .who = SANDBOX_ALONE };
	struct iface *p;

	kernel_reset();
	runs("nat64");
	p = kernel_iface("nat64");
	p->up = true;
	ck_assert(!sandbox_by_default());
	kernel.capsicum = false;
	ck_assert(!sandbox_start(&nothing, err, sizeof err));
	ck_assert_str_eq(err, "capsicum(4): ENOSYS");
	kernel.capsicum = true;
	ck_assert(sandbox_start(&nothing, err, sizeof err));
	ck_assert(kernel.capability_mode);
	write_is(packet6(), TUN_OK);
	feed(p, 28, packet6());
	read_is(packet6());
	tun_close(&tun);
	ck_assert_uint_eq(kernel_descriptors(), 0);
}
END_TEST

/* --- packets --------------------------------------------------------------- */

START_TEST(the_family_stands_before_the_packet)
{
	struct iface *p;

	kernel_reset();
	runs("nat64");
	p = kernel_iface("nat64");
	ck_assert(p->head);
	p->up = true;
	write_is(packet4(), TUN_OK);
	ck_assert_uint_eq(p->out_len, 4 + N4);
	ck_assert_mem_eq(p->out, "\0\0\0\2" PACKET4, 4 + N4);
	write_is(packet6(), TUN_OK);
	ck_assert_uint_eq(p->out_len, 4 + N6);
	ck_assert_mem_eq(p->out, "\0\0\0\x1c" PACKET6, 4 + N6);
	for (int i = 0; i < 2; i++) {
		p->out_len = 0;
		write_whole_is(packet4(), TUN_OK);
		ck_assert_uint_eq(p->out_len, 4 + N4);
		ck_assert_mem_eq(p->out, "\0\0\0\2" PACKET4, 4 + N4);
		write_whole_is(packet6(), TUN_OK);
		ck_assert_uint_eq(p->out_len, 4 + N6);
		ck_assert_mem_eq(p->out, "\0\0\0\x1c" PACKET6, 4 + N6);
	}
	feed(p, 2, packet4());
	read_is(packet4());
	feed(p, 28, packet6());
	read_is(packet6());
}
END_TEST

START_TEST(many_parts_are_one_packet)
{
	struct offload none = { .gso = GSO_NONE };
	struct cur part[TUN_PARTS_MAX];
	struct iface *p;

	kernel_reset();
	runs("nat64");
	p = kernel_iface("nat64");
	p->up = true;
	for (size_t i = 0; i < TUN_PARTS_MAX; i++)
		part[i] = cur_of((const uint8_t *)"ab", 2);
	ck_assert_int_eq(tun_write_parts(&tun, &none, packet4(), part,
	    TUN_PARTS_MAX), TUN_OK);
	ck_assert_uint_eq(p->out_len, 4 + N4 + 2 * TUN_PARTS_MAX);
}
END_TEST

START_TEST(nothing_to_read)
{
	static uint8_t room[TUN_HEAD + TUN_PACKET_MAX];
	struct offload offload;
	struct cur got;

	kernel_reset();
	runs("nat64");
	ck_assert_int_eq(tun_read(&tun, room + TUN_HEAD, &got, &offload), TUN_AGAIN);
	kernel_iface("nat64")->in_len = 3;	/* not even the family */
	ck_assert_int_eq(tun_read(&tun, room + TUN_HEAD, &got, &offload), TUN_LOST);
	ck_assert_str_eq(kernel_errno(), "EPROTO");
}
END_TEST

START_TEST(down_takes_no_packets)
{
	kernel_reset();
	runs("nat64");
	write_is(packet4(), TUN_LOST);
	ck_assert_str_eq(kernel_errno(), "ENETDOWN");
	write_whole_is(packet4(), TUN_LOST);
	ck_assert_str_eq(kernel_errno(), "ENETDOWN");
	kernel_iface("nat64")->up = true;
	write_is(packet4(), TUN_OK);
}
END_TEST

START_TEST(too_long_is_lost)
{
	static uint8_t big[65536] = { 0x60 };

	kernel_reset();
	runs("nat64");
	kernel_iface("nat64")->up = true;
	write_is(cur_of(big, 65535), TUN_OK);
	write_is(cur_of(big, 65536), TUN_LOST);
	ck_assert_str_eq(kernel_errno(), "EIO");
	write_whole_is(cur_of(big, 65536), TUN_LOST);
	ck_assert_str_eq(kernel_errno(), "EIO");
	write_is(packet6(), TUN_OK);
}
END_TEST

START_TEST(no_work_is_left_to_the_device)
{
	struct offload tcp = { .gso = GSO_TCP6 };
	struct offload partial = { .flags = OFFLOAD_NEEDS_CSUM };
	struct cur none = cur_of((const uint8_t *)"", 0);
	uint8_t room[TUN_HEAD + N6] = { 0 };

	kernel_reset();
	runs("nat64");
	kernel_iface("nat64")->up = true;
	ck_assert_str_eq(tun_offload(&tun), "none");
	ck_assert(!tun.vnet && !tun.cuts_tcp && !tun.cuts_udp);
	ck_assert_int_eq(tun_write(&tun, &tcp, packet6(), none), TUN_LOST);
	ck_assert_int_eq(tun_write(&tun, &partial, packet6(), none), TUN_LOST);
	ck_assert_int_eq(tun_write_whole(&tun, &tcp, room + TUN_HEAD, N6),
	    TUN_LOST);
	ck_assert_int_eq(tun_write_whole(&tun, &partial, room + TUN_HEAD, N6),
	    TUN_LOST);
	ck_assert_uint_eq(kernel_iface("nat64")->out_len, 0);
}
END_TEST

START_TEST(gone_is_gone)
{
	static uint8_t room[TUN_HEAD + TUN_PACKET_MAX];
	struct offload offload;
	struct cur got;

	kernel_reset();
	runs("nat64");
	kernel_iface("nat64")->used = false;	/* the module was unloaded */
	ck_assert_int_eq(tun_read(&tun, room + TUN_HEAD, &got, &offload), TUN_GONE);
	write_is(packet4(), TUN_GONE);
	write_whole_is(packet4(), TUN_GONE);
}
END_TEST

/* --- --mktun, --rmtun ------------------------------------------------------ */

static void
creates(const char *name)
{
	ck_assert_msg(tun_create(name, err, sizeof err), "%s", err);
	ck_assert_ptr_nonnull(kernel_iface(name));
}

START_TEST(create_makes_or_finds_it)
{
	kernel_reset();
	kernel.release = 15;			/* and it is to stay */
	creates("nat64");
	creates("nat64");
	ck_assert_uint_eq(kernel_count(), 1);
	creates("tun5");
	ck_assert_uint_eq(kernel_count(), 2);
	kernel_open("nat64");
	creates("nat64");			/* in use */
	ck_assert_uint_eq(kernel_count(), 2);
	ck_assert_uint_eq(kernel_descriptors(), 0);
	kernel_make(KIND_BRIDGE, "bridge0");
	ck_assert(!tun_create("bridge0", err, sizeof err));
	kernel.root = false;
	ck_assert(!tun_create("new", err, sizeof err));
}
END_TEST

static void
no_destroy(const char *name, const char *why)
{
	ck_assert(!tun_destroy(name, err, sizeof err));
	ck_assert_msg(strstr(err, why) != NULL, "%s", err);
	ck_assert_uint_eq(kernel.deadlocks, 0);
	ck_assert_uint_eq(kernel_descriptors(), 0);
}

START_TEST(destroy_removes_it)
{
	kernel_reset();
	creates("nat64");
	creates("tun5");
	ck_assert(tun_destroy("nat64", err, sizeof err));
	ck_assert(tun_destroy("tun5", err, sizeof err));
	ck_assert_uint_eq(kernel_count(), 0);
	no_destroy("nat64", "no such interface");
	ck_assert_uint_eq(kernel_count(), 0);
}
END_TEST

START_TEST(destroy_waits_for_who_is_ending)
{
	kernel_reset();
	creates("nat64");
	kernel_open("nat64");
	kernel_later(1500, kernel_close, "nat64");
	ck_assert(tun_destroy("nat64", err, sizeof err));
	ck_assert_uint_eq(kernel_count(), 0);
	creates("nat64");
	kernel_open("nat64");
	kernel.slept = 0;
	no_destroy("nat64", "EBUSY");
	ck_assert_uint_ge(kernel.slept, 1900);
	ck_assert_uint_le(kernel.slept, 2500);
	ck_assert_uint_eq(kernel_count(), 1);
}
END_TEST

START_TEST(destroy_leaves_what_is_not_ours)
{
	kernel_reset();
	kernel_make(KIND_TAP, "tap0");
	kernel_make(KIND_BRIDGE, "bridge0");
	no_destroy("tap0", "another kind");
	no_destroy("bridge0", "no tun");
	creates("nat64");
	kernel.root = false;
	no_destroy("nat64", "needs root");
	ck_assert_uint_eq(kernel_count(), 3);
}
END_TEST

TESTS(tun_freebsd, open_clones_the_lowest_free_unit,
    renamed_unless_it_is_the_units_own_name, what_a_crash_left_is_used_again,
    a_restart_on_the_heels_of_the_last_one_waits, somebody_else_has_it,
    a_restart_during_the_destruction_waits, overlapping_restarts,
    restarts_back_to_back, a_unit_on_its_way_out_is_not_taken, half_destroyed,
    the_name_is_taken_meanwhile, the_name_is_taken_and_held,
    without_cloning_it_is_created, where_everybody_may_open,
    without_the_module_it_says_so,
    nobody_may_open_or_make_one, interfaces_of_other_kinds_are_left_alone,
    the_unit_of_another_interface_is_left_alone,
    an_interface_that_is_up_already, a_start_that_fails_takes_its_interface_away,
    the_end_leaves_what_scripts_take_away, what_a_crash_leaves_stays,
    nobody_leaves_a_fresh_one,
    the_next_ones_interface_is_left_alone, who_opens_it_closes_it,
    destroyed_while_we_have_it, nobody_with_the_descriptor, in_capability_mode,
    the_family_stands_before_the_packet, many_parts_are_one_packet,
    nothing_to_read, down_takes_no_packets, too_long_is_lost,
    no_work_is_left_to_the_device, gone_is_gone, create_makes_or_finds_it,
    destroy_removes_it, destroy_waits_for_who_is_ending,
    destroy_leaves_what_is_not_ours)
