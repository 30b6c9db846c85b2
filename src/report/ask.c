/* SPDX-License-Identifier: BSD-2-Clause */
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ask.h"
#include "log.h"

#define PATIENCE	10	/* seconds without an octet */

FILE *
ask_open(const char *path)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	struct timeval limit = { .tv_sec = PATIENCE };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	FILE *f = NULL;
	int saved;

	if (fd == -1)
		return NULL;
	memcpy(sun.sun_path, path, strnlen(path, sizeof sun.sun_path - 1));
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) ==
	    0 && setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit,
	    sizeof limit) == 0 &&
	    connect(fd, (struct sockaddr *)&sun, sizeof sun) == 0)
		f = fdopen(fd, "r");
	if (f == NULL) {
		saved = errno;
		close(fd);
		errno = saved;
	}
	return f;
}

static const char refusal[] = "error: ";

bool
ask(FILE *f, const char *request, void (*take)(void *, char *), void *arg)
{
	bool refused = false, over = false;
	char *line = NULL;
	size_t size = 0;
	ssize_t n = -1;

	errno = 0;
	if (send(fileno(f), request, strlen(request), MSG_NOSIGNAL) == -1 ||
	    send(fileno(f), "\n", 1, MSG_NOSIGNAL) == -1) {
		log_err("cannot ask the daemon");
		return false;
	}
	while (!over && (n = getline(&line, &size, f)) > 0) {
		line[n - 1] = '\0';
		over = n == 1;
		if (strncmp(line, refusal, sizeof refusal - 1) == 0) {
			log_errx("%s", line + sizeof refusal - 1);
			refused = true;
		} else if (!over)
			take(arg, line);
	}
	free(line);
	if (!over)
		log_errx("the daemon hung up: %s", errno == 0 ?
		    "no more of its answer" : strerror(errno));
	return over && !refused;
}
