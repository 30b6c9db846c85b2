/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clat.h - a CLAT that sets itself up: it finds the NAT64 prefix of the network, an
 * IPv6 address of its own, and gives the host IPv4 through them, for as long as
 * the network has no other IPv4 (RFC 6877, draft-ietf-v6ops-claton).
 *
 * Translating is not its business: what it found goes into a configuration
 * (clat_merge), from which the daemon makes its tables.
 */
#ifndef LICHEN_CLAT_CLAT_H
#define LICHEN_CLAT_CLAT_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

#include "candidate.h"
#include "conf/conf.h"
#include "core/pool.h"
#include "core/siphash.h"
#include "pref64.h"
#include "question.h"
#include "setup.h"
#include "system/forwarding.h"
#include "system/uplink.h"

#define CLAT_FDS	UPLINK_FDS
#define CLAT_TEXT_MAX	512	/* octets of clat_text() */

enum clat_phase {
	CLAT_OFF,		/* not asked for */
	CLAT_STARTS,		/* has not looked yet */
	CLAT_NO_UPLINK,		/* no interface that leads to IPv6 */
	CLAT_NATIVE,		/* IPv4 is there without us */
	CLAT_NO_PREFIX,
	CLAT_NO_ADDRESS,	/* no address to take a prefix from */
	CLAT_CHECKING,		/* is the address somebody else's? */
	CLAT_FAILED,		/* something could not be made */
	CLAT_ON,
};

struct clat {
	enum clat_phase		phase;
	/* What was configured. */
	char			only[IFNAMSIZ];	/* interface; "": any */
	const char		*device;	/* the translator's */
	bool			force;
	bool			has_delegated, has_addr;
	struct prefix6		delegated;
	struct ip6		addr;	/* if has_addr: of a map */
	ip4_t			host, own;	/* 0: one that is free */
	struct siphash_key	key;
	unsigned		tun;
	/* What is known of the network. */
	struct uplink		up;
	struct forwarding	forwarding;
	struct uplink_facts	facts;
	struct pref64_list	known;
	struct question		question;
	unsigned		ra_mtu;		/* octets; 0: not told */
	/* The address in question. */
	struct candidate	candidate;
	/* What is in force, if phase is CLAT_ON. */
	struct clat_setup	now;
	mono_t			look_at, heard_at, solicit_at;
	unsigned		solicited;
	bool			lost;		/* perhaps, of what was made */
	struct clat_failure	failed;		/* the last one */
	unsigned		failures;	/* in a row */
	mono_t			retry_at;
};

/*
 * Open what is needed, before privileges go, and turn forwarding on.  device must
 * outlive it.  undo: a file for what is to be undone after a
 * crash.  Return false with a message in err; clat_close() in any case.
 */
bool	clat_open(struct clat *, const struct conf *, const char *device,
	    const char *undo, char *err, size_t errsize);

/* Another configuration, in which clat is on as before: follow it soon. */
void	clat_reconfigure(struct clat *, const struct conf *, mono_t now);

/* Take everything away. */
void	clat_close(struct clat *);

/* What to poll for; 0 if it is off. */
nfds_t	clat_fds(const struct clat *, struct pollfd [static CLAT_FDS]);

/* When clat_work() has something to do though nothing came; INT64_MAX: never. */
mono_t	clat_due(const struct clat *);

/*
 * Do what is due.  came: one of the descriptors is readable.  True: what is
 * translated changed, clat_merge() and make new tables.
 */
bool	clat_work(struct clat *, bool came, mono_t now);

/* Put what is in force into a configuration: prefix, ipv4-addr, one map. */
void	clat_merge(const struct clat *, struct conf *);

/* The prefix to use, and what is known of it; NULL: none. */
const struct pref64 *clat_prefix(const struct clat *);

/* words.c: how it is, in one line without a newline; returns buf. */
const char *clat_text(const struct clat *, char buf[static CLAT_TEXT_MAX]);

/*
 * The same for who asks: a line each of a word and what there is to say about it
 * (state; prefix, interface, address, translator if it translates).  Empty if it is
 * off.  Returns buf.
 */
const char *clat_lines(const struct clat *, mono_t now,
	    char buf[static CLAT_TEXT_MAX]);

#endif
