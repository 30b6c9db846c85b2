/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * core.c - what the core alone costs, per packet read: everything between
 * tun_read() and tun_write(), without a device.
 *
 *	core			every case: nanoseconds, and instructions
 *					where valgrind is installed
 *	core -q			shorter, nanoseconds only
 *	core -c CASE -n PACKETS	one case, for a profiler
 *
 * Nanoseconds are medians over rounds, less what it costs to make the packet.
 * Instructions are counted by callgrind between entry to and return from
 * bench_work() and bench_flush(): the same in every run of a build.
 */
#include <unistd.h>

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/checksum.h"
#include "core/coalesce.h"
#include "core/forward.h"
#include "core/frag.h"
#include "core/rfc6052.h"
#include "core/segment.h"

#define BATCH		64		/* packets between two flushes */
#define ROUNDS		51
#define CALLGRIND	20000		/* packets counted */
#define ROOM		(128 * 1024)

/* What a packet is made of. */
enum kind { UDP, TCP, ECHO, ERROR, FRAGMENT };

static const struct bench {
	const char	*name, *text;
	enum kind	 kind;
	bool		 six;		/* IPv6 to IPv4 */
	unsigned	 len;		/* of the packet that is read */
	uint16_t	 gso;		/* size of its segments */
	unsigned	 flows;		/* coalesced; 0: written as they come */
	unsigned	 maps, leases;	/* one at random for each packet */
} benches[] = {
	{ "udp64", "64-octet UDP, 6->4", UDP, true, 66, 0, 0, 0, 0 },
	{ "udp46", "64-octet UDP, 4->6", UDP, false, 46, 0, 0, 0, 0 },
	{ "join64", "  the same, joined", UDP, true, 66, 0, 1, 0, 0 },
	{ "join46", "  the same, joined", UDP, false, 46, 0, 1, 0, 0 },
	{ "flows64", "  64 flows, joined", UDP, true, 66, 0, 64, 0, 0 },
	{ "tcp64", "1500-octet TCP, 6->4", TCP, true, 1500, 0, 0, 0, 0 },
	{ "tcp46", "1480-octet TCP, 4->6", TCP, false, 1480, 0, 0, 0, 0 },
	{ "tcpjoin64", "  the same, joined", TCP, true, 1500, 0, 1, 0, 0 },
	{ "tcpjoin46", "  the same, joined", TCP, false, 1480, 0, 1, 0, 0 },
	{ "gso64", "64 KiB TCP, 6->4", TCP, true, 65500, 1440, 0, 0, 0 },
	{ "gso46", "64 KiB TCP, 4->6", TCP, false, 65500, 1440, 0, 0, 0 },
	{ "echo64", "ICMP echo, 6->4", ECHO, true, 104, 0, 0, 0, 0 },
	{ "echo46", "ICMP echo, 4->6", ECHO, false, 84, 0, 0, 0, 0 },
	{ "error64", "ICMP error, 6->4", ERROR, true, 176, 0, 0, 0, 0 },
	{ "error46", "ICMP error, 4->6", ERROR, false, 96, 0, 0, 0, 0 },
	{ "frag64", "fragment, 6->4", FRAGMENT, true, 1280, 0, 0, 0, 0 },
	{ "frag46", "fragment, 4->6", FRAGMENT, false, 1220, 0, 0, 0, 0 },
	{ "cut46", "1480-octet UDP cut, 4->6", UDP, false, 1480, 0, 0, 0, 0 },
	{ "maps10-64", "10 maps, 6->4", UDP, true, 66, 0, 0, 10, 0 },
	{ "maps1k-64", "1,000 maps, 6->4", UDP, true, 66, 0, 0, 1000, 0 },
	{ "maps100k-64", "100,000 maps, 6->4", UDP, true, 66, 0, 0, 100000, 0 },
	{ "maps10-46", "10 maps, 4->6", UDP, false, 46, 0, 0, 10, 0 },
	{ "maps1k-46", "1,000 maps, 4->6", UDP, false, 46, 0, 0, 1000, 0 },
	{ "maps100k-46", "100,000 maps, 4->6", UDP, false, 46, 0, 0, 100000, 0 },
	{ "leases10-64", "10 leases, 6->4", UDP, true, 66, 0, 0, 0, 10 },
	{ "leases1k-64", "1,000 leases, 6->4", UDP, true, 66, 0, 0, 0, 1000 },
	{ "leases100k-64", "100,000 leases, 6->4", UDP, true, 66, 0, 0, 0, 100000 },
	{ "leases10-46", "10 leases, 4->6", UDP, false, 46, 0, 0, 0, 10 },
	{ "leases1k-46", "1,000 leases, 4->6", UDP, false, 46, 0, 0, 0, 1000 },
	{ "leases100k-46", "100,000 leases, 4->6", UDP, false, 46, 0, 0, 0, 100000 },
};
#define BENCHES	(sizeof benches / sizeof benches[0])

