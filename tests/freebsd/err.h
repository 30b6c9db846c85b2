/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _ERR_H
#define _ERR_H
_Noreturn void	 err(int, const char *, ...)
	    __attribute__((__format__(__printf__, 2, 3)));
_Noreturn void	 errc(int, int, const char *, ...)
	    __attribute__((__format__(__printf__, 3, 4)));
_Noreturn void	 errx(int, const char *, ...)
	    __attribute__((__format__(__printf__, 2, 3)));
void	 err_set_exit(void (*)(int));
void	 err_set_file(void *);
void	 warn(const char *, ...) __attribute__((__format__(__printf__, 1, 2)));
void	 warnc(int, const char *, ...)
	    __attribute__((__format__(__printf__, 2, 3)));
void	 warnx(const char *, ...) __attribute__((__format__(__printf__, 1, 2)));
#endif
