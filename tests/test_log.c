/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "suite.h"

/* What f() writes to a descriptor. */
static const char *
output_of(int fd, void (*f)(void))
{
	static char buf[8192];
	int p[2], saved = dup(fd);
	ssize_t n;

	fflush(NULL);
	ck_assert_int_eq(pipe(p), 0);
	dup2(p[1], fd);
	f();
	fflush(NULL);
	dup2(saved, fd);
	close(saved);
	close(p[1]);
	n = read(p[0], buf, sizeof buf - 1);
	close(p[0]);
	buf[n < 0 ? 0 : n] = '\0';
	return buf;
}

static void
one_of_each(void)
{
	errno = ENOENT;
	log_debug("d%d", 1);
	log_info("i%d", 2);
	log_notice("n%d", 3);
	log_warn("w%d", 4);
	log_warnx("x%d", 5);
	log_err("e%d", 6);
	log_errx("f%d", 7);
	ck_assert_int_eq(errno, ENOENT);
}

START_TEST(before_opening)
{
	ck_assert_str_eq(output_of(STDERR_FILENO, one_of_each),
	    "lichen: i2\nlichen: n3\n"
	    "lichen: w4: No such file or directory\nlichen: x5\n"
	    "lichen: e6: No such file or directory\nlichen: f7\n");
}
END_TEST

START_TEST(to_stdout)
{
	log_open(LOG_TO_STDOUT, "lichen");
	log_verbose(true);
	ck_assert_str_eq(output_of(STDOUT_FILENO, one_of_each),
	    "d1\ni2\nn3\nw4: No such file or directory\nx5\n"
	    "e6: No such file or directory\nf7\n");
}
END_TEST

/* The priorities of sd-daemon(3). */
START_TEST(to_journal)
{
	log_open(LOG_TO_JOURNAL, "lichen");
	log_verbose(true);
	ck_assert_str_eq(output_of(STDOUT_FILENO, one_of_each),
	    "<7>d1\n<6>i2\n<5>n3\n<4>w4: No such file or directory\n<4>x5\n"
	    "<3>e6: No such file or directory\n<3>f7\n");
}
END_TEST

static void
hostile(void)
{
	static char big[4096];

	log_info("a%sb", "\n<0>forged\x1b[2J\x7f\t");
	memset(big, 'y', sizeof big - 1);
	log_info("%s", big);
}

/* What a stranger wrote makes no line and no escape sequence, and ends. */
START_TEST(hostile_text)
{
	const char *out;

	log_open(LOG_TO_STDOUT, "lichen");
	out = output_of(STDOUT_FILENO, hostile);
	ck_assert(strncmp(out, "a?<0>forged?[2J??b\nyyy", 22) == 0);
	ck_assert_uint_lt(strlen(out), 1100);
	ck_assert(out[strlen(out) - 1] == '\n');
}
END_TEST

TESTS(log, before_opening, to_stdout, to_journal, hostile_text)
