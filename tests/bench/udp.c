/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * udp.c - datagrams from one network namespace to another, counted and
 * timed.  One process has its sockets in both, so that nothing needs to be
 * agreed on between two.
 *
 *	check	send 100 and print how many arrive as they were
 *	flood	as many as sendmmsg() takes, in bursts of 64; with -g as one send()
 *		that the kernel cuts (UDP_SEGMENT), which spares the sender most of
 *		its work: datagrams that arrive and that were sent, a second
 *	pace	-r packets a second, one a send()
 *	search	one a send(), paced; the highest rate without loss, and
 *		"generator" if it is the sender that goes no faster, or "loss"
 *	delay	paced, one way, in microseconds: median, 99th and 99.9th
 *		percentile, PDV (RFC 8219 section 7.3.1), and the share that arrived
 *	rtt	one after the other, there and back, in microseconds: median,
 *		99th percentile, and the share that came back
 *
 * flood and search count what reaches the receiving socket, whose queue is kept
 * full, so that no receiving program takes part of the machine away: arrived is
 * what the kernel drops there.  One-way delay ends where the receiver's kernel
 * gets the packet, for the same reason.
 */
#include <sys/socket.h>
#include <sys/wait.h>

#include <linux/sock_diag.h>
#include <linux/udp.h>
#include <netinet/in.h>

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PORT		5300
#define BURST		64
#define PAYLOAD_MAX	9000
#define PAYLOAD_MIN	16
#define FLOWS_MAX	1024
#define SAMPLES_MAX	4000000
#define SETTLE		20		/* ms without a new one: all are there */
#define SECOND		1000000000ll

/* Datagrams one way. */
struct path {
	const char	*from, *to;	/* namespaces */
	const char	*src, *dst;	/* addresses as the sender sees them */
	unsigned	 hosts, flows;	/* addresses from src on, ports */
	bool		 six;
	int		 tx;
	int		 rx[FLOWS_MAX];
	struct sockaddr_in6 src6, dst6;
	struct sockaddr_in src4, dst4;
	uint64_t	 read;		/* taken out of the sockets */
	unsigned	 turn;
};

static struct path there = { .hosts = 1, .flows = 1 }, back;
static size_t octets = 18;
static double seconds = 1, rate = 1000, accuracy = 0.015;
static uint8_t payload[BURST][PAYLOAD_MAX];
static double *sample;
static size_t samples;

static int64_t
clock_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * SECOND + ts.tv_nsec;
}

static void
pause_ns(int64_t ns)
{
	struct timespec ts = { ns / SECOND, ns % SECOND };

	nanosleep(&ts, NULL);
}

/* --- sockets -------------------------------------------------------------- */

static void
enter(const char *netns)
{
	char path[256];
	int fd;

	snprintf(path, sizeof path, "/run/netns/%s", netns);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		err(1, "%s", path);
	if (setns(fd, CLONE_NEWNET) == -1)
		err(1, "setns %s", netns);
	close(fd);
}

static void
set(int fd, int level, int option, int value)
{
	if (setsockopt(fd, level, option, &value, sizeof value) == -1)
		err(1, "setsockopt %d", option);
}

/* What is bound to :: hears both families. */
static int
receiver(unsigned flow, int room)
{
	struct sockaddr_in6 any = { .sin6_family = AF_INET6,
	    .sin6_port = htons((uint16_t)(PORT + flow)) };
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd == -1)
		err(1, "socket");
	set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
	(void)setsockopt(fd, SOL_SOCKET, room > 0 ? SO_RCVBUFFORCE : SO_RCVBUF,
	    &room, sizeof room);
	set(fd, SOL_SOCKET, SO_TIMESTAMPNS, room > 0);
	if (bind(fd, (struct sockaddr *)&any, sizeof any) == -1)
		err(1, "bind port %u", PORT + flow);
	return fd;
}