struct world {
	const struct bench *b;
	struct forward	 f;
	struct pool	 pool;
	void		*pool_mem;
	struct outcome	 o;
	struct xlat_out	 out, super;
	struct coalesce	 coalesce;
	struct cur	 part[COALESCE_PARTS];
	struct offload	 offload;	/* of the packets read */
	uint64_t	 octets;	/* to be written, so that it is used */
	uint64_t	 random;
	unsigned	 hosts;		/* to choose from: maps or leases */
	ip4_t		*host4;		/* the IPv4 side of each */
	struct cur	 batch[BATCH];
	uint8_t		 room[ROOM];
};

/* Not static, and never part of the caller: callgrind must find them. */
void	bench_work(struct world *, struct cur packet);
void	bench_flush(struct world *);

/* --- what is measured: pump.c without the device -------------------------- */

static void
write_out(struct world *w, const struct xlat_out *out)
{
	w->octets += out->head_len + out->tail.n;
}

static void
flush(struct world *w, struct coalesce_flow *f)
{
	coalesce_finish(&w->coalesce, f, &w->super, w->part);
	w->octets += w->super.head_len + f->octets;
	coalesce_clear(&w->coalesce, f);
}

static void
write_whole(struct world *w)
{
	struct frag f;

	if (w->o.out.frag_mtu == 0) {
		write_out(w, &w->o.out);
		return;
	}
	frag_init(&f, &w->o.out);
	while (frag_next(&f, &w->out))
		write_out(w, &w->out);
}

void __attribute__((__noinline__))
bench_work(struct world *w, struct cur packet)
{
	struct coalesce *c = &w->coalesce;
	struct coalesce_flow *f;
	uint32_t hash;

	forward_packet(&w->f, packet, &w->offload, 1000, &w->o);
	if (!w->o.send)
		return;
	f = c->tcp ? coalesce_slot(c, &w->o, &hash) : NULL;
	if (f == NULL) {
		write_whole(w);
		return;
	}
	if (!coalesce_hold(c, f, hash, &w->o, &w->offload)) {
		if (f->count != 0)
			flush(w, f);
		if (!coalesce_hold(c, f, hash, &w->o, &w->offload)) {
			write_whole(w);
			return;
		}
	}
	if (f->closed)
		flush(w, f);
}

void __attribute__((__noinline__))
bench_flush(struct world *w)
{
	struct coalesce_flow *f;
	unsigned i = 0;

	while ((f = coalesce_next(&w->coalesce, &i)) != NULL)
		flush(w, f);
}

/* --- addresses ------------------------------------------------------------ */

#define OWN4	0xc00002feu		/* 192.0.2.254 */
#define SERVER4	0xc6336401u		/* 198.51.100.1, by the prefix */
#define MAPPED	0x0a000001u		/* 10.0.0.1 ... */
#define POOL	0x0a800000u		/* 10.128.0.0/15 */

static const struct prefix6 prefix = { { 0x20010db800640000, 0 }, 96 };

/* As hosts number themselves: nothing regular. */
static struct ip6
host6(unsigned i)
{
	return (struct ip6){ 0x20010db800010000,
	    (i + 1) * 0x9e3779b97f4a7c15 };
}

