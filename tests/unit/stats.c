/* SPDX-License-Identifier: BSD-2-Clause */
/* The metrics, in three formats, and the file that they go to. */
#include <sys/stat.h>

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "report/log.h"
#include "pktbuild.h"
#include "report/stats-file.h"
#include "suite.h"

static struct rig r;
static struct pump_counters pump;
static struct pktlog plog;
static struct fastpath fast;
static struct stats metrics;
static char text[STATS_TEXT_MAX + 1];

/* Every counter has a value of its own. */
static void
start(void)
{
	struct forward_counters *c = &r.f.count;

	rig_start(&r);
	c->in4 = (struct traffic){ 1001, 1002 };
	c->in6 = (struct traffic){ 1003, 1004 };
	c->in_other = (struct traffic){ 1026, 1027 };
	c->out4 = (struct traffic){ 1005, 1006 };
	c->out6 = (struct traffic){ 1007, 1008 };
	c->icmp_translated = 1009;
	c->icmp_sent = 1010;
	c->icmp_suppressed = 1011;
	for (int i = 0; i < REASON_COUNT; i++)
		c->reason[i] = 2000 + (uint64_t)i;
	pump.write_errors = 1012;
	pump.read_errors = 1013;
	pump.joined = 1014;
	pump.fragments_read = 1015;
	pump.fragments_made = 1016;
	plog.suppressed = 1017;
	fast = (struct fastpath){ .state = FASTPATH_ON, .packets46 = 1028,
	    .packets64 = 1029, .lost = 1030, .leases = 1031 };
	metrics = (struct stats){
		.forward = &r.f, .pump = &pump, .log = &plog, .fast = &fast,
		.device = "nat64", .started = 1018, .configured = 1019,
		.reloads = 1020, .failed_reloads = 1021, .file_errors = 1022,
		.leases = { 0, 1023, 1024, 1025 },
	};
}

static const char *
all(enum stats_format format)
{
	text[stats_all(&metrics, format, text)] = '\0';
	return text;
}

static void
has(const char *line)
{
	char want[128];

	snprintf(want, sizeof want, "\n%s\n", line);
	ck_assert_msg(strstr(text, want) != NULL, "%s", line);
}

static unsigned
lines_with(const char *word)
{
	unsigned n = 0;

	for (const char *p = text; (p = strstr(p, word)) != NULL; p++)
		n++;
	return n;
}

START_TEST(as_text)
{
	start();
	rig_pool(&r, "10.0.0.0/24");
	all(STATS_TEXT);
	ck_assert(strncmp(text, "build_info ", 11) == 0);
	has("start_time_seconds 1018");
	has("config_time_seconds 1019");
	has("reloads_total ok 1020");
	has("reloads_total failed 1021");
	has("received_packets_total ipv4 1001");
	has("received_bytes_total ipv4 1002");
	has("received_packets_total ipv6 1003");
	has("received_bytes_total ipv6 1004");
	has("received_packets_total other 1026");
	has("received_bytes_total other 1027");
	has("sent_packets_total ipv4 1005");
	has("sent_bytes_total ipv4 1006");
	has("sent_packets_total ipv6 1007");
	has("sent_bytes_total ipv6 1008");
	has("icmp_errors_total translated 1009");
	has("icmp_errors_total generated 1010");
	has("icmp_errors_total suppressed 1011");
	has("device_errors_total write 1012");
	has("device_errors_total read 1013");
	has("coalesced_packets_total 1014");
	has("fragments_total received 1015");
	has("fragments_total made 1016");
	has("log_suppressed_total 1017");
	has("fast_path on 1");
	has("fast_path_packets_total ipv4 1028");
	has("fast_path_packets_total ipv6 1029");
	has("fast_path_lost_total 1030");
	has("fast_path_leases 1031");
	has("leases_total assigned 1023");
	has("leases_total released 1024");
	has("leases_total takeover 1025");
	has("mtu_bytes nat64 1500");
	has("maps 2");
	has("pool_size 256");
	has("pool_addresses leased 0");
	has("pool_addresses dormant 0");
	has("pool_addresses reserved 1");
	has("pool_addresses free 255");
	rig_stop(&r);
}
END_TEST

/* Why it is off, in one word. */
START_TEST(fast_path_off)
{
	start();
	fast.state = FASTPATH_OFF;
	all(STATS_TEXT);
	has("fast_path off 0");
#define X(state, name) ck_assert_int_ne(name[0], '\0');
	FASTPATH_STATES(X)
#undef X
}
END_TEST

/* One counter a reason, each under its name. */
START_TEST(reasons)
{
	char line[64];

	start();
	all(STATS_TEXT);
	for (int i = 0; i < REASON_COUNT; i++) {
		snprintf(line, sizeof line, "packets_total %s %d",
		    reason_name((enum reason)i), 2000 + i);
		has(line);
	}
	ck_assert_uint_eq(lines_with("\npackets_total "), REASON_COUNT);
}
END_TEST

