/* SPDX-License-Identifier: BSD-2-Clause */
#include "scene.h"
#include "suite.h"

struct rig r;
struct bytes p, inner, whole;
uint8_t data[70000], body[70000];

const struct h4 down4 = { .ttl = 64, .proto = 17,
    .src = "198.51.100.1", .dst = "192.0.2.1" };
const struct h4 up4 = { .ttl = 7, .proto = 17, .src = "192.0.2.1",
    .dst = "198.51.100.1", .id = 0x4321 };
const struct h6 up6 = { .hop = 64, .next = 17, .src = "2001:db8::1",
    .dst = "2001:db8:64::198.51.100.1" };
const struct h6 down6 = { .hop = 9, .next = 17,
    .src = "2001:db8:64::198.51.100.1", .dst = "2001:db8::1" };

void
fill(size_t n)
{
	rnd_fill(data, n);
}

void
expect(enum reason want)
{
	rig_expect(&r, &p, want);
}

void
translates(enum reason want)
{
	rig_translates(&r, &p, want);
}

unsigned
o16(size_t at)
{
	return be16(r.out.b + at);
}

void
is_addr6(size_t at, const char *text)
{
	struct ip6 want, got = ip6_read(r.out.b + at);
	char buf[ADDR_TEXT_MAX];

	ck_assert(ip6_parse(text, &want));
	ck_assert_msg(ip6_eq(got, want), "%s, want %s", ip6_text(got, buf),
	    text);
}

/* An error from src that quotes n octets of q. */
void
error4(const char *src, uint8_t type, uint8_t code, uint32_t rest,
    const uint8_t *q, size_t n)
{
	struct h4 h = down4;

	h.proto = 1;
	h.src = src;
	put_ip4(&p, h, body, mk_icmp(body, type, code, rest, q, n));
	fix_sums(&p);
}

void
error6(const char *src, uint8_t type, uint8_t code, uint32_t rest,
    const uint8_t *q, size_t n)
{
	struct h6 h = up6;

	h.next = 58;
	h.src = src;
	put_ip6(&p, h, body, mk_icmp(body, type, code, rest, q, n));
	fix_sums(&p);
}