static void
parse(struct path *p)
{
	p->six = strchr(p->src, ':') != NULL;
	p->src6 = p->dst6 = (struct sockaddr_in6){ .sin6_family = AF_INET6 };
	p->src4 = p->dst4 = (struct sockaddr_in){ .sin_family = AF_INET };
	p->dst6.sin6_port = p->dst4.sin_port = htons(PORT);
	if (p->six ? inet_pton(AF_INET6, p->src, &p->src6.sin6_addr) != 1 ||
	    inet_pton(AF_INET6, p->dst, &p->dst6.sin6_addr) != 1 :
	    inet_pton(AF_INET, p->src, &p->src4.sin_addr) != 1 ||
	    inet_pton(AF_INET, p->dst, &p->dst4.sin_addr) != 1)
		errx(1, "%s to %s: two addresses of one family", p->src,
		    p->dst);
}

/* room: of the receiving queue; 0 to have all but a few dropped and counted. */
static void
open_path(struct path *p, int room)
{
	const struct sockaddr *src, *dst;
	socklen_t n;

	parse(p);
	src = p->six ? (struct sockaddr *)&p->src6 : (struct sockaddr *)&p->src4;
	dst = p->six ? (struct sockaddr *)&p->dst6 : (struct sockaddr *)&p->dst4;
	n = p->six ? sizeof p->src6 : sizeof p->src4;
	enter(p->to);
	for (unsigned i = 0; i < p->flows; i++)
		p->rx[i] = receiver(i, room);
	enter(p->from);
	p->tx = socket(src->sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (p->tx == -1)
		err(1, "socket");
	/* Addresses that are routed to us but stand on no interface. */
	set(p->tx, IPPROTO_IP, IP_FREEBIND, 1);
	set(p->tx, SOL_SOCKET, SO_SNDBUF, 4 << 20);
	if (p->hosts == 1 && bind(p->tx, src, n) == -1)
		err(1, "bind %s", p->src);
	if (p->hosts == 1 && p->flows == 1 && connect(p->tx, dst, n) == -1)
		err(1, "connect %s", p->dst);
}

/* --- sending -------------------------------------------------------------- */

/* A datagram with an address and a port of its own. */
struct letter {
	struct mmsghdr	*m;
	struct iovec	 iov;
	struct sockaddr_in6 dst6;
	struct sockaddr_in dst4;
	union {
		struct cmsghdr	h;
		uint8_t		b[CMSG_SPACE(sizeof(struct in6_pktinfo))];
	} control;
};

static bool cut;		/* -g */
static uint8_t uncut[65000];	/* a burst for the kernel to cut */

static struct letter letters[BURST];
static struct mmsghdr messages[BURST];

static void
put_source(struct letter *l, const struct path *p, unsigned host)
{
	struct cmsghdr *c = &l->control.h;
	struct in6_pktinfo i6 = { .ipi6_addr = p->src6.sin6_addr };
	struct in_pktinfo i4 = { .ipi_spec_dst = p->src4.sin_addr };
	uint32_t last;

	l->m->msg_hdr.msg_control = &l->control;
	if (p->six) {
		memcpy(&last, i6.ipi6_addr.s6_addr + 12, 4);
		last = htonl(ntohl(last) + host);
		memcpy(i6.ipi6_addr.s6_addr + 12, &last, 4);
		*c = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof i6),
		    .cmsg_level = IPPROTO_IPV6, .cmsg_type = IPV6_PKTINFO };
		memcpy(CMSG_DATA(c), &i6, sizeof i6);
		l->m->msg_hdr.msg_controllen = CMSG_SPACE(sizeof i6);
		return;
	}
	i4.ipi_spec_dst.s_addr = htonl(ntohl(i4.ipi_spec_dst.s_addr) + host);
	*c = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof i4),
	    .cmsg_level = IPPROTO_IP, .cmsg_type = IP_PKTINFO };
	memcpy(CMSG_DATA(c), &i4, sizeof i4);
	l->m->msg_hdr.msg_controllen = CMSG_SPACE(sizeof i4);
}

