/* SPDX-License-Identifier: BSD-2-Clause */
/* A reader that does not read: nothing waits for him, and what he misses is told. */
#include <sys/socket.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "report/log.h"
#include "report/sink.h"
#include "suite.h"

#define LINES	20000		/* more than any queue and the backlog hold */

static int reader;
static unsigned put, came;

static void
stdout_becomes(int fd[2])
{
	ck_assert_int_ne(dup2(fd[1], STDOUT_FILENO), -1);
	close(fd[1]);
	reader = fd[0];
	put = came = 0;
	alarm(20);		/* to wait is to fail */
}

static void
put_lines(unsigned n)
{
	char line[80];

	for (unsigned i = 0; i < n; i++) {
		int len = snprintf(line, sizeof line,
		    "line %u of the log, as long as such lines are\n", put++);

		sink_put(line, (size_t)len);
	}
}

/* Read what is there: whole lines, each later than the one before. */
static void
read_lines(void)
{
	static char buf[65536 + 1];
	static size_t have;
	ssize_t n = read(reader, buf + have, sizeof buf - 1 - have);
	char *line = buf, *end;
	unsigned number;

	ck_assert_int_ge(n, 0);
	buf[have + (size_t)n] = '\0';
	for (; (end = strchr(line, '\n')) != NULL; line = end + 1) {
		ck_assert_int_eq(sscanf(line, "line %u of the log, as long as "
		    "such lines are\n", &number), 1);
		ck_assert_uint_ge(number, came);
		came = number + 1;
	}
	have = strlen(line);
	memmove(buf, line, have + 1);
}

static bool
is_readable(void)
{
	struct pollfd p = { .fd = reader, .events = POLLIN };

	return poll(&p, 1, 0) == 1;
}

static void
a_reader_that_stops(void)
{
	uint64_t lost;
	int64_t now = 1000;

	put_lines(LINES);
	lost = sink_lost();
	ck_assert_uint_gt(lost, LINES / 2);
	ck_assert_uint_eq(sink_recovered(), 0);
	ck_assert_int_lt(sink_work(now), now + 1000);

	/* He reads again: what was kept comes, with nothing torn. */
	for (int i = 0; i < 1000 && sink_work(now) != INT64_MAX; i++) {
		while (is_readable())
			read_lines();
		now += 1000;
	}
	ck_assert_int_eq(sink_work(now), INT64_MAX);
	while (is_readable())
		read_lines();
	ck_assert_uint_eq(came, LINES - lost);
	ck_assert_uint_eq(sink_recovered(), lost);
	ck_assert_uint_eq(sink_recovered(), 0);

	put_lines(1);
	read_lines();
	ck_assert_uint_eq(came, put);
	ck_assert_uint_eq(sink_lost(), lost);
}

START_TEST(a_pipe)
{
	int fd[2];

	ck_assert_int_eq(pipe(fd), 0);
	stdout_becomes(fd);
	sink_open_stdout();
	/* Whoever gave it to us may share it with others. */
	ck_assert_int_eq(fcntl(STDOUT_FILENO, F_GETFL) & O_NONBLOCK, 0);
	a_reader_that_stops();
}
END_TEST

/* As where it cannot be opened once more. */
START_TEST(a_pipe_that_is_only_borrowed)
{
	int fd[2];

	ck_assert_int_eq(pipe(fd), 0);
	stdout_becomes(fd);
	sink_close();
	a_reader_that_stops();
}
END_TEST

START_TEST(a_stream_socket)
{
	int fd[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	stdout_becomes(fd);
	sink_open_stdout();
	a_reader_that_stops();
}
END_TEST

/* Nobody reads it any more: counted, and nothing is kept for him. */
START_TEST(a_reader_that_left)
{
	int fd[2];

	ck_assert_int_eq(pipe(fd), 0);
	stdout_becomes(fd);
	signal(SIGPIPE, SIG_IGN);
	sink_open_stdout();
	close(reader);
	put_lines(10);
	ck_assert_uint_eq(sink_lost(), 10);
	ck_assert_int_eq(sink_work(1), INT64_MAX);
}
END_TEST

static unsigned handed;

static bool
take_it(void *arg, const char *line, size_t n)
{
	ck_assert_ptr_eq(arg, &handed);
	ck_assert_uint_gt(n, 0);
	ck_assert_int_eq(line[n - 1], '\n');
	return ++handed <= 3;
}

/* A file may be on a slow disk: somebody else writes it. */
START_TEST(a_file)
{
	char name[] = "/tmp/test_sink.XXXXXX";
	int fd = mkstemp(name);

	ck_assert_int_ne(fd, -1);
	unlink(name);
	dup2(fd, STDOUT_FILENO);
	sink_open_stdout();
	put_lines(1);
	ck_assert_int_gt(lseek(fd, 0, SEEK_END), 0);
	sink_hand_over(take_it, &handed);
	put_lines(5);
	ck_assert_uint_eq(handed, 4);
	ck_assert_int_lt(lseek(fd, 0, SEEK_END), 80);
	ck_assert_int_ne(sink_work(1), INT64_MAX);
	handed = 0;
	ck_assert_int_eq(sink_work(100000), INT64_MAX);
	ck_assert_uint_eq(sink_lost(), 0);
}
END_TEST

/* The log tells how much is missing when it goes on. */
START_TEST(told_in_one_line)
{
	static char text[131072];
	int fd[2];
	size_t n = 0;

	ck_assert_int_eq(pipe(fd), 0);
	stdout_becomes(fd);
	log_open(LOG_TO_JOURNAL, "test");
	for (unsigned i = 0; i < LINES; i++)
		log_info("a line that a stranger can cause, number %u", i);
	ck_assert_uint_gt(log_lost(), 0);
	for (int64_t now = 0; log_work(now) != INT64_MAX || is_readable();
	    now += 1000) {
		ssize_t more = read(reader, text, sizeof text - 1);

		ck_assert_int_gt(more, 0);
		n = (size_t)more;
	}
	text[n] = '\0';
	ck_assert_ptr_nonnull(strstr(text, " lines of the log were lost"));
}
END_TEST

TESTS(sink, a_pipe, a_pipe_that_is_only_borrowed, a_stream_socket,
    a_reader_that_left, a_file, told_in_one_line)
