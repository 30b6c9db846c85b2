/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_UIO_H
#define _SYS_UIO_H
#include <sys/_iovec.h>
typedef long		ssize_t;
typedef __INT64_TYPE__	off_t;
ssize_t	 preadv(int, const struct iovec *, int, off_t);
ssize_t	 pwritev(int, const struct iovec *, int, off_t);
ssize_t	 readv(int, const struct iovec *, int);
ssize_t	 writev(int, const struct iovec *, int);
#endif
