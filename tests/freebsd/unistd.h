/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _UNISTD_H
#define _UNISTD_H
#include <sys/types.h>
#include <sys/_null.h>
#ifndef SEEK_SET
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#endif
#define R_OK		4
#define W_OK		2
#define X_OK		1
#define F_OK		0
#define _SC_OPEN_MAX	5
#define _SC_PAGESIZE	47
#define _SC_NPROCESSORS_ONLN 58
#define STDIN_FILENO	0
#define STDOUT_FILENO	1
#define STDERR_FILENO	2
extern char *optarg;
extern int optind, opterr, optopt, optreset;
_Noreturn void	 _exit(int);
int	 access(const char *, int);
int	 acct(const char *);
unsigned int alarm(unsigned int);
int	 check_utility_compat(const char *);
int	 chdir(const char *);
int	 chown(const char *, uid_t, gid_t);
int	 chroot(const char *);
int	 close(int);
void	 closefrom(int);
int	 dup(int);
int	 dup2(int, int);
int	 dup3(int, int, int);
int	 eaccess(const char *, int);
void	 endusershell(void);
int	 execl(const char *, const char *, ...);
int	 execlp(const char *, const char *, ...);
int	 execv(const char *, char * const *);
int	 execve(const char *, char * const *, char * const *);
int	 execvp(const char *, char * const *);
int	 faccessat(int, const char *, int, int);
int	 fchdir(int);
int	 fchown(int, uid_t, gid_t);
int	 fchownat(int, const char *, uid_t, gid_t, int);
int	 fdatasync(int);
int	 feature_present(const char *);
pid_t	 fork(void);
int	 fsync(int);
char	*getcwd(char *, size_t);
int	 getdomainname(char *, int);
gid_t	 getegid(void);
int	 getentropy(void *, size_t);
uid_t	 geteuid(void);
gid_t	 getgid(void);
int	 getgrouplist(const char *, gid_t, gid_t *, int *);
int	 getgroups(int, gid_t *);
int	 gethostname(char *, size_t);
char	*getlogin(void);
mode_t	 getmode(const void *, mode_t);
int	 getopt(int, char * const [], const char *);
int	 getosreldate(void);
int	 getpagesize(void);
int	 getpeereid(int, uid_t *, gid_t *);
pid_t	 getpid(void);
pid_t	 getppid(void);
int	 getresgid(gid_t *, gid_t *, gid_t *);
int	 getresuid(uid_t *, uid_t *, uid_t *);
pid_t	 getsid(pid_t);
uid_t	 getuid(void);
int	 initgroups(const char *, gid_t);
int	 isatty(int);
int	 issetugid(void);
int	 lchown(const char *, uid_t, gid_t);
int	 link(const char *, const char *);
int	 ttyname_r(int, char *, size_t);
int	 linkat(int, const char *, int, const char *, int);
char	*mkdtemp(char *);
int	 mkstemp(char *);
int	 nice(int);
int	 pause(void);
int	 pipe(int *);
int	 pipe2(int *, int);
ssize_t	 pread(int, void *, size_t, off_t);
int	 profil(char *, size_t, unsigned long, int);
ssize_t	 pwrite(int, const void *, size_t, off_t);
int	 rcmd(char **, int, const char *, const char *, const char *, int *);
ssize_t	 read(int, void *, size_t);
ssize_t	 readlink(const char *, char *, size_t);
ssize_t	 readlinkat(int, const char *, char *, size_t);
int	 reboot(int);
int	 revoke(const char *);
pid_t	 rfork(int);
int	 rmdir(const char *);
int	 setegid(gid_t);
int	 seteuid(uid_t);
int	 setgid(gid_t);
int	 setgroups(int, const gid_t *);
void	*setmode(const char *);
void	 setproctitle(const char *, ...);
int	 setregid(gid_t, gid_t);
int	 setresgid(gid_t, gid_t, gid_t);
int	 setresuid(uid_t, uid_t, uid_t);
pid_t	 setsid(void);
int	 setuid(uid_t);
unsigned int sleep(unsigned int);
int	 symlink(const char *, const char *);
int	 symlinkat(const char *, int, const char *);
void	 sync(void);
long	 sysconf(int);
char	*ttyname(int);
int	 undelete(const char *);
int	 unlink(const char *);
int	 unlinkat(int, const char *, int);
int	 unwhiteout(const char *);
int	 usleep(useconds_t);
pid_t	 vfork(void);
ssize_t	 write(int, const void *, size_t);
#endif
