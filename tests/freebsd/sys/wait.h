/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_WAIT_H
#define _SYS_WAIT_H
typedef __INT32_TYPE__	pid_t;
typedef __INT64_TYPE__	id_t;
#define WNOHANG		1
#define WUNTRACED	2
#define _WSTATUS(s)	((s) & 0177)
#define WIFEXITED(s)	(_WSTATUS(s) == 0)
#define WEXITSTATUS(s)	((s) >> 8)
#define WIFSIGNALED(s)	(_WSTATUS(s) != 0177 && _WSTATUS(s) != 0)
#define WTERMSIG(s)	_WSTATUS(s)
struct rusage;
pid_t	wait(int *);
pid_t	wait4(pid_t, int *, int, struct rusage *);
pid_t	waitpid(pid_t, int *, int);
#endif
