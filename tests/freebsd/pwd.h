/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _PWD_H
#define _PWD_H
typedef __UINT32_TYPE__	gid_t;
typedef __SIZE_TYPE__	size_t;
typedef long		time_t;
typedef __UINT32_TYPE__	uid_t;
struct passwd {
	char	*pw_name, *pw_passwd;
	uid_t	 pw_uid;
	gid_t	 pw_gid;
	time_t	 pw_change;
	char	*pw_class, *pw_gecos, *pw_dir, *pw_shell;
	time_t	 pw_expire;
	int	 pw_fields;
};
void		 endpwent(void);
struct passwd	*getpwent(void);
struct passwd	*getpwnam(const char *);
int		 getpwnam_r(const char *, struct passwd *, char *, size_t,
		    struct passwd **);
struct passwd	*getpwuid(uid_t);
int		 setpassent(int);
void		 setpwent(void);
const char	*user_from_uid(uid_t, int);
#endif
