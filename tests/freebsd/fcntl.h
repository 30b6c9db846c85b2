/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _FCNTL_H
#define _FCNTL_H
typedef __UINT16_TYPE__	mode_t;
typedef __INT64_TYPE__	off_t;
typedef __INT32_TYPE__	pid_t;
#define O_RDONLY	0x0000
#define O_WRONLY	0x0001
#define O_RDWR		0x0002
#define O_ACCMODE	0x0003
#define O_NONBLOCK	0x0004
#define O_APPEND	0x0008
#define O_SHLOCK	0x0010
#define O_EXLOCK	0x0020
#define O_SYNC		0x0080
#define O_NOFOLLOW	0x0100
#define O_CREAT		0x0200
#define O_TRUNC		0x0400
#define O_EXCL		0x0800
#define O_NOCTTY	0x8000
#define O_DIRECTORY	0x00020000
#define O_SEARCH	0x00040000
#define O_CLOEXEC	0x00100000
#define FREAD		0x0001
#define FWRITE		0x0002
#define FAPPEND		O_APPEND
#define FASYNC		0x0040
#define FNONBLOCK	O_NONBLOCK
#define FNDELAY		O_NONBLOCK
#define AT_FDCWD	(-100)
#define AT_EACCESS	0x0100
#define AT_SYMLINK_NOFOLLOW 0x0200
#define AT_SYMLINK_FOLLOW 0x0400
#define AT_REMOVEDIR	0x0800
#define F_DUPFD		0
#define F_GETFD		1
#define F_SETFD		2
#define F_GETFL		3
#define F_SETFL		4
#define F_GETLK		11
#define F_SETLK		12
#define F_SETLKW	13
#define F_DUPFD_CLOEXEC	17
#define FD_CLOEXEC	1
#define F_RDLCK		1
#define F_UNLCK		2
#define F_WRLCK		3
#define LOCK_SH		1
#define LOCK_EX		2
#define LOCK_NB		4
#define LOCK_UN		8
struct flock {
	off_t	l_start, l_len;
	pid_t	l_pid;
	short	l_type, l_whence;
	int	l_sysid;
};
int	 creat(const char *, mode_t);
int	 fcntl(int, int, ...);
int	 flock(int, int);
int	 open(const char *, int, ...);
int	 openat(int, const char *, int, ...);
int	 posix_fadvise(int, off_t, off_t, int);
int	 posix_fallocate(int, off_t, off_t);
#endif
