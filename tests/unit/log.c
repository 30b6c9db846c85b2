/* SPDX-License-Identifier: BSD-2-Clause */
#include <sys/stat.h>

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "report/log.h"
#include "output.h"
#include "suite.h"

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

/* The next line, without the time that it starts with: RFC 3339, UTC, now. */
static const char *
next_line(const char **out)
{
	static char line[4096];
	const char *end = strchr(*out, '\n');
	int y, month, d, h, m, sec, ms, n = 0;
	struct tm tm;
	time_t now = time(NULL);

	ck_assert_ptr_nonnull(end);
	ck_assert_int_eq(sscanf(*out, "time=%4d-%2d-%2dT%2d:%2d:%2d.%3dZ %n",
	    &y, &month, &d, &h, &m, &sec, &ms, &n), 7);
	ck_assert_int_eq(n, (int)strlen("time=2026-11-21T10:00:00.000Z "));
	tm = (struct tm){ .tm_year = y - 1900, .tm_mon = month - 1,
	    .tm_mday = d, .tm_hour = h, .tm_min = m, .tm_sec = sec };
	ck_assert_int_le(timegm(&tm), now + 1);
	ck_assert_int_ge(timegm(&tm), now - 60);
	snprintf(line, sizeof line, "%.*s", (int)(end - *out - n), *out + n);
	*out = end + 1;
	return line;
}

static enum log_target opened_to;
static void (*then)(void);

static void
open_first(void)
{
	log_open(opened_to, "lichen");
	then();
	log_detach();	/* who reads it waits for its end */
}

/* What f() logs; the target is opened where the lines are read. */
static const char *
logged(enum log_target to, void (*f)(void))
{
	opened_to = to;
	then = f;
	return output_of(STDOUT_FILENO, open_first);
}

START_TEST(to_stdout)
{
	const char *out;

	unsetenv("JOURNAL_STREAM");
	setenv("TZ", "Pacific/Kiritimati", 1);
	log_verbose(true);
	out = logged(LOG_TO_STDOUT, one_of_each);
	ck_assert_str_eq(next_line(&out), "level=debug msg=\"d1\"");
	ck_assert_str_eq(next_line(&out), "level=info msg=\"i2\"");
	ck_assert_str_eq(next_line(&out), "level=notice msg=\"n3\"");
	ck_assert_str_eq(next_line(&out),
	    "level=warning msg=\"w4: No such file or directory\"");
	ck_assert_str_eq(next_line(&out), "level=warning msg=\"x5\"");
	ck_assert_str_eq(next_line(&out),
	    "level=error msg=\"e6: No such file or directory\"");
	ck_assert_str_eq(next_line(&out), "level=error msg=\"f7\"");
	ck_assert_str_eq(out, "");
}
END_TEST

/* The priorities of sd-daemon(3); the journal has its own clock. */
START_TEST(to_journal)
{
	log_verbose(true);
	ck_assert_str_eq(logged(LOG_TO_JOURNAL, one_of_each),
	    "<7>msg=\"d1\"\n<6>msg=\"i2\"\n<5>msg=\"n3\"\n"
	    "<4>msg=\"w4: No such file or directory\"\n<4>msg=\"x5\"\n"
	    "<3>msg=\"e6: No such file or directory\"\n<3>msg=\"f7\"\n");
}
END_TEST

static void
an_event(void)
{
	log_event("a=%d", 1);
}

/* A stdout that systemd.exec(5) says is the journal gets what the journal wants. */
START_TEST(stdout_is_the_journal)
{
	char name[] = "/tmp/lichen-test-log.XXXXXX", stream[64], buf[64];
	int fd = mkstemp(name), saved = dup(STDOUT_FILENO);
	struct stat st;
	ssize_t n;

	ck_assert_int_ne(fd, -1);
	unlink(name);
	ck_assert_int_eq(fstat(fd, &st), 0);
	snprintf(stream, sizeof stream, "%ju:%ju", (uintmax_t)st.st_dev,
	    (uintmax_t)st.st_ino);
	setenv("JOURNAL_STREAM", stream, 1);
	fflush(stdout);
	dup2(fd, STDOUT_FILENO);
	log_open(LOG_TO_STDOUT, "lichen");
	an_event();
	dup2(saved, STDOUT_FILENO);
	n = pread(fd, buf, sizeof buf - 1, 0);
	buf[n < 0 ? 0 : n] = '\0';
	ck_assert_str_eq(buf, "<6>a=1\n");
	/* It is another file now. */
	ck_assert(strncmp(logged(LOG_TO_STDOUT, an_event), "time=", 5) == 0);
}
END_TEST

static void
events(void)
{
	log_event("a=%d b=\"c d\"", 1);
	log_event_timed("lease=%s", "x");
	log_info("say \"%s\"", "a\\b");
}

/* Events are what they are, sentences one quoted value. */
START_TEST(key_value)
{
	const char *out;

	ck_assert(strncmp(output_of(STDERR_FILENO, events),
	    "lichen: a=1 b=\"c d\"\n", 20) == 0);
	unsetenv("JOURNAL_STREAM");
	out = logged(LOG_TO_STDOUT, events);
	ck_assert_str_eq(next_line(&out), "level=info a=1 b=\"c d\"");
	ck_assert_str_eq(next_line(&out), "level=info lease=x");
	ck_assert_str_eq(next_line(&out),
	    "level=info msg=\"say \\\"a\\\\b\\\"\"");
	ck_assert_str_eq(out, "");
}
END_TEST

/* A record that is kept has the time even where the line does not. */
START_TEST(timed_in_the_journal)
{
	const char *out;

	out = logged(LOG_TO_JOURNAL, events);
	ck_assert(strncmp(out, "<6>a=1 b=\"c d\"\n<6>time=", 23) == 0);
	out += 3 + strlen("a=1 b=\"c d\"\n") + 3;
	ck_assert_str_eq(next_line(&out), "lease=x");
	ck_assert_str_eq(out, "<6>msg=\"say \\\"a\\\\b\\\"\"\n");
}
END_TEST

static void
hostile(void)
{
	static char big[4096];

	unsetenv("JOURNAL_STREAM");
	log_info("a%sb", "\n<0>forged\x1b[2J\x7f\t");
	memset(big, 'y', sizeof big - 1);
	log_info("%s", big);
	log_info("%s", big);
	memset(big, '"', sizeof big - 1);
	log_info("%s", big);
}

/* What a stranger wrote makes no line and no escape sequence, and ends. */
START_TEST(hostile_text)
{
	const char *out;

	out = logged(LOG_TO_STDOUT, hostile);
	ck_assert_str_eq(next_line(&out),
	    "level=info msg=\"a?<0>forged?[2J??b\"");
	ck_assert(strncmp(next_line(&out), "level=info msg=\"yyy", 19) == 0);
	ck_assert_uint_lt(strlen(next_line(&out)), 1100);
	ck_assert_uint_lt(strlen(next_line(&out)), 2100);
	ck_assert_str_eq(out, "");
}
END_TEST

TESTS(log, before_opening, to_stdout, to_journal, stdout_is_the_journal,
    key_value, timed_in_the_journal, hostile_text)
