/* SPDX-License-Identifier: BSD-2-Clause */
#include <unistd.h>

#include "fuzz.h"

static struct {
	int	fd;
	char	path[32];
} files[FUZZ_SLOTS];

static void
remove_files(void)
{
	for (int i = 0; i < FUZZ_SLOTS; i++)
		if (files[i].path[0] != '\0')
			unlink(files[i].path);
}

const char *
fuzz_file(enum fuzz_slot slot, const void *data, size_t n)
{
	int fd = files[slot].fd;

	if (files[slot].path[0] == '\0') {
		snprintf(files[slot].path, sizeof files[slot].path,
		    "/tmp/fuzz.XXXXXX");
		fd = files[slot].fd = mkstemp(files[slot].path);
		atexit(remove_files);
	}
	MUST(fd != -1 && ftruncate(fd, 0) == 0);
	MUST(pwrite(fd, data, n, 0) == (ssize_t)n);
	return files[slot].path;
}
