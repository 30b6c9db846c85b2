/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * In the sandbox: what the translator and the writer do works; what an intruder in
 * one of them would do is refused.  Each try is a process in the real filter.
 */
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <linux/if_tun.h>
#include <linux/rtnetlink.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <netinet/in.h>

#include <arpa/inet.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "suite.h"
#include "system/plain-file.h"
#include "system/sandbox.h"

/* What a try finds; below them -signal. */
enum { WORKS = 70, DENIED, WALLED, FAILED, NO_SANDBOX };

#ifdef SANDBOX_DENY
#define REFUSAL	(-SIGSYS)
#else
#define REFUSAL	DENIED
#endif

/* Directories: what may be read, what may be written, and their parent. */
static char top[] = "/tmp/sandbox.XXXXXX";
static char listener_path[64];
static int top_dir, read_dir, write_dir, remove_dir;

/* From before the sandbox. */
static int tcp, udp, stream, datagram, listener, device, kernel;

static void
put(int dir, const char *name)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (fd == -1 || write(fd, "1234", 4) != 4)
		abort();
	close(fd);
}

static int
make_dir(const char *name)
{
	(void)mkdirat(top_dir, name, 0755);
	return openat(top_dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void
set_up(void)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };

	if (mkdtemp(top) == NULL)
		abort();
	top_dir = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	read_dir = make_dir("read");
	write_dir = make_dir("write");
	remove_dir = make_dir("remove");
	put(top_dir, "secret");
	put(read_dir, "conf");
	put(write_dir, "file");
	put(remove_dir, "pid");
	(void)symlinkat("../secret", read_dir, "link");
	tcp = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	udp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	stream = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	datagram = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	device = open("/dev/zero", O_RDWR | O_CLOEXEC);
	kernel = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	snprintf(listener_path, sizeof listener_path, "%s/socket", top);
	strcpy(sun.sun_path, listener_path);
	if (bind(listener, (struct sockaddr *)&sun, sizeof sun) == -1 ||
	    listen(listener, 8) == -1)
		abort();
}

static void
clean_up(void)
{
	char command[64];

	snprintf(command, sizeof command, "rm -rf %s", top);
	if (system(command) != 0)
		abort();
}

static bool asks;

static bool
enter(enum sandbox_who who)
{
	struct sandbox s = { .who = who, .asks = asks };
	char err[256] = "";

	dirs_add(&s.read, read_dir);
	if (who != SANDBOX_TRANSLATOR) {
		dirs_add(&s.write, write_dir);
		dirs_add(&s.remove, remove_dir);
	}
	if (sandbox_start(&s, err, sizeof err))
		return true;
	fprintf(stderr, "%s\n", err);
	return false;
}

/* What a child finds in the sandbox when it calls f. */
static int
in_sandbox(enum sandbox_who who, long (*f)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == -1)
		abort();
	if (pid == 0) {
		if (!enter(who))
			_exit(NO_SANDBOX);
		errno = 0;
		if (f() != -1)
			_exit(WORKS);
		_exit(errno == EPERM ? DENIED : errno == EACCES ? WALLED :
		    FAILED);
	}
	if (waitpid(pid, &status, 0) != pid)
		abort();
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

struct try {
	const char	*what;
	long		(*f)(void);
};
#define TRY(f)	{ #f, f }

static void
all_end(enum sandbox_who who, const struct try *t, size_t n, int want)
{
	for (size_t i = 0; i < n; i++) {
		int got = in_sandbox(who, t[i].f);

		ck_assert_msg(got == want, "%s: %d, want %d", t[i].what, got,
		    want);
	}
}
#define ALL_END(who, tries, want) \
	all_end(who, tries, sizeof tries / sizeof tries[0], want)

/* --- what both do --------------------------------------------------------- */

static long
packets(void)
{
	char b[4];
	struct iovec v = { b, sizeof b };

	return read(device, b, sizeof b) == 4 && writev(device, &v, 1) == 4 &&
	    readv(device, &v, 1) == 4 ? 0 : -1;
}

static long
clocks(void)
{
	struct timespec ts;

	/* Not by way of the vDSO. */
	return syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &ts);
}