static void
address(struct letter *l, struct path *p)
{
	unsigned turn = p->turn++;
	in_port_t port = htons((uint16_t)(PORT + turn % p->flows));

	if (p->hosts == 1 && p->flows == 1)
		return;
	l->dst6 = p->dst6;
	l->dst4 = p->dst4;
	l->dst6.sin6_port = l->dst4.sin_port = port;
	l->m->msg_hdr.msg_name = p->six ? (void *)&l->dst6 : (void *)&l->dst4;
	l->m->msg_hdr.msg_namelen = p->six ? sizeof l->dst6 : sizeof l->dst4;
	if (p->hosts > 1)
		put_source(l, p, turn % p->hosts);
}

/* A router that says "no" makes send() fail once; that is no loss yet. */
static bool
passing(int error)
{
	return error == ECONNREFUSED || error == EHOSTUNREACH ||
	    error == ENETUNREACH || error == ENOBUFS || error == EINTR ||
	    error == EAGAIN;
}

static void
prepare(void)
{
	for (unsigned i = 0; i < BURST; i++) {
		struct letter *l = &letters[i];

		for (size_t k = 0; k < octets; k++)
			payload[i][k] = (uint8_t)(k * 7 + 1);
		l->iov = (struct iovec){ payload[i], octets };
		l->m = &messages[i];
		l->m->msg_hdr = (struct msghdr){ .msg_iov = &l->iov,
		    .msg_iovlen = 1 };
	}
	for (size_t k = 0; k < sizeof uncut; k++)
		uncut[k] = (uint8_t)(k * 7 + 1);
}

/* Datagrams that one send() brings. */
static unsigned
send_uncut(const struct path *p)
{
	size_t n = sizeof uncut / octets < BURST ? sizeof uncut / octets : BURST;

	if (send(p->tx, uncut, n * octets, 0) != -1)
		return (unsigned)n;
	if (!passing(errno))
		err(1, "send");
	return 0;
}

static unsigned
send_burst(struct path *p, unsigned n)
{
	int sent;

	for (unsigned i = 0; i < n; i++)
		address(&letters[i], p);
	sent = sendmmsg(p->tx, messages, n, 0);
	if (sent == -1 && !passing(errno))
		err(1, "sendmmsg");
	return sent == -1 ? 0 : (unsigned)sent;
}

/* --- counting ------------------------------------------------------------- */

/* All that ever arrived at the sockets of a path. */
static uint64_t
arrived(struct path *p)
{
	uint8_t buf[PAYLOAD_MAX];
	uint64_t n = 0;

	for (unsigned i = 0; i < p->flows; i++) {
		uint32_t info[SK_MEMINFO_VARS];
		socklen_t size = sizeof info;

		while (recv(p->rx[i], buf, sizeof buf, 0) != -1)
			p->read++;
		if (getsockopt(p->rx[i], SOL_SOCKET, SO_MEMINFO, info,
		    &size) == -1)
			err(1, "SO_MEMINFO");
		n += info[SK_MEMINFO_DROPS];
	}
	return n + p->read;
}

static uint64_t
settled(struct path *p)
{
	uint64_t was, n = arrived(p);
	int quiet = 0;

	for (int i = 0; i < 100 && quiet < 2; i++) {
		pause_ns(SETTLE * SECOND / 1000);
		was = n;
		n = arrived(p);
		quiet = n == was ? quiet + 1 : 0;
	}
	return n;
}

static int
flood(void)
{
	uint64_t first = settled(&there), sent = 0, got;
	int64_t start = clock_ns(CLOCK_MONOTONIC), now = start;
	int64_t end = start + (int64_t)(seconds * (double)SECOND);

	while (now < end) {
		sent += cut ? send_uncut(&there) : send_burst(&there, BURST);
		now = clock_ns(CLOCK_MONOTONIC);
	}
	got = arrived(&there) - first;
	printf("%.0f %.0f\n", (double)got * (double)SECOND /
	    (double)(now - start), (double)sent * (double)SECOND /
	    (double)(now - start));
	return 0;
}

