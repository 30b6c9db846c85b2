/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sink.c - system calls: fstat, open, fcntl and socket once; write, send, connect,
 * poll.
 *
 * A pipe or a terminal gets an open file of our own with O_NONBLOCK.  Where that
 * cannot be had (it belongs to another user, there is no /proc, FreeBSD) a pipe
 * that poll(2) finds writable takes PIPE_BUF octets.  Sockets know MSG_DONTWAIT.
 * Nothing of the kind helps with a file on a slow disk: such lines are handed to
 * who has the time.
 */
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "sink.h"

#define RETRY_MIN	10	/* ms; doubled until it goes */
#define RETRY_MAX	640

enum kind {
	PLAIN,			/* write; it may have to be polled first */
	STREAM,			/* a socket: the journal's, for one */
	FILE_ON_DISK,
	DATAGRAM,		/* syslogd's */
};

enum result {
	SENT,
	LATER,
	NEVER,			/* nobody will ever read it */
};

/* Lines wait as their length, two octets, and their text. */
#define LENGTH	2
static_assert(SINK_LINE <= UINT16_MAX, "a length fits");

static struct {
	enum kind	kind;
	int		fd;
	bool		own;		/* not what we were started with */
	bool		must_poll;
	bool		(*hand_over)(void *, const char *, size_t);
	void		*hand_over_arg;
	unsigned char	backlog[SINK_BACKLOG];
	size_t		begin, end;	/* of what waits in it */
	size_t		partial;	/* octets sent of the first line */
	int64_t		retry_at, patience;
	uint64_t	lost, untold;
} sink = { .fd = STDOUT_FILENO };

/* --- open ----------------------------------------------------------------- */

void
sink_close(void)
{
	if (sink.own)
		close(sink.fd);
	sink.fd = STDOUT_FILENO;
	sink.own = false;
	sink.kind = PLAIN;
	sink.must_poll = true;
}

/* Another open file, or only another descriptor of the same: FreeBSD's fdescfs. */
static bool
open_own(const char *path)
{
	int fd = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd == -1)
		return false;
	if ((fcntl(fd, F_GETFL) & O_NONBLOCK) == 0) {
		close(fd);
		return false;
	}
	sink.fd = fd;
	sink.own = true;
	sink.must_poll = false;
	return true;
}

void
sink_open_stdout(void)
{
	struct stat st;
	char tty[128];

	sink_close();
	if (fstat(STDOUT_FILENO, &st) == -1)
		return;
	if (S_ISSOCK(st.st_mode)) {
		sink.kind = STREAM;
	} else if (S_ISREG(st.st_mode)) {
		sink.kind = FILE_ON_DISK;
	} else if (!open_own("/proc/self/fd/1") &&
	    ttyname_r(STDOUT_FILENO, tty, sizeof tty) == 0) {
		(void)open_own(tty);
	}
}

/* syslogd may be another one now, or none: the socket stays, its peer does not. */
static bool
find_syslogd(void)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };

	static_assert(sizeof _PATH_LOG <= sizeof sun.sun_path, "it fits");
	memcpy(sun.sun_path, _PATH_LOG, sizeof _PATH_LOG);
	return connect(sink.fd, (struct sockaddr *)&sun, sizeof sun) == 0;
}

void
sink_open_syslog(void)
{
	sink_close();
	sink.fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	sink.own = sink.fd != -1;
	sink.kind = DATAGRAM;
	if (sink.own)
		(void)find_syslogd();
}

void
sink_hand_over(bool (*f)(void *, const char *, size_t), void *arg)
{
	sink.hand_over = f;
	sink.hand_over_arg = arg;
}

bool
sink_needs_writer(void)
{
	return sink.kind == FILE_ON_DISK || sink.kind == DATAGRAM;
}

int
sink_become_writer(void)
{
	sink.hand_over = NULL;
	sink.begin = sink.end = 0;
	sink.patience = 0;
	return sink_needs_writer() ? sink.fd : -1;
}

/* --- send ----------------------------------------------------------------- */

static bool
would_wait(void)
{
	return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ||
	    errno == ENOBUFS || errno == ENOMEM;
}

static bool
takes_some(void)
{
	struct pollfd p = { .fd = sink.fd, .events = POLLOUT };

	return poll(&p, 1, 0) == 1;
}

