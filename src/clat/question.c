/* SPDX-License-Identifier: BSD-2-Clause */
#include <arpa/inet.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "question.h"
#include "report/log.h"
#include "rfc7050.h"
#include "system/sandbox.h"

#define TIMEOUT		2000	/* ms, for one server */
#define AGAIN_MIN	10000	/* ms, after a round of failures */
#define AGAIN_MAX	300000
#define NONE_AGAIN	60000	/* ms, where there is no DNS64 */
#define TTL_MIN		30	/* seconds */
#define TTL_MAX		86400

/* --- resolvers ------------------------------------------------------------ */

static bool
parse_server(char *word, struct sockaddr_in6 *sa)
{
	char mapped[80];

	*sa = (struct sockaddr_in6){ .sin6_family = AF_INET6,
	    .sin6_port = htons(53) };
	word[strcspn(word, "%")] = '\0';	/* it is the uplink's link */
	if (inet_pton(AF_INET6, word, &sa->sin6_addr) == 1)
		return true;
	snprintf(mapped, sizeof mapped, "::ffff:%s", word);
	return strchr(word, ':') == NULL &&
	    inet_pton(AF_INET6, mapped, &sa->sin6_addr) == 1;
}

unsigned
question_servers(FILE *f, struct sockaddr_in6 server[static RESOLVERS])
{
	char line[512], word[64];
	unsigned n = 0;

	while (n < RESOLVERS && fgets(line, sizeof line, f) != NULL)
		if (sscanf(line, " nameserver %63s", word) == 1 &&
		    parse_server(word, &server[n]))
			n++;
	return n;
}

static void
read_servers(struct question *q)
{
	FILE *f = q->resolv_conf.path == NULL ? NULL :
	    kept_file_read(&q->resolv_conf);

	/* Those of the last time, then; but once it is told. */
	if (f == NULL && errno != q->trouble)
		log_warn("clat: %s%s", q->resolv_conf.path, errno == EACCES &&
		    sandbox_has_walls() ? ": it leads where the sandbox lets "
		    "nothing be read, restart" : "");
	q->trouble = f == NULL ? errno : 0;
	if (f == NULL)
		return;
	q->nservers = question_servers(f, q->server);
	fclose(f);
}

/* --- asking --------------------------------------------------------------- */

void
question_open(struct question *q, const struct siphash_key *key)
{
	*q = (struct question){ .key = *key, .due = INT64_MAX };
	kept_file_open(&q->resolv_conf, "/etc/resolv.conf");
	read_servers(q);
}

void
question_close(struct question *q)
{
	kept_file_close(&q->resolv_conf);
}

void
question_at(struct question *q, mono_t when)
{
	q->due = when;
	q->waiting = false;
	q->asked = q->failures = 0;
}

/* A round of servers is over, without an answer. */
static void
rest(struct question *q, mono_t now)
{
	q->due = now + mono_rest(AGAIN_MIN, AGAIN_MAX, q->failures++);
	q->waiting = false;
	q->asked = 0;
}

static void
next_server(struct question *q, const struct uplink *up, unsigned index,
    mono_t now)
{
	uint8_t message[RFC7050_QUERY_MAX];
	uint64_t words[2] = { q->count++, (uint64_t)now };
	struct sockaddr_in6 *server;

	if (q->asked == 0)
		read_servers(q);
	if (q->asked >= q->nservers) {
		rest(q, now);
		return;
	}
	server = &q->server[q->asked++];
	if (be16(server->sin6_addr.s6_addr) >> 6 == 0xfe80 >> 6)
		server->sin6_scope_id = index;
	q->id = (uint16_t)siphash(&q->key, words, 2);
	q->waiting = true;
	q->due = now + TIMEOUT;
	/* One that cannot be reached is one that does not answer. */
	uplink_question(up, server, message,
	    rfc7050_query(message, q->id));
}

void
question_work(struct question *q, const struct uplink *up, unsigned index,
    mono_t now)
{
	if (now >= q->due)
		next_server(q, up, index, now);
}

/* --- answers -------------------------------------------------------------- */

static uint32_t
bounded_ttl(uint32_t ttl)
{
	return ttl < TTL_MIN ? TTL_MIN : ttl > TTL_MAX ? TTL_MAX : ttl;
}

/* Asked again before the answer is too old to use. */
static bool
found(struct question *q, struct pref64_list *known,
    const struct rfc7050_result *r, mono_t now)
{
	uint32_t ttl = bounded_ttl(r->ttl);

	pref64_resolved(known, r->prefix, r->n, ttl, now);
	question_at(q, now + (mono_t)ttl * 1000 * 7 / 8);
	return true;
}

static bool
none(struct question *q, struct pref64_list *known, mono_t now)
{
	pref64_resolved(known, NULL, 0, 0, now);
	question_at(q, now + NONE_AGAIN);
	return true;
}

bool
question_read(struct question *q, const struct uplink *up,
    struct pref64_list *known, mono_t now)
{
	uint8_t buf[UPLINK_DATAGRAM];
	struct rfc7050_result r;
	struct cur message;

	/* What nobody waits for is read all the same: it would wake us for ever. */
	if (!q->waiting)
		uplink_answer(up, NULL, buf, &message);
	while (q->waiting && uplink_answer(up, &q->server[q->asked - 1], buf,
	    &message))
		switch (rfc7050_parse(message, q->id, &r)) {
		case RFC7050_FOUND:
			return found(q, known, &r, now);
		case RFC7050_NONE:
			return none(q, known, now);
		case RFC7050_FAILED:
			q->due = now;	/* the next one */
			q->waiting = false;
			break;
		case RFC7050_OTHER:
			break;
		}
	return false;
}
