/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A conversation on the control socket.  The first octet says in what portions
 * the rest is heard, and how much of each answer is taken before more is.
 */
#include <string.h>

#include "report/control.h"
#include "fuzz.h"

#define INPUT_MAX	600	/* a few requests: answers take their time */
#define TAKEN		128

static struct forward f;
static struct pool pool;
static struct pump_counters pump;
static struct pktlog plog;
static struct conf_origin origin = { "tayga.conf", 1 };
static struct map map = { { 0xc0000200, 24 },
    { { UINT64_C(0x20010db800000000), 0 }, 120 } };
static struct lpm_slot slot4[8], slot6[8];
static uint64_t mem[8192];

static void
set_up(void)
{
	static const struct prefix4 range = { 0x0a000000, 26 };
	struct lease_event e;
	ip4_t addr;

	MUST(pool_bytes(64) <= sizeof mem && lpm_slots(1) <= 8);
	memset(mem, 0, sizeof mem);
	memset(slot4, 0, sizeof slot4);
	memset(slot6, 0, sizeof slot6);
	addrmap_init(&f.map, &map, 1, slot4, slot6);
	MUST(addrmap_add(&f.map, 0) == SIZE_MAX);
	pool_init(&pool, &range, 1, (struct siphash_key){ { 1, 2 } }, mem);
	for (uint64_t i = 0; i < 40; i++)
		MUST(pool_lease(&pool, (struct ip6){
		    UINT64_C(0x20010db800050000), i }, 0, &addr, &e));
	f.map.pool = &pool;
	f.map.has_prefix = true;
	f.map.prefix = (struct prefix6){ { UINT64_C(0x0064ff9b00000000), 0 },
	    96 };
	f.map.wkpf_strict = WKPF_YES;
}

/* Text, whole lines, and nothing that a terminal would obey. */
static void
check_out(const struct control *c)
{
	MUST(c->out_n <= CONTROL_OUT && c->in_n <= CONTROL_IN);
	for (size_t i = 0; i < c->out_n; i++)
		MUST(c->out[i] == '\n' || (c->out[i] >= ' ' &&
		    c->out[i] <= '~'));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct control c;
	const struct fastpath fast = { .state = FASTPATH_OFF };
	const struct stats stats = { .forward = &f, .pump = &pump,
	    .log = &plog, .fast = &fast, .device = "nat64" };
	const struct conf conf = { .ipv4_addr = 0xc00002fe,
	    .origin = &origin };
	const struct control_view view = { .stats = &stats,
	    .conf = &conf, .map = &f.map, .now = 1000 };
	size_t step, rounds = 0;

	if (n == 0)
		return 0;
	step = data[0] + 1u;
	data++;
	n = n - 1 < INPUT_MAX ? n - 1 : INPUT_MAX;
	set_up();
	control_begin(&c);
	while (n > 0 || control_busy(&c)) {
		size_t room, k;
		char *to = control_room(&c, &room);

		k = room < step ? room : step;
		k = n < k ? n : k;
		if (k > 0)
			memcpy(to, data, k);
		data += k;
		n -= k;
		control_received(&c, k);
		control_work(&c, &view);
		check_out(&c);
		control_sent(&c, c.out_n < step * TAKEN ? c.out_n :
		    step * TAKEN);
		/* It ends, or has hung up. */
		if (c.over && !control_busy(&c))
			break;
		MUST(++rounds < 10000000);
	}
	return 0;
}
