/* SPDX-License-Identifier: BSD-2-Clause */
/* Conversations on the control socket, without and with the socket. */
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "report/control-socket.h"
#include "report/log.h"
#include "pktbuild.h"
#include "suite.h"

static struct rig r;
static struct pump_counters pump;
static struct pktlog plog;
static struct fastpath fast;
static struct stats stats;
static struct conf conf;
static struct conf_origin origin[8];
static struct control_view view;
static struct control c;
static char said[4 << 20];

static void
start(const char *pool)
{
	rig_start(&r);
	if (pool != NULL)
		rig_pool(&r, pool);
	fast = (struct fastpath){ .state = FASTPATH_OFF };
	stats = (struct stats){ .forward = &r.f, .pump = &pump, .log = &plog,
	    .fast = &fast, .device = "nat64" };
	for (size_t i = 0; i < 8; i++)
		origin[i] = (struct conf_origin){ "/etc/maps", 3 };
	conf = (struct conf){ .ipv4_addr = r.f.own.addr4,
	    .has_ipv6_addr = true, .ipv6_addr = r.f.own.addr6,
	    .origin = origin };
	view = (struct control_view){ .stats = &stats, .conf = &conf,
	    .map = &r.f.map, .now = r.now };
	control_begin(&c);
}

static void
hear(const void *octets, size_t n)
{
	size_t have;
	char *room = control_room(&c, &have);

	ck_assert_uint_le(n, have);
	memcpy(room, octets, n);
	control_received(&c, n);
	control_work(&c, &view);
}

/* All that is answered until it waits again, taken a few octets at a time. */
static const char *
answer(size_t at_a_time)
{
	size_t n = 0;

	while (control_busy(&c)) {
		size_t k = c.out_n < at_a_time ? c.out_n : at_a_time;

		ck_assert_uint_lt(n + k, sizeof said);
		memcpy(said + n, c.out, k);
		n += k;
		control_sent(&c, k);
		control_work(&c, &view);
		ck_assert_uint_le(c.out_n, CONTROL_OUT);
	}
	said[n] = '\0';
	return said;
}

static const char *
asked(const char *request)
{
	hear(request, strlen(request));
	return answer(CONTROL_OUT);
}

static unsigned
count(const char *text, const char *word)
{
	unsigned n = 0;

	for (; (text = strstr(text, word)) != NULL; text += strlen(word))
		n++;
	return n;
}

/* An answer ends with its only empty line. */
static void
one_answer(const char *text)
{
	size_t n = strlen(text);

	ck_assert_uint_gt(n, 2);
	ck_assert_str_eq(text + n - 2, "\n\n");
	ck_assert_uint_eq(count(text, "\n\n"), 1);
	ck_assert(text[0] != '\n');
}

START_TEST(status)
{
	start("10.0.0.0/24");
	one_answer(asked("status\n"));
	ck_assert_ptr_nonnull(strstr(said, "\npool_addresses free 255\n"));
	one_answer(asked("status json\r\n"));
	ck_assert_ptr_nonnull(strstr(said, "\"lichen_pool_size\":256,\n"));
	one_answer(asked("  status\tprometheus \n"));
	ck_assert_ptr_nonnull(strstr(said, "\nlichen_pool_size 256\n"));
	rig_stop(&r);
}
END_TEST

START_TEST(refusals)
{
	static const char *const requests[] = {
		"\n", "Status\n", "stat\n", "statusx\n", "status xml\n",
		"status json json\n", "leases prometheus\n", "leases\n",
		"explain\n", "explain 192.0.2\n", "explain 192.0.2.1 x\n",
		"explain 2001:db8::/32\n", "problems json\n", "about x\n", "reload\n", "\x01\xff\n",
		"quit now and for ever\n",
	};

	start(NULL);
	for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
		one_answer(asked(requests[i]));
		ck_assert_msg(strncmp(said, "error: ", 7) == 0, "%s", said);
		ck_assert_uint_eq(count(said, "\n"), 2);
	}
	one_answer(asked("help\n"));
	ck_assert(strncmp(said, "error: ", 7) != 0);
	ck_assert_str_eq(asked("leases json\n"), "[]\n\n");
}
END_TEST