static uint32_t
rnd(struct world *w)
{
	w->random ^= w->random << 13;
	w->random ^= w->random >> 7;
	w->random ^= w->random << 17;
	return (uint32_t)(w->random >> 32);
}

static void *
need(size_t n, size_t size)
{
	void *p = calloc(n, size);

	if (p == NULL)
		err(1, "%zu octets", n * size);
	return p;
}

static void
make_maps(struct world *w, unsigned n)
{
	struct map *map = need(n, sizeof *map);

	addrmap_init(&w->f.map, map, n,
	    need(lpm_slots(n), sizeof(struct lpm_slot)),
	    need(lpm_slots(n), sizeof(struct lpm_slot)));
	for (unsigned i = 0; i < n; i++) {
		w->host4[i] = MAPPED + i;
		map[i] = (struct map){ .v4 = { MAPPED + i, 32 },
		    .v6 = { host6(i), 128 } };
		if (addrmap_add(&w->f.map, i) != SIZE_MAX)
			errx(1, "map %u stands twice", i);
	}
}

static void
make_leases(struct world *w, unsigned n)
{
	struct siphash_key key = { { 1, 2 } };
	struct prefix4 range = { POOL, 15 };
	struct lease_event event;

	addrmap_init(&w->f.map, NULL, 0, NULL, NULL);
	w->pool_mem = need(1, pool_bytes(1 << 17));
	pool_init(&w->pool, &range, 1, key, w->pool_mem);
	for (unsigned i = 0; i < n; i++)
		if (!pool_lease(&w->pool, host6(i), 0, &w->host4[i], &event))
			errx(1, "the pool is full");
	w->f.map.pool = &w->pool;
}

/* --- packets -------------------------------------------------------------- */

static void
put_csum(uint8_t *field, csum_t sum)
{
	put16(field, 0);
	put16(field, csum_field(sum));
}

/* Network header; returns the room behind it. */
static uint8_t *
put_net(const struct world *w, uint8_t *p, bool six, unsigned len,
    uint8_t proto)
{
	struct wire_ip4 *h4 = (void *)p;
	struct wire_ip6 *h6 = (void *)p;

	memset(p, 0, len);
	if (six) {
		h6->ver_class_flow[0] = 6 << 4;
		put16(h6->payload_len, (uint16_t)(len - sizeof *h6));
		h6->next = proto;
		h6->hop_limit = 64;
		ip6_write(h6->src, host6(0));
		ip6_write(h6->dst, rfc6052_embed(prefix, SERVER4));
		return p + sizeof *h6;
	}
	h4->ver_ihl = 0x45;
	put16(h4->len, (uint16_t)len);
	h4->ttl = 64;
	h4->proto = proto;
	put32(h4->src, SERVER4);
	put32(h4->dst, w->host4[0]);
	put_csum(h4->sum, csum_bytes(cur_of(h4, sizeof *h4)));
	return p + sizeof *h4;
}

static csum_t
pseudo(const uint8_t *p, bool six, uint8_t proto, unsigned n)
{
	const struct wire_ip4 *h4 = (const void *)p;
	const struct wire_ip6 *h6 = (const void *)p;

	if (six)
		return csum_pseudo6(ip6_read(h6->src), ip6_read(h6->dst),
		    proto, n);
	return csum_pseudo4(be32(h4->src), be32(h4->dst), proto, n);
}

static void
put_udp(const struct world *w, uint8_t *p, bool six, unsigned len, unsigned i)
{
	struct wire_udp *h = (void *)put_net(w, p, six, len, PROTO_UDP);
	unsigned n = len - (unsigned)((uint8_t *)h - p);

	put16(h->sport, (uint16_t)(1024 +
	    (w->b->flows == 0 ? 0 : i % w->b->flows)));
	put16(h->dport, 7);
	put16(h->len, (uint16_t)n);
	put_csum(h->sum, pseudo(p, six, PROTO_UDP, n) +
	    csum_bytes(cur_of(h, n)));
}