/* --- zero-loss search ----------------------------------------------------- */

struct trial {
	double	rate;		/* of what was sent */
	bool	lossless;
};

/*
 * Datagrams one by one, in turn to both sides if there is a way back.  Who is
 * late sends the next at once.
 */
static struct trial
try_rate(double wanted)
{
	bool both = back.src != NULL;
	uint64_t before = arrived(&there) + (both ? arrived(&back) : 0);
	uint64_t sent = 0, got;
	int64_t start, now, end, gap = (int64_t)((double)SECOND / wanted);

	start = now = clock_ns(CLOCK_MONOTONIC);
	end = start + (int64_t)(seconds * (double)SECOND);
	while (now < end) {
		while (now < start + (int64_t)sent * gap)
			now = clock_ns(CLOCK_MONOTONIC);
		sent += send_burst(both && sent % 2 == 1 ? &back : &there, 1);
		if (gap == 0 || now >= start + (int64_t)sent * gap)
			now = clock_ns(CLOCK_MONOTONIC);
	}
	got = settled(&there) + (both ? settled(&back) : 0) - before;
	return (struct trial){
		.rate = (double)sent * (double)SECOND / (double)(now - start),
		.lossless = got >= sent,
	};
}

/* A machine that others use may lose one for reasons of its own. */
static struct trial
try_twice(double wanted)
{
	struct trial t = try_rate(wanted);

	return t.lossless ? t : try_rate(wanted);
}

/* So many a second, as long as it takes; what was sent of it. */
static int
pace(void)
{
	printf("%.0f\n", try_rate(rate).rate);
	return 0;
}

static int
search(void)
{
	struct trial t = try_twice((double)SECOND * 2);
	double low = 0, high = t.rate;

	if (t.lossless) {
		printf("%.0f generator\n", t.rate);
		return 0;
	}
	while (high - low > high * accuracy) {
		t = try_twice((low + high) / 2);
		if (t.lossless)
			low = t.rate < high ? t.rate : high;
		else
			high = (low + high) / 2;
	}
	printf("%.0f loss\n", low);
	return 0;
}

/* --- time ----------------------------------------------------------------- */

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
percentile(double p)
{
	size_t i = (size_t)(p / 100 * (double)samples);

	return samples == 0 ? 0 : sample[i < samples ? i : samples - 1];
}

static void
take_sample(double us)
{
	if (samples < SAMPLES_MAX)
		sample[samples++] = us;
}

/* When the kernel got it, and when it says that it was sent. */
static bool
read_stamp(int fd)
{
	uint8_t buf[PAYLOAD_MAX], control[256];
	struct iovec iov = { buf, sizeof buf };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1,
	    .msg_control = control, .msg_controllen = sizeof control };
	struct cmsghdr *c;
	struct timespec ts;
	int64_t sent;

	if (recvmsg(fd, &m, 0) == -1)
		return false;
	memcpy(&sent, buf, sizeof sent);
	for (c = CMSG_FIRSTHDR(&m); c != NULL; c = CMSG_NXTHDR(&m, c))
		if (c->cmsg_level == SOL_SOCKET &&
		    c->cmsg_type == SCM_TIMESTAMPNS) {
			memcpy(&ts, CMSG_DATA(c), sizeof ts);
			take_sample((double)(ts.tv_sec * SECOND + ts.tv_nsec -
			    sent) / 1000);
		}
	return true;
}

static void
read_stamps(void)
{
	for (unsigned i = 0; i < there.flows; i++)
		while (read_stamp(there.rx[i]))
			;
}