/* Without a pool there are as many metrics, and zeros. */
START_TEST(no_pool)
{
	start();
	all(STATS_TEXT);
	has("pool_size 0");
	has("pool_addresses free 0");
	has("pool_addresses reserved 0");
}
END_TEST

/* The exposition format: help and type before the samples of a name, once. */
START_TEST(as_prometheus)
{
	char name[64], help[128], type[16];
	unsigned types = 0;
	int n;

	start();
	all(STATS_PROMETHEUS);
	has("lichen_packets_total{reason=\"xlat46\"} 2000");
	has("# TYPE lichen_packets_total counter");
	has("# TYPE lichen_pool_addresses gauge");
	has("lichen_mtu_bytes{device=\"nat64\"} 1500");
	has("lichen_start_time_seconds 1018");
	for (char *p = text; *p != '\0'; p += n) {
		ck_assert_int_eq(sscanf(p, "# HELP %63s %127[^\n]\n%n", name,
		    help, &n), 2);
		p += n;
		ck_assert(isupper((unsigned char)help[0]));
		ck_assert(help[strlen(help) - 1] == '.');
		ck_assert_ptr_null(strpbrk(help, "\\"));
		ck_assert(strncmp(name, "lichen_", 7) == 0);
		ck_assert_int_eq(strncmp(p, "# TYPE ", 7), 0);
		p += 7;
		ck_assert_int_eq(strncmp(p, name, strlen(name)), 0);
		p += strlen(name);
		ck_assert_int_eq(sscanf(p, " %15s\n%n", type, &n), 1);
		/* A counter is a total. */
		ck_assert_int_eq(strcmp(type, "counter") == 0,
		    strcmp(name + strlen(name) - 6, "_total") == 0);
		types++;
		for (p += n; strncmp(p, name, strlen(name)) == 0; p += n)
			n = (int)strcspn(p, "\n") + 1;
		n = 0;
	}
	ck_assert_uint_eq(types, lines_with("# TYPE "));
	ck_assert_uint_gt(types, 15);
}
END_TEST

/* Braces and commas: a reader as strict as JSON, for what we write. */
static const char *
json_value(const char *p)
{
	p += strspn(p, " \n");
	if (*p == '"') {
		p += 1 + strcspn(p + 1, "\"\\\n");
		ck_assert(*p == '"');
		return p + 1;
	}
	if (strncmp(p, "[]", 2) == 0)
		return p + 2;
	if (*p == '[') {
		do
			p = json_value(p + 1);
		while (*p == ',');
		ck_assert(*p == ']');
		return p + 1;
	}
	if (*p != '{') {
		ck_assert(isdigit((unsigned char)*p));
		return p + strspn(p, "0123456789");
	}
	do {
		p++;
		p += strspn(p, " \n");
		ck_assert(*p == '"');
		p += 1 + strcspn(p + 1, "\"\\");
		ck_assert(p[0] == '"' && p[1] == ':');
		p = json_value(p + 2);
	} while (*p == ',');
	ck_assert(*p == '}');
	return p + 1;
}

START_TEST(as_json)
{
	start();
	all(STATS_JSON);
	ck_assert_str_eq(json_value(text), "\n");
	ck_assert_ptr_nonnull(strstr(text, "\"lichen_maps\":2,"));
	ck_assert_ptr_nonnull(strstr(text,
	    "\"lichen_reloads_total\":{\"ok\":1020,\n \"failed\":1021},"));
	ck_assert_ptr_nonnull(strstr(text, "\"problems\":[]}"));
}
END_TEST

START_TEST(problems)
{
	static struct problems p;

	start();
	metrics.problems = &p;
	all(STATS_JSON);
	ck_assert_str_eq(json_value(text), "\n");
	ck_assert_ptr_nonnull(strstr(text, "\"problems\":[]}"));
	p.state[PROBLEM_DEVICE_DOWN].on = true;
	strcpy(p.state[PROBLEM_DEVICE_DOWN].text, "a\"b\\c\nd");
	all(STATS_JSON);
	ck_assert_str_eq(json_value(text), "\n");
	ck_assert_ptr_nonnull(strstr(text, "\"problems\":[{\"kind\":"
	    "\"device_down\",\"text\":\"a?b?c?d\"}]}"));
	for (int i = 0; i < PROBLEM_COUNT; i++) {
		p.state[i].on = true;
		memset(p.state[i].text, 'x', sizeof p.state[i].text - 1);
	}
	all(STATS_JSON);
	ck_assert_str_eq(json_value(text), "\n");
	ck_assert_ptr_nonnull(strstr(text, "\"none_from_ipv6\",\"text\""));
	all(STATS_PROMETHEUS);
	ck_assert_ptr_nonnull(strstr(text,
	    "\nlichen_problem{kind=\"device_down\"} 1\n"));
}
END_TEST

