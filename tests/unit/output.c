/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <unistd.h>

#include "output.h"
#include "suite.h"

const char *
output_of(int fd, void (*f)(void))
{
	static char buf[8192];
	int p[2], saved = dup(fd);
	ssize_t n;

	fflush(NULL);
	ck_assert_int_eq(pipe(p), 0);
	dup2(p[1], fd);
	f();
	fflush(NULL);
	dup2(saved, fd);
	close(saved);
	close(p[1]);
	n = read(p[0], buf, sizeof buf - 1);
	close(p[0]);
	buf[n < 0 ? 0 : n] = '\0';
	return buf;
}
