/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * syscalls.c - the table: what the translator, the writer and the keeper do, with the
 * habits of their C library (glibc and musl).  Not every machine has every call.
 *
 * In it the translator has no way to write to a file or to make one, to get a socket
 * or to reach anybody who has not connected to it.  The keeper has two sockets to the
 * kernel and nothing else.
 */
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include <linux/if_tun.h>
#include <linux/net.h>
#include <linux/sockios.h>

#include <assert.h>
#include <fcntl.h>
#include <termios.h>

#include "syscalls.h"

#define T		BY_TRANSLATOR
#define W		BY_WRITER
#define K		BY_KEEPER
#define TW		(T | W)
#define TWK		(T | W | K)

#define ALL		UINT32_MAX
#define IS(arg, k)	BITS, arg, ALL, (uint32_t)(k)
#define LACKS(arg, k)	BITS, arg, (uint32_t)(k), 0
#define ANYTHING	ANY, 0, 0, 0
#define NULL_AT(arg)	ZERO, arg, 0, 0

/* Of open(2): what does more than read.  O_TMPFILE is among them, in pieces. */
#define TO_WRITE	(O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND)

const struct rule syscall_rules[] = {
	/* the device; pipes, descriptors from before, files below */
	{ SYS_read,		TW, ANYTHING },
	{ SYS_writev,		TW, ANYTHING },
	{ SYS_readv,		TW, ANYTHING },	/* stdio of musl */
	{ SYS_write,		TW, ANYTHING },

	/* loop.c, sink.c; clocks, where the vDSO has none */
#ifdef SYS_poll
	{ SYS_poll,		TWK, ANYTHING },
#endif
#ifdef SYS_ppoll
	{ SYS_ppoll,		TWK, ANYTHING },
	{ SYS_rt_sigtimedwait,	T, ANYTHING },
	{ SYS_clock_gettime,	TW, ANYTHING },
#endif
#ifdef SYS_ppoll_time64			/* 32-bit machines */
	{ SYS_ppoll_time64,	TWK, ANYTHING },
	{ SYS_rt_sigtimedwait_time64, T, ANYTHING },
	{ SYS_clock_gettime64,	TW, ANYTHING },
#endif
#ifdef SYS_gettimeofday
	{ SYS_gettimeofday,	TW, ANYTHING },
#endif
#ifdef SYS_time
	{ SYS_time,		TW, ANYTHING },
#endif
	{ SYS_rt_sigreturn,	TWK, ANYTHING },
#ifdef SYS_sigreturn
	{ SYS_sigreturn,	TWK, ANYTHING },
#endif
	{ SYS_restart_syscall,	TWK, ANYTHING },

	/* link.c; tun_close(): the device is left as it was found */
	{ SYS_ioctl,		T, IS(1, TUNGETIFF) },
	{ SYS_ioctl,		T, IS(1, SIOCGIFINDEX) },
	{ SYS_ioctl,		T, IS(1, SIOCGIFMTU) },
	{ SYS_ioctl,		T, IS(1, TUNSETVNETHDRSZ) },
	{ SYS_ioctl,		T, IS(1, TUNSETOFFLOAD) },
	/* stdio asks whether a device is a terminal */
	{ SYS_ioctl,		TW, IS(1, TCGETS) },
	{ SYS_ioctl,		TW, IS(1, TIOCGWINSZ) },

	/*
	 * Sockets from before: who connects to control-socket, link.c, netwatch.c,
	 * notify.c, sink.c.  An address in sendto(2) would be anybody's: that is for
	 * clat alone, which asks routers and DNS servers, uplink.c.
	 */
	{ SYS_accept4,		T, ANYTHING },
	{ SYS_recvfrom,		T | K, ANYTHING },
	{ SYS_recvmsg,		T, ANYTHING },
	{ SYS_sendto,		BY_CLAT, ANYTHING },
	{ SYS_sendto,		TWK, NULL_AT(4) },
#ifdef SYS_send
	{ SYS_send,		TWK, ANYTHING },
	{ SYS_recv,		T | K, ANYTHING },
#endif
	/* The writer looks for syslogd, when that was restarted. */
	{ SYS_connect,		W, ANYTHING },
	{ SYS_connect,		T, REFUSED, 0, 0, 0 },
	/* i386, s390x: the arguments are in memory, where they cannot be seen. */
#ifdef SYS_socketcall
	{ SYS_socketcall,	T, IS(0, SYS_ACCEPT4) },
	{ SYS_socketcall,	T | K, IS(0, SYS_RECV) },
	{ SYS_socketcall,	T | K, IS(0, SYS_RECVFROM) },
	{ SYS_socketcall,	T, IS(0, SYS_RECVMSG) },
	{ SYS_socketcall,	TWK, IS(0, SYS_SEND) },
	{ SYS_socketcall,	W, IS(0, SYS_CONNECT) },
	{ SYS_socketcall,	BY_CLAT, IS(0, SYS_SENDTO) },
#endif

	/*
	 * kept-file.c and what reads the file; state_load().  The writer: those, and
	 * dynamic-map-write.c and stats-file.c.
	 */
	{ SYS_openat,		T, LACKS(2, TO_WRITE) },
	{ SYS_openat,		W, ANYTHING },
#ifdef SYS_open				/* musl */
	{ SYS_open,		T, LACKS(1, TO_WRITE) },
	{ SYS_open,		W, ANYTHING },
#endif
	{ SYS_close,		TW, ANYTHING },
#ifdef SYS_fstat
	{ SYS_fstat,		TW, ANYTHING },
#endif
#ifdef SYS_fstat64
	{ SYS_fstat64,		TW, ANYTHING },
#endif
#ifdef SYS_stat
	{ SYS_stat,		TW, ANYTHING },
#endif
#ifdef SYS_stat64
	{ SYS_stat64,		TW, ANYTHING },
#endif
#ifdef SYS_lstat
	{ SYS_lstat,		TW, ANYTHING },
#endif
#ifdef SYS_lstat64
	{ SYS_lstat64,		TW, ANYTHING },
#endif
#ifdef SYS_newfstatat
	{ SYS_newfstatat,	TW, ANYTHING },
#endif
#ifdef SYS_fstatat64
	{ SYS_fstatat64,	TW, ANYTHING },
#endif
#ifdef SYS_statx
	{ SYS_statx,		TW, ANYTHING },
#endif
#ifdef SYS_readlink
	{ SYS_readlink,		T, ANYTHING },
#endif
	{ SYS_readlinkat,	T, ANYTHING },
	{ SYS_geteuid,		TW, ANYTHING },
#ifdef SYS_geteuid32
	{ SYS_geteuid32,	TW, ANYTHING },
#endif
	{ SYS_pread64,		TW, ANYTHING },
	{ SYS_lseek,		TW, ANYTHING },
#ifdef SYS__llseek
	{ SYS__llseek,		TW, ANYTHING },
#endif
	/* No F_SETOWN, no F_SETSIG: signals to others. */
	{ SYS_fcntl,		TW, IS(1, F_DUPFD_CLOEXEC) },
	{ SYS_fcntl,		TW, IS(1, F_GETFD) },
	{ SYS_fcntl,		TW, IS(1, F_SETFD) },
	{ SYS_fcntl,		TW, IS(1, F_GETFL) },
#ifdef SYS_fcntl64
	{ SYS_fcntl64,		TW, IS(1, F_DUPFD_CLOEXEC) },
	{ SYS_fcntl64,		TW, IS(1, F_GETFD) },
	{ SYS_fcntl64,		TW, IS(1, F_SETFD) },
	{ SYS_fcntl64,		TW, IS(1, F_GETFL) },
#endif
	{ SYS_fsync,		W, ANYTHING },
	{ SYS_fdatasync,	W, ANYTHING },
	{ SYS_flock,		W, ANYTHING },
	{ SYS_fchmod,		W, LACKS(1, ~0777) },	/* nothing setuid */
	{ SYS_fchown,		W, ANYTHING },
#ifdef SYS_fchown32
	{ SYS_fchown32,		W, ANYTHING },
#endif
	{ SYS_ftruncate,	W, ANYTHING },
#ifdef SYS_ftruncate64
	{ SYS_ftruncate64,	W, ANYTHING },
#endif
	/* The translator: pidfile, control-socket, at the end. */
	{ SYS_unlinkat,		TW, ANYTHING },
#ifdef SYS_renameat
	{ SYS_renameat,		W, ANYTHING },
#endif
	{ SYS_renameat2,	W, ANYTHING },
	/* For the parent, main.c: tell_ready(). */
	{ SYS_dup3,		TW, ANYTHING },
#ifdef SYS_dup2
	{ SYS_dup2,		TW, ANYTHING },
#endif

	/*
	 * Memory: none of it becomes code.  The arguments of mmap(2) are in memory on
	 * s390x: there sandbox.c has another way, with Linux 6.3.
	 */
#if defined(SYS_mmap2)
	{ SYS_mmap2,		TWK, LACKS(2, PROT_EXEC) },
#elif defined(__s390x__)
	{ SYS_mmap,		TWK, ANYTHING },
#else
	{ SYS_mmap,		TWK, LACKS(2, PROT_EXEC) },
#endif
	{ SYS_mprotect,		TWK, LACKS(2, PROT_EXEC) },
	{ SYS_munmap,		TWK, ANYTHING },
	{ SYS_mremap,		TWK, ANYTHING },
	{ SYS_madvise,		TWK, ANYTHING },
	{ SYS_brk,		TWK, ANYTHING },
	{ SYS_sysinfo,		T, ANYTHING },	/* qsort(3) of glibc */
#ifdef SYS_getrandom				/* malloc(3) */
	{ SYS_getrandom,	TWK, ANYTHING },
#endif
#ifdef SYS_futex				/* locks of stdio */
	{ SYS_futex,		TWK, ANYTHING },
#endif
#ifdef SYS_futex_time64
	{ SYS_futex_time64,	TWK, ANYTHING },
#endif

	/* notify.c, log.c; abort(3); the end */
	{ SYS_getpid,		TWK, ANYTHING },
	{ SYS_gettid,		TWK, ANYTHING },
	{ SYS_tgkill,		TWK, US, 0, 0, 0 },
	{ SYS_tkill,		TWK, US, 0, 0, 0 },
	{ SYS_rt_sigprocmask,	TWK, ANYTHING },
	{ SYS_rt_sigaction,	TWK, ANYTHING },
	{ SYS_exit_group,	TWK, ANYTHING },
	{ SYS_exit,		TWK, ANYTHING },

	/* What no library does by itself. */
	{ SYS_execve,		TWK, FATAL, 0, 0, 0 },
	{ SYS_execveat,		TWK, FATAL, 0, 0, 0 },
	{ SYS_ptrace,		TWK, FATAL, 0, 0, 0 },
};

#define RULES	(sizeof syscall_rules / sizeof syscall_rules[0])
static_assert(RULES <= SYSCALL_RULES_MAX, "the filter has room");
const size_t syscall_nrules = RULES;