/* The longest values fit into the room that callers have. */
START_TEST(largest)
{
	struct stats_cursor c;
	char buf[STATS_CHUNK];
	size_t n, sum;

	start();
	memset(&r.f.count, 0xff, sizeof r.f.count);
	memset(&plog, 0xff, sizeof plog);
	metrics.device = "abcdefghijklmno";
	for (int f = STATS_TEXT; f <= STATS_PROMETHEUS; f++) {
		c = (struct stats_cursor){ 0 };
		sum = 0;
		while ((n = stats_next(&metrics, (enum stats_format)f, &c, buf)) > 0)
			sum += n;
		ck_assert_uint_eq(stats_next(&metrics, (enum stats_format)f, &c,
		    buf), 0);
		ck_assert_uint_eq(strlen(all((enum stats_format)f)), sum);
	}
}
END_TEST

/* --- the file ------------------------------------------------------------- */

static char dir[64], path[128], tmp[128];

static void
make_dir(void)
{
	strcpy(dir, "/tmp/lichen-test-stats.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/lichen.prom", dir);
	snprintf(tmp, sizeof tmp, "%s/lichen.prom~", dir);
	ck_assert_ptr_nonnull(freopen("/dev/null", "w", stdout));
	log_open(LOG_TO_STDOUT, "test");
}

static void
remove_dir(void)
{
	unlink(path);
	unlink(tmp);
	ck_assert_int_eq(rmdir(dir), 0);
}

static const char *
content(void)
{
	FILE *f = fopen(path, "r");
	size_t n;

	ck_assert_ptr_nonnull(f);
	n = fread(text, 1, sizeof text - 1, f);
	fclose(f);
	text[n] = '\0';
	return text;
}

/* Whole, readable for all, at the interval; what is in the way is not followed. */
START_TEST(file)
{
	struct stats_file f;
	struct stat st;
	char victim[128];

	start();
	make_dir();
	umask(077);
	snprintf(victim, sizeof victim, "%s/victim", dir);
	ck_assert_int_eq(symlink(victim, tmp), 0);
	stats_file_open(&f, path);
	ck_assert_int_eq(f.due, 0);
	stats_file_work(&f, &metrics, 15, 1000);
	ck_assert_int_eq(f.due, 16000);
	content();
	has("lichen_maps 2");
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0644);
	ck_assert_int_eq(lstat(tmp, &st), -1);
	ck_assert_int_eq(stat(victim, &st), -1);
	metrics.reloads = 5;
	stats_file_work(&f, &metrics, 15, 15999);
	content();
	has("lichen_reloads_total{result=\"ok\"} 1020");
	stats_file_work(&f, &metrics, 15, 16000);
	content();
	has("lichen_reloads_total{result=\"ok\"} 5");
	stats_file_close(&f);
	remove_dir();
}
END_TEST

/* What cannot be written leaves the old one, is counted, and tried again. */
START_TEST(failure)
{
	struct stats_file f;

	start();
	make_dir();
	stats_file_open(&f, path);
	stats_file_work(&f, &metrics, 15, 0);
	ck_assert_uint_eq(metrics.file_errors, 1022);
	ck_assert_int_eq(mkdir(tmp, 0700), 0);	/* in the way */
	metrics.reloads = 5;
	stats_file_work(&f, &metrics, 15, 15000);
	ck_assert_uint_eq(metrics.file_errors, 1023);
	ck_assert_int_eq(f.told, EEXIST);
	stats_file_work(&f, &metrics, 15, 30000);
	ck_assert_uint_eq(metrics.file_errors, 1024);
	content();
	has("lichen_reloads_total{result=\"ok\"} 1020");
	ck_assert_int_eq(rmdir(tmp), 0);
	stats_file_work(&f, &metrics, 15, 45000);
	ck_assert_int_eq(f.told, 0);
	content();
	has("lichen_reloads_total{result=\"ok\"} 5");
	stats_file_close(&f);
	remove_dir();
}
END_TEST

/* No directory, or none wanted: nothing is due, and nothing happens. */
START_TEST(no_file)
{
	struct stats_file f;

	start();
	ck_assert_ptr_nonnull(freopen("/dev/null", "w", stdout));
	log_open(LOG_TO_STDOUT, "test");
	stats_file_open(&f, NULL);
	ck_assert(f.due == INT64_MAX);
	f.due = 0;
	stats_file_work(&f, &metrics, 15, 1);
	stats_file_close(&f);
	stats_file_open(&f, "/nonexistent/lichen.prom");
	ck_assert(f.due == INT64_MAX);
	stats_file_work(&f, &metrics, 15, 1);
	ck_assert_uint_eq(metrics.file_errors, 1022);
	stats_file_close(&f);
}
END_TEST

TESTS(stats, problems, as_text, fast_path_off, reasons, no_pool, as_prometheus, as_json, largest, file,
    failure, no_file)
