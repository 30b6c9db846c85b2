/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _UNISTD_H
#define _UNISTD_H
#include <stddef.h>
#include <sys/types.h>
#define STDIN_FILENO	0
#define STDOUT_FILENO	1
#define STDERR_FILENO	2
_Noreturn void	 _exit(int);
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
int	 fsync(int);
int	 ftruncate(int, off_t);
gid_t	 getegid(void);
uid_t	 geteuid(void);
gid_t	 getgid(void);
int	 gethostname(char *, size_t);
pid_t	 getpid(void);
uid_t	 getuid(void);
int	 initgroups(const char *, gid_t);
int	 isatty(int);
int	 pipe(int *);
int	 pipe2(int *, int);
ssize_t	 read(int, void *, size_t);
int	 rmdir(const char *);
int	 setgid(gid_t);
int	 setgroups(int, const gid_t *);
int	 setresgid(gid_t, gid_t, gid_t);
int	 setresuid(uid_t, uid_t, uid_t);
pid_t	 setsid(void);
int	 setuid(uid_t);
int	 unlink(const char *);
int	 unlinkat(int, const char *, int);
ssize_t	 write(int, const void *, size_t);
#endif
