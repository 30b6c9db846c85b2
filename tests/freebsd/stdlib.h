/* SPDX-License-Identifier: BSD-2-Clause */
/* No stdint types: arc4random() has one of the compiler's. */
#ifndef _STDLIB_H
#define _STDLIB_H
#include <sys/_null.h>
typedef int		rune_t;
typedef __SIZE_TYPE__	size_t;
typedef __WCHAR_TYPE__	wchar_t;
typedef struct { int quot, rem; } div_t;
typedef struct { long quot, rem; } ldiv_t;
#define EXIT_FAILURE	1
#define EXIT_SUCCESS	0
#define RAND_MAX	0x7fffffff
#define alloca(n)	__builtin_alloca(n)
_Noreturn void	 _Exit(int);
_Noreturn void	 abort(void);
int		 abs(int);
void		*aligned_alloc(size_t, size_t);
__UINT32_TYPE__	 arc4random(void);
void		 arc4random_buf(void *, size_t);
__UINT32_TYPE__	 arc4random_uniform(__UINT32_TYPE__);
int		 atexit(void (*)(void));
double		 atof(const char *);
int		 atoi(const char *);
long		 atol(const char *);
void		*bsearch(const void *, const void *, size_t, size_t,
		    int (*)(const void *, const void *));
void		*calloc(size_t, size_t);
int		 cgetclose(void);
int		 cgetset(const char *);
int		 daemon(int, int);
char		*devname(__UINT64_TYPE__, __UINT16_TYPE__);
div_t		 div(int, int);
_Noreturn void	 exit(int);
char		*fdevname(int);
void		 free(void *);
char		*getbsize(int *, long *);
char		*getenv(const char *);
int		 getloadavg(double [], int);
const char	*getprogname(void);
int		 getsubopt(char **, char *const *, char **);
int		 heapsort(void *, size_t, size_t,
		    int (*)(const void *, const void *));
char		*initstate(unsigned int, char *, size_t);
long		 labs(long);
long long	 llabs(long long);
void		*malloc(size_t);
int		 mblen(const char *, size_t);
int		 mergesort(void *, size_t, size_t,
		    int (*)(const void *, const void *));
char		*mkdtemp(char *);
int		 mkostemp(char *, int);
int		 mkstemp(char *);
int		 mkstemps(char *, int);
char		*mktemp(char *);
int		 posix_memalign(void **, size_t, size_t);
int		 putenv(char *);
void		 qsort(void *, size_t, size_t,
		    int (*)(const void *, const void *));
int		 radixsort(const unsigned char **, int, const unsigned char *,
		    unsigned);
int		 rand(void);
long		 random(void);
void		*realloc(void *, size_t);
void		*reallocarray(void *, size_t, size_t);
void		*reallocf(void *, size_t);
char		*realpath(const char *, char *);
int		 rpmatch(const char *);
int		 setenv(const char *, const char *, int);
void		 setprogname(const char *);
char		*setstate(char *);
void		 srand(unsigned);
void		 srandom(unsigned int);
double		 strtod(const char *, char **);
long		 strtol(const char *, char **, int);
long long	 strtoll(const char *, char **, int);
long long	 strtonum(const char *, long long, long long, const char **);
unsigned long	 strtoul(const char *, char **, int);
unsigned long long strtoull(const char *, char **, int);
int		 system(const char *);
int		 unsetenv(const char *);
#endif
