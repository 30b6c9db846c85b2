/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * daemon.h - the running translator: it owns the configuration, the tables, the
 * device and the state directory.
 */
#ifndef LICHEN_DAEMON_H
#define LICHEN_DAEMON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clat/clat.h"
#include "conf/conf.h"
#include "core/forward.h"
#include "fastpath/fastpath.h"
#include "leases/dynamic-map.h"
#include "leases/leases.h"
#include "pump.h"
#include "report/control-socket.h"
#include "report/pktlog.h"
#include "report/problems.h"
#include "report/stats-file.h"
#include "system/kept-file.h"
#include "system/privdrop.h"
#include "system/link.h"
#include "system/sandbox.h"
#include "system/tun.h"
#include "tables.h"
#include "processes/writer.h"

struct daemon {
	struct kept_file kept_conf, kept_map;	/* to be read again */
	struct conf	*conf;
	struct tables	 tables;
	struct tables	 parked;	/* a pool that there is none of now */
	struct forward	 forward;
	struct tun	 tun;
	struct plain_made pidfile;
	struct link	 link;		/* its interface */
	const char	*offload;	/* what the device agreed to, in words */
	struct pktlog	 log;
	struct siphash_key key;
	struct leases	 leases;
	struct clat	 clat;
	struct writer	 writer;
	mono_t		 looked_at;	/* when it was last looked at */
	struct problems	 problems;
	mono_t		 refused_at;	/* when to tell about them again */
	uint64_t	 refused;	/* packets for want of a lease, told */
	bool		 there;		/* the device is */
	struct stats	 stats;
	struct stats_file stats_file;
	struct control_socket control;
	mono_t		 answered;	/* when its clients were attended to */
	struct pump	 pump;
	struct fastpath	 fast;
	unsigned	 offlink_mtu;	/* of conf, as forward follows it */
};

/* Make the running translator follow d->conf and d->tables. */
void	daemon_configure(struct daemon *, mono_t now);

/* Translate by what the CLAT found. */
void	daemon_follow_clat(struct daemon *, mono_t now);

/* Look at the MTU of the device, which may change at any time. */
void	daemon_follow_link(struct daemon *, mono_t now);

/* What happened to a lease is counted and logged; _on_lease: and written down. */
void	daemon_tell_lease(struct daemon *, const struct lease_event *);
void	daemon_on_lease(void *daemon, const struct lease_event *);

/*
 * Take the configuration (which the daemon then owns), build the tables, open
 * the device, configure the interface, open data-dir and load the leases.
 * Return false with a message in err; what was opened is closed by
 * daemon_free() in any case.
 */
bool	daemon_start(struct daemon *, const char *config, struct conf *, char *err,
	    size_t errsize);

/*
 * Open the control socket and the directory of stats-file, once the log is open and
 * while we may; the socket is for the user that the daemon becomes.
 */
void	daemon_open_views(struct daemon *, const struct privs *);

/*
 * Behind a reload: as the configuration has it now, with the tables of now.  breath:
 * called now and then.
 */
void	daemon_refill_fast_path(struct daemon *, mono_t now,
	    const struct fastpath_breath *);

/* Add to the counters what did not pass the daemon. */
void	daemon_count(struct daemon *);

/* Could it still read, by their names, the files that it may read again? */
bool	daemon_can_reload(void *daemon);

/* What it goes on to do with files. */
void	daemon_sandbox(const struct daemon *, struct sandbox *);

/*
 * Start the process that writes files, with the rights that it shall have; chrooted:
 * paths mean something else by now.  Return false with a message in err.
 */
bool	daemon_start_writer(struct daemon *, bool chrooted, bool sandbox,
	    char *err, size_t errsize);

/* It has something to say. */
void	daemon_hear_writer(struct daemon *);

/*
 * The start has succeeded: tell the log, which is open, of problems, the leases, what
 * is running.  From now on a device that was made here, but that nobody asked us to
 * bring up, stays at the end where the system lets it.
 */
void	daemon_announce(struct daemon *);

/* What the problems are judged by. */
struct problem_counts	daemon_counts(const struct daemon *);

void	daemon_free(struct daemon *);

#endif
