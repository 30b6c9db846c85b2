/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS__IOVEC_H
#define _SYS__IOVEC_H
typedef __SIZE_TYPE__	size_t;
struct iovec {
	void	*iov_base;
	size_t	 iov_len;
};
#endif
