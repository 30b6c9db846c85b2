/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _CTYPE_H
#define _CTYPE_H
int	isalnum(int);
int	isalpha(int);
int	iscntrl(int);
int	isdigit(int);
int	isprint(int);
int	isgraph(int);
int	islower(int);
int	ispunct(int);
int	isspace(int);
int	isupper(int);
int	isxdigit(int);
int	tolower(int);
int	toupper(int);
#endif
