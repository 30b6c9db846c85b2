/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sandbox.c - seccomp(2), and no privileges from any file: the system calls
 * of daemon_run() are allowed, with the C library's own habits (glibc and musl).
 *
 * What is not allowed fails with EPERM, and an audit record where the kernel
 * makes one: a C library of tomorrow that tries a new call first should cost a
 * feature, not the network.  Only what no library does by itself, to run another
 * program, ends the process.  Build with -DSANDBOX_DENY=SECCOMP_RET_KILL_PROCESS to
 * find calls that are missing here; the test suite passes so.
 */
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/if_tun.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "system/sandbox.h"

#ifndef SANDBOX_DENY
#define SANDBOX_DENY	(SECCOMP_RET_ERRNO | EPERM)
#endif

/* Numbers mean something for one architecture only. */
#if defined(__x86_64__)
#define ARCH	AUDIT_ARCH_X86_64
#elif defined(__i386__)
#define ARCH	AUDIT_ARCH_I386
#elif defined(__aarch64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define ARCH	AUDIT_ARCH_AARCH64
#elif defined(__arm__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define ARCH	AUDIT_ARCH_ARM
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCH	AUDIT_ARCH_RISCV64
#elif defined(__powerpc64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define ARCH	AUDIT_ARCH_PPC64LE
#elif defined(__s390x__)
#define ARCH	AUDIT_ARCH_S390X
#elif defined(__mips__) && _MIPS_SIM == _ABIO32
#define ARCH	(__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? \
		    AUDIT_ARCH_MIPS : AUDIT_ARCH_MIPSEL)
#else
#define ARCH	0		/* not known: no sandbox */
#endif

enum check {
	ALWAYS,
	IS,			/* the argument is k */
	IS_US,			/* it is our process id */
	LACKS,			/* it has none of the bits of k */
	NEVER,			/* the call ends the process */
};

struct rule {
	int		nr;
	enum check	check;
	unsigned	arg;
	uint32_t	k;
};

