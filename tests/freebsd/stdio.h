/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _STDIO_H
#define _STDIO_H
#include <stdarg.h>
#include <stddef.h>
#include <sys/types.h>
typedef struct __sFILE FILE;
extern FILE *__stdinp, *__stdoutp, *__stderrp;
#define stdin	__stdinp
#define stdout	__stdoutp
#define stderr	__stderrp
#define EOF	(-1)
#define BUFSIZ	1024
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
int	 dprintf(int, const char *, ...) __printflike(2, 3);
int	 fclose(FILE *);
FILE	*fdopen(int, const char *);
int	 feof(FILE *);
int	 ferror(FILE *);
int	 fflush(FILE *);
char	*fgets(char *, int, FILE *);
int	 fileno(FILE *);
FILE	*fmemopen(void *, size_t, const char *);
FILE	*fopen(const char *, const char *);
int	 fprintf(FILE *, const char *, ...) __printflike(2, 3);
int	 fputc(int, FILE *);
int	 fputs(const char *, FILE *);
size_t	 fread(void *, size_t, size_t, FILE *);
size_t	 fwrite(const void *, size_t, size_t, FILE *);
int	 fseeko(FILE *, off_t, int);
off_t	 ftello(FILE *);
int	 getc(FILE *);
int	 getc_unlocked(FILE *);
ssize_t	 getline(char **, size_t *, FILE *);
FILE	*open_memstream(char **, size_t *);
void	 perror(const char *);
int	 printf(const char *, ...) __printflike(1, 2);
int	 putchar(int);
int	 puts(const char *);
int	 remove(const char *);
int	 rename(const char *, const char *);
int	 renameat(int, const char *, int, const char *);
void	 rewind(FILE *);
void	 setlinebuf(FILE *);
int	 setvbuf(FILE *, char *, int, size_t);
int	 snprintf(char *, size_t, const char *, ...) __printflike(3, 4);
int	 sscanf(const char *, const char *, ...)
	    __attribute__((__format__(__scanf__, 2, 3)));
int	 vasprintf(char **, const char *, va_list) __printflike(2, 0);
int	 vfprintf(FILE *, const char *, va_list) __printflike(2, 0);
int	 vprintf(const char *, va_list) __printflike(1, 0);
int	 vsnprintf(char *, size_t, const char *, va_list) __printflike(3, 0);
#endif
