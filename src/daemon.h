/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * daemon.h - the running translator: it owns the configuration, the tables, the
 * device and the state directory, and moves packets until a signal ends it.
 */
#ifndef LICHEN_DAEMON_H
#define LICHEN_DAEMON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf/conf.h"
#include "report/control-socket.h"
#include "core/forward.h"
#include "leases/leases.h"
#include "report/pktlog.h"
#include "pump.h"
#include "system/privdrop.h"
#include "reload.h"
#include "leases/dynamic-map.h"
#include "report/stats-file.h"
#include "tables.h"
#include "system/tun.h"

struct daemon {
	struct reload	 reload;	/* how to read the files again */
	struct conf	*conf;
	struct tables	 tables;
	struct forward	 forward;
	struct tun	 tun;
	const char	*offload;	/* what the device agreed to, in words */
	struct pktlog	 log;
	struct siphash_key key;
	struct leases	 leases;
	mono_t		 mtu_at;	/* when to look at the MTU again */
	mono_t		 refused_at;	/* when to tell about them again */
	uint64_t	 refused;	/* packets for want of a lease, told */
	bool		 there;		/* the device is */
	struct stats	 stats;
	struct stats_file stats_file;
	struct control_socket control;
	mono_t		 answered;	/* when its clients were attended to */
	struct pump	 pump;
};

/* Print messages of the configuration to the log; false if there were errors. */
bool	daemon_report(const struct conf_msgs *);

/* Make the running translator follow d->conf and d->tables. */
void	daemon_configure(struct daemon *, mono_t now);

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

/* Tell the log, once it is open: warnings, the leases, what is running. */
void	daemon_announce(const struct daemon *);

/* Signals that daemon_run() waits for: block them, from the start on. */
void	daemon_block_signals(void);

/*
 * Move packets until SIGINT, SIGTERM or SIGQUIT (return 0) or until the device
 * is gone (return 1).  The leases are saved at the end.
 */
int	daemon_run(struct daemon *);

void	daemon_free(struct daemon *);

#endif