/* In this order it is asked for: what every packet needs comes first. */
static const struct rule rules[] = {
	/* linux/tun.c; log.c and the files below */
	{ SYS_read, ALWAYS, 0, 0 },
	{ SYS_writev, ALWAYS, 0, 0 },
	{ SYS_readv, ALWAYS, 0, 0 },	/* stdio of musl */
	{ SYS_write, ALWAYS, 0, 0 },

	/* daemon.c: the loop; clocks, where the vDSO has none */
#ifdef SYS_poll				/* report/sink.c */
	{ SYS_poll, ALWAYS, 0, 0 },
#endif
#ifdef SYS_ppoll
	{ SYS_ppoll, ALWAYS, 0, 0 },
	{ SYS_rt_sigtimedwait, ALWAYS, 0, 0 },
	{ SYS_clock_gettime, ALWAYS, 0, 0 },
#endif
#ifdef SYS_ppoll_time64			/* 32-bit machines */
	{ SYS_ppoll_time64, ALWAYS, 0, 0 },
	{ SYS_rt_sigtimedwait_time64, ALWAYS, 0, 0 },
	{ SYS_clock_gettime64, ALWAYS, 0, 0 },
#endif
#ifdef SYS_gettimeofday
	{ SYS_gettimeofday, ALWAYS, 0, 0 },
#endif
#ifdef SYS_time
	{ SYS_time, ALWAYS, 0, 0 },
#endif
	{ SYS_rt_sigreturn, ALWAYS, 0, 0 },
#ifdef SYS_sigreturn
	{ SYS_sigreturn, ALWAYS, 0, 0 },
#endif
	{ SYS_restart_syscall, ALWAYS, 0, 0 },

	/* tun_close(): the device is left as it was found */
	{ SYS_ioctl, IS, 1, TUNSETVNETHDRSZ },
	{ SYS_ioctl, IS, 1, TUNSETOFFLOAD },
	/* link.c */
	{ SYS_ioctl, IS, 1, TUNGETIFF },
	{ SYS_ioctl, IS, 1, SIOCGIFINDEX },
	{ SYS_ioctl, IS, 1, SIOCGIFMTU },
	{ SYS_recvmsg, ALWAYS, 0, 0 },
	{ SYS_close, ALWAYS, 0, 0 },
	/* stdio asks whether a device is a terminal */
	{ SYS_ioctl, IS, 1, TCGETS },
	{ SYS_ioctl, IS, 1, TIOCGWINSZ },

	/*
	 * netif_mtu(); syslog(3), when syslogd was restarted.  netif_configure()
	 * has had its netlink socket.
	 */
	{ SYS_socket, IS, 0, AF_INET },
	{ SYS_socket, IS, 0, AF_INET6 },
	{ SYS_socket, IS, 0, AF_UNIX },
	{ SYS_connect, ALWAYS, 0, 0 },
	/* notify.c, syslog(3), control-socket.c */
	{ SYS_sendto, ALWAYS, 0, 0 },
	{ SYS_recvfrom, ALWAYS, 0, 0 },
	{ SYS_accept4, ALWAYS, 0, 0 },
#ifdef SYS_send
	{ SYS_send, ALWAYS, 0, 0 },
	{ SYS_recv, ALWAYS, 0, 0 },
#endif
#ifdef SYS_socketcall			/* all of these in one, unreadable here */
	{ SYS_socketcall, ALWAYS, 0, 0 },
#endif

	/*
	 * Files: dynamic-map.c, reload.c, stats-file.c, the time
	 * zone's in syslog(3); for the parent in main.c tell_ready().
	 */
	{ SYS_openat, ALWAYS, 0, 0 },
#ifdef SYS_open				/* musl */
	{ SYS_open, ALWAYS, 0, 0 },
#endif
#ifdef SYS_fstat
	{ SYS_fstat, ALWAYS, 0, 0 },
#endif
#ifdef SYS_fstat64
	{ SYS_fstat64, ALWAYS, 0, 0 },
#endif
#ifdef SYS_stat
	{ SYS_stat, ALWAYS, 0, 0 },
#endif
#ifdef SYS_stat64
	{ SYS_stat64, ALWAYS, 0, 0 },
#endif
#ifdef SYS_newfstatat
	{ SYS_newfstatat, ALWAYS, 0, 0 },
#endif
#ifdef SYS_fstatat64
	{ SYS_fstatat64, ALWAYS, 0, 0 },
#endif
#ifdef SYS_statx
	{ SYS_statx, ALWAYS, 0, 0 },
#endif
	{ SYS_pread64, ALWAYS, 0, 0 },
	{ SYS_lseek, ALWAYS, 0, 0 },
#ifdef SYS__llseek
	{ SYS__llseek, ALWAYS, 0, 0 },
#endif
	{ SYS_fcntl, ALWAYS, 0, 0 },
#ifdef SYS_fcntl64
	{ SYS_fcntl64, ALWAYS, 0, 0 },
#endif
	{ SYS_fsync, ALWAYS, 0, 0 },
	{ SYS_fdatasync, ALWAYS, 0, 0 },
	{ SYS_fchmod, ALWAYS, 0, 0 },
	{ SYS_geteuid, ALWAYS, 0, 0 },
	{ SYS_fchown, ALWAYS, 0, 0 },
#ifdef SYS_fchown32
	{ SYS_geteuid32, ALWAYS, 0, 0 },
	{ SYS_fchown32, ALWAYS, 0, 0 },
#endif
	{ SYS_ftruncate, ALWAYS, 0, 0 },
#ifdef SYS_ftruncate64
	{ SYS_ftruncate64, ALWAYS, 0, 0 },
#endif
	{ SYS_unlinkat, ALWAYS, 0, 0 },	/* and main.c: the pidfile */
#ifdef SYS_renameat
	{ SYS_renameat, ALWAYS, 0, 0 },
#endif
	{ SYS_renameat2, ALWAYS, 0, 0 },
	{ SYS_dup, ALWAYS, 0, 0 },
	{ SYS_dup3, ALWAYS, 0, 0 },
#ifdef SYS_dup2
	{ SYS_dup2, ALWAYS, 0, 0 },
#endif

	/* memory: none of it becomes code */
#if defined(SYS_mmap2)
	{ SYS_mmap2, LACKS, 2, PROT_EXEC },
#elif defined(__s390x__)		/* its arguments are in memory */
	{ SYS_mmap, ALWAYS, 0, 0 },
#else
	{ SYS_mmap, LACKS, 2, PROT_EXEC },
#endif
	{ SYS_mprotect, LACKS, 2, PROT_EXEC },
	{ SYS_munmap, ALWAYS, 0, 0 },
	{ SYS_mremap, ALWAYS, 0, 0 },
	{ SYS_madvise, ALWAYS, 0, 0 },
	{ SYS_brk, ALWAYS, 0, 0 },
	{ SYS_sysinfo, ALWAYS, 0, 0 },		/* glibc's qsort(3) */
#ifdef SYS_getrandom
	{ SYS_getrandom, ALWAYS, 0, 0 },	/* musl's and glibc's malloc */
#endif
#ifdef SYS_futex
	{ SYS_futex, ALWAYS, 0, 0 },		/* locks of stdio */
#endif
#ifdef SYS_futex_time64
	{ SYS_futex_time64, ALWAYS, 0, 0 },
#endif

	/* syslog(3), notify.c; abort(3); the end */
	{ SYS_getpid, ALWAYS, 0, 0 },
	{ SYS_gettid, ALWAYS, 0, 0 },
	{ SYS_tgkill, IS_US, 0, 0 },
	{ SYS_tkill, IS_US, 0, 0 },
	{ SYS_rt_sigprocmask, ALWAYS, 0, 0 },
	{ SYS_rt_sigaction, ALWAYS, 0, 0 },
	{ SYS_exit_group, ALWAYS, 0, 0 },
	{ SYS_exit, ALWAYS, 0, 0 },

	{ SYS_execve, NEVER, 0, 0 },
	{ SYS_execveat, NEVER, 0, 0 },
	{ SYS_ptrace, NEVER, 0, 0 },
};

