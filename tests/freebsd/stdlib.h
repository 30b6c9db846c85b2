/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _STDLIB_H
#define _STDLIB_H
#include <stddef.h>
#include <stdint.h>
#define EXIT_FAILURE	1
#define EXIT_SUCCESS	0
_Noreturn void	 abort(void);
uint32_t	 arc4random(void);
void		 arc4random_buf(void *, size_t);
int		 atexit(void (*)(void));
int		 abs(int);
void		*bsearch(const void *, const void *, size_t, size_t,
		    int (*)(const void *, const void *));
void		*calloc(size_t, size_t);
_Noreturn void	 exit(int);
void		 free(void *);
char		*getenv(const char *);
void		*malloc(size_t);
char		*mkdtemp(char *);
int		 mkstemp(char *);
int		 posix_memalign(void **, size_t, size_t);
void		*aligned_alloc(size_t, size_t);
void		 qsort(void *, size_t, size_t,
		    int (*)(const void *, const void *));
void		*realloc(void *, size_t);
void		*reallocarray(void *, size_t, size_t);
char		*realpath(const char *, char *);
int		 setenv(const char *, const char *, int);
double		 strtod(const char *, char **);
long		 strtol(const char *, char **, int);
long long	 strtoll(const char *, char **, int);
unsigned long	 strtoul(const char *, char **, int);
unsigned long long strtoull(const char *, char **, int);
int		 unsetenv(const char *);
#endif
