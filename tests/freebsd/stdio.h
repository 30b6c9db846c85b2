/* SPDX-License-Identifier: BSD-2-Clause */
/* va_list, but not va_start(): that is in <stdarg.h>. */
#ifndef _STDIO_H
#define _STDIO_H
#include <sys/_null.h>
typedef __SIZE_TYPE__	size_t;
typedef __INT64_TYPE__	off_t, fpos_t;
typedef long		ssize_t;
typedef __builtin_va_list va_list;
typedef struct __sFILE FILE;
extern FILE *__stdinp, *__stdoutp, *__stderrp;
#define stdin	__stdinp
#define stdout	__stdoutp
#define stderr	__stderrp
#define EOF	(-1)
#define BUFSIZ	1024
#define FILENAME_MAX 1024
#define _IOFBF	0
#define _IOLBF	1
#define _IONBF	2
#ifndef SEEK_SET
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#endif
#define __printflike(f, a) __attribute__((__format__(__printf__, f, a)))
int	 asprintf(char **, const char *, ...) __printflike(2, 3);
void	 clearerr(FILE *);
char	*ctermid(char *);
int	 dprintf(int, const char *, ...) __printflike(2, 3);
int	 fclose(FILE *);
void	 fcloseall(void);
int	 fdclose(FILE *, int *);
FILE	*fdopen(int, const char *);
int	 feof(FILE *);
int	 ferror(FILE *);
int	 fflush(FILE *);
int	 fgetc(FILE *);
char	*fgetln(FILE *, size_t *);
char	*fgets(char *, int, FILE *);
int	 fileno(FILE *);
const char *fmtcheck(const char *, const char *);
FILE	*fmemopen(void *, size_t, const char *);
FILE	*fopen(const char *, const char *);
int	 fprintf(FILE *, const char *, ...) __printflike(2, 3);
int	 fpurge(FILE *);
int	 fputc(int, FILE *);
int	 fputs(const char *, FILE *);
size_t	 fread(void *, size_t, size_t, FILE *);
FILE	*freopen(const char *, const char *, FILE *);
int	 fscanf(FILE *, const char *, ...)
	    __attribute__((__format__(__scanf__, 2, 3)));
int	 fseek(FILE *, long, int);
int	 fseeko(FILE *, off_t, int);
long	 ftell(FILE *);
off_t	 ftello(FILE *);
int	 ftruncate(int, off_t);
FILE	*funopen(const void *, int (*)(void *, char *, int),
	    int (*)(void *, const char *, int),
	    fpos_t (*)(void *, fpos_t, int), int (*)(void *));
size_t	 fwrite(const void *, size_t, size_t, FILE *);
int	 getc(FILE *);
int	 getc_unlocked(FILE *);
int	 getchar(void);
ssize_t	 getdelim(char **, size_t *, int, FILE *);
ssize_t	 getline(char **, size_t *, FILE *);
int	 getw(FILE *);
off_t	 lseek(int, off_t, int);
void	*mmap(void *, size_t, int, int, int, off_t);
FILE	*open_memstream(char **, size_t *);
int	 pclose(FILE *);
void	 perror(const char *);
FILE	*popen(const char *, const char *);
int	 printf(const char *, ...) __printflike(1, 2);
int	 putc(int, FILE *);
int	 putchar(int);
int	 puts(const char *);
int	 putw(int, FILE *);
int	 remove(const char *);
int	 rename(const char *, const char *);
int	 renameat(int, const char *, int, const char *);
void	 rewind(FILE *);
void	 setbuf(FILE *, char *);
void	 setbuffer(FILE *, char *, int);
int	 setlinebuf(FILE *);
int	 setvbuf(FILE *, char *, int, size_t);
int	 snprintf(char *, size_t, const char *, ...) __printflike(3, 4);
int	 sprintf(char *, const char *, ...) __printflike(2, 3);
int	 sscanf(const char *, const char *, ...)
	    __attribute__((__format__(__scanf__, 2, 3)));
char	*tempnam(const char *, const char *);
FILE	*tmpfile(void);
int	 truncate(const char *, off_t);
int	 ungetc(int, FILE *);
int	 vasprintf(char **, const char *, __builtin_va_list) __printflike(2, 0);
int	 vdprintf(int, const char *, __builtin_va_list) __printflike(2, 0);
int	 vfprintf(FILE *, const char *, __builtin_va_list) __printflike(2, 0);
int	 vprintf(const char *, __builtin_va_list) __printflike(1, 0);
int	 vsnprintf(char *, size_t, const char *, __builtin_va_list)
	    __printflike(3, 0);
#endif
