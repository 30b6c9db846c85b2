/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SIGNAL_H
#define _SIGNAL_H
#include <stdint.h>
#include <sys/types.h>
#include <sys/timespec.h>
#define SIGHUP		1
#define SIGINT		2
#define SIGQUIT		3
#define SIGABRT		6
#define SIGKILL		9
#define SIGSEGV		11
#define SIGSYS		12
#define SIGPIPE		13
#define SIGALRM		14
#define SIGTERM		15
#define SIGCHLD		20
#define SIGINFO		29
#define SIGUSR1		30
#define SIGUSR2		31
#define SIG_BLOCK	1
#define SIG_UNBLOCK	2
#define SIG_SETMASK	3
#define SA_RESTART	0x0002
#define SA_SIGINFO	0x0040
typedef int sig_atomic_t;
typedef struct { uint32_t __bits[4]; } sigset_t;
typedef struct __siginfo siginfo_t;
typedef void __sighandler_t(int);
#define SIG_DFL		((__sighandler_t *)0)
#define SIG_IGN		((__sighandler_t *)1)
struct sigaction {
	union {
		void	(*__sa_handler)(int);
		void	(*__sa_sigaction)(int, siginfo_t *, void *);
	} __sigaction_u;
	int		sa_flags;
	sigset_t	sa_mask;
};
#define sa_handler	__sigaction_u.__sa_handler
int	 kill(pid_t, int);
int	 raise(int);
int	 sigaction(int, const struct sigaction *, struct sigaction *);
int	 sigaddset(sigset_t *, int);
int	 sigemptyset(sigset_t *);
int	 sigdelset(sigset_t *, int);
int	 sigfillset(sigset_t *);
int	 sigismember(const sigset_t *, int);
__sighandler_t *signal(int, __sighandler_t *);
int	 sigpending(sigset_t *);
int	 sigprocmask(int, const sigset_t *, sigset_t *);
int	 sigtimedwait(const sigset_t *, siginfo_t *, const struct timespec *);
#endif