static int
delay(void)
{
	int64_t gap = (int64_t)((double)SECOND / rate);
	uint64_t n = (uint64_t)(seconds * rate);
	int64_t start = clock_ns(CLOCK_MONOTONIC), stamp;

	for (uint64_t i = 0; i < n; i++) {
		while (clock_ns(CLOCK_MONOTONIC) < start + (int64_t)i * gap)
			;
		stamp = clock_ns(CLOCK_REALTIME);
		memcpy(payload[0], &stamp, sizeof stamp);
		(void)send_burst(&there, 1);
		if (i % 32 == 31)
			read_stamps();
	}
	pause_ns(SECOND / 5);
	read_stamps();
	qsort(sample, samples, sizeof sample[0], compare);
	/* PDV: the 99.9th percentile less the least. */
	printf("%.1f %.1f %.1f %.1f %.4f\n", percentile(50), percentile(99),
	    percentile(99.9), percentile(99.9) - percentile(0),
	    (double)samples / (double)n);
	return 0;
}

/* One datagram back to where it came from, from the address it went to. */
static void
echo_one(int fd)
{
	struct sockaddr_in6 from;
	uint8_t buf[PAYLOAD_MAX], control[256];
	struct iovec iov = { buf, sizeof buf };
	struct msghdr m = { .msg_name = &from, .msg_namelen = sizeof from,
	    .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
	    .msg_controllen = sizeof control };
	ssize_t n = recvmsg(fd, &m, 0);
	struct cmsghdr *c;
	struct in6_pktinfo to;

	if (n == -1)
		return;
	c = CMSG_FIRSTHDR(&m);
	if (c == NULL || c->cmsg_type != IPV6_PKTINFO)
		return;
	memcpy(&to, CMSG_DATA(c), sizeof to);
	to.ipi6_ifindex = 0;
	memcpy(CMSG_DATA(c), &to, sizeof to);
	m.msg_controllen = CMSG_SPACE(sizeof to);
	iov.iov_len = (size_t)n;
	(void)sendmsg(fd, &m, 0);
}

/* The other end: returns what it gets until it is killed. */
static void
echo(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };

	set(fd, SOL_SOCKET, SO_TIMESTAMPNS, 0);
	set(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
	for (;;)
		if (poll(&pfd, 1, -1) == 1)
			echo_one(fd);
}

/* One round trip: microseconds, or -1 if nothing came back in time. */
static double
round_trip(uint64_t name)
{
	struct pollfd pfd = { .fd = there.tx, .events = POLLIN };
	int64_t start = clock_ns(CLOCK_MONOTONIC);
	uint8_t buf[PAYLOAD_MAX];

	memcpy(payload[0], &name, sizeof name);
	(void)send_burst(&there, 1);
	while (poll(&pfd, 1, 500) == 1)
		if (recv(there.tx, buf, sizeof buf, 0) == (ssize_t)octets &&
		    memcmp(buf, &name, sizeof name) == 0)
			return (double)(clock_ns(CLOCK_MONOTONIC) - start) /
			    1000;
	return -1;
}

