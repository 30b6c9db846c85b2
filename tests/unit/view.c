/* SPDX-License-Identifier: BSD-2-Clause */
/* What --status makes of a daemon's answer. */
#include <stdio.h>
#include <string.h>

#include "suite.h"
#include "report/view.h"

static struct view v, before;
static char out[8192];

static void
add(struct view *to, const char *const *lines, size_t n)
{
	to->n = 0;
	for (size_t i = 0; i < n; i++)
		ck_assert_msg(view_add(to, lines[i]), "%s", lines[i]);
}

static const char *
printed(bool rates)
{
	FILE *f = fmemopen(out, sizeof out, "w");

	ck_assert_ptr_nonnull(f);
	view_print(&v, rates ? &before : NULL, f);
	fclose(f);
	return out;
}

static void
fits(void)
{
	for (const char *p = out; *p != '\0'; p += strcspn(p, "\n") + 1)
		ck_assert_msg(strcspn(p, "\n") <= 80, "%s", p);
}

static const char *const small[] = {
	"build_info 1.2.3 1",
	"start_time_seconds 1000000000",
	"mtu_bytes nat64 1500",
	"received_packets_total ipv4 1000",
	"received_bytes_total ipv4 100000",
	"packets_total xlat46 1000",
	"packets_total ttl 0",
	"pool_size 256",
	"pool_addresses free 250",
	"new_metric_total 5",
	"new_metric_total label 6",
	"received_packets_total other 9",
};
#define SMALL	(sizeof small / sizeof small[0])

START_TEST(totals)
{
	add(&v, small, SMALL);
	printed(false);
	fits();
	ck_assert_ptr_nonnull(strstr(out,
	    "lichen 1.2.3 on nat64, mtu 1500, up "));
	ck_assert_ptr_nonnull(strstr(out,
	    "IPv4 in                 1000              100000\n"));
	ck_assert_ptr_nonnull(strstr(out,
	    "other in                   9                   0\n"));
	ck_assert_ptr_nonnull(strstr(out, "xlat46                  1000\n"));
	ck_assert_ptr_null(strstr(out, "ttl"));
	ck_assert_ptr_nonnull(strstr(out, "pool            free 250\n"));
	/* A newer daemon tells what this program does not know. */
	ck_assert_ptr_nonnull(strstr(out, "new metric: 5\n"));
	ck_assert_ptr_nonnull(strstr(out, "new metric, label: 6\n"));
	ck_assert_ptr_null(strchr(out, '_'));
	ck_assert_ptr_null(strstr(out, "problem"));
}
END_TEST

START_TEST(problems)
{
	static const char *const bad[] = { "", "x", "x 1", "x y z" };

	add(&v, small, SMALL);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		ck_assert_msg(!view_add_problem(&v, bad[i]), "%s", bad[i]);
	ck_assert(view_add_problem(&v, "device_down 7 nat64 is down: up"));
	ck_assert(view_add_problem(&v, "x 7 this is a text that does not fit "
	    "into a line of a terminal as they are: so it goes on in the next "
	    "one"));
	printed(false);
	fits();
	ck_assert_ptr_nonnull(strstr(out, "\n\n"
	    "problems (TROUBLESHOOTING in lichen(8))\n"
	    "  nat64 is down: up\n"
	    "  this is a text that does not fit into a line of a terminal as "
	    "they are: so\n      it goes on in the next one\n\ntraffic"));
	for (int i = 0; i < VIEW_PROBLEMS - 2; i++)
		ck_assert(view_add_problem(&v, "x 1 y"));
	ck_assert(!view_add_problem(&v, "x 1 y"));
}
END_TEST

START_TEST(fast_path)
{
	static const char *const on[] = { "fast_path on 1",
	    "fast_path_packets_total ipv4 12", "fast_path_packets_total ipv6 34",
	    "fast_path_lost_total 0", "fast_path_leases 5" };
	static const char *const off[] = { "fast_path no_privilege 0",
	    "fast_path_lost_total 6" };

	add(&v, on, 5);
	printed(false);
	fits();
	ck_assert_ptr_nonnull(strstr(out,
	    "\nfast path       on, packets ipv4 12 ipv6 34, leases 5\n"));
	ck_assert_ptr_null(strstr(out, "fast_path"));
	add(&v, off, 2);
	printed(false);
	ck_assert_ptr_nonnull(strstr(out, "\nfast path       off: no privilege, "));
	ck_assert_ptr_nonnull(strstr(out, "\nfast path lost: 6\n"));
}
END_TEST

START_TEST(rates)
{
	add(&v, small, SMALL);
	before = v;
	before.sample[3].value = 500;
	before.sample[4].value = 50000;
	before.sample[5].value = 500;
	v.when = 12;
	before.when = 10;
	printed(true);
	fits();
	/* 500 packets and 400 kbit in two seconds. */
	ck_assert_ptr_nonnull(strstr(out, "  1000              100000"
	    "           250    200000\n"));
	/* It was another daemon: no nonsense. */
	before.sample[3].value = 2000;
	printed(true);
	ck_assert_ptr_nonnull(strstr(out, "  1000              100000"
	    "             0    200000\n"));
}
END_TEST

START_TEST(largest)
{
	static char lines[40][160];
	const char *all[40];

	for (size_t i = 0; i < SMALL; i++) {
		char name[64], label[64] = "";

		if (sscanf(small[i], "%63s %63s 1%*s", name, label) == 2 &&
		    (label[0] < '0' || label[0] > '9'))
			snprintf(lines[i], sizeof lines[i],
			    "%s %s 18446744073709551615", name, label);
		else
			snprintf(lines[i], sizeof lines[i], "%s "
			    "18446744073709551615", name);
		all[i] = lines[i];
	}
	add(&v, all, SMALL);
	before = v;
	for (size_t i = 0; i < SMALL; i++)
		before.sample[i].value = 0;
	v.when = 2;
	before.when = 1;
	printed(true);
	fits();
	printed(false);
	fits();
}
END_TEST

START_TEST(not_samples)
{
	static const char *const bad[] = { "", "x", "x y", "x y z", "x 1 2 3",
	    "x 1y", "x y 1 ", "x -" };
	char big[200];

	v.n = 0;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ck_assert_msg(!view_add(&v, bad[i]), "%s", bad[i]);
	memset(big, 'x', sizeof big);
	memcpy(big + sizeof big - 3, " 1", 3);
	ck_assert(!view_add(&v, big));
	ck_assert_uint_eq(v.n, 0);
	for (int i = 0; i < VIEW_SAMPLES; i++)
		ck_assert(view_add(&v, "x 1"));
	ck_assert(!view_add(&v, "x 1"));
	printed(false);
}
END_TEST

/* Nothing at all is printed, too. */
START_TEST(empty)
{
	v.n = 0;
	printed(false);
	ck_assert_ptr_nonnull(strstr(out, "lichen ? on ?"));
	fits();
}
END_TEST

TESTS(view, problems, totals, fast_path, rates, largest, not_samples, empty)