START_TEST(problems)
{
	static struct problems p;

	start(NULL);
	stats.problems = &p;
	ck_assert_str_eq(asked("problems\n"), "\n");
	p.state[PROBLEM_FORWARDING6] = (struct problem_state){ true,
	    view.now - 7999, "x: y" };
	ck_assert_str_eq(asked("problems\n"), "forwarding6 7 x: y\n\n");
	for (int i = 0; i < PROBLEM_COUNT; i++) {
		p.state[i].on = true;
		memset(p.state[i].text, 'x', sizeof p.state[i].text - 1);
	}
	one_answer(asked("problems\n"));
	ck_assert_uint_eq(count(said, "\n"), PROBLEM_COUNT + 1);
}
END_TEST

START_TEST(clat)
{
	start(NULL);
	ck_assert_str_eq(asked("clat\n"), "\n");
	view.clat = "state translating\nprefix 64:ff9b::/96\n";
	ck_assert_str_eq(asked("clat\n"),
	    "state translating\nprefix 64:ff9b::/96\n\n");
	ck_assert_str_eq(asked("clat x\n"), "error: want \"clat\"\n\n");
}
END_TEST

START_TEST(about)
{
	start(NULL);
	conf.path = (char *)"/etc/tayga.conf";
	stats.configured = 77;
	one_answer(asked("about\n"));
	ck_assert_ptr_nonnull(strstr(said,
	    "\nconfig_time 77\nconfig /etc/tayga.conf\n"));
}
END_TEST

/* Octets in any portions, and several requests at once, are the same. */
START_TEST(portions)
{
	static char whole[sizeof said];
	const char *request = "status\nhelp\nexplain 192.0.2.1\n";

	start(NULL);
	strcpy(whole, asked(request));
	ck_assert_uint_eq(count(whole, "\n\n"), 3);
	for (const char *p = request; *p != '\0'; p++)
		hear(p, 1);
	ck_assert_str_eq(answer(1), whole);
}
END_TEST

/* A NUL, or no end: the request is over, and so is the conversation. */
START_TEST(too_long)
{
	char x[CONTROL_IN];
	size_t n;

	start(NULL);
	memset(x, 'x', sizeof x);
	hear("help\0me\n", 8);
	ck_assert(strncmp(answer(CONTROL_OUT), "status", 6) == 0);
	hear(x, sizeof x);
	one_answer(answer(CONTROL_OUT));
	ck_assert_str_eq(said, "error: request too long\n\n");
	ck_assert(c.over && !control_busy(&c));
	control_room(&c, &n);
	ck_assert_uint_eq(n, 0);
	control_work(&c, &view);
	ck_assert_uint_eq(c.out_n, 0);
}
END_TEST

static void
lease(unsigned i)
{
	struct lease_event e;
	ip4_t addr;

	ck_assert(pool_lease(&r.pool, (struct ip6){ UINT64_C(0x20010db8) << 32,
	    i + 100 }, r.now, &addr, &e));
}

START_TEST(leases)
{
	char line[256], v4[ADDR_TEXT_MAX];
	struct lease_event e;
	ip4_t addr;

	start("10.0.0.0/24");
	ck_assert_str_eq(asked("leases json\n"), "[]\n\n");
	ck_assert_str_eq(asked("leases\n"), "\n");
	lease(0);
	ck_assert(pool_addr(&r.pool, (struct ip6){ UINT64_C(0x20010db8) << 32,
	    100 }, r.now, false, &addr));
	view.now = r.now + 5000;
	snprintf(line, sizeof line, "%s 2001:db8::64 active 5\n\n",
	    ip4_text(addr, v4));
	ck_assert_str_eq(asked("leases\n"), line);
	view.now = r.now + POOL_LIFETIME;
	snprintf(line, sizeof line, "[{\"ipv4\":\"%s\",\"ipv6\":\"2001:db8::64"
	    "\",\"state\":\"dormant\",\"idle_seconds\":7440}]\n\n", v4);
	ck_assert_str_eq(asked("leases json\n"), line);
	while (pool_expire(&r.pool, view.now + 20000, &e))
		continue;
	ck_assert_str_eq(asked("leases json\n"), line);
	rig_stop(&r);
}
END_TEST

