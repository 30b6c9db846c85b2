/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * notify.c - system calls: socket, connect, send; clock_gettime.
 */
#include <sys/socket.h>
#include <sys/un.h>

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "notify.h"

static int manager = -1;		/* socket, connected */
static mono_t interval;			/* of the watchdog; 0: none */
static mono_t due = INT64_MAX;

/* A leading @ is an abstract socket: its name starts with a NUL. */
static socklen_t
address(const char *path, struct sockaddr_un *sun)
{
	size_t n = strlen(path);

	if (n < 2 || n >= sizeof sun->sun_path ||
	    (path[0] != '/' && path[0] != '@'))
		return 0;
	memset(sun, 0, sizeof *sun);
	sun->sun_family = AF_UNIX;
	memcpy(sun->sun_path, path, n);
	if (path[0] == '@')
		sun->sun_path[0] = '\0';
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
}

/* Half of what the manager waits, if the watchdog is meant for us. */
static void
read_watchdog(void)
{
	const char *usec = getenv("WATCHDOG_USEC");
	const char *pid = getenv("WATCHDOG_PID");

	if (usec == NULL || (pid != NULL && strtol(pid, NULL, 10) != getpid()))
		return;
	interval = (mono_t)(strtoull(usec, NULL, 10) / 2000);
	due = interval > 0 ? 0 : INT64_MAX;
}

void
notify_open(void)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un sun;
	socklen_t len = path == NULL ? 0 : address(path, &sun);

	if (len > 0) {
		manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		if (manager == -1 ||
		    connect(manager, (struct sockaddr *)&sun, len) == -1) {
			log_warn("NOTIFY_SOCKET %s", path);
			if (manager != -1)
				close(manager);
			manager = -1;
		} else {
			read_watchdog();
		}
	}
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
}

static void __attribute__((__format__(__printf__, 1, 2)))
tell(const char *fmt, ...)
{
	char text[256];
	va_list ap;
	int n;

	if (manager == -1)
		return;
	va_start(ap, fmt);
	n = vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (n > 0)
		(void)send(manager, text, (size_t)n < sizeof text ? (size_t)n :
		    sizeof text - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

void
notify_ready(const char *status)
{
	tell("READY=1\nSTATUS=%s\nMAINPID=%ld", status, (long)getpid());
}

void
notify_status(const char *status)
{
	tell("STATUS=%s", status);
}

/* Type=notify-reload wants to know when it began: systemd.service(5). */
void
notify_reloading(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	tell("RELOADING=1\nMONOTONIC_USEC=%" PRId64, (int64_t)ts.tv_sec *
	    1000000 + ts.tv_nsec / 1000);
}

void
notify_stopping(void)
{
	tell("STOPPING=1");
}

void
notify_alive(mono_t now)
{
	if (now < due)
		return;
	tell("WATCHDOG=1");
	due = now + interval;
}

mono_t
notify_due(void)
{
	return due;
}
