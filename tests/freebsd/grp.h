/* SPDX-License-Identifier: BSD-2-Clause */
/* initgroups() and setgroups() are in <unistd.h>. */
#ifndef _GRP_H
#define _GRP_H
typedef __UINT32_TYPE__	gid_t;
typedef __SIZE_TYPE__	size_t;
struct group {
	char	*gr_name, *gr_passwd;
	gid_t	 gr_gid;
	char	**gr_mem;
};
void		 endgrent(void);
struct group	*getgrent(void);
struct group	*getgrgid(gid_t);
int		 getgrgid_r(gid_t, struct group *, char *, size_t,
		    struct group **);
struct group	*getgrnam(const char *);
int		 getgrnam_r(const char *, struct group *, char *, size_t,
		    struct group **);
const char	*group_from_gid(gid_t, int);
void		 setgrent(void);
int		 setgroupent(int);
#endif