static void
nothing(int sig)
{
	(void)sig;
}

static long
signals(void)
{
	signal(SIGHUP, nothing);
	return raise(SIGHUP);
}

static long
memory(void)
{
	size_t sizes[] = { 1, 4000, 300000, 50000000 };
	char *p = NULL, *q;

	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		p = realloc(p, sizes[i]);
		q = malloc(sizes[i]);
		if (p == NULL || q == NULL)
			return -1;
		memset(p, 1, sizes[i]);
		free(q);
	}
	free(p);
	return 0;
}

static long
old_file(void)
{
	FILE *f = plain_fopen(read_dir, "conf");
	struct stat st;
	char b[8];
	int again;

	if (f == NULL || fstat(fileno(f), &st) == -1 ||
	    fstatat(read_dir, "conf", &st, 0) == -1 ||
	    pread(fileno(f), b, 2, 1) != 2 ||
	    fgets(b, sizeof b, f) == NULL || strcmp(b, "1234") != 0)
		return -1;
	again = fcntl(fileno(f), F_DUPFD_CLOEXEC, 0);
	if (again == -1 || lseek(again, 0, SEEK_SET) == -1 || fclose(f) != 0)
		return -1;
	return close(again);
}

static const struct try by_both[] = {
	TRY(packets), TRY(clocks), TRY(signals), TRY(memory), TRY(old_file),
};

static long
own_abort(void)
{
	abort();
}

/* --- what the translator does --------------------------------------------- */

static long
waiting(void)
{
	struct timespec soon = { 0, 1000 };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	if (sigtimedwait(&set, NULL, &soon) != -1 || errno != EAGAIN)
		return -1;
	return ppoll(NULL, 0, &soon, &set);
}

static long
interface(void)
{
	struct ifreq ifr = { .ifr_name = "lo" };

	return ioctl(udp, SIOCGIFMTU, &ifr) == -1 ? -1 :
	    ioctl(udp, SIOCGIFINDEX, &ifr);
}

static int pair[2];

static long
client(void)
{
	char b[4];
	struct iovec v = { b, sizeof b };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };

	if (accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK) !=
	    -1 || errno != EAGAIN)
		return -1;
	return send(pair[0], "1234", 4, MSG_DONTWAIT) == 4 &&
	    recv(pair[1], b, 2, MSG_DONTWAIT) == 2 &&
	    recvmsg(pair[1], &m, MSG_DONTWAIT) == 2 ? 0 : -1;
}

START_TEST(translator_works)
{
	static const struct try mine[] = {
		TRY(waiting), TRY(interface), TRY(client),
	};

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	(void)fcntl(listener, F_SETFL, O_NONBLOCK);
	ALL_END(SANDBOX_TRANSLATOR, by_both, WORKS);
	ALL_END(SANDBOX_TRANSLATOR, mine, WORKS);
	ALL_END(SANDBOX_ALONE, mine, WORKS);
	ck_assert_int_eq(in_sandbox(SANDBOX_TRANSLATOR, own_abort), -SIGABRT);
}
END_TEST

/* --- what the writer does ------------------------------------------------- */

static long
new_file(void)
{
	int fd = plain_create(write_dir, "new", 0600);
	FILE *f = fdopen(fd, "w");

	if (f == NULL || fprintf(f, "12345") != 5 || fflush(f) != 0 ||
	    fchmod(fd, 0644) == -1 || ftruncate(fd, 4) == -1 ||
	    fdatasync(fd) == -1 || fsync(fd) == -1 || fclose(f) != 0)
		return -1;
	return renameat(write_dir, "new", write_dir, "file") == -1 ? -1 :
	    fsync(write_dir);
}

static long
at_its_end(void)
{
	int fd = plain_append(write_dir, "file", 0644);

	return fd == -1 || write(fd, "5", 1) != 1 ||
	    flock(write_dir, LOCK_EX | LOCK_NB) == -1 ? -1 : close(fd);
}

static long
one_less(void)
{
	put(write_dir, "tmp");
	return unlinkat(write_dir, "tmp", 0);
}

