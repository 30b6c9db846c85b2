/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * loader.c - System calls, at the start only: capget, prctl, bpf, mmap, munmap,
 * close; fork and waitpid under somebody else's filter.
 *
 * The layouts are those of linux/bpf.h, which may be older than the kernel.
 */
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <linux/capability.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "loader.h"

/* struct bpf_insn, but for the order of its bits. */
struct fp_insn {
	uint8_t	code, dst, src;
	int16_t	off;
	int32_t	imm;
};

struct fp_reference {
	uint32_t	insn;
	uint32_t	array;
};

#include "fastpath/program.h"

#define INSNS		(sizeof fp_code / sizeof fp_code[0])
#define REFERENCES	(sizeof fp_references / sizeof fp_references[0])

enum command {
	MAP_CREATE	= 0,
	PROG_LOAD	= 5,
	PROG_TEST_RUN	= 10,
	LINK_CREATE	= 28,
};

#define MAP_TYPE_ARRAY	2
#define MMAPABLE	(1U << 10)
#define SCHED_CLS	3
#define PSEUDO_MAP_FD	1
#define TCX_EGRESS	47

#define TCX_NEXT	(-1)
#define TCX_REDIRECT	7

const uint32_t loader_entry_size[FP_ARRAYS] = {
	[FP_CONTROL]	= sizeof(struct fp_control),
	[FP_MAPS]	= sizeof(struct fp_map),
	[FP_MAPS4]	= sizeof(struct fp_bucket),
	[FP_MAPS6]	= sizeof(struct fp_bucket),
	[FP_LEASES]	= sizeof(struct fp_lease),
	[FP_LEASES4]	= sizeof(struct fp_bucket),
	[FP_LEASES6]	= sizeof(struct fp_bucket),
	[FP_COUNTS]	= sizeof(struct fp_count),
	[FP_IDENT]	= sizeof(uint64_t),
	[FP_HELD]	= sizeof(uint64_t),
};

static int
bpf(enum command command, void *attr, size_t size)
{
	return (int)syscall(SYS_bpf, command, attr, size);
}

static uint64_t
address(const void *p)
{
	return (uint64_t)(uintptr_t)p;
}

static bool
fail(char *err, size_t errsize, const char *what)
{
	const char *hint = "";
	int error = errno;

	if (errno == EPERM)
		hint = " (needs CAP_BPF and CAP_NET_ADMIN, in no user "
		    "namespace)";
	else if (errno == ENOSYS)
		hint = " (a kernel, or a filter, without bpf(2))";
	snprintf(err, errsize, "%s: %s%s", what, strerror(error), hint);
	errno = error;
	return false;
}

void
loader_init(struct loader *l)
{
	memset(l, 0, sizeof *l);
	for (int i = 0; i < FP_ARRAYS; i++)
		l->array[i] = -1;
	l->program = l->link = -1;
}

/* --- may we? -------------------------------------------------------------- */

/* CAP_BPF came with Linux 5.8, the headers perhaps later. */
#define BIT_NET_ADMIN	(1U << CAP_NET_ADMIN)
#define BIT_SYS_ADMIN	(1U << CAP_SYS_ADMIN)
#define BIT_BPF		(1U << (39 - 32))	/* of the second word */

static bool
is_capable(void)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct set[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &head, set) == -1)
		return false;
	return (set[0].effective & BIT_NET_ADMIN) != 0 &&
	    ((set[0].effective & BIT_SYS_ADMIN) != 0 ||
	    (set[1].effective & BIT_BPF) != 0);
}

/*
 * A service manager's filter may kill for the question: then it kills a child.
 */
static bool
survives_asking(void)
{
	int status;
	pid_t pid;

	if (prctl(PR_GET_SECCOMP) <= 0)
		return true;
	pid = fork();
	if (pid == 0) {
		(void)bpf(PROG_LOAD, NULL, 0);
		_exit(0);
	}
	if (pid == -1)
		return false;
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return false;
	return WIFEXITED(status);
}

static bool
may_ask(void)
{
	if (is_capable() && survives_asking())
		return true;
	errno = EPERM;
	return false;
}

/* --- arrays --------------------------------------------------------------- */

