/* SPDX-License-Identifier: BSD-2-Clause */
/* Not here: NULL, socklen_t, sa_family_t, ptrdiff_t and the limits of stdint. */
#ifndef _SYS_TYPES_H
#define _SYS_TYPES_H
#include <machine/endian.h>
#include <sys/_stdint.h>
typedef unsigned char	u_char;
typedef unsigned short	u_short;
typedef unsigned int	u_int;
typedef unsigned long	u_long;
typedef unsigned short	ushort;
typedef unsigned int	uint;
typedef uint8_t		u_int8_t;
typedef uint16_t	u_int16_t;
typedef uint32_t	u_int32_t;
typedef uint64_t	u_int64_t, u_quad_t;
typedef int64_t		quad_t;
typedef char		*caddr_t;
typedef const char	*c_caddr_t;
typedef int64_t		blkcnt_t;
typedef int32_t		blksize_t;
typedef int32_t		clock_t;
typedef int32_t		clockid_t;
typedef int64_t		daddr_t;
typedef uint64_t	dev_t;
typedef uint32_t	fflags_t;
typedef uint32_t	fixpt_t;
typedef uint32_t	gid_t;
typedef int64_t		id_t;
typedef uint64_t	ino_t;
typedef long		key_t;
typedef int32_t		lwpid_t;
typedef uint16_t	mode_t;
typedef int		accmode_t;
typedef uint64_t	nlink_t;
typedef int64_t		off_t;
typedef int32_t		pid_t;
typedef int64_t		register_t;
typedef int64_t		rlim_t;
typedef int64_t		sbintime_t;
typedef int64_t		segsz_t;
typedef __SIZE_TYPE__	size_t;
typedef long		ssize_t;
typedef long		suseconds_t;
typedef long		time_t;
typedef struct __timer	*timer_t;
typedef uint32_t	uid_t;
typedef unsigned int	useconds_t;
typedef struct pthread	*pthread_t;
#define major(x)	((int)((x) >> 32))
#define minor(x)	((int)(x))
#define makedev(x, y)	((dev_t)(x) << 32 | (dev_t)(y))
#include <sys/select.h>
int	 ftruncate(int, off_t);
off_t	 lseek(int, off_t, int);
void	*mmap(void *, size_t, int, int, int, off_t);
int	 truncate(const char *, off_t);
#endif
