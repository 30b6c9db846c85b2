/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _UNISTD_H
#define _UNISTD_H
#include <stddef.h>
#include <sys/types.h>
#ifndef SEEK_SET
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#endif
#define _SC_OPEN_MAX	5
#define _SC_PAGESIZE	47
#define STDIN_FILENO	0
#define STDOUT_FILENO	1
#define STDERR_FILENO	2
_Noreturn void	 _exit(int);
#define R_OK		4
#define W_OK		2
#define X_OK		1
#define F_OK		0
unsigned int alarm(unsigned int);
int	 access(const char *, int);
int	 chdir(const char *);
int	 chown(const char *, uid_t, gid_t);
int	 chroot(const char *);
int	 close(int);
int	 dup(int);
int	 dup2(int, int);
int	 fchdir(int);
int	 fchown(int, uid_t, gid_t);
pid_t	 fork(void);
int	 fchownat(int, const char *, uid_t, gid_t, int);
int	 fdatasync(int);
int	 fsync(int);
int	 ftruncate(int, off_t);
char	*getcwd(char *, size_t);
gid_t	 getegid(void);
uid_t	 geteuid(void);
gid_t	 getgid(void);
int	 gethostname(char *, size_t);
int	 getgroups(int, gid_t *);
int	 getpeereid(int, uid_t *, gid_t *);
pid_t	 getpid(void);
pid_t	 getppid(void);
uid_t	 getuid(void);
int	 initgroups(const char *, gid_t);
int	 isatty(int);
int	 linkat(int, const char *, int, const char *, int);
off_t	 lseek(int, off_t, int);
int	 pipe(int *);
int	 pipe2(int *, int);
ssize_t	 pread(int, void *, size_t, off_t);
ssize_t	 pwrite(int, const void *, size_t, off_t);
ssize_t	 read(int, void *, size_t);
ssize_t	 readlink(const char *, char *, size_t);
int	 rmdir(const char *);
int	 setgid(gid_t);
int	 setgroups(int, const gid_t *);
int	 setresgid(gid_t, gid_t, gid_t);
int	 setresuid(uid_t, uid_t, uid_t);
pid_t	 setsid(void);
int	 setuid(uid_t);
unsigned int sleep(unsigned int);
long	 sysconf(int);
int	 unlink(const char *);
int	 unlinkat(int, const char *, int);
ssize_t	 write(int, const void *, size_t);
#endif