static long
at_the_end(void)
{
	return unlinkat(remove_dir, "pid", 0);
}

/* There need not be one. */
static long
syslogd(void)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };

	strcpy(sun.sun_path, "/nonexistent/log");
	return connect(datagram, (struct sockaddr *)&sun, sizeof sun) == -1 &&
	    errno == ENOENT ? 0 : -1;
}

START_TEST(writer_works)
{
	static const struct try mine[] = {
		TRY(new_file), TRY(at_its_end), TRY(one_less), TRY(at_the_end),
		TRY(syslogd),
	};

	ALL_END(SANDBOX_WRITER, by_both, WORKS);
	ALL_END(SANDBOX_WRITER, mine, WORKS);
	put(remove_dir, "pid");
	ALL_END(SANDBOX_ALONE, by_both, WORKS);
	ALL_END(SANDBOX_ALONE, mine, WORKS);
}
END_TEST

/* --- what the keeper does ------------------------------------------------- */

static long
own_link(void)
{
	struct { struct nlmsghdr h; struct ifinfomsg m; } ask = {
		.h = { sizeof ask, RTM_GETLINK, NLM_F_REQUEST, 1, 0 },
		.m = { .ifi_index = 1 },
	};
	struct pollfd p = { .fd = kernel, .events = POLLIN };
	char answer[8192];

	return send(kernel, &ask, sizeof ask, 0) == sizeof ask &&
	    poll(&p, 1, -1) == 1 && recv(kernel, answer, sizeof answer, 0) > 0 ?
	    0 : -1;
}

START_TEST(keeper_works)
{
	static const struct try mine[] = {
		TRY(own_link), TRY(memory), TRY(signals),
	};

	ALL_END(SANDBOX_KEEPER, mine, WORKS);
}
END_TEST

/* --- doors ---------------------------------------------------------------- */

/* Another process, another program, another identity. */
static long another_process(void)	{ return fork(); }
static long root(void)		{ return setuid(0); }
static long file_user(void)	{ return syscall(SYS_setfsuid, 0); }
static long capabilities(void)	{ return syscall(SYS_capset, NULL, NULL); }
static long new_root(void)	{ return chroot("/"); }
static long new_netns(void)	{ return syscall(SYS_unshare, 0x40000000); }
static long old_netns(void)	{ return syscall(SYS_setns, top_dir, 0); }
static long more_filter(void)	{ return prctl(PR_GET_SECCOMP); }
static long keys(void)		{ return syscall(SYS_add_key, 0, 0, 0, 0, 0); }
static long io_uring(void)	{ return syscall(425, 1, NULL); }
static long in_memory(void)	{ return syscall(SYS_memfd_create, "x", 0); }
static long new_pipe(void)	{ return pipe(pair); }
static long bpf(void)		{ return syscall(SYS_bpf, 0, NULL, 0); }
static long perf(void)		{ return syscall(SYS_perf_event_open, 0, 0, 0, 0, 0); }
static long faults(void)	{ return syscall(SYS_userfaultfd, 0); }
static long a_mount(void)	{ return syscall(SYS_mount, "x", "/", "x", 0, 0); }

/* Other processes. */
static long kill_parent(void)	{ return kill(getppid(), 0); }
static long kill_all(void)	{ return kill(-1, 0); }
static long
kill_others_thread(void)
{
	return syscall(SYS_tgkill, 1, 1, 0);
}
static long
queue(void)
{
	siginfo_t si = { .si_code = SI_QUEUE };

	return syscall(SYS_rt_sigqueueinfo, getppid(), 0, &si);
}
static long
by_pidfd(void)
{
	return syscall(434, getppid(), 0);
}
static long owner(void)		{ return fcntl(stream, F_SETOWN, getppid()); }
static long
owner_ex(void)
{
	struct f_owner_ex o = { F_OWNER_PID, getppid() };

	return fcntl(stream, F_SETOWN_EX, &o);
}
static long whose_signal(void)	{ return fcntl(stream, F_SETSIG, SIGKILL); }
static long
owner_by_ioctl(void)
{
	int pid = getppid();

	return ioctl(stream, FIOSETOWN, &pid);
}
static long
its_memory(void)
{
	char c = 0;
	struct iovec v = { &c, 1 };

	return syscall(SYS_process_vm_writev, getppid(), &v, 1, &v, 1, 0);
}

