/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _STRING_H
#define _STRING_H
#include <stddef.h>
#include <strings.h>
void	*memchr(const void *, int, size_t);
void	*memrchr(const void *, int, size_t);
int	 memcmp(const void *, const void *, size_t);
void	*memcpy(void *, const void *, size_t);
void	*memmem(const void *, size_t, const void *, size_t);
void	*memmove(void *, const void *, size_t);
void	*memset(void *, int, size_t);
void	 explicit_bzero(void *, size_t);
char	*strcasestr(const char *, const char *);
char	*strchr(const char *, int);
char	*strchrnul(const char *, int);
int	 strcmp(const char *, const char *);
char	*strcpy(char *, const char *);
char	*strcat(char *, const char *);
size_t	 strcspn(const char *, const char *);
char	*strdup(const char *);
char	*strerror(int);
size_t	 strlcat(char *, const char *, size_t);
size_t	 strlcpy(char *, const char *, size_t);
size_t	 strlen(const char *);
int	 strncmp(const char *, const char *, size_t);
char	*strndup(const char *, size_t);
char	*strncat(char *, const char *, size_t);
char	*strncpy(char *, const char *, size_t);
size_t	 strnlen(const char *, size_t);
char	*strpbrk(const char *, const char *);
char	*strrchr(const char *, int);
char	*strsep(char **, const char *);
char	*strsignal(int);
size_t	 strspn(const char *, const char *);
char	*strstr(const char *, const char *);
char	*stpcpy(char *, const char *);
char	*strtok_r(char *, const char *, char **);
#endif
