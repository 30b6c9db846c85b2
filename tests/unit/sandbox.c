/* SPDX-License-Identifier: BSD-2-Clause */
/* In the sandbox: what the daemon does works, what it does not is refused. */
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include <linux/if_tun.h>
#include <linux/seccomp.h>
#include <net/if.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "system/sandbox.h"
#include "suite.h"

enum { WORKS = 70, DENIED, FAILED, NO_SANDBOX };

/* What a child finds in the sandbox when it calls f: the above, or -signal. */
static int
in_sandbox(long (*f)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == -1)
		abort();
	if (pid == 0) {
		char err[256] = "";

		if (!sandbox_start(err, sizeof err)) {
			fprintf(stderr, "%s\n", err);
			_exit(NO_SANDBOX);
		}
		errno = 0;
		if (f() != -1)
			_exit(WORKS);
		_exit(errno == EPERM ? DENIED : FAILED);
	}
	if (waitpid(pid, &status, 0) != pid)
		abort();
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

/* --- what the daemon does ------------------------------------------------- */

static char dir[] = "/tmp/lichen-test-sandbox.XXXXXX";

static long
packets(void)
{
	int fd = open("/dev/zero", O_RDWR);
	char b[4];
	struct iovec v = { b, sizeof b };

	return read(fd, b, sizeof b) == 4 && writev(fd, &v, 1) == 4 &&
	    readv(fd, &v, 1) == 4 ? 0 : -1;
}

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
clocks(void)
{
	struct timespec ts;

	/* Not by way of the vDSO. */
	return syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &ts);
}

