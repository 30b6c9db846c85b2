/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SIGNAL_H
#define _SIGNAL_H
#include <sys/_sigset.h>
#include <sys/_timespec.h>
typedef __INT32_TYPE__	pid_t;
typedef __UINT32_TYPE__	uid_t;
typedef __SIZE_TYPE__	size_t;
typedef struct pthread	*pthread_t;
#define SIGHUP		1
#define SIGINT		2
#define SIGQUIT		3
#define SIGILL		4
#define SIGTRAP		5
#define SIGABRT		6
#define SIGFPE		8
#define SIGKILL		9
#define SIGBUS		10
#define SIGSEGV		11
#define SIGSYS		12
#define SIGPIPE		13
#define SIGALRM		14
#define SIGTERM		15
#define SIGSTOP		17
#define SIGCONT		19
#define SIGCHLD		20
#define SIGXCPU		24
#define SIGXFSZ		25
#define SIGINFO		29
#define SIGUSR1		30
#define SIGUSR2		31
#define NSIG		32
#define SIG_BLOCK	1
#define SIG_UNBLOCK	2
#define SIG_SETMASK	3
#define SA_ONSTACK	0x0001
#define SA_RESTART	0x0002
#define SA_RESETHAND	0x0004
#define SA_NOCLDSTOP	0x0008
#define SA_NODEFER	0x0010
#define SA_NOCLDWAIT	0x0020
#define SA_SIGINFO	0x0040
typedef int sig_atomic_t;
typedef __sigset_t sigset_t;
union sigval {
	int	 sival_int;
	void	*sival_ptr;
};
typedef struct __siginfo {
	int		si_signo, si_errno, si_code;
	pid_t		si_pid;
	uid_t		si_uid;
	int		si_status;
	void		*si_addr;
	union sigval	si_value;
} siginfo_t;
typedef void __sighandler_t(int);
typedef __sighandler_t *sig_t;
#define SIG_DFL		((__sighandler_t *)0)
#define SIG_IGN		((__sighandler_t *)1)
#define SIG_ERR		((__sighandler_t *)-1)
struct sigaction {
	union {
		void	(*__sa_handler)(int);
		void	(*__sa_sigaction)(int, siginfo_t *, void *);
	} __sigaction_u;
	int		sa_flags;
	sigset_t	sa_mask;
};
#define sa_handler	__sigaction_u.__sa_handler
#define sa_sigaction	__sigaction_u.__sa_sigaction
extern const char *const sys_signame[NSIG];
int	 kill(pid_t, int);
int	 killpg(pid_t, int);
void	 psignal(int, const char *);
int	 raise(int);
int	 sigaction(int, const struct sigaction *, struct sigaction *);
int	 sigaddset(sigset_t *, int);
int	 sigdelset(sigset_t *, int);
int	 sigemptyset(sigset_t *);
int	 sigfillset(sigset_t *);
int	 sigismember(const sigset_t *, int);
__sighandler_t *signal(int, __sighandler_t *);
int	 sigpending(sigset_t *);
int	 sigprocmask(int, const sigset_t *, sigset_t *);
int	 sigsuspend(const sigset_t *);
int	 sigtimedwait(const sigset_t *, siginfo_t *, const struct timespec *);
int	 sigwait(const sigset_t *, int *);
int	 sigwaitinfo(const sigset_t *, siginfo_t *);
#endif