static int
create_array(uint32_t entry_size, uint32_t entries)
{
	struct {
		uint32_t	type, key_size, value_size, max_entries, flags;
		uint32_t	inner, node;
		char		name[16];
	} attr = {
		.type = MAP_TYPE_ARRAY,
		.key_size = sizeof(uint32_t),
		.value_size = entry_size,
		.max_entries = entries,
		.flags = MMAPABLE,
		.name = "lichen",
	};

	return bpf(MAP_CREATE, &attr, sizeof attr);
}

static bool
open_array(struct loader *l, int i, uint32_t entries)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t each = (loader_entry_size[i] + 7) / 8 * 8;
	void *mem;

	l->array[i] = create_array(loader_entry_size[i], entries);
	if (l->array[i] == -1)
		return false;
	l->size[i] = (each * entries + page - 1) / page * page;
	mem = mmap(NULL, l->size[i], PROT_READ | PROT_WRITE, MAP_SHARED,
	    l->array[i], 0);
	if (mem == MAP_FAILED)
		return false;
	l->mem[i] = mem;
	return true;
}

/* --- program -------------------------------------------------------------- */

struct insn {			/* struct bpf_insn */
	uint8_t		code, regs;
	int16_t		off;
	int32_t		imm;
};

static uint8_t
registers(unsigned dst, unsigned src)
{
	if (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)
		return (uint8_t)(dst << 4 | src);
	return (uint8_t)(src << 4 | dst);
}

/* The instructions with what they refer to filled in. */
static void
link_program(struct insn *to, const int array[FP_ARRAYS])
{
	for (size_t i = 0; i < INSNS; i++)
		to[i] = (struct insn){ fp_code[i].code,
		    registers(fp_code[i].dst, fp_code[i].src),
		    fp_code[i].off, fp_code[i].imm };
	for (size_t i = 0; i < REFERENCES; i++) {
		const struct fp_reference *r = &fp_references[i];
		struct insn *at = &to[r->insn];

		at->regs = registers(fp_code[r->insn].dst, PSEUDO_MAP_FD);
		at->imm = array[r->array];
	}
}

struct load {			/* of union bpf_attr */
	uint32_t	type, insn_count;
	uint64_t	insns, license;
	uint32_t	log_level, log_size;
	uint64_t	log;
	uint32_t	kernel_version, flags;
	char		name[16];
};

/* The last line that the verifier wrote, for a message. */
static void
last_line(const char *log, char *err, size_t errsize)
{
	size_t n = strlen(log), from;

	while (n > 0 && log[n - 1] == '\n')
		n--;
	/* The one before tells how much was processed. */
	for (from = n; from > 0 && log[from - 1] != '\n'; from--)
		;
	if (from > 0 && strncmp(log + from, "processed", 9) == 0) {
		n = from - 1;
		for (from = n; from > 0 && log[from - 1] != '\n'; from--)
			;
	}
	snprintf(err + strlen(err), errsize - strlen(err), ": %.*s",
	    (int)(n - from), log + from);
}

#define LOG_SIZE	(1U << 20)

/* Why not: only now it is worth the memory. */
static void
explain_refusal(struct load *attr, char *err, size_t errsize)
{
	char *log = calloc(1, LOG_SIZE);
	int fd;

	if (log == NULL)
		return;
	attr->log_level = 1;
	attr->log_size = LOG_SIZE;
	attr->log = address(log);
	fd = bpf(PROG_LOAD, attr, sizeof *attr);
	if (fd != -1)
		close(fd);
	if (log[0] != '\0')
		last_line(log, err, errsize);
	free(log);
}

static int
load_program(const int array[FP_ARRAYS], char *err, size_t errsize)
{
	struct insn *insns = calloc(INSNS, sizeof *insns);
	struct load attr = {
		.type = SCHED_CLS,
		.insn_count = INSNS,
		.license = address("BSD-2-Clause"),
		.name = "lichen",
	};
	int fd = -1;

	if (insns != NULL) {
		link_program(insns, array);
		attr.insns = address(insns);
		fd = bpf(PROG_LOAD, &attr, sizeof attr);
	}
	if (fd == -1) {
		int error = errno;

		if (error == E2BIG)
			snprintf(err, errsize, "cannot load the program: "
			    "too much for the kernel's check (before Linux "
			    "6.16 it takes CAP_PERFMON, too)");
		else
			fail(err, errsize, "cannot load the program");
		if (error == EACCES || error == EINVAL)
			explain_refusal(&attr, err, errsize);
		errno = error;
	}
	free(insns);
	return fd;
}