/* More than any buffer, while it changes, to a reader that takes its time. */
START_TEST(many_leases)
{
	struct pool *p = &r.pool;

	start("10.0.0.0/16");
	for (unsigned i = 0; i < 20000; i++)
		lease(i);
	hear("leases\n", 7);
	one_answer(answer(1000));
	ck_assert_uint_eq(count(said, " active "), 20000);
	hear("leases json\n", 12);
	one_answer(answer(CONTROL_OUT));
	ck_assert_uint_eq(count(said, "\"active\""), 20000);
	ck_assert_uint_eq(count(said, ",\n{"), 19999);
	/* A reload takes the pool away, or brings a smaller one. */
	hear("leases\n", 7);
	r.f.map.pool = NULL;
	one_answer(answer(1000));
	ck_assert_uint_lt(count(said, " active "), 300);
	r.f.map.pool = p;
	rig_stop(&r);
}
END_TEST

/* --- the socket ----------------------------------------------------------- */

static struct control_socket sock;
static char dir[64], path[100];

static void
listen_there(void)
{
	start("10.0.0.0/24");
	ck_assert_ptr_nonnull(freopen("/dev/null", "w", stdout));
	log_open(LOG_TO_STDOUT, "test");
	strcpy(dir, "/tmp/lichen-test-control.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/socket", dir);
	control_socket_open(&sock, path);
}

static int
call(void)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	strcpy(sun.sun_path, path);
	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&sun, sizeof sun), 0);
	return fd;
}

static void
work(unsigned times)
{
	while (times-- > 0)
		control_socket_work(&sock, &view);
}

static ssize_t
heard(int fd)
{
	ssize_t n = recv(fd, said, sizeof said - 1, 0);

	said[n < 0 ? 0 : n] = '\0';
	return n;
}

static void
close_there(void)
{
	struct stat st;

	control_socket_close(&sock);
	ck_assert_int_eq(lstat(path, &st), -1);
	ck_assert_int_eq(rmdir(dir), 0);
	rig_stop(&r);
}

START_TEST(conversation)
{
	struct pollfd fds[CONTROL_FDS];
	struct stat st;
	int fd;

	listen_there();
	ck_assert_int_eq(lstat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0660);
	ck_assert(control_socket_due(&sock) == INT64_MAX);
	fd = call();
	work(1);
	ck_assert_uint_eq(control_socket_fds(&sock, fds), 2);
	ck_assert_int_eq(fds[1].events, POLLIN);
	ck_assert(control_socket_due(&sock) == view.now + CONTROL_PATIENCE);
	ck_assert_int_eq(send(fd, "help\n", 5, 0), 5);
	work(1);
	ck_assert_int_gt(heard(fd), 0);
	one_answer(said);
	/* A client that has said all it wants still gets its answers. */
	ck_assert_int_eq(send(fd, "help\nhelp\n", 10, 0), 10);
	shutdown(fd, SHUT_WR);
	work(4);
	ck_assert_int_gt(heard(fd), 0);
	ck_assert_uint_eq(count(said, "\n\n"), 2);
	ck_assert_int_eq(heard(fd), 0);
	ck_assert_uint_eq(sock.clients, 0);
	close(fd);
	close_there();
}
END_TEST

/* Half a request and an end, or nothing for half a minute: hang up. */
START_TEST(silence)
{
	int a, b;

	listen_there();
	a = call();
	b = call();
	work(2);
	ck_assert_uint_eq(sock.clients, 2);
	ck_assert_int_eq(send(a, "hel", 3, 0), 3);
	shutdown(a, SHUT_WR);
	work(2);
	ck_assert_uint_eq(sock.clients, 1);
	ck_assert_int_eq(heard(a), 0);
	view.now += CONTROL_PATIENCE - 1;
	work(1);
	ck_assert_uint_eq(sock.clients, 1);
	view.now++;
	work(1);
	ck_assert_uint_eq(sock.clients, 0);
	ck_assert_int_eq(heard(b), 0);
	close(a);
	close(b);
	close_there();
}
END_TEST

