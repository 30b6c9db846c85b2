/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz.h - one fuzz target a program.  With --enable-fuzzers libFuzzer drives it;
 * otherwise replay.c feeds it the files named on the command line.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define MUST(x) do {							\
	if (!(x)) {							\
		fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #x);	\
		abort();						\
	}								\
} while (0)

/* A file that holds these octets, as a path: one a slot, gone at exit. */
enum fuzz_slot { FUZZ_MAIN, FUZZ_NAMED, FUZZ_SLOTS };
const char	*fuzz_file(enum fuzz_slot, const void *, size_t);

#endif