static int
rtt(void)
{
	int64_t end = clock_ns(CLOCK_MONOTONIC) +
	    (int64_t)(seconds * (double)SECOND);
	uint64_t n;
	pid_t pid = fork();

	if (pid == -1)
		err(1, "fork");
	if (pid == 0)
		echo(there.rx[0]);
	for (n = 1; clock_ns(CLOCK_MONOTONIC) < end; n++) {
		double us = round_trip(n);

		if (us >= 0)
			take_sample(us);
		pause_ns((int64_t)((double)SECOND / rate));
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	qsort(sample, samples, sizeof sample[0], compare);
	printf("%.1f %.1f %.4f\n", percentile(50), percentile(99),
	    (double)samples / (double)(n - 1));
	return 0;
}

/* --- check ---------------------------------------------------------------- */

static unsigned
intact(struct path *p)
{
	uint8_t buf[PAYLOAD_MAX];
	unsigned n = 0;

	for (unsigned i = 0; i < p->flows; i++) {
		ssize_t size;

		while ((size = recv(p->rx[i], buf, sizeof buf, 0)) != -1)
			n += (size_t)size == octets &&
			    memcmp(buf, payload[0], octets) == 0;
	}
	return n;
}

static int
check(void)
{
	unsigned n = 0;

	for (int i = 0; i < 100; i++) {
		(void)send_burst(&there, 1);
		pause_ns(SECOND / 1000);
		n += intact(&there);
	}
	pause_ns(SECOND / 5);
	n += intact(&there);
	printf("%u\n", n);
	return n == 100 ? 0 : 1;
}

/* --- options -------------------------------------------------------------- */

static const struct mode {
	const char	*name;
	int		(*run)(void);
	int		 room;		/* of the receiving socket */
} modes[] = {
	{ "check", check, 1 << 20 },
	{ "flood", flood, 0 },
	{ "pace", pace, 0 },
	{ "search", search, 0 },
	{ "delay", delay, 64 << 20 },
	{ "rtt", rtt, 1 << 20 },
};

static void
usage(void)
{
	fprintf(stderr, "usage: udp check|flood|pace|search|delay|rtt "
	    "[-g] -c netns -s netns -a source\n"
	    "\t-b destination [-l payload] [-f flows] [-h hosts] "
	    "[-t seconds]\n\t[-r rate] [-e accuracy of the search] "
	    "[-x source,destination (back)]\n");
	exit(1);
}

/* "source,destination" of the datagrams that go the other way. */
static void
set_back(char *s)
{
	back.src = s;
	if ((s = strchr(s, ',')) == NULL)
		usage();
	*s = '\0';
	back.dst = s + 1;
}

static void
option(int c, char *arg)
{
	switch (c) {
	case 'c':
		there.from = back.to = arg;
		break;
	case 's':
		there.to = back.from = arg;
		break;
	case 'a':
		there.src = arg;
		break;
	case 'b':
		there.dst = arg;
		break;
	case 'l':
		octets = strtoul(arg, NULL, 10);
		break;
	case 'e':
		accuracy = strtod(arg, NULL);
		break;
	case 'f':
		there.flows = (unsigned)strtoul(arg, NULL, 10);
		break;
	case 'h':
		there.hosts = (unsigned)strtoul(arg, NULL, 10);
		break;
	case 't':
		seconds = strtod(arg, NULL);
		break;
	case 'r':
		rate = strtod(arg, NULL);
		break;
	case 'g':
		cut = true;
		break;
	case 'x':
		set_back(arg);
		break;
	default:
		usage();
	}
}

int
main(int argc, char **argv)
{
	size_t i = 0;
	int c;

	while ((c = getopt(argc, argv, "a:b:c:e:f:gh:l:r:s:t:x:")) != -1)
		option(c, optarg);
	while (i < sizeof modes / sizeof modes[0] && (optind >= argc ||
	    strcmp(modes[i].name, argv[optind]) != 0))
		i++;
	if (i == sizeof modes / sizeof modes[0] || there.from == NULL ||
	    there.to == NULL || there.src == NULL || there.dst == NULL ||
	    octets < PAYLOAD_MIN || octets > PAYLOAD_MAX || seconds <= 0 ||
	    rate <= 0 || accuracy <= 0 || there.hosts == 0 || there.flows == 0 ||
	    there.flows > FLOWS_MAX ||
	    (cut && (there.flows > 1 || there.hosts > 1)))
		usage();
	sample = calloc(SAMPLES_MAX, sizeof *sample);
	if (sample == NULL)
		err(1, "calloc");
	prepare();
	open_path(&there, modes[i].room);
	if (cut)
		set(there.tx, IPPROTO_UDP, UDP_SEGMENT, (int)octets);
	if (back.src != NULL) {
		back.hosts = back.flows = 1;
		open_path(&back, modes[i].room);
	}
	return modes[i].run();
}