/* Who comes last finds room: the one that has done nothing for longest goes. */
START_TEST(crowd)
{
	struct pollfd fds[CONTROL_FDS];
	int fd[CONTROL_CLIENTS + 2];

	listen_there();
	for (int i = 0; i < CONTROL_CLIENTS; i++) {
		fd[i] = call();
		work(1);
		view.now++;
	}
	ck_assert_int_eq(send(fd[0], "help\n", 5, 0), 5);
	work(1);
	ck_assert_int_gt(heard(fd[0]), 0);
	ck_assert_uint_eq(control_socket_fds(&sock, fds), CONTROL_FDS);
	for (int i = CONTROL_CLIENTS; i < CONTROL_CLIENTS + 2; i++) {
		fd[i] = call();
		work(1);
		ck_assert_uint_eq(sock.clients, CONTROL_CLIENTS);
		ck_assert_int_eq(send(fd[i], "help\n", 5, 0), 5);
		work(1);
		ck_assert_int_gt(heard(fd[i]), 0);
	}
	ck_assert_int_eq(heard(fd[1]), 0);
	ck_assert_int_eq(heard(fd[2]), 0);
	for (int i = 3; i < CONTROL_CLIENTS; i++)
		ck_assert(heard(fd[i]) == -1 && errno == EAGAIN);
	for (int i = 0; i < CONTROL_CLIENTS + 2; i++)
		close(fd[i]);
	work(1);
	ck_assert_uint_eq(sock.clients, 0);
	close_there();
}
END_TEST

/* Those who ask for a lot wait for each other, not others for them. */
START_TEST(in_turn)
{
	int fd[3];

	listen_there();
	for (int i = 0; i < 3; i++) {
		fd[i] = call();
		work(1);
	}
	for (int i = 0; i < 100; i++)
		ck_assert_int_eq(send(fd[0], "help\n", 5, 0), 5);
	ck_assert_int_eq(send(fd[1], "help\n", 5, 0), 5);
	ck_assert_int_eq(send(fd[2], "help\n", 5, 0), 5);
	work(1);
	ck_assert_int_gt(heard(fd[0]), 0);
	one_answer(said);
	ck_assert_int_eq(heard(fd[1]), -1);
	work(1);
	ck_assert_int_gt(heard(fd[1]), 0);
	ck_assert_int_eq(heard(fd[0]), -1);
	work(1);
	ck_assert_int_gt(heard(fd[2]), 0);
	work(99);
	ck_assert_int_gt(heard(fd[0]), 0);
	ck_assert_uint_eq(count(said, "\n\n"), 99);
	for (int i = 0; i < 3; i++)
		close(fd[i]);
	close_there();
}
END_TEST

/* One that asks and never listens fills its buffers, and then loses patience. */
START_TEST(never_reads)
{
	struct pollfd fds[CONTROL_FDS];
	int fd;

	listen_there();
	fd = call();
	for (int i = 0; i < 1000; i++) {
		ssize_t n = send(fd, "status json\n", 12, 0);

		ck_assert(n == 12 || errno == EAGAIN);
		work(2);
	}
	ck_assert_uint_eq(sock.clients, 1);
	ck_assert_uint_eq(control_socket_fds(&sock, fds), 2);
	ck_assert_int_eq(fds[1].events, POLLOUT);
	ck_assert_int_eq(poll(&fds[1], 1, 0), 0);
	view.now += CONTROL_PATIENCE;
	work(1);
	ck_assert_uint_eq(sock.clients, 0);
	close(fd);
	close_there();
}
END_TEST

/* What was left behind is replaced, what lives or is something else stays. */
START_TEST(in_the_way)
{
	struct control_socket other = { 0 };
	char aside[120];
	struct stat st;
	FILE *f;

	listen_there();
	control_socket_open(&other, path);
	ck_assert_int_eq(other.listener, -1);
	close(call());
	/* As after kill -9. */
	snprintf(aside, sizeof aside, "%s/aside", dir);
	ck_assert_int_eq(rename(path, aside), 0);
	control_socket_close(&sock);
	ck_assert_int_eq(rename(aside, path), 0);
	control_socket_open(&sock, path);
	ck_assert_int_ne(sock.listener, -1);
	close(call());
	control_socket_close(&sock);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fclose(f);
	control_socket_open(&sock, path);
	ck_assert_int_eq(sock.listener, -1);
	ck_assert(stat(path, &st) == 0 && S_ISREG(st.st_mode));
	work(1);
	unlink(path);
	close_there();
}
END_TEST

TESTS(control, status, problems, clat, about, refusals, portions, too_long, leases, many_leases,
    conversation, silence, crowd, in_turn, never_reads, in_the_way)