#define RULES		(sizeof rules / sizeof rules[0])
#define RULE_INSNS	5		/* of a rule, at most */
#define OTHER_INSNS	5
static_assert(RULES * RULE_INSNS + OTHER_INSNS <= BPF_MAXINSNS,
    "the kernel takes the filter");

/* --- the filter ----------------------------------------------------------- */

/* Arguments have 64 bits, the filter's accumulator 32, as ours have. */
#define LOW_HALF	(__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 4u : 0u)

struct filter {
	struct sock_filter	insn[RULES * RULE_INSNS + OTHER_INSNS];
	unsigned short		n;
};

/* Jumps count the instructions that are left out. */
static void
add(struct filter *f, unsigned code, uint32_t k, uint8_t if_true,
    uint8_t if_false)
{
	f->insn[f->n++] = (struct sock_filter){ (uint16_t)code, if_true,
	    if_false, k };
}

static void
load(struct filter *f, size_t offset)
{
	add(f, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static void
verdict(struct filter *f, uint32_t what)
{
	add(f, BPF_RET | BPF_K, what, 0, 0);
}

/* The accumulator holds the number of the call, before and after. */
static void
add_rule(struct filter *f, const struct rule *r)
{
	const unsigned equal = BPF_JMP | BPF_JEQ | BPF_K;
	const size_t nr = offsetof(struct seccomp_data, nr);
	const size_t arg = offsetof(struct seccomp_data, args) + LOW_HALF +
	    r->arg * sizeof(uint64_t);

	if (r->check == ALWAYS || r->check == NEVER) {
		add(f, equal, (uint32_t)r->nr, 0, 1);
		verdict(f, r->check == ALWAYS ? SECCOMP_RET_ALLOW :
		    SECCOMP_RET_KILL_PROCESS);
		return;
	}
	add(f, equal, (uint32_t)r->nr, 0, 4);
	load(f, arg);
	if (r->check == LACKS)
		add(f, BPF_JMP | BPF_JSET | BPF_K, r->k, 1, 0);
	else
		add(f, equal, r->check == IS ? r->k : (uint32_t)getpid(), 0,
		    1);
	verdict(f, SECCOMP_RET_ALLOW);
	load(f, nr);
}

static void
build(struct filter *f)
{
	f->n = 0;
	load(f, offsetof(struct seccomp_data, arch));
	add(f, BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0);
	verdict(f, SECCOMP_RET_KILL_PROCESS);
	load(f, offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < RULES; i++)
		add_rule(f, &rules[i]);
	verdict(f, SANDBOX_DENY);
}

/*
 * Under somebody else's filter seccomp(2) may be what kills, and prctl(2) has to
 * do: without audit records, and on kernels before 5.16 with a slower processor.
 */
static bool
install(const struct sock_fprog *prog)
{
	if (prctl(PR_GET_SECCOMP) == 0 &&
	    syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
	    SECCOMP_FILTER_FLAG_LOG | SECCOMP_FILTER_FLAG_SPEC_ALLOW, prog) == 0)
		return true;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, prog) == 0;
}

bool
sandbox_by_default(void)
{
	return true;
}

bool
sandbox_start(char *err, size_t errsize)
{
	struct filter f;
	struct sock_fprog prog = { .filter = f.insn };

	if (ARCH == 0) {
		snprintf(err, errsize, "not on this kind of machine");
		return false;
	}
	build(&f);
	prog.len = f.n;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && install(&prog))
		return true;
	snprintf(err, errsize, "cannot install a system call filter: %s",
	    strerror(errno));
	return false;
}