static ssize_t
write_out(const char *text, size_t n)
{
	if (sink.kind == STREAM)
		return send(sink.fd, text, n, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (sink.kind == PLAIN && sink.must_poll) {
		if (!takes_some()) {
			errno = EAGAIN;
			return -1;
		}
		if (n > PIPE_BUF)
			n = PIPE_BUF;
	}
	return write(sink.fd, text, n);
}

static enum result
put_stream(const char *line, size_t n)
{
	ssize_t put;

	while (sink.partial < n) {
		put = write_out(line + sink.partial, n - sink.partial);
		if (put == -1)
			return would_wait() ? LATER : NEVER;
		sink.partial += (size_t)put;
	}
	sink.partial = 0;
	return SENT;
}

static bool
hand_over(const char *line, size_t n)
{
	return sink.hand_over(sink.hand_over_arg, line, n);
}

static enum result
put_datagram(const char *line, size_t n)
{
	for (int i = 0; i < 2; i++) {
		if (send(sink.fd, line, n, MSG_DONTWAIT | MSG_NOSIGNAL) != -1)
			return SENT;
		if (would_wait())
			return LATER;
		if (errno == EMSGSIZE)
			return NEVER;
		/* Where somebody else looks for it, our sandbox forbids it. */
		if (sink.hand_over != NULL || !find_syslogd())
			break;
	}
	return sink.hand_over != NULL && hand_over(line, n) ? SENT : LATER;
}

static enum result
put_now(const char *line, size_t n)
{
	switch (sink.kind) {
	case DATAGRAM:
		return put_datagram(line, n);
	case FILE_ON_DISK:
		if (sink.hand_over != NULL)
			return hand_over(line, n) ? SENT : LATER;
		break;
	case PLAIN:
	case STREAM:
		break;
	}
	return put_stream(line, n);
}

static void
lose(void)
{
	sink.lost++;
	sink.untold++;
}

/* --- wait ----------------------------------------------------------------- */

bool
sink_is_behind(void)
{
	return sink.begin < sink.end;
}

static void
keep(const char *line, size_t n)
{
	uint16_t length = (uint16_t)n;

	if (sink.end + LENGTH + n > SINK_BACKLOG && sink.begin > 0) {
		memmove(sink.backlog, sink.backlog + sink.begin,
		    sink.end - sink.begin);
		sink.end -= sink.begin;
		sink.begin = 0;
	}
	if (sink.end + LENGTH + n > SINK_BACKLOG) {
		lose();
		return;
	}
	memcpy(sink.backlog + sink.end, &length, LENGTH);
	memcpy(sink.backlog + sink.end + LENGTH, line, n);
	sink.end += LENGTH + n;
}

/* false: it does not go on. */
static bool
send_waiting(void)
{
	uint16_t length;

	while (sink_is_behind()) {
		memcpy(&length, sink.backlog + sink.begin, LENGTH);
		switch (put_now((const char *)sink.backlog + sink.begin +
		    LENGTH, length)) {
		case SENT:
			if (sink.patience != 0)
				sink.patience = RETRY_MIN;
			break;
		case LATER:
			return false;
		case NEVER:
			sink.partial = 0;
			lose();
			break;
		}
		sink.begin += LENGTH + length;
	}
	sink.begin = sink.end = 0;
	sink.patience = 0;
	return true;
}

/* A clock is not asked for every line: sink_work() says when. */
void
sink_put(const char *line, size_t n)
{
	if (n > SINK_LINE)
		n = SINK_LINE;
	keep(line, n);
	if (sink.patience == 0 && !send_waiting()) {
		sink.patience = RETRY_MIN;
		sink.retry_at = INT64_MIN;	/* not known yet */
	}
}

int64_t
sink_work(int64_t now)
{
	if (!sink_is_behind())
		return INT64_MAX;
	if (sink.retry_at == INT64_MIN)
		sink.retry_at = now + sink.patience;
	if (now < sink.retry_at)
		return sink.retry_at;
	if (send_waiting())
		return INT64_MAX;
	if (sink.patience < RETRY_MAX)
		sink.patience *= 2;
	sink.retry_at = now + sink.patience;
	return sink.retry_at;
}

static int64_t
milliseconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void
sink_flush(int ms)
{
	int64_t until = milliseconds() + ms;

	while (!send_waiting() && milliseconds() < until)
		(void)poll(NULL, 0, 1);
}

uint64_t
sink_lost(void)
{
	return sink.lost;
}

uint64_t
sink_recovered(void)
{
	uint64_t n = sink.untold;

	if (n == 0 || sink_is_behind())
		return 0;
	sink.untold = 0;
	return n;
}