/* Sockets, new ones and those there are. */
static long tcp_socket(void)	{ return socket(AF_INET, SOCK_STREAM, 0); }
static long udp_socket(void)	{ return socket(AF_INET6, SOCK_DGRAM, 0); }
static long unix_socket(void)	{ return socket(AF_UNIX, SOCK_DGRAM, 0); }
static long packet_socket(void)	{ return socket(AF_PACKET, SOCK_DGRAM, 0); }
static long netlink(void)	{ return socket(AF_NETLINK, SOCK_RAW, 0); }
static long two_sockets(void)	{ return socketpair(AF_UNIX, SOCK_STREAM, 0, pair); }
static long
a_service(void)
{
	struct sockaddr_in sin = { .sin_family = AF_INET };

	return bind(tcp, (struct sockaddr *)&sin, sizeof sin);
}
static long
listening(void)
{
	return listen(tcp, 1);
}
static long
datagram_to(void)
{
	struct sockaddr_in sin = { .sin_family = AF_INET, .sin_port = 9 };

	return sendto(udp, "", 1, 0, (struct sockaddr *)&sin, sizeof sin);
}
static long
message_to(void)
{
	struct sockaddr_in sin = { .sin_family = AF_INET, .sin_port = 9 };
	struct msghdr m = { .msg_name = &sin, .msg_namelen = sizeof sin };

	return sendmsg(udp, &m, 0);
}
static long
socket_options(void)
{
	int one = 1;

	return setsockopt(tcp, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
}

/* Devices. */
static long
new_device(void)
{
	struct ifreq ifr = { .ifr_flags = IFF_TUN | IFF_NO_PI };

	return ioctl(device, TUNSETIFF, &ifr);
}
static long persist(void)	{ return ioctl(device, TUNSETPERSIST, 1); }
static long
type_for_somebody(void)
{
	return ioctl(0, TIOCSTI, "x");
}

/* Memory becomes code. */
#ifndef __s390x__		/* where its arguments are in memory */
static long
code(void)
{
	return (long)mmap(NULL, 4096, PROT_READ | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}
#endif
static long
data_into_code(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? 0 : mprotect(p, 4096, PROT_READ | PROT_EXEC);
}

static const struct try of_both[] = {
	TRY(another_process), TRY(root), TRY(file_user), TRY(capabilities), TRY(new_root),
	TRY(new_netns), TRY(old_netns), TRY(more_filter), TRY(keys),
	TRY(io_uring), TRY(in_memory), TRY(new_pipe), TRY(bpf), TRY(perf),
	TRY(faults), TRY(a_mount), TRY(kill_parent), TRY(kill_all),
	TRY(kill_others_thread), TRY(queue), TRY(by_pidfd), TRY(owner),
	TRY(owner_ex), TRY(whose_signal), TRY(owner_by_ioctl),
	TRY(its_memory), TRY(tcp_socket), TRY(udp_socket), TRY(unix_socket),
	TRY(packet_socket), TRY(netlink), TRY(two_sockets), TRY(a_service),
	TRY(listening), TRY(datagram_to), TRY(message_to), TRY(socket_options),
	TRY(new_device), TRY(persist), TRY(type_for_somebody),
#ifndef __s390x__
	TRY(code),
#endif
	TRY(data_into_code),
};

/* Files: none is made, written to, renamed, removed, given another mode. */
static long to_write(void)	{ return openat(write_dir, "file", O_WRONLY); }
static long to_both(void)	{ return openat(write_dir, "file", O_RDWR); }
static long to_cut(void)	{ return openat(write_dir, "file", O_TRUNC); }
static long to_append(void)	{ return openat(write_dir, "file", O_APPEND); }
static long
to_make(void)
{
	return openat(write_dir, "made", O_RDONLY | O_CREAT, 0644);
}
static long
to_hide(void)
{
	return openat(write_dir, ".", O_TMPFILE | O_RDWR, 0600);
}
static long
another_way(void)
{
	struct { uint64_t flags, mode, resolve; } how = { O_RDWR, 0, 0 };

	return syscall(437, write_dir, "file", &how, sizeof how);
}
static long cut(void)		{ return ftruncate(device, 0); }
static long setuid_file(void)	{ return fchmod(device, 04755); }
static long setuid_by_name(void) { return fchmodat(write_dir, "file", 04755, 0); }
static long give(void)		{ return fchown(device, 1, 1); }
static long a_dir(void)		{ return mkdirat(write_dir, "dir", 0700); }
static long a_link(void)	{ return symlinkat("/", write_dir, "link"); }
static long
a_name(void)
{
	return linkat(write_dir, "file", write_dir, "name", 0);
}
static long a_node(void)	{ return mknodat(write_dir, "n", S_IFIFO, 0); }
static long
rename_it(void)
{
	return renameat(write_dir, "file", write_dir, "name");
}
static long own_memory(void)	{ return open("/proc/self/mem", O_RDWR); }
static long
core_pattern(void)
{
	return open("/proc/sys/kernel/core_pattern", O_WRONLY);
}
static long
by_handle(void)
{
	return syscall(SYS_open_by_handle_at, top_dir, NULL, 0);
}

static const struct try of_files[] = {
	TRY(to_write), TRY(to_both), TRY(to_cut), TRY(to_append),
	TRY(to_make), TRY(to_hide), TRY(another_way), TRY(cut),
	TRY(setuid_file), TRY(setuid_by_name), TRY(give), TRY(a_dir),
	TRY(a_link), TRY(a_name), TRY(a_node), TRY(rename_it),
	TRY(own_memory), TRY(core_pattern), TRY(by_handle),
};

/* Of these the writer has use in its directories. */
static const struct try of_writer[] = {
	TRY(another_way), TRY(setuid_file), TRY(setuid_by_name), TRY(a_dir),
	TRY(a_link), TRY(a_name), TRY(a_node), TRY(by_handle),
};

/* What the translator's libraries may try, and do without. */
static long
tcp_connect(void)
{
	struct sockaddr_in sin = { .sin_family = AF_INET, .sin_port = 9 };

	return connect(tcp, (struct sockaddr *)&sin, sizeof sin);
}
static long
unix_connect(void)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };

	strcpy(sun.sun_path, listener_path);
	return connect(stream, (struct sockaddr *)&sun, sizeof sun);
}

