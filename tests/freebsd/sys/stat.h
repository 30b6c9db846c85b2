/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_STAT_H
#define _SYS_STAT_H
#include <sys/types.h>
#include <sys/timespec.h>
struct stat {
	dev_t		st_dev;
	ino_t		st_ino;
	nlink_t		st_nlink;
	mode_t		st_mode;
	int16_t		st_padding0;
	uid_t		st_uid;
	gid_t		st_gid;
	int32_t		st_padding1;
	dev_t		st_rdev;
	struct timespec	st_atim, st_mtim, st_ctim, st_birthtim;
	off_t		st_size;
	blkcnt_t	st_blocks;
	blksize_t	st_blksize;
	fflags_t	st_flags;
	uint64_t	st_gen, st_spare[10];
};
#define st_mtime	st_mtim.tv_sec
#define S_IFMT		0170000
#define S_ISDIR(m)	(((m) & S_IFMT) == 0040000)
#define S_ISREG(m)	(((m) & S_IFMT) == 0100000)
#define S_ISSOCK(m)	(((m) & S_IFMT) == 0140000)
#define S_ISFIFO(m)	(((m) & S_IFMT) == 0010000)
#define S_ISCHR(m)	(((m) & S_IFMT) == 0020000)
#define S_ISLNK(m)	(((m) & S_IFMT) == 0120000)
#define S_IRWXU	0000700
#define S_IRUSR	0000400
#define S_IWUSR	0000200
int	 chmod(const char *, mode_t);
int	 fchmod(int, mode_t);
int	 fchmodat(int, const char *, mode_t, int);
int	 fstat(int, struct stat *);
int	 fstatat(int, const char *, struct stat *, int);
int	 lstat(const char *, struct stat *);
int	 mkdirat(int, const char *, mode_t);
int	 mkdir(const char *, mode_t);
int	 stat(const char *, struct stat *);
mode_t	 umask(mode_t);
#endif
