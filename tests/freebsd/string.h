/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _STRING_H
#define _STRING_H
#include <sys/_null.h>
typedef __SIZE_TYPE__	size_t;
#include <strings.h>
void	*memccpy(void *, const void *, int, size_t);
void	*memchr(const void *, int, size_t);
int	 memcmp(const void *, const void *, size_t);
void	*memcpy(void *, const void *, size_t);
void	*memmem(const void *, size_t, const void *, size_t);
void	*memmove(void *, const void *, size_t);
void	*memrchr(const void *, int, size_t);
void	*memset(void *, int, size_t);
char	*stpcpy(char *, const char *);
char	*stpncpy(char *, const char *, size_t);
char	*strcasestr(const char *, const char *);
char	*strcat(char *, const char *);
char	*strchr(const char *, int);
char	*strchrnul(const char *, int);
int	 strcmp(const char *, const char *);
int	 strcoll(const char *, const char *);
char	*strcpy(char *, const char *);
size_t	 strcspn(const char *, const char *);
char	*strdup(const char *);
char	*strerror(int);
int	 strerror_r(int, char *, size_t);
size_t	 strlcat(char *, const char *, size_t);
size_t	 strlcpy(char *, const char *, size_t);
size_t	 strlen(const char *);
void	 strmode(int, char *);
char	*strncat(char *, const char *, size_t);
int	 strncmp(const char *, const char *, size_t);
char	*strncpy(char *, const char *, size_t);
char	*strndup(const char *, size_t);
size_t	 strnlen(const char *, size_t);
char	*strnstr(const char *, const char *, size_t);
char	*strpbrk(const char *, const char *);
char	*strrchr(const char *, int);
char	*strsep(char **, const char *);
char	*strsignal(int);
size_t	 strspn(const char *, const char *);
char	*strstr(const char *, const char *);
char	*strtok(char *, const char *);
char	*strtok_r(char *, const char *, char **);
void	 swab(const void *, void *, long);
int	 timingsafe_bcmp(const void *, const void *, size_t);
int	 timingsafe_memcmp(const void *, const void *, size_t);
#endif