bool
loader_open(struct loader *l, const uint32_t entries[FP_ARRAYS], char *err,
    size_t errsize)
{
	if (!may_ask())
		return fail(err, errsize, "bpf(2)");
	for (int i = 0; i < FP_ARRAYS; i++)
		if (!open_array(l, i, entries[i]))
			return fail(err, errsize, "cannot make tables");
	l->program = load_program(l->array, err, errsize);
	return l->program != -1;
}

bool
loader_attach(struct loader *l, unsigned ifindex, char *err, size_t errsize)
{
	struct {
		uint32_t	program, ifindex, type, flags;
		uint32_t	relative, unused;
		uint64_t	revision;
	} attr = {
		.program = (uint32_t)l->program,
		.ifindex = ifindex,
		.type = TCX_EGRESS,
	};

	l->link = bpf(LINK_CREATE, &attr, sizeof attr);
	if (l->link != -1)
		return true;
	if (errno == EINVAL) {
		snprintf(err, errsize, "the kernel is too old: it takes "
		    "Linux 6.6");
		errno = EINVAL;
		return false;
	}
	return fail(err, errsize, "cannot attach the program");
}

static void
shut(int *fd)
{
	if (*fd != -1)
		close(*fd);
	*fd = -1;
}

void
loader_finish(struct loader *l)
{
	shut(&l->program);
	for (int i = 0; i < FP_ARRAYS; i++)
		shut(&l->array[i]);
}

void
loader_close(struct loader *l)
{
	shut(&l->link);
	loader_finish(l);
	for (int i = 0; i < FP_ARRAYS; i++)
		if (l->mem[i] != NULL)
			munmap(l->mem[i], l->size[i]);
	loader_init(l);
}

/* --- trials --------------------------------------------------------------- */

#define GSO_SIZE_AT	176		/* in struct __sk_buff */
#define SKB_SIZE	184

static void
put_ether(uint8_t *to, struct cur packet)
{
	memset(to, 0, LOADER_LINK_HEADER);
	put16(to + 12, packet.n > 0 && packet.p[0] >> 4 == 4 ? 0x0800 :
	    0x86dd);
	if (packet.n > 0)
		memcpy(to + LOADER_LINK_HEADER, packet.p, packet.n);
}

static enum loader_verdict
verdict(uint32_t returned)
{
	switch ((int32_t)returned) {
	case TCX_NEXT:
		return LOADER_TO_DAEMON;
	case TCX_REDIRECT:
		return LOADER_TRANSLATED;
	default:
		return LOADER_OTHER;
	}
}

bool
loader_try(const struct loader *l, struct cur packet, uint16_t gso_size,
    enum loader_verdict *said, uint8_t out[static LOADER_PACKET_MAX],
    size_t *n)
{
	static uint8_t in[LOADER_PACKET_MAX];
	uint8_t skb[SKB_SIZE] = { 0 };
	uint32_t size = gso_size;
	struct {
		uint32_t	program, returned, size_in, size_out;
		uint64_t	in, out;
		uint32_t	repeat, duration, skb_size_in, skb_size_out;
		uint64_t	skb_in, skb_out;
	} attr = {
		.program = (uint32_t)l->program,
		.size_in = (uint32_t)packet.n + LOADER_LINK_HEADER,
		.size_out = LOADER_PACKET_MAX,
		.in = address(in),
		.out = address(out),
		.skb_size_in = sizeof skb,
		.skb_in = address(skb),
	};

	if (packet.n + LOADER_LINK_HEADER > sizeof in) {
		errno = E2BIG;
		return false;
	}
	put_ether(in, packet);
	memcpy(skb + GSO_SIZE_AT, &size, sizeof size);
	if (bpf(PROG_TEST_RUN, &attr, sizeof attr) == -1)
		return false;
	*said = verdict(attr.returned);
	*n = attr.size_out < LOADER_LINK_HEADER ? 0 : attr.size_out - LOADER_LINK_HEADER;
	memmove(out, out + LOADER_LINK_HEADER, *n);
	return true;
}
