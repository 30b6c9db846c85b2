/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay.c - a fuzz target without a fuzzer: every file named on the command
 * line, whole, and cut short at some places.
 */
#include <string.h>

#include "fuzz.h"

#define INPUT_MAX	(1 << 20)

static void
replay(const char *path)
{
	static uint8_t buf[INPUT_MAX];
	FILE *f = fopen(path, "rb");
	size_t n;

	MUST(f != NULL);
	n = fread(buf, 1, sizeof buf, f);
	fclose(f);
	for (size_t cut = n; cut > 0; cut -= cut / 16 + 1) {
		/* In memory of its own, so that a reader beyond it is seen. */
		uint8_t *exact = malloc(cut);

		MUST(exact != NULL);
		memcpy(exact, buf, cut);
		LLVMFuzzerTestOneInput(exact, cut);
		free(exact);
	}
}

int
main(int argc, char **argv)
{
	LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	for (int i = 1; i < argc; i++)
		replay(argv[i]);
	fprintf(stderr, "%d files\n", argc - 1);
	return argc > 1 ? EXIT_SUCCESS : EXIT_FAILURE;
}