static void
put_tcp(struct world *w, uint8_t *p, unsigned i)
{
	const struct bench *b = w->b;
	struct wire_tcp *h = (void *)put_net(w, p, b->six, b->len, PROTO_TCP);
	unsigned n = b->len - (unsigned)((uint8_t *)h - p);

	put16(h->sport, 1024);
	put16(h->dport, 7);
	put32(h->seq, i * (n - (unsigned)sizeof *h));
	h->off = sizeof *h / 4 << 4;
	h->flags = 0x10;
	if (!b->six) {		/* DF: as TCP is */
		struct wire_ip4 *h4 = (void *)p;

		put16(h4->off, IP4_DF);
		put_csum(h4->sum, (put16(h4->sum, 0),
		    csum_bytes(cur_of(h4, sizeof *h4))));
	}
	put16(h->sum, 0);
	if (b->gso == 0) {
		put_csum(h->sum, pseudo(p, b->six, PROTO_TCP, n) +
		    csum_bytes(cur_of(h, n)));
		return;
	}
	put16(h->sum, csum_fold(pseudo(p, b->six, PROTO_TCP, n)));
	w->offload = (struct offload){
		.flags = OFFLOAD_NEEDS_CSUM,
		.gso = b->six ? GSO_TCP6 : GSO_TCP4,
		.gso_size = b->gso,
		.hdr_len = (uint16_t)((uint8_t *)(h + 1) - p),
		.csum_start = (uint16_t)((uint8_t *)h - p),
		.csum_offset = offsetof(struct wire_tcp, sum),
	};
}

/* An echo request, or "no route" about a datagram from the other side. */
static void
put_icmp(const struct world *w, uint8_t *p)
{
	const struct bench *b = w->b;
	uint8_t proto = b->six ? PROTO_ICMPV6 : PROTO_ICMP;
	struct wire_icmp *h = (void *)put_net(w, p, b->six, b->len, proto);
	unsigned n = b->len - (unsigned)((uint8_t *)h - p);
	uint8_t *quote = (uint8_t *)(h + 1);
	uint8_t swap[16];

	if (b->kind == ECHO) {
		h->type = b->six ? ICMP6_ECHO : ICMP4_ECHO;
	} else {
		unsigned at = b->six ? 8 : 12, size = b->six ? 16 : 4;

		h->type = b->six ? ICMP6_UNREACH : ICMP4_UNREACH;
		put_udp(w, quote, b->six, n - (unsigned)sizeof *h, 0);
		memcpy(swap, quote + at, size);
		memcpy(quote + at, quote + at + size, size);
		memcpy(quote + at + size, swap, size);
	}
	put_csum(h->sum, csum_bytes(cur_of(h, n)) +
	    (b->six ? pseudo(p, true, proto, n) : 0));
}

/* From the middle of a datagram. */
static void
put_fragment(const struct world *w, uint8_t *p)
{
	const struct bench *b = w->b;
	uint8_t *payload = put_net(w, p, b->six, b->len,
	    b->six ? PROTO_FRAGMENT : PROTO_UDP);
	struct wire_frag *h = (void *)payload;
	struct wire_ip4 *h4 = (void *)p;

	if (b->six) {
		h->next = PROTO_UDP;
		put16(h->off, 1232 | IP6_MF);
		return;
	}
	put16(h4->off, 1200 / 8 | IP4_MF);
	put_csum(h4->sum, (put16(h4->sum, 0),
	    csum_bytes(cur_of(h4, sizeof *h4))));
}

static void
put_packet(struct world *w, uint8_t *p, unsigned i)
{
	switch (w->b->kind) {
	case UDP:
		put_udp(w, p, w->b->six, w->b->len, i);
		break;
	case TCP:
		put_tcp(w, p, i);
		break;
	case ECHO:
	case ERROR:
		put_icmp(w, p);
		break;
	case FRAGMENT:
		put_fragment(w, p);
		break;
	}
}

/* --- one case ------------------------------------------------------------- */

