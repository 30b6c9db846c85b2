/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_OUTPUT_H
#define TESTS_OUTPUT_H

/* What f() writes to a descriptor, at most a pipe's worth: good until next time. */
const char	*output_of(int fd, void (*f)(void));

#endif
