/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_MMAN_H
#define _SYS_MMAN_H
typedef __UINT16_TYPE__	mode_t;
typedef __INT64_TYPE__	off_t;
typedef __SIZE_TYPE__	size_t;
#define PROT_NONE	0
#define PROT_READ	1
#define PROT_WRITE	2
#define PROT_EXEC	4
#define MAP_SHARED	0x0001
#define MAP_PRIVATE	0x0002
#define MAP_FIXED	0x0010
#define MAP_STACK	0x0400
#define MAP_ANON	0x1000
#define MAP_ANONYMOUS	MAP_ANON
#define MAP_FAILED	((void *)-1)
int	 mincore(const void *, size_t, char *);
int	 minherit(void *, size_t, int);
void	*mmap(void *, size_t, int, int, int, off_t);
int	 mprotect(void *, size_t, int);
int	 munmap(void *, size_t);
#endif
