/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * confine [-p] COMMAND... - run it under a system call filter like that of a systemd
 * unit with
 *
 *	SystemCallFilter=@system-service
 *	SystemCallFilter=~@privileged @resources
 *	RestrictAddressFamilies=AF_INET AF_INET6 AF_NETLINK
 *
 * A call that such a unit forbids kills the process; that nothing of what a
 * network daemon might want is left out matters, not that the list is complete.
 *
 *	-p	no filter of the command's own either: EPERM
 */
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const int forbidden[] = {
	/* @privileged */
	SYS_acct, SYS_bpf, SYS_capset, SYS_chroot, SYS_fanotify_init,
	SYS_fchown, SYS_fchownat, SYS_pivot_root, SYS_setdomainname,
	SYS_setfsgid, SYS_setfsuid, SYS_setgid, SYS_setgroups,
	SYS_sethostname, SYS_setregid, SYS_setresgid, SYS_setresuid,
	SYS_setreuid, SYS_setuid, SYS_vhangup,
	/* @resources */
	SYS_ioprio_set, SYS_mbind, SYS_migrate_pages, SYS_move_pages,
	SYS_sched_setaffinity, SYS_sched_setattr, SYS_sched_setparam,
	SYS_sched_setscheduler, SYS_set_mempolicy, SYS_setpriority,
	/* not in @system-service */
	SYS_delete_module, SYS_finit_module, SYS_init_module, SYS_mount,
	SYS_perf_event_open, SYS_ptrace, SYS_reboot, SYS_seccomp,
	SYS_umount2,
#ifdef SYS_setrlimit
	SYS_setrlimit,
#endif
#ifdef SYS_chown
	SYS_chown, SYS_lchown,
#endif
#ifdef SYS_io_uring_setup
	SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register,
#endif
#ifdef SYS_landlock_create_ruleset
	SYS_landlock_create_ruleset, SYS_landlock_add_rule,
	SYS_landlock_restrict_self,
#endif
};

#define COUNT	(sizeof forbidden / sizeof forbidden[0])

/* Arguments have 64 bits, the filter's registers 32. */
#define LOW_HALF	(__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 4 : 0)
#define LOAD(offset)	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)(offset))
#define RETURN(what)	BPF_STMT(BPF_RET | BPF_K, (what))
/* Go on if the accumulator is k, else leave out the next one. */
#define IF_EQUAL(k)	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)(k), 0, 1)

/* The call with this first argument: an error.  Returns instructions used. */
static size_t
refuse(struct sock_filter *f, int call, int arg, unsigned error)
{
	const struct sock_filter insn[] = {
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)call, 0, 4),
		LOAD(offsetof(struct seccomp_data, args[0]) + LOW_HALF),
		IF_EQUAL(arg),
		RETURN(SECCOMP_RET_ERRNO | error),
		LOAD(offsetof(struct seccomp_data, nr)),
	};

	memcpy(f, insn, sizeof insn);
	return sizeof insn / sizeof insn[0];
}

static int
confine(bool no_filter)
{
	struct sock_filter f[2 * COUNT + 16];
	struct sock_fprog prog = { 0, f };
	size_t n = 0;

	f[n++] = (struct sock_filter)LOAD(offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < COUNT; i++) {
		f[n++] = (struct sock_filter)IF_EQUAL(forbidden[i]);
		f[n++] = (struct sock_filter)RETURN(SECCOMP_RET_KILL_PROCESS);
	}
	if (no_filter)
		n += refuse(f + n, SYS_prctl, PR_SET_SECCOMP, EPERM);
	n += refuse(f + n, SYS_socket, AF_UNIX, EAFNOSUPPORT);
	f[n++] = (struct sock_filter)RETURN(SECCOMP_RET_ALLOW);
	prog.len = (unsigned short)n;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return -1;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog);
}

int
main(int argc, char **argv)
{
	bool no_filter = argc > 1 && strcmp(argv[1], "-p") == 0;

	argv += no_filter ? 2 : 1;
	if (*argv == NULL) {
		fprintf(stderr, "usage: confine [-p] command...\n");
		return 1;
	}
	if (confine(no_filter) == -1) {
		perror("confine");
		return 77;
	}
	execvp(argv[0], argv);
	perror(argv[0]);
	return 127;
}