static long
interface(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq ifr = { .ifr_name = "lo" };

	return fd == -1 || ioctl(fd, SIOCGIFMTU, &ifr) == -1 ? -1 : close(fd);
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
new_file(void)
{
	int d = open(dir, O_RDONLY | O_DIRECTORY);
	int fd = openat(d, "new", O_RDWR | O_CREAT | O_EXCL, 0600);
	FILE *f = fdopen(fd, "w");

	if (f == NULL || fprintf(f, "12345") != 5 || fflush(f) != 0 ||
	    fchmod(fd, 0644) == -1 || ftruncate(fd, 4) == -1 ||
	    fdatasync(fd) == -1 || fsync(fd) == -1 || fclose(f) != 0 ||
	    renameat(d, "new", d, "file") == -1 || fsync(d) == -1)
		return -1;
	return close(d);
}

static long
old_file(void)
{
	int d = open(dir, O_RDONLY | O_DIRECTORY);
	FILE *f = fdopen(openat(d, "file", O_RDONLY), "r");
	struct stat st;
	char b[8];

	if (f == NULL || fstat(fileno(f), &st) == -1 ||
	    fstatat(d, "file", &st, 0) == -1 ||
	    pread(fileno(f), b, 2, 1) != 2 ||
	    fgets(b, sizeof b, f) == NULL || strcmp(b, "1234") != 0 ||
	    fclose(f) != 0)
		return -1;
	return unlinkat(d, "file", 0);
}

static long
log_again(void)
{
	closelog();
	openlog("test", LOG_NDELAY, LOG_DAEMON);
	tzset();
	errno = 0;		/* there need not be a syslogd */
	return 0;
}

static long
own_abort(void)
{
	abort();
}

START_TEST(daemon_works)
{
	static long (*const all[])(void) = {
		packets, waiting, signals, clocks, interface, memory, new_file,
		old_file, log_again,
	};

	ck_assert_ptr_nonnull(mkdtemp(dir));
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		ck_assert_msg(in_sandbox(all[i]) == WORKS, "%zu: %d", i,
		    in_sandbox(all[i]));
	ck_assert_int_eq(rmdir(dir), 0);
	ck_assert_int_eq(in_sandbox(own_abort), -SIGABRT);
}
END_TEST

/* --- what it does not ----------------------------------------------------- */

static long another_process(void)	{ return fork(); }
static long root(void)		{ return setuid(0); }
static long capabilities(void)	{ return syscall(SYS_capset, NULL, NULL); }
static long new_root(void)	{ return chroot("/"); }
static long new_netns(void)	{ return syscall(SYS_unshare, 0x40000000); }
static long kill_parent(void)	{ return kill(getppid(), 0); }
static long make_dir(void)	{ return mkdirat(AT_FDCWD, dir, 0700); }
static long more_filter(void)	{ return prctl(PR_GET_SECCOMP); }
static long keys(void)		{ return syscall(SYS_add_key, 0, 0, 0, 0, 0); }
static long io_uring(void)	{ return syscall(425, 1, NULL); }

static long
kill_others_thread(void)
{
	return syscall(SYS_tgkill, 1, 1, 0);
}

static long
new_device(void)
{
	struct ifreq ifr = { .ifr_flags = IFF_TUN | IFF_NO_PI };

	return ioctl(open("/dev/null", O_RDWR), TUNSETIFF, &ifr);
}

static long
type_for_somebody(void)
{
	return ioctl(0, TIOCSTI, "x");
}

#ifndef SYS_socketcall		/* whose arguments the filter cannot see */
static long packet_socket(void)	{ return socket(AF_PACKET, SOCK_DGRAM, 0); }
static long netlink(void)	{ return socket(AF_NETLINK, SOCK_RAW, 0); }
#endif

#ifndef __s390x__		/* likewise */
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

START_TEST(rest_is_denied)
{
	static long (*const all[])(void) = {
		another_process, root, capabilities, new_root, new_netns,
		kill_parent, make_dir, more_filter,
		keys, io_uring, kill_others_thread, new_device,
		type_for_somebody,
#ifndef SYS_socketcall
		packet_socket, netlink,
#endif
#ifndef __s390x__
		code,
#endif
		data_into_code,
	};
#ifdef SANDBOX_DENY
	const int want = -SIGSYS;
#else
	const int want = DENIED;
#endif

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		ck_assert_msg(in_sandbox(all[i]) == want, "%zu: %d", i,
		    in_sandbox(all[i]));
}
END_TEST

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
	ck_assert_int_eq(in_sandbox(another_program), -SIGSYS);
	ck_assert_int_eq(in_sandbox(trace), -SIGSYS);
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
	int i386 = in_sandbox(call_of_i386), x32 = in_sandbox(call_of_x32);

	/* SIGSEGV: a kernel that does not know them at all */
	ck_assert(i386 == -SIGSYS || i386 == -SIGSEGV);
	ck_assert(x32 == -SIGSYS || x32 == DENIED);
#endif
}
END_TEST

static long
status(void)
{
	char text[8192] = "";
	int fd = open("/proc/self/status", O_RDONLY);

	return read(fd, text, sizeof text - 1) > 0 &&
	    strstr(text, "NoNewPrivs:\t1") != NULL &&
	    strstr(text, "Seccomp:\t2") != NULL ? 0 : -1;
}

START_TEST(no_new_privileges)
{
	ck_assert_int_eq(in_sandbox(status), WORKS);
}
END_TEST

static long
again(void)
{
	char err[64] = "";
	bool r = sandbox_start(err, sizeof err);

	return !r && strstr(err, "not permitted") != NULL ? 0 : -1;
}

/* As under a filter of somebody else. */
START_TEST(not_let)
{
#ifndef SANDBOX_DENY
	ck_assert_int_eq(in_sandbox(again), WORKS);
#else
	ck_assert_int_eq(in_sandbox(again), -SIGSYS);
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
	/* A kernel without seccomp, or not a kernel at all but an emulator. */
	if (in_sandbox(no_op) == NO_SANDBOX)
		return 77;
	return RUN_SUITE(sandbox, daemon_works, rest_is_denied,
	    end_of_an_intruder, other_tongues, no_new_privileges, not_let);
}
