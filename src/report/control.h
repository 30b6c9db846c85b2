/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * control.h - what is said on the control socket: one conversation, as bytes in
 * and bytes out.  No I/O; control-socket.c has the sockets.
 *
 * A request is a line: `status', `status json', `status prometheus', `leases',
 * `leases json', `problems', `clat', `explain ADDRESS', `about', `help'.  An answer is
 * lines and then an empty one; a refusal is one line that starts with "error: ",
 * then an empty one.  Nothing can be changed this way.
 */
#ifndef LICHEN_REPORT_CONTROL_H
#define LICHEN_REPORT_CONTROL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf/conf.h"
#include "core/addrmap.h"
#include "stats.h"

#define CONTROL_IN	256	/* octets of a request, its newline included */
#define CONTROL_OUT	8192	/* octets that wait to be sent */

/* What there is to tell; good for one call. */
struct control_view {
	const struct stats	*stats;
	const struct conf	*conf;
	struct addrmap		*map;
	mono_t			 now;
	const char		*clat;	/* lines about it; NULL or "": none */
};

enum control_job {
	CONTROL_IDLE,
	CONTROL_STATUS,
	CONTROL_LEASES,
};

struct control {
	char			in[CONTROL_IN];
	size_t			in_n;
	char			out[CONTROL_OUT];
	size_t			out_n;
	enum control_job	job;	/* that the answer is not over of */
	enum stats_format	format;
	struct stats_cursor	at;
	uint32_t		lease;	/* host number to go on from */
	bool			first;	/* no line of it yet */
	bool			over;	/* hang up once out is sent */
};

/* A conversation begins: all zeros do too. */
void	control_begin(struct control *);

/* Where to put what was received, and for how much there is room. */
char	*control_room(struct control *, size_t *n);

/* So many octets are there now. */
void	control_received(struct control *, size_t n);

/*
 * Answer what was asked: one request or a part of one, as far as there is room in
 * out, in bounded time.  Call it again while control_busy().
 */
void	control_work(struct control *, const struct control_view *);

/* Would control_work() have something to do, and room for it? */
bool	control_wants_work(const struct control *);

/* Is there anything to answer or to send? */
bool	control_busy(const struct control *);

/* So many octets of out are gone. */
void	control_sent(struct control *, size_t n);

#endif