static struct world *
world_new(const struct bench *b)
{
	struct world *w = need(1, sizeof *w);
	unsigned slot = (b->len + 63) / 64 * 64;

	w->b = b;
	w->random = 88172645463325252;
	w->hosts = b->leases != 0 ? b->leases : b->maps != 0 ? b->maps : 1;
	w->host4 = need(w->hosts, sizeof *w->host4);
	if (b->leases != 0)
		make_leases(w, b->leases);
	else
		make_maps(w, w->hosts);
	w->f.map.has_prefix = true;
	w->f.map.prefix = prefix;
	w->f.own.addr4 = OWN4;
	w->f.own.addr6 = rfc6052_embed(prefix, OWN4);
	w->f.set = (struct xlat_set){ .mtu = 1500,
	    .offlink_mtu = strcmp(b->name, "cut46") == 0 ? 1280 : 1500 };
	forward_init(&w->f, (struct siphash_key){ { 3, 4 } }, 0);
	w->coalesce.tcp = w->coalesce.udp = b->flows != 0;
	w->coalesce.ident = &w->f.ident;
	for (unsigned i = 0; i < BATCH; i++) {
		/* What is large is read to the same place again and again. */
		uint8_t *p = w->room + ((i + 1) * slot > ROOM ? 0 : i * slot);

		put_packet(w, p, i);
		w->batch[i] = cur_of(p, b->len);
	}
	return w;
}

static void
world_free(struct world *w)
{
	free((void *)(uintptr_t)w->f.map.map);
	free(w->f.map.by4.slot);
	free(w->f.map.by6.slot);
	free(w->pool_mem);
	free(w->host4);
	free(w);
}

/* Somebody else's packet: addresses are all that the tables see. */
static void
vary(struct world *w, struct cur packet)
{
	uint8_t *p = (void *)(uintptr_t)packet.p;
	unsigned i = (unsigned)((uint64_t)rnd(w) * w->hosts >> 32);

	if (w->b->six) {
		ip6_write(((struct wire_ip6 *)(void *)p)->src, host6(i));
	} else {
		struct wire_ip4 *h = (void *)p;
		csum_t was = csum_ip4(be32(h->dst));

		put32(h->dst, w->host4[i]);
		put16(h->sum, csum_update(be16(h->sum), was,
		    csum_ip4(w->host4[i])));
	}
}

static void __attribute__((__noinline__))
no_work(struct world *w, struct cur packet)
{
	w->octets += packet.n;
}

static void __attribute__((__noinline__))
no_flush(struct world *w)
{
	w->octets++;
}

static void
run(struct world *w, unsigned long packets,
    void (*work)(struct world *, struct cur), void (*end)(struct world *))
{
	bool various = w->b->maps != 0 || w->b->leases != 0;

	for (unsigned long i = 0; i < packets; i++) {
		struct cur packet = w->batch[i % BATCH];

		if (various)
			vary(w, packet);
		work(w, packet);
		if (i % BATCH == BATCH - 1)
			end(w);
	}
	end(w);
}

static void
translates(struct world *w)
{
	uint64_t *reason = w->f.count.reason;
	enum reason right = w->b->six ? REASON_XLAT64 : REASON_XLAT46;

	run(w, BATCH, bench_work, bench_flush);
	if (reason[right] == BATCH)
		return;
	for (int r = 0; r < REASON_COUNT; r++)
		if (reason[r] != 0)
			warnx("%s: %s %llu", w->b->name,
			    reason_name((enum reason)r),
			    (unsigned long long)reason[r]);
	errx(1, "%s: not translated", w->b->name);
}

/* --- nanoseconds ---------------------------------------------------------- */

static double
seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

