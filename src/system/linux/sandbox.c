/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sandbox.c - no privileges from any file; landlock.c, where the kernel has it; and
 * seccomp(2): the system calls of syscalls.c are allowed.  System calls: prctl,
 * seccomp, those of landlock.c.
 *
 * What is not allowed fails with EPERM, and an audit record where the kernel
 * makes one: a C library of tomorrow that tries a new call first should cost a
 * feature, not the network.  Only what no library does by itself, to run another
 * program, ends the process.  Build with -DSANDBOX_DENY=SECCOMP_RET_KILL_PROCESS to
 * find calls that are missing here; the test suite passes so.
 */
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "landlock.h"
#include "syscalls.h"
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

static bool walls;			/* Landlock is there */

#define RULE_INSNS	7		/* of a rule, at most */
#define OTHER_INSNS	5
static_assert(SYSCALL_RULES_MAX * RULE_INSNS + OTHER_INSNS <= BPF_MAXINSNS,
    "the kernel takes the filter");

/* --- the filter ----------------------------------------------------------- */

/* Arguments have 64 bits, the filter's accumulator 32. */
#define LOW_HALF	(__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 4u : 0u)

struct filter {
	struct sock_filter	insn[SYSCALL_RULES_MAX * RULE_INSNS +
				    OTHER_INSNS];
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

/* Behind it the accumulator holds the number of the call, as before. */
static void
look_at_argument(struct filter *f, const struct rule *r)
{
	const unsigned equal = BPF_JMP | BPF_JEQ | BPF_K;
	const size_t arg = offsetof(struct seccomp_data, args) +
	    r->arg * sizeof(uint64_t);
	bool pointer = r->check == ZERO;

	add(f, equal, (uint32_t)r->nr, 0, pointer ? 6 : 5);
	load(f, arg + LOW_HALF);
	if (pointer) {
		add(f, equal, 0, 0, 3);
		load(f, arg + (4 - LOW_HALF));
		add(f, equal, 0, 0, 1);
	} else {
		add(f, BPF_ALU | BPF_AND | BPF_K, r->check == US ?
		    UINT32_MAX : r->mask, 0, 0);
		add(f, equal, r->check == US ? (uint32_t)getpid() :
		    r->value, 0, 1);
	}
	verdict(f, SECCOMP_RET_ALLOW);
	load(f, offsetof(struct seccomp_data, nr));
}

static void
add_rule(struct filter *f, const struct rule *r)
{
	uint32_t what = SECCOMP_RET_ALLOW;

	switch (r->check) {
	case BITS:
	case ZERO:
	case US:
		look_at_argument(f, r);
		return;
	case REFUSED:
		what = SECCOMP_RET_ERRNO | EPERM;
		break;
	case FATAL:
		what = SECCOMP_RET_KILL_PROCESS;
		break;
	case ANY:
		break;
	}
	add(f, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)r->nr, 0, 1);
	verdict(f, what);
}

static unsigned
callers(const struct sandbox *s)
{
	unsigned clat = s->asks ? BY_CLAT : 0;

	switch (s->who) {
	case SANDBOX_TRANSLATOR:
		return BY_TRANSLATOR | clat;
	case SANDBOX_WRITER:
		return BY_WRITER;
	case SANDBOX_KEEPER:
		return BY_KEEPER;
	case SANDBOX_ALONE:
		break;
	}
	return BY_TRANSLATOR | BY_WRITER | clat;
}

static void
build(struct filter *f, unsigned who)
{
	f->n = 0;
	load(f, offsetof(struct seccomp_data, arch));
	add(f, BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0);
	verdict(f, SECCOMP_RET_KILL_PROCESS);
	load(f, offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < syscall_nrules; i++)
		if ((syscall_rules[i].who & who) != 0)
			add_rule(f, &syscall_rules[i]);
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

/* Since Linux 6.3; what the filter cannot see of mmap(2), this does. */
static void
keep_data_from_becoming_code(void)
{
#ifndef PR_SET_MDWE
#define PR_SET_MDWE			65
#define PR_MDWE_REFUSE_EXEC_GAIN	1
#endif
	(void)prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0);
}

bool
sandbox_has_walls(void)
{
	return walls;
}

bool
sandbox_start(const struct sandbox *s, char *err, size_t errsize)
{
	static struct filter f;
	struct sock_fprog prog = { .filter = f.insn };

	if (ARCH == 0) {
		snprintf(err, errsize, "not on this kind of machine");
		return false;
	}
	build(&f, callers(s));
	prog.len = f.n;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) {
		keep_data_from_becoming_code();
		walls = landlock_start(&s->read, &s->write, &s->remove);
		if (install(&prog))
			return true;
	}
	snprintf(err, errsize, "cannot install a system call filter: %s",
	    strerror(errno));
	return false;
}