static struct sockaddr_in asked;

static long
question(void)
{
	struct sockaddr_in from;
	socklen_t len = sizeof from;
	char c;

	return sendto(udp, "", 1, 0, (struct sockaddr *)&asked, sizeof asked) ==
	    1 && recvfrom(udp, &c, 1, 0, (struct sockaddr *)&from, &len) == 1 ?
	    0 : -1;
}

START_TEST(doors_of_the_translator)
{
	static const struct try refused[] = {
		TRY(tcp_connect), TRY(unix_connect),
	};

	ALL_END(SANDBOX_TRANSLATOR, of_both, REFUSAL);
	ALL_END(SANDBOX_TRANSLATOR, of_files, REFUSAL);
	ALL_END(SANDBOX_TRANSLATOR, refused, DENIED);
}
END_TEST

/* With clat it asks whom it likes, by the socket that it has. */
START_TEST(clat_asks)
{
	struct sockaddr_in sin = { .sin_family = AF_INET };
	socklen_t len = sizeof sin;

	inet_pton(AF_INET, "127.0.0.1", &sin.sin_addr);
	ck_assert_int_eq(bind(udp, (struct sockaddr *)&sin, len), 0);
	ck_assert_int_eq(getsockname(udp, (struct sockaddr *)&asked, &len), 0);
	asks = true;
	ck_assert_int_eq(in_sandbox(SANDBOX_TRANSLATOR, question), WORKS);
	ck_assert_int_eq(in_sandbox(SANDBOX_TRANSLATOR, tcp_connect), DENIED);
	asks = false;
	ck_assert_int_eq(in_sandbox(SANDBOX_TRANSLATOR, question), REFUSAL);
}
END_TEST

