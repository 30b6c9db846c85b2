/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_STAT_H
#define _SYS_STAT_H
#include <sys/_timespec.h>
typedef __INT32_TYPE__	blksize_t;
typedef __INT64_TYPE__	blkcnt_t;
typedef __UINT64_TYPE__	dev_t;
typedef __UINT32_TYPE__	fflags_t;
typedef __UINT32_TYPE__	gid_t;
typedef __UINT64_TYPE__	ino_t;
typedef __UINT16_TYPE__	mode_t;
typedef __UINT64_TYPE__	nlink_t;
typedef __INT64_TYPE__	off_t;
typedef __UINT32_TYPE__	uid_t;
struct stat {
	dev_t		st_dev;
	ino_t		st_ino;
	nlink_t		st_nlink;
	mode_t		st_mode;
	__INT16_TYPE__	st_padding0;
	uid_t		st_uid;
	gid_t		st_gid;
	__INT32_TYPE__	st_padding1;
	dev_t		st_rdev;
	struct timespec	st_atim, st_mtim, st_ctim, st_birthtim;
	off_t		st_size;
	blkcnt_t	st_blocks;
	blksize_t	st_blksize;
	fflags_t	st_flags;
	__UINT64_TYPE__	st_gen, st_spare[10];
};
#define st_atime	st_atim.tv_sec
#define st_mtime	st_mtim.tv_sec
#define st_ctime	st_ctim.tv_sec
#define S_ISUID	0004000
#define S_IRWXU	0000700
#define S_IRUSR	0000400
#define S_IWUSR	0000200
#define S_IXUSR	0000100
#define S_IRWXG	0000070
#define S_IRGRP	0000040
#define S_IWGRP	0000020
#define S_IRWXO	0000007
#define S_IROTH	0000004
#define S_IWOTH	0000002
#define S_IFMT	0170000
#define S_IFIFO	0010000
#define S_IFCHR	0020000
#define S_IFDIR	0040000
#define S_IFREG	0100000
#define S_IFLNK	0120000
#define S_IFSOCK 0140000
#define S_ISDIR(m)	(((m) & S_IFMT) == S_IFDIR)
#define S_ISCHR(m)	(((m) & S_IFMT) == S_IFCHR)
#define S_ISREG(m)	(((m) & S_IFMT) == S_IFREG)
#define S_ISFIFO(m)	(((m) & S_IFMT) == S_IFIFO)
#define S_ISLNK(m)	(((m) & S_IFMT) == S_IFLNK)
#define S_ISSOCK(m)	(((m) & S_IFMT) == S_IFSOCK)
#define UTIME_NOW	(-1)
#define UTIME_OMIT	(-2)
int	 chmod(const char *, mode_t);
int	 fchmod(int, mode_t);
int	 fchmodat(int, const char *, mode_t, int);
int	 fstat(int, struct stat *);
int	 fstatat(int, const char *, struct stat *, int);
int	 futimens(int, const struct timespec *);
int	 lstat(const char *, struct stat *);
int	 mkdir(const char *, mode_t);
int	 mkdirat(int, const char *, mode_t);
int	 mkfifo(const char *, mode_t);
int	 mkfifoat(int, const char *, mode_t);
int	 mknod(const char *, mode_t, dev_t);
int	 stat(const char *, struct stat *);
mode_t	 umask(mode_t);
int	 utimensat(int, const char *, const struct timespec *, int);
#endif
