/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * control-socket.h - the UNIX socket that conversations take place on.  A few
 * clients at a time, each with bounded buffers; one that does nothing for long, or
 * for the longest when there are more, is hung up.  Nothing here ever waits.
 */
#ifndef LICHEN_REPORT_CONTROL_SOCKET_H
#define LICHEN_REPORT_CONTROL_SOCKET_H

#include <sys/types.h>

#include <poll.h>

#include "control.h"
#include "system/plain-file.h"

#define CONTROL_CLIENTS	8
#define CONTROL_FDS	(CONTROL_CLIENTS + 1)
#define CONTROL_PATIENCE 30000	/* ms, for a client that does nothing */

struct control_client {
	int		fd;
	bool		eof;	/* it will ask no more */
	bool		gone;
	mono_t		moved;	/* when an octet last went either way */
	struct control	talk;
};

struct control_socket {
	int		listener;	/* -1: there is none */
	struct plain_made made;		/* the socket, to remove it */
	unsigned	clients;	/* the first ones of client[] */
	unsigned	turn;		/* who is answered next */
	struct control_client client[CONTROL_CLIENTS];
};

/*
 * Listen at path; NULL: do not.  Before privileges go.  A socket that nobody
 * listens to any more is replaced, nothing else is.  Mode 0660.  Whatever fails
 * is logged, and there is no socket.
 */
void	control_socket_open(struct control_socket *, const char *path);

/* Remove the socket, if we still may, and hang up. */
void	control_socket_close(struct control_socket *);

/* Give it to the user that the daemon becomes: (uid_t)-1: as it is. */
void	control_socket_own(const struct control_socket *, uid_t, gid_t);

/* What to wait for: at most CONTROL_FDS entries; returns how many. */
nfds_t	control_socket_fds(const struct control_socket *, struct pollfd *);

/* When the first client's patience ends, or INT64_MAX. */
mono_t	control_socket_due(const struct control_socket *);

/*
 * Receive and send what can be without waiting, and answer one client, a part of
 * its answer if that is long: a few ten microseconds.
 */
void	control_socket_work(struct control_socket *,
	    const struct control_view *);

#endif