static double
timed(struct world *w, unsigned long packets, bool empty)
{
	double start = seconds();

	if (empty)
		run(w, packets, no_work, no_flush);
	else
		run(w, packets, bench_work, bench_flush);
	return seconds() - start;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
nanoseconds(const struct bench *b, bool quick)
{
	struct world *w = world_new(b);
	double target = quick ? 0.0005 : 0.003; /* seconds a round */
	unsigned long n = BATCH;
	double t[ROUNDS];

	translates(w);
	while (timed(w, n, false) < target)
		n *= 2;
	for (int i = 0; i < ROUNDS; i++)
		t[i] = (timed(w, n, false) - timed(w, n, true)) /
		    (double)n * 1e9;
	world_free(w);
	qsort(t, ROUNDS, sizeof t[0], compare);
	return t[ROUNDS / 2];
}

/* --- instructions --------------------------------------------------------- */

/* Of this program under callgrind; 0 if that is not to be had. */
static double
instructions(const struct bench *b)
{
	char self[1024], command[2048], line[512];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	unsigned long long count = 0;
	FILE *p;

	if (n == -1)
		return 0;
	self[n] = '\0';
	snprintf(command, sizeof command, "valgrind --tool=callgrind "
	    "--callgrind-out-file=/dev/null --toggle-collect=bench_work "
	    "--toggle-collect=bench_flush '%s' -c %s -n %d 2>&1", self,
	    b->name, CALLGRIND);
	if ((p = popen(command, "r")) == NULL)
		return 0;
	while (fgets(line, sizeof line, p) != NULL) {
		char *at = strstr(line, "Collected : ");

		if (at != NULL)
			count = strtoull(at + strlen("Collected : "), NULL, 10);
	}
	return pclose(p) == 0 ? (double)count / CALLGRIND : 0;
}

/* --- the table ------------------------------------------------------------ */

static double ns[BENCHES];

static double
ns_of(const char *name)
{
	for (size_t i = 0; i < BENCHES; i++)
		if (strcmp(benches[i].name, name) == 0)
			return ns[i];
	errx(1, "no case %s", name);
}

static void
judge(const char *text, double value, double limit, const char *unit)
{
	printf("%-44s %8.2f%s   at most %g%s   %s\n", text, value, unit, limit,
	    unit, value <= limit ? "met" : "MISSED");
}

static void
judge_ratio(const char *text, const char *large, const char *small)
{
	judge(text, ns_of(large) / ns_of(small), 2, "x ");
}

static void
table(bool quick)
{
	bool valgrind = !quick &&
	    system("valgrind --version >/dev/null 2>&1") == 0;

	printf("%-30s %10s %14s\n", "the core alone, per packet read", "ns",
	    valgrind ? "instructions" : "");
	for (size_t i = 0; i < BENCHES; i++) {
		double n;

		ns[i] = nanoseconds(&benches[i], quick);
		printf("%-31s %10.1f", benches[i].text, ns[i]);
		fflush(stdout);
		n = valgrind ? instructions(&benches[i]) : 0;
		if (n > 0)
			printf(" %14.1f", n);
		putchar('\n');
	}
	putchar('\n');
	judge("64-octet UDP, 6->4", ns_of("udp64"), 100, "ns");
	judge("64-octet UDP, 4->6", ns_of("udp46"), 100, "ns");
	judge_ratio("100,000 maps against 10, 6->4", "maps100k-64", "maps10-64");
	judge_ratio("100,000 maps against 10, 4->6", "maps100k-46", "maps10-46");
	judge_ratio("100,000 leases against 10, 6->4", "leases100k-64",
	    "leases10-64");
	judge_ratio("100,000 leases against 10, 4->6", "leases100k-46",
	    "leases10-46");
	if (!valgrind && !quick)
		printf("(instructions are counted where valgrind is installed: "
		    "see tests/setup.sh)\n");
}

static void
one(const char *name, unsigned long packets)
{
	for (size_t i = 0; i < BENCHES; i++)
		if (strcmp(benches[i].name, name) == 0) {
			struct world *w = world_new(&benches[i]);

			run(w, packets, bench_work, bench_flush);
			world_free(w);
			return;
		}
	errx(1, "no case %s", name);
}

int
main(int argc, char **argv)
{
	const char *name = NULL;
	unsigned long packets = CALLGRIND;
	bool quick = false;
	int c;

	while ((c = getopt(argc, argv, "c:n:q")) != -1)
		switch (c) {
		case 'c':
			name = optarg;
			break;
		case 'n':
			packets = strtoul(optarg, NULL, 10);
			break;
		case 'q':
			quick = true;
			break;
		default:
			fprintf(stderr, "usage: core [-q] "
			    "[-c case [-n packets]]\n");
			return 1;
		}
	if (name != NULL)
		one(name, packets);
	else
		table(quick);
	return 0;
}