/* It has files no more than anything else of its parents'. */
START_TEST(doors_of_the_keeper)
{
	static const struct try refused[] = {
		TRY(old_file), TRY(packets), TRY(client), TRY(interface),
		TRY(at_the_end), TRY(tcp_connect), TRY(unix_connect),
	};

	ALL_END(SANDBOX_KEEPER, of_both, REFUSAL);
	ALL_END(SANDBOX_KEEPER, of_files, REFUSAL);
	ALL_END(SANDBOX_KEEPER, refused, REFUSAL);
}
END_TEST

START_TEST(doors_of_the_writer)
{
	ALL_END(SANDBOX_WRITER, of_both, REFUSAL);
	ALL_END(SANDBOX_WRITER, of_writer, REFUSAL);
	ALL_END(SANDBOX_ALONE, of_both, REFUSAL);
	ALL_END(SANDBOX_ALONE, of_writer, REFUSAL);
}
END_TEST

/* --- walls ---------------------------------------------------------------- */

static long
walls(void)
{
	return sandbox_has_walls() ? 0 : -1;
}

static long passwd(void)	{ return open("/etc/passwd", O_RDONLY); }
static long up(void)		{ return openat(read_dir, "..", O_RDONLY); }
static long
up_and_away(void)
{
	return openat(read_dir, "../secret", O_RDONLY);
}
static long link_away(void)	{ return openat(read_dir, "link", O_RDONLY); }
static long held(void)		{ return openat(top_dir, "secret", O_RDONLY); }
static long own_maps(void)	{ return open("/proc/self/maps", O_RDONLY); }
static long read_beside(void)	{ return openat(write_dir, "file", O_RDONLY); }
static long read_removed(void)	{ return openat(remove_dir, "pid", O_RDONLY); }

static const struct try outside[] = {
	TRY(passwd), TRY(up), TRY(up_and_away), TRY(link_away), TRY(held),
	TRY(own_maps), TRY(read_removed),
};

/* The writer: nothing outside of its directory. */
static long
write_outside(void)
{
	return openat(top_dir, "secret", O_WRONLY);
}
static long
make_outside(void)
{
	return openat(top_dir, "new", O_WRONLY | O_CREAT, 0644);
}
static long remove_outside(void) { return unlinkat(top_dir, "secret", 0); }
static long remove_read(void)	{ return unlinkat(read_dir, "conf", 0); }
static long write_read(void)	{ return openat(read_dir, "conf", O_WRONLY); }
static long
make_removed(void)
{
	return openat(remove_dir, "new", O_WRONLY | O_CREAT, 0644);
}
static long
rename_outside(void)
{
	return renameat(write_dir, "file", top_dir, "file") == -1 &&
	    (errno == EACCES || errno == EXDEV) ? (errno = EACCES, -1) : 0;
}
static long
writes_own_memory(void)
{
	return open("/proc/self/mem", O_RDWR);
}
static long
writes_core_pattern(void)
{
	return open("/proc/sys/kernel/core_pattern", O_WRONLY);
}

START_TEST(walls_stand)
{
	static const struct try of_writers[] = {
		TRY(write_outside), TRY(make_outside), TRY(remove_outside),
		TRY(remove_read), TRY(write_read), TRY(make_removed),
		TRY(rename_outside), TRY(writes_own_memory),
		TRY(writes_core_pattern),
	};

	if (in_sandbox(SANDBOX_TRANSLATOR, walls) != WORKS) {
		fprintf(stderr, "this kernel has no Landlock\n");
		return;
	}
	put(remove_dir, "pid");
	ALL_END(SANDBOX_TRANSLATOR, outside, WALLED);
	ck_assert_int_eq(in_sandbox(SANDBOX_TRANSLATOR, read_beside), WALLED);
	ALL_END(SANDBOX_WRITER, outside, WALLED);
	ALL_END(SANDBOX_WRITER, of_writers, WALLED);
	ALL_END(SANDBOX_ALONE, outside, WALLED);
	ALL_END(SANDBOX_ALONE, of_writers, WALLED);
}
END_TEST

