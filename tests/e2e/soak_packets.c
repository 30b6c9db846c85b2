/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * soak_packets INTERFACE PACKETS RATE FILE... - hand packets to whoever reads the
 * TUN device: the seeds of fuzz_packet, one after the other, a part of them with
 * wrong octets, a wrong length, or a new source that wants a lease.
 *
 * Bounded: so many packets, at most RATE a second; then it says how many the
 * kernel took.
 */
#include <sys/socket.h>

#include <arpa/inet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netpacket/packet.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SEEDS		1024
#define PACKET_MAX	1400
#define HEADER		0x80	/* of a seed's first octet: see fuzz_packet.c */

static struct {
	uint8_t	octet[PACKET_MAX];
	size_t	n;
} seed[SEEDS];
static size_t seeds;

static void
die(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static void
load(const char *path)
{
	uint8_t b[PACKET_MAX + 11];
	FILE *f = fopen(path, "rb");
	size_t n, skip;

	if (f == NULL)
		die(path);
	n = fread(b, 1, sizeof b, f);
	fclose(f);
	skip = n > 0 && (b[0] & HEADER) != 0 ? 11 : 1;
	if (n <= skip || n - skip > PACKET_MAX || n == sizeof b ||
	    seeds == SEEDS)
		return;
	memcpy(seed[seeds].octet, b + skip, n - skip);
	seed[seeds++].n = n - skip;
}

/* The same numbers in every run. */
static uint32_t
rnd(uint32_t below)
{
	static uint32_t x = 20260101;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return x % below;
}

/* Return the new length. */
static size_t
damage(uint8_t *p, size_t n)
{
	switch (rnd(16)) {
	case 0:
		return n - rnd((uint32_t)n);
	case 1:			/* another host of the same network */
		if (p[0] >> 4 == 6 && n >= 40)
			p[23] = (uint8_t)rnd(256);
		return n;
	case 2:
	case 3:
		for (uint32_t i = rnd(4) + 1; i > 0; i--)
			p[rnd((uint32_t)n)] ^= (uint8_t)(1u << rnd(8));
		return n;
	default:
		return n;
	}
}

static void
pace(struct timespec *next, long rate)
{
	next->tv_nsec += 1000000000 / rate;
	if (next->tv_nsec >= 1000000000) {
		next->tv_nsec -= 1000000000;
		next->tv_sec++;
	}
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, next, NULL);
}

int
main(int argc, char **argv)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET };
	struct timespec next;
	long packets, rate, sent = 0;
	int fd;

	if (argc < 5) {
		fputs("soak_packets INTERFACE PACKETS RATE FILE...\n", stderr);
		return EXIT_FAILURE;
	}
	packets = strtol(argv[2], NULL, 10);
	rate = strtol(argv[3], NULL, 10);
	for (int i = 4; i < argc; i++)
		load(argv[i]);
	fd = socket(AF_PACKET, SOCK_DGRAM, 0);
	if (fd == -1 || seeds == 0 || rate <= 0)
		die("soak_packets");
	clock_gettime(CLOCK_MONOTONIC, &next);
	for (long i = 0; i < packets; i++) {
		size_t k = (size_t)i % seeds;
		uint8_t p[PACKET_MAX];
		size_t n = seed[k].n;

		memcpy(p, seed[k].octet, n);
		n = damage(p, n);
		/* The device may be new, or not be there for a while. */
		to.sll_ifindex = (int)if_nametoindex(argv[1]);
		to.sll_protocol = htons(p[0] >> 4 == 6 ? ETH_P_IPV6 :
		    ETH_P_IP);
		if (sendto(fd, p, n, 0, (struct sockaddr *)&to, sizeof to) ==
		    (ssize_t)n)
			sent++;
		pace(&next, rate);
	}
	printf("%ld packets sent\n", sent);
	return EXIT_SUCCESS;
}
