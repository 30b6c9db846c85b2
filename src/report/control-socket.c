/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * control-socket.c - system calls: socket, connect, bind, listen, fchownat once;
 * accept4, recvfrom, sendto, close; at the end unlinkat.
 */
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "control-socket.h"
#include "log.h"
#include "system/path.h"

#define BACKLOG	8

static_assert(CONF_SOCKET_MAX < sizeof ((struct sockaddr_un *)0)->sun_path,
    "a path from the configuration fits");

/* --- start and end -------------------------------------------------------- */

/* Left by somebody who is gone: a socket, and nobody listens. */
static bool
is_stale(const struct sockaddr_un *sun)
{
	struct stat st;
	bool stale;
	int fd;

	if (lstat(sun->sun_path, &st) == -1 || !S_ISSOCK(st.st_mode))
		return false;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return false;
	stale = connect(fd, (const struct sockaddr *)sun, sizeof *sun) == -1 &&
	    errno == ECONNREFUSED;
	close(fd);
	return stale;
}

/* Nobody may connect before the mode is right. */
static int
bind_privately(int fd, const struct sockaddr_un *sun)
{
	mode_t before = umask(0117);
	int r = bind(fd, (const struct sockaddr *)sun, sizeof *sun);

	umask(before);
	return r;
}

static bool
start_listening(struct control_socket *s, const struct sockaddr_un *sun)
{
	s->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK |
	    SOCK_CLOEXEC, 0);
	if (s->listener == -1)
		return false;
	if (bind_privately(s->listener, sun) == -1) {
		if (errno != EADDRINUSE)
			return false;
		if (!is_stale(sun)) {
			errno = EADDRINUSE;
			return false;
		}
		unlink(sun->sun_path);
		if (bind_privately(s->listener, sun) == -1)
			return false;
	}
	return listen(s->listener, BACKLOG) == 0;
}

void
control_socket_open(struct control_socket *s, const char *path)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };

	s->listener = -1;
	s->made = (struct plain_made){ .dir = -1 };
	s->clients = 0;
	if (path == NULL)
		return;
	strncpy(sun.sun_path, path, sizeof sun.sun_path - 1);
	if (start_listening(s, &sun)) {
		/* The path may lead elsewhere by the time that we exit. */
		(void)plain_made(&s->made, path_open_dir(path),
		    path_name(path));
		return;
	}
	log_warn("control-socket %s: goes without", path);
	if (s->listener != -1)
		close(s->listener);
	s->listener = -1;
}

void
control_socket_own(const struct control_socket *s, uid_t uid, gid_t gid)
{
	if (s->made.dir != -1 && fchownat(s->made.dir, s->made.name, uid, gid,
	    AT_SYMLINK_NOFOLLOW) == -1)
		log_warn("control-socket %s: cannot change its owner",
		    s->made.name);
}

void
control_socket_close(struct control_socket *s)
{
	for (unsigned i = 0; i < s->clients; i++)
		close(s->client[i].fd);
	s->clients = 0;
	/* In this order: the next one must not find it dead and lose its own. */
	plain_remove(&s->made);
	plain_forget(&s->made);
	if (s->listener != -1)
		close(s->listener);
	s->listener = -1;
}

/* --- waiting -------------------------------------------------------------- */

nfds_t
control_socket_fds(const struct control_socket *s, struct pollfd *fds)
{
	nfds_t n = 0;

	if (s->listener != -1)
		fds[n++] = (struct pollfd){ s->listener, POLLIN, 0 };
	for (unsigned i = 0; i < s->clients; i++)
		fds[n++] = (struct pollfd){ s->client[i].fd,
		    control_busy(&s->client[i].talk) ? POLLOUT : POLLIN, 0 };
	return n;
}

mono_t
control_socket_due(const struct control_socket *s)
{
	mono_t due = INT64_MAX;

	for (unsigned i = 0; i < s->clients; i++)
		if (s->client[i].moved + CONTROL_PATIENCE < due)
			due = s->client[i].moved + CONTROL_PATIENCE;
	return due;
}

/* --- clients -------------------------------------------------------------- */

static bool
would_wait(void)
{
	return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

static void
receive(struct control_client *c, mono_t now)
{
	size_t n;
	char *room = control_room(&c->talk, &n);
	ssize_t got;

	if (n == 0 || c->eof)
		return;
	got = recv(c->fd, room, n, MSG_DONTWAIT);
	if (got == -1) {
		c->gone = !would_wait();
		return;
	}
	c->eof = got == 0;
	control_received(&c->talk, (size_t)got);
	if (got > 0)
		c->moved = now;
}

static void
send_out(struct control_client *c, mono_t now)
{
	ssize_t n;

	if (c->talk.out_n == 0 || c->gone)
		return;
	n = send(c->fd, c->talk.out, c->talk.out_n,
	    MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n == -1) {
		c->gone = !would_wait();
		return;
	}
	control_sent(&c->talk, (size_t)n);
	c->moved = now;
}

/* Each in its turn, whatever the others ask for. */
static void
answer_one(struct control_socket *s, const struct control_view *v)
{
	for (unsigned i = 0; i < s->clients; i++) {
		unsigned k = (s->turn + i) % s->clients;

		if (control_wants_work(&s->client[k].talk)) {
			control_work(&s->client[k].talk, v);
			s->turn = k + 1;
			return;
		}
	}
}

static bool
is_over(const struct control_client *c, mono_t now)
{
	return c->gone || now - c->moved >= CONTROL_PATIENCE ||
	    (!control_busy(&c->talk) && (c->talk.over || c->eof));
}

static void
hang_up(struct control_socket *s, struct control_client *c)
{
	close(c->fd);
	*c = s->client[--s->clients];
}

static struct control_client *
idlest(struct control_socket *s)
{
	struct control_client *c = &s->client[0];

	for (unsigned i = 1; i < s->clients; i++)
		if (s->client[i].moved < c->moved)
			c = &s->client[i];
	return c;
}

/* There is always room for one more: those who do nothing keep nobody out. */
static void
accept_client(struct control_socket *s, mono_t now)
{
	int fd = accept4(s->listener, NULL, NULL, SOCK_NONBLOCK |
	    SOCK_CLOEXEC);
	struct control_client *c;

	if (fd == -1)
		return;
	if (s->clients == CONTROL_CLIENTS)
		hang_up(s, idlest(s));
	c = &s->client[s->clients++];
	c->fd = fd;
	c->eof = c->gone = false;
	c->moved = now;
	control_begin(&c->talk);
}

void
control_socket_work(struct control_socket *s, const struct control_view *v)
{
	unsigned i = 0;

	if (s->listener == -1)
		return;
	accept_client(s, v->now);
	for (unsigned k = 0; k < s->clients; k++)
		receive(&s->client[k], v->now);
	answer_one(s, v);
	while (i < s->clients) {
		send_out(&s->client[i], v->now);
		if (is_over(&s->client[i], v->now))
			hang_up(s, &s->client[i]);
		else
			i++;
	}
}