/* The writer may connect; not by TCP, where the kernel knows how to say so. */
START_TEST(writer_connects)
{
	int got = in_sandbox(SANDBOX_WRITER, tcp_connect);

	ck_assert_int_ne(got, WORKS);
}
END_TEST

/* --- the end of an intruder ----------------------------------------------- */

static long
another_program(void)
{
	char *const argv[] = { (char *)(uintptr_t)"true", NULL };

	return execv("/bin/true", argv);
}

static long
trace(void)
{
	return syscall(SYS_ptrace, 0, 0, 0, 0);
}

START_TEST(end_of_an_intruder)
{
	for (int who = SANDBOX_TRANSLATOR; who <= SANDBOX_KEEPER; who++) {
		ck_assert_int_eq(in_sandbox((enum sandbox_who)who,
		    another_program), -SIGSYS);
		ck_assert_int_eq(in_sandbox((enum sandbox_who)who, trace),
		    -SIGSYS);
	}
}
END_TEST

/* The kernel's numbers for another architecture name other calls. */
#ifdef __x86_64__
static long
call_of_i386(void)
{
	long result;

	/* 20: getpid there, writev here */
	__asm__ volatile ("int $0x80" : "=a" (result) : "0" (20L) : "memory");
	return result;
}

static long
call_of_x32(void)
{
	return syscall(0x40000000 | SYS_getpid);
}
#endif

START_TEST(other_tongues)
{
#ifdef __x86_64__
	int i386 = in_sandbox(SANDBOX_TRANSLATOR, call_of_i386);
	int x32 = in_sandbox(SANDBOX_TRANSLATOR, call_of_x32);

	/* SIGSEGV: a kernel that does not know them at all */
	ck_assert(i386 == -SIGSYS || i386 == -SIGSEGV);
	ck_assert(x32 == -SIGSYS || x32 == DENIED);
#endif
}
END_TEST

static int status_file;

static long
status(void)
{
	char text[8192] = "";

	return pread(status_file, text, sizeof text - 1, 0) > 0 &&
	    strstr(text, "NoNewPrivs:\t1") != NULL &&
	    strstr(text, "Seccomp:\t2") != NULL ? 0 : -1;
}

START_TEST(no_new_privileges)
{
	char path[64];
	pid_t pid = fork();
	int result;

	if (pid == 0) {
		snprintf(path, sizeof path, "/proc/%d/status", (int)getpid());
		status_file = open(path, O_RDONLY);
		_exit(enter(SANDBOX_TRANSLATOR) && status() == 0 ? 0 : 1);
	}
	ck_assert_int_eq(waitpid(pid, &result, 0), pid);
	ck_assert_int_eq(result, 0);
}
END_TEST

static long
again(void)
{
	struct sandbox s = { .who = SANDBOX_TRANSLATOR };
	char err[64] = "";
	bool r = sandbox_start(&s, err, sizeof err);

	return !r && strstr(err, "not permitted") != NULL ? 0 : -1;
}

/* As under a filter of somebody else. */
START_TEST(not_let)
{
#ifndef SANDBOX_DENY
	ck_assert_int_eq(in_sandbox(SANDBOX_TRANSLATOR, again), WORKS);
#else
	ck_assert_int_eq(in_sandbox(SANDBOX_TRANSLATOR, again), -SIGSYS);
#endif
}
END_TEST

static long
no_op(void)
{
	return 0;
}

int
main(void)
{
	int failed;

	set_up();
	/* A kernel without seccomp, or not a kernel at all but an emulator. */
	failed = in_sandbox(SANDBOX_TRANSLATOR, no_op) == NO_SANDBOX ? 77 :
	    RUN_SUITE(sandbox, translator_works, writer_works, keeper_works,
	    doors_of_the_translator, clat_asks, doors_of_the_writer,
	    doors_of_the_keeper, walls_stand, writer_connects,
	    end_of_an_intruder, other_tongues, no_new_privileges, not_let);
	clean_up();
	return failed;
}
